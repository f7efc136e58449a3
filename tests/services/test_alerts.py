"""Alerts through a real store to real servers: sent once, signed, retried, given up."""

import json
import socket
import subprocess
import sys
import threading
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import NOW_S
from tests.support.receiver import HOST, Certificate, Hooks, hooks, mails, outward_to_tests
from widget.alerts import event, webhook
from widget.alerts.address import EgressPolicy, Unreachable
from widget.alerts.delivery import LATE_S, MOST_TRIES, RETRY_S, Outcome, Sender
from widget.alerts.mail import composed, mail_server, send
from widget.alerts.receivers import Receivers, SecretMaker, receivers_typed
from widget.alerts.webhook import Undelivered, signature
from widget.domain.article import resolve_for
from widget.domain.errors import Stale
from widget.domain.model import MAX_CHOICES, REACTIONS, Choice, Poll, Site
from widget.domain.page import Page
from widget.services.alerts.check import AngerCheck
from widget.services.alerts.dispatch import Dispatcher
from widget.services.alerts.morning import MorningMail
from widget.services.alerts.scheduler import Scheduler
from widget.services.figures.baseline import Baseline
from widget.services.figures.wiring import open_figures
from widget.services.tone import SiteTone
from widget.store import keys
from widget.store.alerts.outbox import CLAIM_S, LISTED, MOST_A_DAY, ONCE_S, Outbox
from widget.store.alerts.receivers import ReceiverBook
from widget.store.connect import Connection
from widget.store.desk.site_desk import SiteDesk
from widget.store.figures.headlines import Pages
from widget.store.figures.trends import Trends
from widget.store.reactions.bulk import BulkCasts
from widget.store.reactions.votes import Cast, Voter
from widget.store.sites import Sites, version_of

ORIGIN = "https://news.example"
SITE = Site(
    "news",
    "The News",
    (ORIGIN,),
    polls={"q": Poll("Which?", tuple(Choice(f"c{i}", f"C{i}", "x") for i in range(7)))},
)
LIKE, ANGRY = 1, 5
MESSAGE = event.test("msg_1", SITE, settings_url="https://desk.example/", now_s=NOW_S)
KEYS = SecretMaker(b"k" * 32)

