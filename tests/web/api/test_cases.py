"""Attacks over HTTP: forged origins, article identities, request bodies and headers."""

import json
import socket
from urllib.parse import quote

import pytest

from tests.support.html import without_tokens
from tests.support.server import Answer, Server, nonce

EVIL = "https://evil.example"


def test_a_no_cors_request_writes_nothing(server: Server, article: str) -> None:
    vote = {"site": "home", "article": article, "reaction": "love", "seq": 1, "nonce": nonce()}
    answer = server.request(
        "POST",
        "/v1/react",
        json.dumps(vote).encode(),
        Content_Type="text/plain",
        Origin=server.origin,
        Sec_Fetch_Mode="no-cors",
    )
    assert (answer.status, answer.code) == (403, "bad_origin")
    assert server.counts(article)["total"] == 0


def test_a_write_without_an_origin_is_refused_and_a_read_is_not(server: Server) -> None:
    answer = server.request("POST", "/v1/react", b"{}", Content_Type="application/json")
    assert (answer.status, answer.code) == (403, "bad_origin")
    assert server.get("/v1/bar?site=home&article=a").status == 200


def test_a_preflight_from_a_registered_origin_is_allowed(server: Server) -> None:
    answer = server.request(
        "OPTIONS", "/v1/react", Origin=server.origin, Access_Control_Request_Method="POST"
    )
    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Origin"] == server.origin
    assert answer.headers["Access-Control-Allow-Methods"] == "POST"
    assert answer.headers["Access-Control-Max-Age"] == "7200"
    assert answer.headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Private-Network" not in answer.headers


def test_a_preflight_from_another_origin_is_refused(server: Server) -> None:
    answer = server.request("OPTIONS", "/v1/react", Origin=EVIL)
    assert answer.status == 403 and "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/articles/talent-visa",
        "/articles/talent-visa/react",
        "/v1/bar?site=home&article=a",
        "/v1/nothing",
        "/embed.js",
        "/static/css/pages.css",
        "/v1/react",
    ],
)
def test_no_response_reveals_too_much(server: Server, path: str) -> None:
    for origin in (server.origin, EVIL):
        answer = server.get(path, Origin=origin)
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "X-Powered-By" not in answer.headers
        assert not any(c.isdigit() for c in answer.headers.get("Server", ""))
        assert "Traceback" not in answer.body.decode()


def test_counts_are_the_same_bytes_for_every_origin(server: Server, article: str) -> None:
    path = f"/v1/counts?site=home&article={article}&article=other"
    ours, theirs = server.get(path, Origin=server.origin), server.get(path, Origin=EVIL)
    assert ours.body == theirs.body and list(ours.json["articles"]) == [article, "other"]
    assert theirs.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in ours.headers and "Cookie" not in ours.headers.get("Vary", "")
    etag = ours.headers["ETag"]
    for known in (etag, f"W/{etag}", f'"other", {etag}'):
        again = server.get(path, If_None_Match=known)
        assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "",
        "application/json; charset=utf-16",
    ],
)
def test_another_content_type_is_refused_before_the_body_is_read(
    server: Server, content_type: str
) -> None:
    answer = server.request(
        "POST", "/v1/react", b"not json", Origin=server.origin, Content_Type=content_type
    )
    assert (answer.status, answer.code) == (415, "bad_type")
    assert answer.headers["Access-Control-Allow-Origin"] == server.origin


def test_an_encoded_body_is_never_inflated(server: Server) -> None:
    answer = server.request(
        "POST",
        "/v1/react",
        b"\x1f\x8b",
        Origin=server.origin,
        Content_Type="application/json",
        Content_Encoding="gzip",
    )
    assert answer.status == 415


def test_addresses_of_the_same_article_share_its_votes(server: Server) -> None:
    base = server.origin + "/story"
    same = [
        base,
        base + "/",
        base + "?utm_source=x&fbclid=y",
        base + "#c",
        base.replace("http:", "https:"),
        server.origin + "/b/../story",
        server.origin + "/%73tory",
    ]
    ids = {ask(server, url).json["article"] for url in same}
    assert len(ids) == 1
    one = {ask(server, base + q).json["article"] for q in ("?id=1&page=2", "?page=2&id=1")}
    other = ask(server, base + "?id=2&page=2").json["article"]
    assert len(one) == 1 and other not in one | ids


