"""Votes and reads that an event loop answers: what it does, what it leaves to a thread, when."""

import json
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.support.event_loop import in_loop
from tests.support.server import nonce
from widget.logs.exchange import Exchange
from widget.metrics.series import VOTES
from widget.secrets import new_secrets_file
from widget.settings import Settings
from widget.store.connect import Connection
from widget.store.connection.waiting import WouldWait
from widget.store.embedded import EmbeddedStore
from widget.store.loop_calls import LoopCalls, NotNow
from widget.store.replication import Command
from widget.store.steps import Call, Steps
from widget.web.application import create_app
from widget.web.turn import Answer, Turn
from widget.web.watched import Watched

ORIGIN = "http://localhost:8000"


class Worker:
    """One worker: a thread that must never wait, and threads that may."""

    def __init__(self, env: dict[str, str]) -> None:
        app = create_app(Settings.from_env(env))
        self.watched: Watched = app.extensions["watched"]
        connection: Connection = app.extensions["store"]
        self.loop = ThreadPoolExecutor(1)
        self.loop.submit(connection.never_wait_here).result()

    def environ(self, **fields: Any) -> dict[str, Any]:
        body = {"site": "home", "article": "a", "reaction": "love", "seq": 1, **fields}
        raw = json.dumps(body).encode()
        return {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/v1/react",
            "HTTP_HOST": "localhost:8000",
            "HTTP_ORIGIN": ORIGIN,
            "REMOTE_ADDR": "192.0.2.1",
            "CONTENT_TYPE": "text/plain",
            "CONTENT_LENGTH": str(len(raw)),
            "wsgi.input": BytesIO(raw),
        }

    def threaded(self, **fields: Any) -> tuple[str, Any]:
        """Vote as in a thread that may wait."""
        said: list[str] = []
        environ = self.environ(**fields)
        body = b"".join(self.watched(environ, lambda status, *_: said.append(status)))
        return said[0], json.loads(body)

    def turn(self, **fields: Any) -> Turn:
        turn = self.watched.turn(self.environ(**fields))
        assert turn is not None
        return turn

    def read(self, path: str, query: str, **more: str) -> dict[str, Any]:
        return {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "HTTP_HOST": "localhost:8000",
            "REMOTE_ADDR": "192.0.2.1",
            **more,
        }

    def reading(self, path: str, query: str, **more: str) -> Turn:
        turn = self.watched.turn(self.read(path, query, **more))
        assert turn is not None
        return turn

    def health(self) -> str:
        """Answer another request, and return its id."""
        given: dict[str, str] = {}
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/healthz", "QUERY_STRING": ""}
        self.watched(environ, lambda _, headers, *__: given.update(headers))
        return given["X-Request-Id"]

    def in_loop(self, act: Callable[..., Any], *given: Any) -> Any:
        return self.loop.submit(act, *given).result()


@pytest.fixture
def worker(connection: Connection, tmp_path: Path, redis_server: EmbeddedStore) -> Worker:
    secrets = tmp_path / "secrets.json"
    new_secrets_file(secrets)
    return Worker(
        {
            "READBACK_REDIS_URL": redis_server.url,
            "READBACK_SECRETS": str(secrets),
            "READBACK_REDIS_TIMEOUT_MS": "5000",
            "READBACK_NEW_READERS": "3",
        }
    )


def answered(turn: Turn, call: Call | None) -> tuple[str, Any]:
    turn.finish(call)
    assert turn.answer is not None
    return turn.answer[0], json.loads(turn.answer[2])


def test_the_loop_makes_one_call_for_a_vote_and_answers_it(worker: Worker) -> None:
    worker.threaded(nonce=nonce())
    for fields in ({"nonce": nonce()}, {"token": worker.threaded(nonce=nonce())[1]["token"]}):
        turn = worker.turn(**fields)
        call = worker.in_loop(turn.go_on)
        assert call is not None and turn.answer is None
        reply = call.ask()
        assert worker.in_loop(turn.go_on, reply) is None
        assert turn.answer is not None
        status, headers, body = turn.answer
        assert status == "200 OK" and json.loads(body)["choice"] == "love"
        names = [name for name, _ in headers]
        assert {"X-Request-Id", "X-Content-Type-Options", "Cache-Control"} <= set(names)