FORKING = """
import os, sys, threading
from widget.services.alerts.scheduler import Scheduler

def count():
    print([thread.name for thread in threading.enumerate()].count("alerts"), flush=True)

Scheduler(*[None] * 6, every_s=int(sys.argv[1])).start()
count()
if not os.fork():
    count()
    os._exit(0)
os.wait()
"""


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate.made_in(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def receiver(certificate: Certificate) -> Iterator[Hooks]:
    with hooks(certificate) as taken:
        yield taken


@pytest.fixture
def egress(certificate: Certificate) -> EgressPolicy:
    return outward_to_tests(certificate.cert)


class Clock:
    now_s = NOW_S

    def __call__(self) -> float:
        return float(self.now_s)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def book(connection: Connection) -> ReceiverBook:
    return ReceiverBook(connection)


@pytest.fixture
def outbox(connection: Connection) -> Outbox:
    return Outbox(connection)


@dataclass(frozen=True)
class Process:
    """The alerts of one worker process."""

    sites: Sites
    scheduler: Scheduler
    check: AngerCheck
    dispatcher: Dispatcher


@pytest.fixture
def process(
    connection: Connection, book: ReceiverBook, outbox: Outbox, egress: EgressPolicy, clock: Clock
) -> Process:
    """Make a process on a site with a baseline: 40 of 1,000 Angry in City, a day ago."""
    home = Site("home", "Readback", ("http://127.0.0.1:8000",))
    sites = Sites(connection, home)
    sites.add(SITE)
    cast(connection, "old", 960, LIKE, ago_s=86400)
    cast(connection, "old-2", 40, ANGRY, ago_s=86400)
    return new_process(connection, Sites(connection, home), egress, clock)


def new_process(
    connection: Connection, sites: Sites, egress: EgressPolicy, clock: Clock
) -> Process:
    trends, outbox = Trends(connection), Outbox(connection)
    check = AngerCheck(
        trends,
        Baseline(trends),
        Pages(connection),
        outbox,
        public_url="https://desk.example",
        clock=clock,
    )
    dispatcher = Dispatcher(outbox, Sender(egress, KEYS, None, ""), clock)
    figures = open_figures(connection, SiteTone(connection))
    morning = MorningMail(
        figures.overviews,
        figures.todos,
        SiteDesk(connection),
        outbox,
        public_url="https://desk.example",
        clock=clock,
    )
    book = ReceiverBook(connection)
    scheduler = Scheduler(sites, book, outbox, check, morning, dispatcher, every_s=60)
    return Process(sites, scheduler, check, dispatcher)


def cast(
    connection: Connection,
    name: str,
    votes: int,
    choice: int,
    *,
    ago_s: int = 0,
    poll: str = "",
    title: str = "A story",
) -> str:
    article = resolve_for(SITE, name, poll)
    start = int.from_bytes(f"{name}{choice}{ago_s}".encode()[-4:], "big") << 20
    with BulkCasts(connection) as casts:
        for number in range(votes):
            voter = Voter((start + number).to_bytes(8, "big"))
            page = Page(title, "City", url=f"{ORIGIN}/{name}")
            vote = Cast(1, choice, NOW_S - ago_s, MAX_CHOICES, page=page, origin=ORIGIN)
            casts.cast(SITE, article, voter, vote)
    return article.id


def set_webhook(book: ReceiverBook, receiver: Hooks) -> Receivers:
    """Make the tests' receiver the site's webhook."""
    _, version = book.of("news")
    receivers = receivers_typed({"webhook": receiver.url}, Receivers())
    book.put("news", receivers, version=version)
    return receivers


def end_lease(connection: Connection) -> None:
    """Let the lease of the last minute end."""
    connection.client.delete(keys.watch())


def test_50_votes_in_an_hour_send_one_alert_and_49_send_none(
    connection: Connection, book: ReceiverBook, outbox: Outbox, process: Process, receiver: Hooks
) -> None:
    receivers = set_webhook(book, receiver)
    article_id = cast(connection, "story", 49, ANGRY, title="Fees <b>up</b>")
    process.scheduler.run_once()
    assert receiver.requests == [] and outbox.latest("news") == []
    cast(connection, "story", 50, ANGRY)
    end_lease(connection)
    process.scheduler.run_once()
    [(path, headers, body)] = receiver.requests
    assert path == "/in?for=us" and headers["host"].startswith(HOST)
    assert headers["content-type"] == "application/json"
    secret = KEYS.secret("news", receivers.salt)
    at_s = int(headers["webhook-timestamp"])
    assert at_s == NOW_S
    signed = signature(secret, headers["webhook-id"], at_s, body)
    assert headers["webhook-signature"] == signed
    said = json.loads(body)
    assert said["type"] == "article.angry" and said["timestamp"] == "2025-11-12T08:00:00Z"
    assert said["data"]["article"] == {
        "id": article_id,
        "title": "Fees <b>up</b>",
        "url": f"{ORIGIN}/story",
        "section": "City",
        "desk_url": f"https://desk.example/desk/news/articles/{article_id}",
    }
    hour, usual = said["data"]["hour"], said["data"]["usual"]
    assert (hour["votes"], hour["angry"], hour["share"]) == (50, 50, 1.0)
    assert (usual["votes"], usual["angry"], usual["section"]) == (1000, 40, "City")
    assert said["data"]["times_usual"] == 25
    cast(connection, "story", 90, ANGRY)
    end_lease(connection)
    process.scheduler.run_once()
    assert len(receiver.requests) == 1
    [listed] = outbox.latest("news")
    assert (listed.state, listed.tries, listed.said) == ("sent", 1, "It answered 204.")


def test_votes_of_the_previous_hour_still_send_an_alert(
    connection: Connection, book: ReceiverBook, process: Process, receiver: Hooks, clock: Clock
) -> None:
    set_webhook(book, receiver)
    cast(connection, "story", 60, ANGRY)
    clock.now_s += 3600
    process.scheduler.run_once()
    assert len(receiver.requests) == 1
    clock.now_s += 3600
    connection.client.delete(keys.alerted("news", resolve_for(SITE, "story").id))
    end_lease(connection)
    process.scheduler.run_once()
    assert len(receiver.requests) == 1  # two hours ago is too late


@pytest.mark.parametrize("why", ["usual", "poll", "retired", "unwatched", "no usual"])
def test_no_alert_without_unusual_anger_or_a_receiver(
    connection: Connection,
    book: ReceiverBook,
    outbox: Outbox,
    process: Process,
    receiver: Hooks,
    why: str,
) -> None:
    if why != "unwatched":
        set_webhook(book, receiver)
    if why == "usual":
        cast(connection, "story", 100, LIKE)
    if why == "no usual":
        connection.client.flushall()
        set_webhook(book, receiver)
        connection.client.hset(keys.sites(), "news", '{"key":"news","name":"n","origins":[]}')
    if why == "retired":
        calm = Poll("?", tuple(c for c in REACTIONS.choices if c.key != "angry"))
        version = version_of(process.sites.fresh("news"))
        process.sites.change("news", version, lambda site: replace(site, reactions=calm))
    cast(connection, "story", 10 if why == "usual" else 90, ANGRY, poll="q" * (why == "poll"))
    process.scheduler.run_once()
    assert outbox.latest("news") == [] and receiver.requests == []


def test_a_site_gets_a_limited_number_of_alerts_a_day(
    connection: Connection,
    book: ReceiverBook,
    outbox: Outbox,
    process: Process,
    receiver: Hooks,
    clock: Clock,
) -> None:
    set_webhook(book, receiver)
    for number in range(MOST_A_DAY + 2):
        cast(connection, f"s{number}", 60, ANGRY)
    process.scheduler.run_once()
    assert len(receiver.requests) == MOST_A_DAY
    end_lease(connection)
    process.scheduler.run_once()
    assert len(receiver.requests) == MOST_A_DAY


def test_many_processes_that_check_at_once_send_one_alert(
    connection: Connection,
    book: ReceiverBook,
    process: Process,
    receiver: Hooks,
    egress: EgressPolicy,
    clock: Clock,
) -> None:
    set_webhook(book, receiver)
    cast(connection, "story", 60, ANGRY)
    processes = [new_process(connection, process.sites, egress, clock) for _ in range(8)]
    receivers, _ = book.of("news")

    def run(each: Process) -> None:
        each.check.run(SITE, receivers)  # without a lease: the store still decides
        each.dispatcher.deliver(SITE, receivers)

    threads = [threading.Thread(target=run, args=(each,)) for each in processes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receiver.requests) == 1


def test_one_process_gets_the_lease_for_a_minute(outbox: Outbox, connection: Connection) -> None:
    assert [outbox.may_look(every_s=60) for _ in range(3)] == [True, False, False]
    assert 50_000 < connection.client.pttl(keys.watch()) <= 54_000


@pytest.mark.parametrize(("every_s", "threads"), [(3600, "1\n1\n"), (0, "0\n0\n")])
def test_a_process_and_its_forks_check_unless_the_setting_is_0(every_s: int, threads: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FORKING, str(every_s)], capture_output=True, text=True, check=True
    )
    assert done.stdout == threads