@pytest.mark.parametrize(
    "article",
    [
        "../x",
        "a:b",
        "{x}",
        "*",
        "a b",
        "x" * 121,
        "😀",
        "",
        "https://other.example/a",
        "javascript:alert(1)",
        "http://user@127.0.0.1/a",
        "https://www-news-example.translate.goog/a",
        "http://127.0.0.1/" + "a" * 2048,
        "]] redis.call('FLUSHALL')--",
        "\r\nFLUSHALL\r\n",
    ],
)
def test_an_invalid_article_is_refused(server: Server, article: str) -> None:
    answer = server.react(article=article, nonce=nonce())
    assert (answer.status, answer.code) == (422, "bad_article")


@pytest.mark.parametrize("text", ["]] redis.call('FLUSHALL')--", "\r\nFLUSHALL\r\n", "\ud800"])
@pytest.mark.parametrize("field", ["site", "reaction", "poll"])
def test_strings_from_users_are_only_data(
    server: Server, article: str, field: str, text: str
) -> None:
    answer = server.react(article=article, nonce=nonce(), **{field: text})
    assert answer.status == 400
    assert server.counts(article)["total"] == 0


def test_a_vote_of_more_than_4_kib_is_refused(server: Server) -> None:
    assert server.react(b" " * 4097).code == "too_large"
    assert server.react(b" " * 20_000).status == 413


def test_an_endless_chunked_body_is_refused_at_once(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as peer:
        peer.sendall(
            f"POST /v1/react HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nOrigin: {server.origin}"
            "\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
            "4\r\nabcd\r\n".encode()
        )
        assert b" 413 " in peer.recv(4096)


def test_a_form_with_too_many_parts_is_refused(server: Server) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    for body in (part * 100 + b"--x--\r\n", b"a" * 500_000):
        answer = server.request(
            "POST",
            "/articles/talent-visa/react",
            body,
            Content_Type="multipart/form-data; boundary=x",
        )
        assert answer.status == 413


@pytest.mark.parametrize(
    "path",
    [
        "/static/../../etc/passwd",
        "/static/%2e%2e/app.py",
        "/%00",
        "/articles/%c0%ae",
        "/embed.v9.js",
        "/static/..%2f..%2fapp.py",
    ],
)
def test_an_unknown_path_is_404_and_reveals_nothing(server: Server, path: str) -> None:
    answer = server.get(path)
    assert answer.status == 404 and b"Traceback" not in answer.body


@pytest.mark.parametrize(
    "name",
    ["X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Prefix", "X-Original-URL", "Forwarded"],
)
def test_forwarding_headers_are_ignored(server: Server, name: str) -> None:
    plain = server.get("/articles/talent-visa")
    forged = server.get("/articles/talent-visa", **{name.replace("-", "_"): "evil.example"})
    assert without_tokens(forged.body) == without_tokens(plain.body)


def test_oversized_request_heads_are_refused(server: Server) -> None:
    assert server.get("/" + "a" * 8191).status in (400, 414)
    assert server.get("/", **{"X": "a" * 4097}).status in (400, 431)
    many = {f"X{n}": "1" for n in range(51)}
    assert server.get("/", **many).status in (400, 431)


def test_other_methods_are_refused(server: Server, article: str) -> None:
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        assert server.request(method, "/v1/react", Origin=server.origin).status == 405
    assert server.request("POST", "/v1/bar?site=home&article=a").status == 405


def test_a_form_without_its_csrf_token_changes_nothing(server: Server) -> None:
    before = server.counts("night-bakery")["total"]
    answer = server.request(
        "POST",
        "/articles/night-bakery/react",
        b"reaction=love",
        Content_Type="application/x-www-form-urlencoded",
    )
    assert answer.status == 400 and b"choose again" in answer.body
    assert server.counts("night-bakery")["total"] == before


def ask(server: Server, article: str) -> Answer:
    return server.get(f"/v1/bar?site=home&article={quote(article, safe='')}")
