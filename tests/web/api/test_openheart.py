"""The Open Heart protocol: one vote per network and day, however often an emoji is sent."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.server import Answer, Serve, Server, nonce

HEART = "❤️".encode()


def send(
    server: Server,
    article: str,
    body: bytes = HEART,
    *,
    origin: str | None = None,
    kind: str = "text/plain;charset=UTF-8",
    **headers: str,
) -> Answer:
    named = {"Content_Type": kind, "Origin": origin or server.origin, **headers}
    return server.request("POST", f"/openheart/home/{article}", body, **named)


@pytest.fixture(scope="module")
def proxied(module_serve: Serve) -> Server:
    """Start a server that trusts one proxy, so that a test can come from many networks."""
    return module_serve(
        READBACK_TRUSTED_PROXY_HOPS="1", READBACK_NEW_READERS="3", READBACK_NEW_READERS_WIDE="5"
    )


def test_a_repeated_emoji_counts_once_and_another_moves_the_vote(
    server: Server, article: str
) -> None:
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: send(server, article), range(40)))
    assert {answer.status for answer in answers} <= {200, 429}
    assert server.get(f"/openheart/home/{article}").json == {
        "👍": 0,
        "👎": 0,
        "❤️": 1,
        "😂": 0,
        "😡": 0,
        "😢": 0,
        "😮": 0,
    }
    moved = send(server, article, "😢".encode())
    assert (moved.json["❤️"], moved.json["😢"]) == (0, 1)
    assert server.counts(article)["counts"]["sad"] == 1


def test_an_emoji_adds_to_the_counts_of_the_bar(server: Server, article: str) -> None:
    server.react(article=article, nonce=nonce())
    assert send(server, article).json["❤️"] == 2


def test_an_address_names_the_same_article_as_in_the_bar(server: Server) -> None:
    url = f"{server.origin}/open/heart"
    assert send(server, url).status == 200
    assert server.counts(url)["counts"]["love"] == 1


@pytest.mark.parametrize(
    "body",
    ["❤", "❤️ and more", "❤️=\r\n", "❤️❤️❤️", " ❤️", "\n\t❤️\r\n"],
    ids=["no style", "text", "form", "more", "space", "line"],
)
def test_only_the_first_emoji_of_a_body_counts(server: Server, article: str, body: str) -> None:
    assert send(server, article, body.encode()).json["❤️"] == 1


@pytest.mark.parametrize("body", ["", "🥨", "love", "❤️\u200d🔥", "=❤️", "%E2%9D%A4"])
def test_a_body_without_an_emoji_of_the_site_is_refused(
    server: Server, article: str, body: str
) -> None:
    answer = send(server, article, body.encode())
    assert (answer.status, answer.code) == (400, "bad_field")
    assert server.counts(article)["total"] == 0


FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=----x"
PART = b'------x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n\r\n------x--\r\n'


def test_the_request_on_the_page_of_the_protocol_casts_a_vote(server: Server, article: str) -> None:
    """``curl -d '❤️' -X POST <address>``: no page sends it, so it has no origin."""
    own = {"User_Agent": "curl/8.5.0", "Accept": "*/*"}
    path = f"/openheart/home/{article}"
    answer = server.request("POST", path, HEART, Content_Type=FORM, **own)
    assert (answer.status, answer.json["❤️"]) == (200, 1)
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert server.get(path, **own).json["❤️"] == 1
    refused = server.request("POST", path, "🥨".encode(), Content_Type=FORM, **own)
    assert (refused.status, refused.code) == (400, "bad_field") and "❤️" in refused.body.decode()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain", HEART + b"=\r\n"),
        (FORM, HEART),
        (FORM, b"%E2%9D%A4%EF%B8%8F="),
        (FORM + ";charset=UTF-8", b"%E2%9D%A4="),
        (FORM, b"+%E2%9D%A4%EF%B8%8F"),
        (PARTS, PART % HEART),
        ("TEXT/PLAIN; charset=utf-8", b" " + HEART),
        ("", HEART),
    ],
)
def test_a_form_sends_the_emoji_in_each_of_its_encodings(
    server: Server, article: str, kind: str, body: bytes
) -> None:
    answer = send(server, article, body, kind=kind)
    assert (answer.status, answer.json) == (200, {**answer.json, "❤️": 1})


@pytest.mark.parametrize(
    "body", [b"", PART % b"", b"------x--\r\n", b"\xff", PART % b"x", PART[:40]]
)
def test_a_form_in_parts_without_an_emoji_is_refused(
    server: Server, article: str, body: bytes
) -> None:
    answer = send(server, article, body, kind=PARTS)
    assert (answer.status, answer.code) == (400, "bad_field")


@pytest.mark.parametrize("site", ["cross-site", "same-site", "same-origin", "none"])
def test_a_browser_that_hides_its_page_may_not_react(
    server: Server, article: str, site: str
) -> None:
    answer = server.request(
        "POST", f"/openheart/home/{article}", HEART, Content_Type=FORM, Sec_Fetch_Site=site
    )
    assert (answer.status, answer.code) == (403, "bad_origin")


def test_only_registered_origins_may_react_but_anyone_may_read(
    server: Server, article: str
) -> None:
    for origin in ("https://evil.example", "null"):
        answer = send(server, article, origin=origin)
        assert (answer.status, answer.code) == (403, "bad_origin")
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert send(server, article).headers["Access-Control-Allow-Origin"] == server.origin
    looked = server.get(f"/openheart/home/{article}", Origin="https://evil.example")
    assert looked.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in looked.headers
    assert server.counts(article)["total"] == 1


@pytest.mark.parametrize(
    ("body", "kind", "status"), [(HEART, "application/json", 415), (b"x" * 1025, "text/plain", 413)]
)
def test_a_body_of_the_wrong_type_or_size_is_refused(
    server: Server, article: str, body: bytes, kind: str, status: int
) -> None:
    assert send(server, article, body, kind=kind).status == status


def test_each_network_is_one_reader_and_a_crowd_of_networks_is_held(
    proxied: Server, article: str
) -> None:
    answers = [
        send(proxied, article, X_Forwarded_For=f"198.51.100.{n}") for n in range(7)
    ]  # seven networks of one /24: five count, two are held for an editor
    assert {answer.status for answer in answers} == {200}
    assert [answer.json["❤️"] for answer in answers] == [1, 2, 3, 4, 5, 5, 5]
    again = send(proxied, article, X_Forwarded_For="198.51.100.1")
    assert again.json["❤️"] == 5
    for host in ("2001:db8::1", "2001:db8::2"):  # both are in one /64, which is one network
        last = send(proxied, article, X_Forwarded_For=host)
    assert last.json["❤️"] == 6