def test_a_failed_delivery_is_retried_with_growing_delays_then_given_up(
    connection: Connection,
    book: ReceiverBook,
    outbox: Outbox,
    process: Process,
    receiver: Hooks,
    clock: Clock,
) -> None:
    receivers = set_webhook(book, receiver)
    receiver.answers = [500]
    cast(connection, "story", 60, ANGRY)
    process.scheduler.run_once()
    for tries, wait_s in enumerate(RETRY_S, start=1):
        assert len(receiver.requests) == tries
        [listed] = outbox.latest("news")
        assert (listed.state, listed.said) == ("waiting", "It answered 500.")
        clock.now_s += wait_s - 1
        process.dispatcher.deliver(SITE, receivers)
        assert len(receiver.requests) == tries
        clock.now_s += 1
        process.dispatcher.deliver(SITE, receivers)
    assert len(receiver.requests) == MOST_TRIES
    assert outbox.latest("news")[0].state == "given up"
    clock.now_s += LATE_S
    process.dispatcher.deliver(SITE, receivers)
    assert len(receiver.requests) == MOST_TRIES
    assert connection.client.zcard(keys.alerts_due("news")) == 0
    ids = {headers["webhook-id"] for _, headers, _ in receiver.requests}
    assert len(ids) == 1, "a receiver knows a repeat by its id"