def test_the_first_vote_of_all_begins_anew_in_a_thread(worker: Worker) -> None:
    me = nonce()
    with pytest.raises(WouldWait):
        worker.in_loop(worker.turn(nonce=me).go_on)
    status, body = worker.threaded(nonce=me)
    assert status == "200 OK" and body["total"] == 1


def test_a_new_story_and_a_challenge_go_on_in_a_thread(worker: Worker) -> None:
    worker.threaded(nonce=nonce())
    turn = worker.turn(article="new", nonce=nonce())
    call = worker.in_loop(turn.go_on)
    assert call is not None
    reply = call.ask()
    assert worker.in_loop(turn.go_on, reply) is None and turn.answer is None
    status, body = answered(turn, None)
    assert (status, body["total"]) == ("200 OK", 1)

    worker.threaded(nonce=nonce())
    turn = worker.turn(nonce=nonce())  # the fourth of three
    call = worker.in_loop(turn.go_on)
    assert call is not None
    reply = call.ask()
    assert worker.in_loop(turn.go_on, reply) is None and turn.answer is None
    status, body = answered(turn, None)
    assert status == "428 challenge" and body["challenge"]


def test_a_call_without_an_answer_is_made_by_a_thread_and_counts_once(worker: Worker) -> None:
    worker.threaded(nonce=nonce())
    turn = worker.turn(nonce=nonce())
    call = worker.in_loop(turn.go_on)
    assert call is not None
    call.ask()  # the store has counted it, and its answer was lost
    status, body = answered(turn, call)
    assert (status, body["total"]) == ("200 OK", 2)


def test_a_refusal_needs_no_thread(worker: Worker) -> None:
    worker.threaded(nonce=nonce())
    for fields, code in (({"reaction": "?"}, "bad_field"), ({"token": "x"}, "bad_token")):
        turn = worker.turn(**fields)
        assert worker.in_loop(turn.go_on) is None and turn.answer is not None
        assert turn.answer[0].endswith(code)


def test_only_votes_and_reads_of_bars_are_turns(worker: Worker) -> None:
    bar = worker.read("/v1/bar", "site=home&article=a")
    assert worker.watched.turn(bar) is not None
    for request in (worker.environ(), bar):
        for change in (
            {"REQUEST_METHOD": "OPTIONS"},
            {"PATH_INFO": "/v1/comments"},
            {"HTTP_HOST": "elsewhere.example"},
        ):
            assert worker.watched.turn({**request, **change}) is None


def test_the_loop_asks_once_for_a_read_and_keeps_its_answer(worker: Worker) -> None:
    worker.threaded(nonce=nonce())
    for path, query, method in (
        ("/v1/bar", "site=home&article=a", "GET"),
        ("/v1/counts", "site=home&article=a&article=b&lang=de", "GET"),
        ("/v1/counts", "article=c&site=home", "HEAD"),
    ):
        turn = worker.reading(path, query, REQUEST_METHOD=method)
        call = worker.in_loop(turn.go_on)
        assert call is not None
        assert worker.in_loop(turn.go_on, call.ask()) is None and turn.answer is not None
        status, headers, body = turn.answer
        assert status == "200 OK" and (json.loads(body) if method == "GET" else not body)
        environ = worker.read(path, query)
        assert worker.watched.is_kept(environ)
        said: list[tuple[str, Any]] = []
        kept = b"".join(worker.watched(environ, lambda *answer, said=said: said.append(answer)))
        assert (said[0][0], kept) == ("200 OK", body or kept)
        assert dict(said[0][1])["ETag"] == dict(headers)["ETag"]


