"""The alerts page of a site over HTTP, and alerts sent by real servers with two workers each."""

import json
import os
import re
import signal
import sys
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.desk import DeskBrowser, invited
from tests.support.receiver import Certificate, Hooks, Mails, hooks, mails
from tests.support.server import Answer, Serve, Server, nonce, wait_for
from widget.alerts.webhook import signature
from widget.domain.article import resolve_for
from widget.domain.model import MAX_CHOICES, Site
from widget.domain.page import Page
from widget.store.connect import Connection
from widget.store.embedded import socket_path
from widget.store.reactions.bulk import BulkCasts
from widget.store.reactions.votes import Cast, Voter

PAGE = "/desk/news/settings/alerts/"
LIKE, ANGRY = 1, 5


class AlertingServer(Server):
    """A server whose alerts reach the tests' receivers."""

    command = (
        sys.executable,
        "-m",
        "gunicorn",
        "-c",
        "gunicorn.conf.py",
        "tests.support.alerting_app:app",
    )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate.made_in(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def post_office() -> Iterator[Mails]:
    with mails() as taken:
        yield taken


@pytest.fixture(scope="module")
def alerting(module_serve: Serve, certificate: Certificate, post_office: Mails) -> AlertingServer:
    running = AlertingServer(
        module_serve.folder(),
        TEST_CERTIFICATE=str(certificate.cert),
        READBACK_ALERTS_S="1",
        READBACK_NEW_READERS="1000",
        READBACK_NEW_READERS_WIDE="1000",
        READBACK_SMTP_URL=f"smtp://127.0.0.1:{post_office.port}",
        READBACK_MAIL_FROM="readback@news.example",
    )
    return module_serve.start(running)


@pytest.fixture(scope="module")
def admin(alerting: AlertingServer) -> DeskBrowser:
    for key in ("news", "other"):
        alerting.prepare("site", "add", key, "--origin", f"https://{key}.example")
    return invited(alerting, "chief", "news:admin")


@pytest.fixture
def receiver(certificate: Certificate) -> Iterator[Hooks]:
    with hooks(certificate) as taken:
        yield taken


def until(condition: Callable[[], bool]) -> None:
    wait_for(condition, 120)  # a delivery that times out is retried after 60 s


def saved(admin: DeskBrowser, **fields: str) -> Answer:
    page = admin.get(PAGE).body.decode()
    [version] = re.findall(r'name="version" value="([^"]+)"', page)
    return admin.post(PAGE, version=version, **{"webhook": "", "mails": "", **fields})


def secret_in(answer: Answer) -> str:
    [secret] = re.findall(r"whsec_[A-Za-z0-9+/=]+", answer.body.decode())
    return str(secret)


@pytest.mark.parametrize(
    "webhook",
    [
        "http://hooks.example/",
        "https://10.0.0.1/",
        "https://[::1]/",
        "https://inner.example./",
        "https://167772161/",
        "javascript:alert(1)",
        "https://hooks.example/#x",
    ],
)
def test_an_unsafe_webhook_is_refused_and_nothing_is_stored(
    admin: DeskBrowser, webhook: str
) -> None:
    refused = saved(admin, webhook=webhook, mails="desk@news.example")
    assert refused.status == 422 and b'id="webhook-problem"' in refused.body
    assert b"desk@news.example" in refused.body, "what was typed is kept"
    assert b"desk@news.example" not in admin.get(PAGE).body


def test_a_secret_is_shown_once_replaced_and_signs_the_test(
    admin: DeskBrowser, receiver: Hooks, post_office: Mails
) -> None:
    made = saved(admin, webhook=receiver.url, mails="desk@news.example")
    assert made.status == 200
    first = secret_in(made)
    assert b"whsec_" not in admin.get(PAGE).body
    sent = admin.post(f"{PAGE}tests", PAGE)
    assert sent.status == 303
    shown = admin.get(PAGE).body.decode()
    assert "Webhook: the test arrived. It answered 204." in shown
    assert "Mail: the test arrived." in shown and shown.count("Arrived") == 2
    [(_, headers, body)] = receiver.requests
    assert json.loads(body)["type"] == "test"
    at_s = int(headers["webhook-timestamp"])
    assert headers["webhook-signature"] == signature(raw(first), headers["webhook-id"], at_s, body)
    assert [people for _, people, _ in post_office.mails] == [["desk@news.example"]]
    again = admin.post(f"{PAGE}tests", PAGE)
    assert again.status == 303 and b"sent a moment ago" in admin.get(PAGE).body
    assert len(receiver.requests) == 1
    second = secret_in(admin.post(f"{PAGE}secret", PAGE))
    assert second != first
    log = admin.get("/desk/news/audit").body
    assert b"replaced the secret of alerts" in log
    assert b"whsec_" not in log and b"for=us" not in log
    unchanged = saved(admin, webhook=receiver.url, mails="desk@news.example")
    assert unchanged.status == 303 and b"Nothing has changed" in admin.get(PAGE).body


def raw(secret: str) -> bytes:
    return b64decode(secret.removeprefix("whsec_"))


def test_two_admins_saving_at_once_see_each_others_changes(admin: DeskBrowser) -> None:
    saved(admin, mails="first@news.example")
    late = admin.post(PAGE, version="0" * 16, webhook="", mails="second@news.example")
    assert late.status == 409
    assert b"first@news.example" in late.body and b"second@news.example" in late.body
    assert b"second@news.example" not in admin.get(PAGE).body


def test_editors_and_admins_of_another_site_cannot_reach_the_alerts(
    alerting: AlertingServer, admin: DeskBrowser
) -> None:
    editor = invited(alerting, "ed", "news:editor")
    assert editor.get(PAGE).status == 403
    assert b"alerts" not in editor.get("/desk/news/settings/").body
    stranger = invited(alerting, "stranger", "other:admin")
    for path in (PAGE, f"{PAGE}tests", f"{PAGE}secret"):
        sent = stranger.post(path, "/desk/other/settings/alerts/", webhook="", mails="")
        assert sent.status == 404
        assert admin.get(path).status in (200, 405)
    assert DeskBrowser(alerting).get(PAGE).status == 303


def test_without_receivers_there_is_nothing_to_test_or_replace(admin: DeskBrowser) -> None:
    saved(admin)
    page = admin.get(PAGE).body
    assert b"Send a test" not in page and b"Replace the secret" not in page
    assert admin.post(f"{PAGE}tests", PAGE).status == 404
    assert admin.post(f"{PAGE}secret", PAGE).status == 404


def crowd(server: Server, name: str, votes: int, choice: int, *, ago_s: int = 0) -> None:
    """Cast votes directly in the store of this server."""
    connection = Connection(store_of(server), timeout_ms=5000)
    site = Site("news", "news", ("https://news.example",))
    with BulkCasts(connection) as casts:
        for number in range(votes):
            mark = f"{choice:02}{number:06}".encode()
            now_s = int(time.time()) - ago_s
            vote = Cast(1, choice, now_s, MAX_CHOICES, page=Page(name, "City"))
            casts.cast(site, resolve_for(site, name), Voter(mark), vote)
    connection.client.close()


def store_of(server: Server) -> str:
    return f"unix://{socket_path(server.data_dir)}"


def test_two_servers_on_one_store_send_one_alert_for_the_fiftieth_vote(
    alerting: AlertingServer,
    admin: DeskBrowser,
    receiver: Hooks,
    serve: Serve,
    certificate: Certificate,
    post_office: Mails,
) -> None:
    """The votes are real, four workers check for alerts, and one of them is killed."""
    crowd(alerting, "old", 960, LIKE, ago_s=86400)
    crowd(alerting, "older", 40, ANGRY, ago_s=86400)
    other = serve.start(
        AlertingServer(
            serve.folder(),
            TEST_CERTIFICATE=str(certificate.cert),
            READBACK_ALERTS_S="1",
            READBACK_REDIS_URL=store_of(alerting),
            READBACK_SECRETS=str(alerting.data_dir / "secrets.json"),
            READBACK_SMTP_URL=f"smtp://127.0.0.1:{post_office.port}",
            READBACK_MAIL_FROM="readback@news.example",
        )
    )
    post_office.mails.clear()
    saved(admin, webhook=receiver.url, mails="desk@news.example")
    for number in range(50):
        assert receiver.requests == [], f"after {number} votes"
        vote = {"site": "news", "article": "fees", "reaction": "angry", "nonce": nonce()}
        page = {"title": "Fees to rise", "section": "City"}
        assert alerting.react(origin="https://news.example", page=page, **vote).status == 200
    until(lambda: len(hooked(receiver)) == 1 and len(mailed(post_office)) == 1)
    assert json.loads(receiver.requests[0][2])["data"]["hour"]["angry"] == 50
    assert "Readers are angry: Fees to rise" in post_office.mails[0][2]
    [worker, *_] = workers_of(other)
    os.kill(worker, signal.SIGKILL)
    crowd(alerting, "rents", 60, ANGRY)
    until(lambda: len(hooked(receiver)) == 2 and len(mailed(post_office)) == 2)
    before = looks(alerting)
    until(lambda: looks(alerting) >= before + 3)
    assert len(hooked(receiver)) == len(mailed(post_office)) == 2
    shown = admin.get(PAGE).body.decode()
    assert shown.count("Readers are angry: Fees to rise") == 2 and "Gave up" not in shown


def hooked(receiver: Hooks) -> set[str]:
    """Return the ids of the alerts received. A retry after a late response has the same id."""
    return {headers["webhook-id"] for _, headers, _ in receiver.requests}


def mailed(post_office: Mails) -> set[str]:
    return {re.findall(r"^Subject: .*$", mail[2], re.M)[0] for mail in post_office.mails}


def looks(server: Server) -> int:
    """Return how often the watch has checked: each check reads two hours of every partition."""
    connection = Connection(store_of(server), timeout_ms=5000)
    stats = connection.client.info("commandstats")
    connection.client.close()
    return int(stats["cmdstat_zrangebyscore"]["calls"]) // 64


def workers_of(server: Server) -> list[int]:
    pid = server.process.pid
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