def test_a_receiver_that_recovers_gets_the_alert(
    connection: Connection,
    book: ReceiverBook,
    outbox: Outbox,
    process: Process,
    receiver: Hooks,
    clock: Clock,
) -> None:
    receivers = set_webhook(book, receiver)
    receiver.answers = [503, 200]
    cast(connection, "story", 60, ANGRY)
    process.scheduler.run_once()
    clock.now_s += RETRY_S[0]
    process.dispatcher.deliver(SITE, receivers)
    [listed] = outbox.latest("news")
    assert (listed.state, listed.tries) == ("sent", 2)


def test_another_process_takes_over_an_expired_claim_and_a_late_report_changes_nothing(
    connection: Connection,
    book: ReceiverBook,
    outbox: Outbox,
    process: Process,
    receiver: Hooks,
    clock: Clock,
) -> None:
    receivers = set_webhook(book, receiver)
    cast(connection, "story", 60, ANGRY)
    process.check.run(SITE, receivers)
    dead = outbox.claim("news", now_s=NOW_S)
    assert dead is not None and dead.tries == 1
    process.dispatcher.deliver(SITE, receivers)
    assert receiver.requests == []  # the claim still holds
    clock.now_s += CLAIM_S
    process.dispatcher.deliver(SITE, receivers)
    assert len(receiver.requests) == 1
    outbox.settle("news", dead, Outcome(False, "late"), next_s=NOW_S, now_s=NOW_S)
    [listed] = outbox.latest("news")
    assert (listed.state, listed.tries) == ("sent", 2)
    assert outbox.claim("news", now_s=clock.now_s + 10**6) is None


def test_a_delivery_that_kills_every_process_is_given_up(
    connection: Connection, book: ReceiverBook, outbox: Outbox, process: Process, receiver: Hooks
) -> None:
    receivers = set_webhook(book, receiver)
    cast(connection, "story", 60, ANGRY)
    process.check.run(SITE, receivers)
    for number in range(MOST_TRIES):
        assert outbox.claim("news", now_s=NOW_S + number * CLAIM_S) is not None
    assert outbox.claim("news", now_s=NOW_S + MOST_TRIES * CLAIM_S) is None
    assert outbox.latest("news")[0].state == "given up"


def test_an_alert_whose_receiver_was_removed_is_given_up(
    book: ReceiverBook, outbox: Outbox, connection: Connection, process: Process, receiver: Hooks
) -> None:
    receivers = set_webhook(book, receiver)
    cast(connection, "story", 60, ANGRY)
    process.check.run(SITE, receivers)
    process.dispatcher.deliver(SITE, Receivers())
    [listed] = outbox.latest("news")
    assert listed.state == "given up" and receiver.requests == []


def test_a_change_of_receivers_never_overwrites_another_admins(book: ReceiverBook) -> None:
    _, version = book.of("news")
    mine = receivers_typed({"mails": "a@x.example"}, Receivers())
    book.put("news", mine, version=version)
    with pytest.raises(Stale):
        book.put("news", Receivers(), version=version)
    assert book.all() == {"news": mine}
    book.put("news", Receivers(), version=book.of("news")[1])
    assert book.all() == {}