def test_an_answer_made_for_another_reader_meanwhile_is_this_readers_too(worker: Worker) -> None:
    worker.threaded(nonce=nonce())
    first, second = (worker.reading("/v1/bar", "site=home&article=a") for _ in range(2))
    calls = [worker.in_loop(turn.go_on) for turn in (first, second)]
    assert calls[0] == calls[1] and calls[0].is_shared
    reply = calls[0].ask()
    for turn in (first, second):
        assert worker.in_loop(turn.go_on, reply) is None
    assert first.answer and second.answer and first.answer[2] == second.answer[2]


def test_a_read_without_a_reply_goes_on_in_a_thread(worker: Worker) -> None:
    worker.threaded(nonce=nonce())
    turn = worker.reading("/v1/bar", "site=home&article=a")
    status, body = answered(turn, worker.in_loop(turn.go_on))
    assert (status, body["total"]) == ("200 OK", 1)


def test_a_read_whose_reply_took_longer_than_it_is_kept_ends(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("widget.web.api.answers.FRESH_S", -1.0)
    worker.threaded(nonce=nonce())
    turn = worker.reading("/v1/bar", "site=home&article=a")
    call = worker.in_loop(turn.go_on)
    assert call is not None
    assert worker.in_loop(turn.go_on, call.ask()) is None and turn.answer is not None
    assert turn.answer[0] == "200 OK"


def test_a_read_of_a_site_that_is_not_remembered_and_a_refused_one(worker: Worker) -> None:
    turn = worker.reading("/v1/bar", "site=home&article=a")
    assert worker.in_loop(turn.go_on) is None and turn.answer is None
    assert answered(turn, None)[0] == "200 OK"
    for query, code in (("site=home&article=%00", "bad_article"), ("site=no", "unknown_site")):
        turn = worker.reading("/v1/bar", query)
        if worker.in_loop(turn.go_on) is None and turn.answer is None:
            turn.finish(None)
        assert turn.answer is not None and turn.answer[0].endswith(code), turn.answer


@dataclass(frozen=True)
class Pop:
    """A call whose reply takes some seconds."""

    seconds: float
    waits = is_shared = False

    @property
    def commands(self) -> list[Command]:
        return [("BLPOP", "nothing", str(self.seconds))]

    def reply_of(self, replies: Sequence[Any]) -> Any:
        return replies[0]

    def ask(self) -> Any:
        raise AssertionError("there is no time left")


def test_the_replies_to_one_request_take_no_longer_together_than_one_may(
    connection: Connection,
) -> None:
    def twice() -> Steps[Answer]:
        yield Pop(0.6)
        yield Pop(5)
        return "200 OK", [], b""

    async def asked(calls: LoopCalls) -> tuple[list[float], Turn]:
        turn = Turn(twice(), Exchange(), lambda answer, _: answer, store_s=1.0)
        waited = []
        call = turn.go_on()
        with suppress(NotNow):
            while call is not None:
                began_s = time.monotonic()
                try:
                    call = turn.go_on(await turn.replied(calls.reply(call)))
                finally:
                    waited.append(time.monotonic() - began_s)
        return waited, turn

    (first, second), turn = in_loop(connection, asked)
    assert turn.answer is None
    assert first >= 0.6 and second < 1  # of five


def test_turns_between_turns_keep_their_own_ids(worker: Worker) -> None:
    worker.threaded(nonce=nonce())
    turns = [worker.turn(nonce=nonce()) for _ in range(2)]
    calls = [worker.in_loop(turn.go_on) for turn in turns]
    before = VOTES.totals()
    ids = [worker.in_loop(worker.health)]
    for turn, call in zip(reversed(turns), reversed(calls), strict=True):
        reply = call.ask()
        worker.in_loop(turn.go_on, reply)
        ids.append(worker.in_loop(worker.health))
    ids += [dict(turn.answer[1])["X-Request-Id"] for turn in turns if turn.answer]
    assert len(set(ids)) == len(ids) == 5
    assert {turn._exchange.route for turn in turns} == {"vote"} and VOTES.totals() != before
