"""The public reads: which parameters count, what their cache keeps, and their headers."""

import http.client
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

import pytest

from bench.processes import resident_bytes, workers
from tests.support.commenter import Commenter
from tests.support.server import CACHED_S, UNLIMITED, Serve, Server, nonce, settled
from widget.domain.errors import BadField
from widget.web.api.query import used_parameters

NAMES = frozenset(("site", "article", "lang", "section"))
READS = ("/v1/bar", "/v1/counts", "/v1/comments")


def used(text: str, *, many: bool = False) -> Any:
    return used_parameters(text, NAMES, lists_articles=many)


@pytest.mark.parametrize(
    "text",
    [
        "article=a&site=home&lang=pt",
        "site=home&article=a&lang=pt-BR",
        "site=home&article=a&lang=PT&x=1&x=2&fbclid=3",
        "site=%68ome&article=%61&lang=pt&section=",
        "&&site=home&article=a&lang=pt&poll&=",
    ],
)
def test_queries_of_one_meaning_are_equal(text: str) -> None:
    assert used(text) == used("site=home&article=a&lang=pt")


def test_the_articles_of_a_list_keep_their_order() -> None:
    both, turned = "site=s&article=b&article=a", "article=a&site=s&article=b"
    assert used(both, many=True) == (("article", "b"), ("article", "a"), ("site", "s"))
    assert used(turned, many=True) != used(both, many=True)


@pytest.mark.parametrize(
    "text", ["site=a&site=a", "site=&site=a", "lang&lang", "article=a&article"]
)
def test_a_parameter_given_twice_is_no_query(text: str) -> None:
    with pytest.raises(BadField, match="is given twice"):
        used(text)


@pytest.mark.parametrize("text", ["site=%ff", "article=%ED%A0%80", "&".join("abc" * 30)])
def test_a_query_that_cannot_be_read_is_a_bad_field(text: str) -> None:
    with pytest.raises(BadField, match="cannot be read"):
        used(text)


@pytest.mark.parametrize("path", READS)
def test_a_read_refuses_each_of_its_parameters_twice(server: Server, path: str) -> None:
    comments = ("order", "limit", "before", "after", "around", "thread", "lang")
    names = ("poll", "section", "lang") if path != "/v1/comments" else comments
    for name in ("site", "article", *names):
        twice = server.get(f"{path}?site=home&article=a&{name}=1&{name}=2")
        if (path, name) == ("/v1/counts", "article"):
            assert twice.status == 200 and set(twice.json["articles"]) == {"a", "1", "2"}
        else:
            assert (twice.status, twice.code) == (400, "bad_field"), name
            assert name in twice.json["error"]["message"]
    assert server.get(f"{path}?site=home&article=a&x=1&x=2").status == 200


@pytest.mark.parametrize("path", READS)
def test_every_answer_of_a_read_has_the_headers_of_all_others(server: Server, path: str) -> None:
    read = f"{path}?site=home&article=headers"
    first = server.get(read)
    answers = [
        first,
        server.get(read, If_None_Match=first.headers["ETag"]),
        server.request("HEAD", read),
        server.request("OPTIONS", read, Origin=server.origin),
        server.get(f"{path}?site=nobody&article=a"),
        server.get(f"{path}?site=home&site=home"),
        server.request("DELETE", read),
    ]
    assert [answer.status for answer in answers] == [200, 304, 200, 204, 404, 400, 405]
    for answer in answers:
        assert answer.headers.get_all("X-Content-Type-Options") == ["nosniff"]
        assert answer.headers.get_all("Referrer-Policy") == ["strict-origin-when-cross-origin"]
        assert answer.headers["Access-Control-Allow-Origin"] in ("*", server.origin)


def test_a_refused_read_says_how_long_to_wait(serve: Serve) -> None:
    server = serve(READBACK_READS="1")
    answers = [server.get("/v1/bar?site=home&article=a") for _ in range(8)]
    limited = [answer for answer in answers if answer.status == 429]
    assert limited and all(int(answer.headers["Retry-After"]) > 0 for answer in limited)
    assert {answer.headers["X-Content-Type-Options"] for answer in answers} == {"nosniff"}


def test_a_parameter_that_means_nothing_makes_no_new_answer(serve: Serve) -> None:
    """An answer of a second ago is sent again, whatever was added to its address."""
    server = serve(**UNLIMITED, READBACK_WORKERS="1")
    for path in ("/v1/bar", "/v1/counts"):
        old = server.get(f"{path}?site=home&article=same").body
        server.react(article="same", nonce=nonce())
        answers = {server.get(f"{path}?article=same&x={n}&site=home").body for n in range(20)}
        assert old in answers  # later ones may be of the next second


def test_readers_who_keep_reading_see_a_vote_within_the_five_seconds_of_a_cache(
    server: Server, article: str
) -> None:
    path = f"/v1/bar?site=home&article={article}"
    assert server.get(path).json["total"] == 0
    assert server.react(article=article, nonce=nonce()).status == 200
    settled(lambda: server.get(path).json["total"], 1, most_s=5 + CACHED_S)


@pytest.mark.hosts  # it takes a quarter of a minute: script/test-hosts runs it
def test_a_worker_keeps_a_bounded_number_of_bytes(serve: Serve) -> None:
    """200 pages of 200 KB would take 40 MB, 6,000 small answers 15 MB."""
    server = serve(**UNLIMITED, READBACK_COMMENTS="0", READBACK_WORKERS="1")
    writer = Commenter(server, "long")
    for number in range(50):
        assert writer.post("é" * 1990 + f" {number:03}").status in (201, 202)
    [worker] = workers(server.process.pid)
    flood(server, queries("/v1/comments", 30, article="long", limit=50, lang="warm"))
    before = resident_bytes(worker)
    flood(server, queries("/v1/comments", 200, article="long", limit=50, lang="x"))
    flood(server, queries("/v1/bar", 2000, lang="en", section="s" * 40, article="x"))
    flood(server, queries("/v1/counts", 2000, lang="en", article="y"))
    flood(server, queries("/v1/comments", 2000, article="z"))
    grown = resident_bytes(worker) - before
    assert grown < 10 << 20, f"{grown / 2**20:.1f} MB"


def queries(path: str, count: int, **fields: object) -> Iterable[str]:
    """Return queries whose last field differs in each."""
    *same, (name, value) = fields.items()
    for number in range(count):
        yield f"{path}?{urlencode([('site', 'home'), *same, (name, f'{value}{number}')])}"


def flood(server: Server, paths: Iterable[str]) -> None:
    peer = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    for path in paths:
        peer.request("GET", path)
        answer = peer.getresponse()
        answer.read()
        assert answer.status == 200, path
    peer.close()