def test_every_key_of_an_alert_expires_or_is_bounded(
    connection: Connection, book: ReceiverBook, outbox: Outbox, process: Process, receiver: Hooks
) -> None:
    set_webhook(book, receiver)
    cast(connection, "story", 60, ANGRY)
    process.scheduler.run_once()
    lives = {
        key.decode().rpartition(":alerts}:")[2].partition(":")[0]: connection.client.ttl(key)
        for key in connection.client.scan_iter("rb:{news:alerts}:*")
    }
    assert lives.pop("log") == -1 and set(lives) == {"once", "day", "d"}
    assert 0 < lives["once"] <= ONCE_S and all(ttl > 0 for ttl in lives.values())
    for number in range(LISTED + 5):
        outbox.keep_test(
            "news",
            replace(MESSAGE, id=f"msg_{number}"),
            "mail",
            Outcome(True, "ok"),
            now_s=NOW_S + number,
        )
    assert len(outbox.latest("news")) == LISTED


# One request to a webhook.


def post(egress: EgressPolicy, url: str, limit_s: float = 5.0) -> Any:
    return webhook.post(url, [b"s" * 32], MESSAGE, egress, now_s=NOW_S, limit_s=limit_s)


def test_a_redirect_is_not_followed(egress: EgressPolicy, receiver: Hooks) -> None:
    receiver.answers = [302]
    assert post(egress, receiver.url) == 302
    assert [path for path, _, _ in receiver.requests] == ["/in?for=us"]
    outcome = Sender(egress, KEYS, None, "").send(
        SITE, Receivers(webhook=receiver.url, salt="aa"), "webhook", MESSAGE, now_s=NOW_S
    )
    assert not outcome.arrived and "not followed" in outcome.detail


@pytest.mark.parametrize(
    ("how", "limit_s", "said"),
    [("mute", 0.3, "within"), ("drip", 0.3, "within"), ("flood", 5, "valid HTTP")],
)
def test_a_receiver_that_does_not_finish_is_disconnected(
    egress: EgressPolicy, receiver: Hooks, how: str, limit_s: float, said: str
) -> None:
    receiver.answers = [how]
    with pytest.raises(Undelivered, match=said):
        post(egress, receiver.url, limit_s)
    if how != "mute":
        assert receiver.ended.wait(20), "the connection was closed"


def test_a_server_without_a_handshake_is_disconnected(egress: EgressPolicy) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://{HOST}:{silent.getsockname()[1]}/"
        with pytest.raises(Undelivered, match=r"within 0\.2 seconds"):
            post(egress, url, 0.2)


def test_a_refused_connection_is_reported_without_its_reason(egress: EgressPolicy) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(Undelivered, match="did not answer"):
        post(egress, f"https://{HOST}:{port}/")


def test_a_certificate_for_another_name_is_refused(egress: EgressPolicy, receiver: Hooks) -> None:
    moved = replace(egress, resolve=lambda host, port: ["127.0.0.1"])
    with pytest.raises(Undelivered, match=r"not valid for other\.example"):
        post(moved, receiver.url.replace(HOST, "other.example"))
    with pytest.raises(Undelivered, match="not valid"):
        post(replace(egress, tls=EgressPolicy().tls), receiver.url)
    assert receiver.requests == []


def test_a_name_is_resolved_once_so_it_cannot_change_after_the_check(
    egress: EgressPolicy, receiver: Hooks
) -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    rebinding = replace(egress, resolve=lambda host, port: next(answers))
    assert post(rebinding, receiver.url) == 204
    with pytest.raises(Unreachable):
        post(rebinding, receiver.url)
    assert len(receiver.requests) == 1


def test_the_default_egress_policy_does_not_reach_this_machine(
    egress: EgressPolicy, receiver: Hooks
) -> None:
    usual_way = EgressPolicy(resolve=egress.resolve)
    with pytest.raises(Unreachable):
        post(usual_way, receiver.url)
    assert receiver.requests == []


def test_both_secrets_sign_during_a_rotation(egress: EgressPolicy, receiver: Hooks) -> None:
    webhook.post(receiver.url, [b"n" * 32, b"o" * 32], MESSAGE, egress, now_s=NOW_S)
    [(_, headers, body)] = receiver.requests
    signed = [signature(secret * 32, "msg_1", NOW_S, body) for secret in (b"n", b"o")]
    assert headers["webhook-signature"].split() == signed


