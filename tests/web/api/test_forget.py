"""/v1/forget: readers take back their own votes, and no other vote changes."""

import json
from typing import Any

import pytest

from tests.support.server import Answer, Server, nonce


def forget(server: Server, **fields: Any) -> Answer:
    body = json.dumps({"site": "home", **fields}).encode()
    return server.request(
        "POST", "/v1/forget", body, Content_Type="text/plain;charset=UTF-8", Origin=server.origin
    )


@pytest.fixture
def reader(server: Server, article: str) -> tuple[str, list[str]]:
    """Return the token of a reader who loved three articles that another reader finds sad."""
    articles = [f"{article}-{n}" for n in range(3)]
    for name in articles:
        server.react(article=name, reaction="sad", nonce=nonce())
    token = server.react(article=articles[0], nonce=nonce()).json["token"]
    for name in articles[1:]:
        assert server.react(article=name, token=token).status == 200
    return token, articles


def test_a_reader_takes_back_their_own_votes_and_no_others(
    server: Server, reader: tuple[str, list[str]]
) -> None:
    token, articles = reader
    answer = forget(server, token=token, articles=articles)
    assert (answer.status, answer.json) == (200, {"removed": 3})
    for name in articles:
        counts = server.counts(name)["counts"]
        assert (counts["love"], counts["sad"]) == (0, 1)
    assert forget(server, token=token, articles=articles).json == {"removed": 0}
    server.prepare("verify")


def test_a_late_click_does_not_restore_the_vote_but_a_new_click_counts(
    server: Server, reader: tuple[str, list[str]]
) -> None:
    token, (first, *_) = reader
    forget(server, token=token, articles=[first])
    late = server.react(article=first, token=token, seq=1)
    assert late.json["choice"] is None and late.json["counts"]["love"] == 0
    again = server.react(article=first, token=token, seq=3)
    assert again.json["choice"] == "love" and again.json["counts"]["love"] == 1


def test_articles_without_a_vote_of_the_reader_stay_unknown(
    server: Server, reader: tuple[str, list[str]], article: str
) -> None:
    token, _ = reader
    assert forget(server, token=token, articles=[f"{article}-x"]).json == {"removed": 0}
    assert forget(server, token=token, articles=["a"] * 100).status == 200


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"articles": ["a"] * 101}, 400, "bad_field"),
        ({"articles": []}, 400, "bad_field"),
        ({"articles": "a"}, 400, "bad_field"),
        ({"articles": [1]}, 400, "bad_field"),
        ({"poll": "nobody"}, 400, "bad_field"),
        ({"token": None}, 401, "bad_token"),
        ({"token": None, "nonce": "A" * 22}, 401, "bad_token"),
        ({"articles": ["good", "a b"]}, 422, "bad_article"),
    ],
)
def test_an_invalid_request_names_its_error_and_takes_nothing_back(
    server: Server, reader: tuple[str, list[str]], fields: dict[str, Any], status: int, code: str
) -> None:
    token, articles = reader
    refused = forget(server, **{"token": token, "articles": articles, **fields})
    assert (refused.status, refused.code) == (status, code)
    assert server.counts(articles[0])["counts"]["love"] == 1


def test_only_a_registered_origin_may_take_votes_back(
    server: Server, reader: tuple[str, list[str]]
) -> None:
    token, articles = reader
    body = json.dumps({"site": "home", "token": token, "articles": articles}).encode()
    refused = server.request(
        "POST", "/v1/forget", body, Content_Type="text/plain", Origin="https://evil.example"
    )
    assert refused.status == 403 and "Access-Control-Allow-Origin" not in refused.headers
    assert server.request("GET", "/v1/forget").status == 405


def test_the_eleventh_request_in_a_minute_is_refused(
    server: Server, reader: tuple[str, list[str]]
) -> None:
    token, _ = reader
    for _ in range(10):
        assert forget(server, token=token, articles=["a"]).status == 200
    limited = forget(server, token=token, articles=["a"])
    assert limited.status == 429 and int(limited.headers["Retry-After"]) > 0


def test_a_request_counts_before_its_addresses_are_read(server: Server, article: str) -> None:
    token = server.react(article=article, nonce=nonce()).json["token"]
    codes = [forget(server, token=token, articles=["no id!"]).code for _ in range(11)]
    assert codes == ["bad_article"] * 10 + ["rate_limited"]
