"""Answers that are kept: right for as long as they serve, whatever changes, and never for long."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.support.programs import store_pids
from widget.domain import clock
from widget.domain.article import ArticleRef, resolve_for
from widget.domain.errors import StoreUnavailable
from widget.domain.experiment import begun
from widget.domain.model import Choice, Poll, Site
from widget.secrets import new_secrets_file
from widget.services.registry import Services
from widget.settings import Settings
from widget.store import keys
from widget.store.connect import Connection
from widget.store.connection.deadline import deadline
from widget.store.embedded import EmbeddedStore
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.corrections import Actor, Corrections
from widget.store.reactions.moves import Moves
from widget.store.reactions.tallies import Replies
from widget.store.sites import version_of
from widget.web.api.look import Look
from widget.web.api.reads import Reads
from widget.web.application import create_app
from widget.web.joined import _Flight

LASTS_S = 2.0  # after that an answer is refused or made anew, whatever happened
STORE_S = 5.0
SHORT_S = 0.3  # where the store is away
POLL = Poll("Which one?", (Choice("a", "A", ""), Choice("b", "B", "")))
NEWS = Site("news", "The News", ("https://news.example",), polls={"which": POLL})


@dataclass
class Worker:
    """The reads of one worker, whose thread looks when a test says so."""

    services: Services
    store_s: float = STORE_S
    now_s: float = 1000.0
    status: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reads = Reads(self.services, clock=lambda: self.now_s)

    def get(self, path: str, method: str = "GET") -> bytes:
        where, _, query = path.partition("?")
        environ = {"REQUEST_METHOD": method, "PATH_INFO": where, "QUERY_STRING": query}

        def start_response(status: str, headers: list[tuple[str, str]]) -> None:
            self.status, self.headers = status[:3], dict(headers)

        with deadline(self.store_s):
            return b"".join(self.reads({**environ, "REMOTE_ADDR": "192.0.2.1"}, start_response))

    def json(self, path: str) -> Any:
        return msgspec.json.decode(self.get(path))

    def later(self, seconds: float) -> None:
        self.now_s += seconds

    def look(self) -> int:
        return self.reads.look.once()

    def vote(self, article: str = "story", poll_key: str = "", choice: int = 1) -> None:
        ballot = self.services.voting.ballot(self.site, article, poll_key)
        self.services.voting.cast(ballot, os.urandom(16), choice)

    def change(self, **fields: Any) -> None:
        """Change the site, as an editor does at the desk."""
        self.services.sites.change(
            "news", version_of(self.site), lambda site: replace(site, **fields)
        )

    @property
    def site(self) -> Site:
        return self.services.sites.fresh("news")

    def article(self, name: str = "story") -> ArticleRef:
        return resolve_for(self.site, name)


def services_on(url: str, folder: Path, store_s: float = STORE_S) -> Services:
    secrets = folder / "secrets.json"
    new_secrets_file(secrets)
    env = {
        "READBACK_REDIS_URL": url,
        "READBACK_SECRETS": str(secrets),
        "READBACK_READS": "0",
        "READBACK_REDIS_TIMEOUT_MS": str(int(store_s * 1000)),
    }
    services: Services = create_app(Settings.from_env(env)).extensions["readback"]
    return services


def worker_of(services: Services, store_s: float = STORE_S) -> Worker:
    services.aliases.forget_cached("news")
    services.sites.add(NEWS)
    return Worker(services, store_s)


@pytest.fixture(autouse=True)
def no_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Look, "ensure", lambda look: None)


@pytest.fixture(scope="module")
def services(redis_server: EmbeddedStore, tmp_path_factory: pytest.TempPathFactory) -> Services:
    return services_on(redis_server.url, tmp_path_factory.mktemp("secrets"))


@pytest.fixture
def worker(connection: Connection, services: Services) -> Worker:
    return worker_of(services)


@pytest.fixture
def own_store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    store = EmbeddedStore(tmp_path / "v")
    store.start()
    yield store
    store.stop()


BAR = "/v1/bar?site=news&article=story"
COUNTS = "/v1/counts?site=news&article=other&article=story&lang=en"
BOTH = pytest.mark.parametrize("path", [BAR, COUNTS])


def figures(answer: Any) -> Any:
    """Return the figures of the article "story"."""
    return answer["articles"]["story"] if "articles" in answer else answer


@BOTH
def test_a_look_finds_a_vote_and_nobody_waits_for_it(worker: Worker, path: str) -> None:
    assert figures(worker.json(path))["total"] == 0
    worker.vote()
    worker.later(0.8)
    assert figures(worker.json(path))["total"] == 0
    assert worker.look() == 1
    asked = calls(worker, "hmget")
    assert figures(worker.json(path))["total"] == 1
    assert worker.headers["ETag"] and calls(worker, "hmget") == asked


@BOTH
def test_an_answer_that_has_not_changed_serves_for_as_long_as_it_is_read(
    worker: Worker, path: str
) -> None:
    first = worker.get(path)
    for _ in range(50):
        worker.later(0.8)
        worker.look()
        asked = calls(worker, "hmget")
        assert worker.get(path) == first and calls(worker, "hmget") == asked


def calls(worker: Worker, command: str) -> int:
    """Return how many of these commands the store has had."""
    client = worker.services.replies._connection.client
    found: int = client.info("commandstats").get(f"cmdstat_{command}", {}).get("calls", 0)
    return found


def test_without_a_look_an_answer_lasts_a_second(worker: Worker) -> None:
    worker.get(BAR)
    worker.vote()
    worker.later(0.99)
    assert worker.json(BAR)["total"] == 0
    worker.later(0.02)
    assert worker.json(BAR)["total"] == 1


@pytest.mark.parametrize(("reads", "expected"), [(1, 4), (2, 20), (3, 20)])
def test_an_answer_that_nobody_reads_is_looked_at_for_a_while_and_dropped(
    worker: Worker, reads: int, expected: int
) -> None:
    for _ in range(reads):
        worker.get(BAR)
    looks = 0
    while worker.look():
        worker.later(0.8)
        looks += 1
    assert looks == expected
    worker.later(LASTS_S)
    assert worker.look() == 0 and not worker.reads._reads["/v1/bar"].answers._by_key


def test_an_answer_that_is_read_again_is_looked_at_again(worker: Worker) -> None:
    worker.get(BAR)
    while worker.look():
        pass
    worker.later(LASTS_S)
    worker.get(BAR)
    assert worker.look() == 1


def test_an_answer_that_cannot_be_made_anew_stops_one_look_only(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker.get(BAR)
    monkeypatch.setattr(worker.reads.look, "_settle", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        worker.look()
    assert worker.look() == 0


def test_a_list_is_looked_at_the_less_often_the_more_it_asks_of_the_store(worker: Worker) -> None:
    names = "&".join(f"article=story-{number}" for number in range(50))
    worker.get(f"/v1/counts?site=news&{names}")
    worker.get(f"/v1/counts?site=news&{names}&lang=de")
    assert [worker.look() for _ in range(2)] == [2, 1]  # the second asked for nothing of its own


@BOTH
@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("n", "A note.", ("note", "A note.")),
        ("s", "1", ("open", False)),
        ("x", "9", ("open", False)),
    ],
)
def test_a_look_finds_what_an_editor_does_to_a_story(
    worker: Worker, path: str, name: str, value: str, expected: tuple[str, object]
) -> None:
    worker.vote()
    worker.get(path)
    set_field(worker, name, value)
    worker.look()
    assert figures(worker.json(path))[expected[0]] == expected[1]


def set_field(worker: Worker, name: str, value: str) -> None:
    article = worker.article()
    key = keys.article("news", article.partition, article.id)
    worker.services.replies._connection.client.hset(key, name, value)


def test_a_look_finds_votes_that_were_set_aside(worker: Worker) -> None:
    worker.vote()
    worker.get(BAR)
    set_field(worker, "a", "3")
    worker.look()
    assert worker.json(BAR)["set_aside"]["votes"] == 3


def test_a_look_finds_the_section_that_was_settled(worker: Worker) -> None:
    worker.change(section_reactions={"obituaries": replace(NEWS.reactions, question="How sad?")})
    worker.vote()
    assert worker.json(BAR)["question"] != "How sad?"
    set_field(worker, "c", "Obituaries")
    client = worker.services.replies._connection.client
    article = worker.article()
    client.hdel(keys.article("news", article.partition, article.id), "d")
    worker.look()
    assert worker.json(BAR)["question"] == "How sad?"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"origins": ("https://other.example",)}, ("origins", ["https://other.example"])),
        ({"results": "counts"}, ("results", "counts")),
        ({"texts": {"en": {"label.like": "Yes"}}}, ("lang", "en")),
        ({"reactions": replace(NEWS.reactions, question="And?")}, ("question", "And?")),
        ({"experiment": begun(int(clock.now()) - 5)}, ("experiment", True)),
    ],
)
def test_a_look_finds_what_an_editor_changes_at_the_site(
    worker: Worker, fields: Any, expected: tuple[str, object]
) -> None:
    before = worker.get(BAR)
    worker.change(**fields)
    worker.look()
    assert worker.json(BAR)[expected[0]] == expected[1] and worker.get(BAR) != before


@BOTH
def test_a_story_closes_by_itself_while_it_is_kept(
    worker: Worker, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker.vote()
    assert figures(worker.json(path))["open"]
    pass_time(monkeypatch, 31 * 86400)
    worker.look()
    assert not figures(worker.json(path))["open"]


def pass_time(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    later_s = clock.now() + seconds
    monkeypatch.setattr(clock, "now", lambda: later_s)


def test_a_question_closes_and_an_experiment_ends_while_they_are_kept(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon_s = int(clock.now()) + 60
    ending = replace(begun(soon_s - 100), until_s=soon_s)
    worker.change(polls={"which": replace(POLL, closes_s=soon_s)}, experiment=ending)
    assert worker.json(f"{BAR}&poll=which")["open"] and worker.json(BAR)["experiment"]
    pass_time(monkeypatch, 61)
    worker.look()
    assert not worker.json(f"{BAR}&poll=which")["open"] and "experiment" not in worker.json(BAR)


def test_a_story_that_another_worker_merges_is_found_at_its_new_place(worker: Worker) -> None:
    worker.vote("story")
    worker.vote("other")
    worker.get(BAR)
    connection = worker.services.replies._connection
    corrections = Corrections(connection, Aliases(connection), Moves(connection))
    actor = Actor("ed", int(clock.now()), "one story")
    corrections.merge(worker.site, worker.article("story"), worker.article("other"), by=actor)
    worker.look()
    assert worker.json(BAR)["total"] == 2


def test_the_answer_of_a_question_that_is_no_longer_asked_is_dropped(worker: Worker) -> None:
    worker.get(f"{BAR}&poll=which")
    worker.change(polls={})
    worker.look()
    worker.get(f"{BAR}&poll=which")
    assert worker.status == "400"


def test_two_spellings_of_a_query_have_one_answer(worker: Worker) -> None:
    first = worker.get(BAR)
    worker.vote()
    for text in (
        "article=story&site=news",
        "site=news&article=st%6fry&x=1",
        "site=news&article=story",
    ):
        assert worker.get(f"/v1/bar?{text}") == first
    worker.look()
    assert worker.json("/v1/bar?article=story&site=news")["total"] == 1
    for number in range(100):
        worker.get(f"{BAR}&x={number}")
    [kept] = worker.reads._reads["/v1/bar"].answers._by_key.values()
    assert len(kept.texts) == 8


def test_a_refusal_is_not_kept(worker: Worker) -> None:
    of_poll, of_site = f"{BAR}&poll=new", BAR.replace("news", "soon")
    assert [refused(worker, path) for path in (of_poll, of_site)] == ["400", "404"]
    worker.change(polls={"new": POLL})
    worker.services.sites.add(replace(NEWS, key="soon"))
    assert [refused(worker, path) for path in (of_poll, of_site)] == ["200", "200"]


def refused(worker: Worker, path: str) -> str:
    worker.get(path)
    return worker.status


def test_an_answer_outlives_a_store_that_is_away_by_two_seconds_at_most(
    own_store: EmbeddedStore, tmp_path: Path
) -> None:
    worker = worker_of(services_on(own_store.url, tmp_path, SHORT_S), SHORT_S)
    first = worker.get(BAR)
    [pid] = store_pids(tmp_path / "v")
    os.kill(pid, signal.SIGSTOP)
    try:
        for _ in range(2):
            worker.later(LASTS_S / 2 - 0.01)
            with pytest.raises(StoreUnavailable):
                worker.look()
            assert worker.get(BAR) == first and worker.status == "200"
        worker.later(0.03)
        worker.get(BAR)
        assert worker.status == "503"
    finally:
        os.kill(pid, signal.SIGCONT)
    worker.later(10)
    for _ in range(100):
        if refused(worker, BAR) == "200":
            return
        threading.Event().wait(0.05)
    raise AssertionError("it does not recover")


def test_the_misses_of_many_readers_are_one_question(
    own_store: EmbeddedStore, tmp_path: Path
) -> None:
    worker = worker_of(services_on(own_store.url, tmp_path))
    worker.get(BAR)  # site and aliases are remembered
    asked = calls(worker, "hmget")
    worker.later(5)
    [pid] = store_pids(tmp_path / "v")
    got: list[bytes] = []
    readers = [threading.Thread(target=lambda: got.append(worker.get(BAR))) for _ in range(8)]
    os.kill(pid, signal.SIGSTOP)
    for reader in readers:
        reader.start()
    threading.Event().wait(0.2)
    os.kill(pid, signal.SIGCONT)
    for reader in readers:
        reader.join()
    assert len(got) == 8 and len(set(got)) == 1 and b'"counts"' in got[0]
    assert calls(worker, "hmget") == asked + 1


def test_a_list_without_a_shard_is_not_kept_for_longer(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker.vote()
    worker.get(COUNTS)
    read = worker.services.replies.reachable
    with monkeypatch.context() as away:
        away.setattr(Replies, "reachable", lambda _, wanted: [*read(wanted)[:-1], None])
        worker.later(0.8)
        worker.look()
        worker.later(1.3)
        assert worker.json(COUNTS)["away"] == ["story"]
        worker.look()
    worker.later(1.1)
    assert figures(worker.json(COUNTS))["total"] == 1


def test_a_fork_begins_anew(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no thread that looks, nor the one that was about to answer."""
    monkeypatch.undo()
    worker.get(BAR)
    assert worker.reads.look._thread is not None and worker.reads.look._thread.is_alive()
    worker.reads._joined._flights["/v1/bar", (("article", "story"), ("site", "news"))] = _Flight()
    worker.later(5)
    pid = os.fork()
    if not pid:
        try:
            worker.get(BAR)
            thread = worker.reads.look._thread
            os._exit(0 if worker.status == "200" and thread and thread.is_alive() else 1)
        finally:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_a_thread_that_has_ended_begins_again(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    look = worker.reads.look
    monkeypatch.setattr(look, "_run", lambda: None)
    worker.get(BAR)
    ended = look._thread
    assert ended is not None
    ended.join()
    worker.later(5)
    worker.get(BAR)
    assert look._thread is not ended


def test_an_error_does_not_end_the_looks(
    worker: Worker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("widget.web.api.look.EVERY_S", 0.01)
    looks: list[Callable[[], int]] = [lambda: 1 // 0, lambda: 1, lambda: 0]
    monkeypatch.setattr(worker.reads.look, "once", lambda: looks.pop(0)())
    worker.reads.look._run()
    assert not looks and "The look at what has changed failed" in caplog.text
