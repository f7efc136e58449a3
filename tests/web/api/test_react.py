"""Votes over HTTP: first votes, changes, replays, invalid fields and many readers at once."""

import json
import secrets
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.server import Server, nonce


@pytest.fixture
def token(server: Server, article: str) -> str:
    return str(server.react(article=article, reaction=None, nonce=nonce()).json["token"])


def test_a_first_vote_is_counted_and_answered_with_a_token(server: Server, article: str) -> None:
    answer = server.react(article=article, nonce=nonce())
    assert answer.status == 200
    assert answer.json["choice"] == "love" and answer.json["total"] == 1
    assert list(answer.json["counts"]) == "like dislike love funny angry sad wow".split()
    assert answer.headers["Access-Control-Allow-Origin"] == server.origin
    assert "Set-Cookie" not in answer.headers


def test_a_vote_is_changed_and_undone_and_a_replay_is_ignored(
    server: Server, article: str, token: str
) -> None:
    for _ in range(50):
        assert server.react(article=article, token=token, seq=2).json["total"] == 1
    changed = server.react(article=article, token=token, seq=3, reaction="sad").json
    assert changed["counts"]["sad"] == 1 and changed["counts"]["love"] == 0
    undone = server.react(article=article, token=token, seq=4, reaction=None).json
    assert undone["choice"] is None and undone["total"] == 0


def test_a_vote_without_a_token_or_nonce_is_refused(server: Server, article: str) -> None:
    assert (server.react(article=article).status, server.react().code) == (401, "bad_token")


@pytest.mark.parametrize("broken", ["", "x" * 10_000, "a.b.c", "é", 5, None])
def test_a_broken_token_is_refused(server: Server, article: str, broken: str | int | None) -> None:
    answer = server.react(article=article, token=broken)
    assert answer.status in (401, 413)
    if answer.status == 401:
        assert answer.code == "bad_token"


def test_a_token_with_one_character_changed_is_refused(
    server: Server, article: str, token: str
) -> None:
    for at in (0, 10, -1):
        flipped = list(token)
        flipped[at] = "A" if flipped[at] != "A" else "B"
        answer = server.react(article=article, token="".join(flipped), seq=9)
        assert answer.status == 401


@pytest.mark.parametrize(
    "reaction", ["LOVE", "like,", "", 1, True, ["love"], {"a": 1}, "love\u0000", "__proto__", "cnt"]
)
def test_a_reaction_that_is_not_offered_is_refused(
    server: Server, article: str, token: str, reaction: object
) -> None:
    answer = server.react(article=article, token=token, seq=2, reaction=reaction)
    assert (answer.status, answer.code) == (400, "bad_field")


@pytest.mark.parametrize(
    "seq", [b"-1", b"0", b"1.5", b'"1"', b"true", b"2147483647", b"1e999", b"NaN", b"1" * 3000]
)
def test_a_seq_out_of_range_is_refused(
    server: Server, article: str, token: str, seq: bytes
) -> None:
    vote = {"site": "home", "article": article, "reaction": "love", "token": token}
    body = json.dumps(vote).encode()[:-1] + b', "seq": ' + seq + b"}"
    answer = server.react(body)
    assert (answer.status, answer.code in ("bad_field", "bad_json")) == (400, True)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"x"',
        b"1",
        b'{"site"',
        b"{}x",
        b'{"seq":1,"seq":2}',
        b"\xff",
        b"[" * 3000,
    ],
)
def test_a_body_that_is_not_one_json_object_is_refused(server: Server, body: bytes) -> None:
    assert (server.react(body).status, server.react(body).code) == (400, "bad_json")


def test_64_threads_with_one_token_leave_at_most_one_vote(
    server: Server, article: str, token: str
) -> None:
    def click(seq: int) -> None:
        # Above the limit of a minute, so some are refused; a refusal changes nothing.
        reaction = secrets.choice(["like", "love", "sad", None])
        server.react(article=article, token=token, seq=seq, reaction=reaction)

    with ThreadPoolExecutor(64) as pool:
        list(pool.map(click, range(2, 200)))
    assert sum(server.counts(article)["counts"].values()) in (0, 1)
    server.prepare("verify")


def test_500_simultaneous_readers_cast_500_votes(server: Server, article: str) -> None:
    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda _: server.react(article=article, nonce=nonce()), range(500)))
    assert {answer.status for answer in answers} == {200}
    assert server.counts(article)["counts"]["love"] == 500


def test_an_unregistered_origin_is_refused_without_cors_headers(
    server: Server, article: str
) -> None:
    answer = server.react(article=article, nonce=nonce(), origin="https://evil.example")
    assert (answer.status, answer.code) == (403, "bad_origin")
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert answer.headers["Vary"] == "Origin"


def test_the_story_page_is_cacheable_and_sets_no_cookie(server: Server) -> None:
    answer = server.get("/articles/talent-visa")
    assert answer.status == 200 and "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"].startswith("public")
    again = server.get("/articles/talent-visa", If_None_Match=answer.headers["ETag"])
    assert again.status == 304


def test_a_missing_story_gets_a_404_page(server: Server) -> None:
    answer = server.get("/articles/nothing-here")
    assert answer.status == 404 and b"<h1>" in answer.body


def test_a_forged_host_is_refused(server: Server) -> None:
    assert server.get("/", Host="evil.example").status == 400