# Mail.


def test_a_mail_reaches_every_recipient_that_the_server_accepts(egress: EgressPolicy) -> None:
    with mails() as post_office:
        post_office.refused.add("gone@news.example")
        server = mail_server(f"smtp://127.0.0.1:{post_office.port}")
        people = ["desk@news.example", "gone@news.example"]
        said = send(server, "rb@news.example", people, MESSAGE, egress.tls)
        assert said == "The mail server accepted it for 1 of 2."
        [(sender, recipients, text)] = post_office.mails
        assert (sender, recipients) == ("rb@news.example", ["desk@news.example"])
        assert "Message-ID: <msg_1@news.example>" in text and "Alerts from The News" in text
        with pytest.raises(Undelivered, match="every recipient"):
            send(server, "rb@news.example", people[1:], MESSAGE, egress.tls)


def test_user_and_password_are_sent_only_over_tls(
    certificate: Certificate, egress: EgressPolicy, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mails(certificate) as post_office:
        # The certificate is for the name, and the name resolves to this machine.
        def here(address: str, *rest: Any, **more: Any) -> Any:
            return connect(("127.0.0.1", address[1]), *rest, **more)

        connect = socket.create_connection
        monkeypatch.setattr(socket, "create_connection", here)
        server = mail_server(f"smtps://us%40x:p%2Fw@{HOST}:{post_office.port}")
        send(server, "rb@news.example", ["a@news.example"], MESSAGE, egress.tls)
        assert post_office.users == [b"\0us@x\0p/w"] and len(post_office.mails) == 1
    with mails() as plain:
        server = mail_server(f"smtp://us:pw@{HOST}:{plain.port}")
        with pytest.raises(Undelivered):
            send(server, "rb@news.example", ["a@news.example"], MESSAGE, egress.tls)
        assert plain.users == [] and plain.mails == []


def test_a_title_cannot_add_a_mail_header(
    connection: Connection, book: ReceiverBook, process: Process, receiver: Hooks
) -> None:
    nasty = "Up\r\nBcc: all@x.example\u2028Subject: no"
    article_id = cast(connection, "story", 60, ANGRY, title=nasty)
    set_webhook(book, receiver)
    process.scheduler.run_once()
    kept = Outbox(connection).latest("news")[0].message
    mail = composed(kept, "rb@news.example", ["a@news.example"])
    assert mail["Bcc"] is None and "\n" not in mail["Subject"] and article_id in kept.text
    with pytest.raises(ValueError, match=r"header|linefeed"):
        composed(replace(kept, subject=nasty), "rb@news.example", ["a@news.example"])


def test_the_example_in_the_docs_verifies_a_real_alert(
    root: Path, egress: EgressPolicy, receiver: Hooks
) -> None:
    text = (root / "docs" / "desk.md").read_text()
    code = text.partition("```python\n")[2].partition("```")[0]
    example: dict[str, Any] = {}
    exec(code, example)
    verified = example["verified"]
    raw = KEYS.shown("news", Receivers(salt="aa"))
    secret = b64decode(raw.removeprefix("whsec_"))
    webhook.post(receiver.url, [b"o" * 32, secret], MESSAGE, egress, now_s=NOW_S)
    [(_, headers, body)] = receiver.requests
    assert verified(raw, headers, body, now_s=NOW_S) == json.loads(body)
    for wrong in (
        {"body": body + b" "},
        {"now_s": NOW_S + 301},
        {"now_s": NOW_S - 301},
        {"headers": {**headers, "webhook-id": "msg_2"}},
        {"headers": {**headers, "webhook-signature": "v1,AAAA v2,x"}},
    ):
        asked = {"headers": headers, "body": body, "now_s": NOW_S, **wrong}
        assert verified(raw, asked["headers"], asked["body"], now_s=asked["now_s"]) is None
