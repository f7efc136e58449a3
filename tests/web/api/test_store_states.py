"""Responses to unusual states of the store: closed articles, edited counts, broken records."""

import json
from typing import Any

import pytest

from tests.support.server import Serve, Server, nonce
from widget.domain.article import resolve
from widget.domain.readers.reader import Readers
from widget.secrets import load_secrets
from widget.store import keys


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    running = module_serve()
    running.prepare("site", "add", "news", "--origin", "https://news.example")
    return running


@pytest.fixture
def store(own: Server) -> Any:
    return own.store().client


def key_of(article: str) -> str:
    ref = resolve("home", (), article)
    return keys.article("home", ref.partition, ref.id)


@pytest.mark.parametrize("state", ["closed", "deleted"])
def test_a_closed_or_deleted_article_refuses_votes_and_keeps_its_counts(
    own: Server, store: Any, article: str, state: str
) -> None:
    token = own.react(article=article, nonce=nonce()).json["token"]
    store.hset(key_of(article), "s", state)
    before = store.hgetall(key_of(article))
    for vote in ({"token": token, "seq": 2, "reaction": "sad"}, {"nonce": nonce()}):
        refused = own.react(article=article, **vote)
        assert (refused.status, refused.code) == (409, "closed")
        assert refused.json["counts"]["love"] == 1 and refused.json["open"] is False
    assert store.hgetall(key_of(article)) == before
    assert own.counts(article)["open"] is False
    form = own.get(f"/r/home/{article}").body.decode()
    assert "closed" in form and form.count(" disabled") == 7


def test_a_count_changed_by_hand_is_reported_but_not_repaired(
    own: Server, store: Any, article: str
) -> None:
    own.react(article=article, nonce=nonce())
    store.hincrby(key_of(article), "3", 5)
    found = own.cli("verify")
    assert found.returncode == 1 and "expected" in found.stdout
    assert store.hget(key_of(article), "3") == b"6"
    store.hincrby(key_of(article), "3", -5)
    own.prepare("verify")


def test_an_unforeseen_failure_is_logged_once_and_shows_only_a_request_id(
    own: Server, store: Any, article: str
) -> None:
    ref = resolve("home", (), article)
    store.set(keys.page("home", ref.partition, ref.id), b"not json")
    before = own.output().count(" failed: vote_form")
    answer = own.get(f"/r/home/{article}")
    assert answer.status == 500 and b"Request id: " in answer.body
    assert b"Traceback" not in answer.body and b"msgspec" not in answer.body
    assert own.output().count(" failed: vote_form") == before + 1


def test_refused_new_readers_leave_nothing_in_the_store(
    own: Server, store: Any, article: str
) -> None:
    address = "203.0.113.5"
    statuses = [own.react(article=article, nonce=nonce()).status for _ in range(25)]
    assert statuses.count(200) <= 20 and statuses[-1] == 428
    before = every_key(store)
    for _ in range(300):
        assert own.react(article=article, nonce=nonce(), address=address).status == 428
    assert every_key(store) <= before


def test_a_token_of_one_site_is_invalid_on_another(own: Server, store: Any) -> None:
    token = signed_token(own, "news")
    before = every_key(store)
    refused = own.react(article="a", token=token)
    assert (refused.status, refused.code) == (401, "bad_token")
    assert every_key(store) <= before


def signed_token(server: Server, site: str) -> str:
    secrets = load_secrets(server.data_dir / "secrets.json")
    return Readers(secrets.token_keys, b"").token(site, bytes(16))


def test_a_token_is_read_from_the_body_only(own: Server, article: str) -> None:
    token = signed_token(own, "home")
    vote = {"site": "home", "article": article, "reaction": "love", "seq": 1}
    answer = own.request(
        "POST",
        f"/v1/react?token={token}",
        json.dumps(vote).encode(),
        Origin=own.origin,
        Content_Type="text/plain",
        Authorization=f"Bearer {token}",
        Cookie=f"readback={token}",
    )
    assert (answer.status, answer.code) == (401, "bad_token")
    assert token not in own.output()


def test_an_article_on_the_origin_of_another_site_is_refused(own: Server, store: Any) -> None:
    before = every_key(store)
    answer = own.react(article="https://news.example/a", token=signed_token(own, "home"))
    assert (answer.status, answer.code) == (422, "bad_article")
    assert every_key(store) <= before


def test_a_trailing_dot_names_the_same_site(own: Server) -> None:
    ids = {
        own.get(f"/v1/bar?site=news&article=https://news.example{dot}/a").json["article"]
        for dot in ("", ".")
    }
    assert len(ids) == 1


def test_an_origin_of_one_site_cannot_write_to_another(own: Server, store: Any) -> None:
    before = every_key(store)
    refused = own.react(site="news", article="a", nonce=nonce())
    assert (refused.status, refused.code) == (403, "bad_origin")
    written = {key.decode() for key in every_key(store) - before}
    # The salts of the day come with the first request, whatever it asks for.
    written -= {key for key in written if key.startswith("rb:salt:")}
    assert written == {keys.refused_origins("news")}


def every_key(store: Any) -> set[bytes]:
    """Return the keys there are now, without those of the server's own copying of sites.

    Those that expire meanwhile are missing in a later set.
    """
    return set(store.keys()) - {keys.copying().encode(), keys.site("home").encode()}
