"""A site's own days over HTTP, with a pinned clock: a vote in every hour of UTC, and days of 23, 24
and 25 hours.

Each page, table and mail has as many votes of the day as the day has hours.
"""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from widget.alerts.event import Message
from widget.alerts.receivers import Receivers
from widget.domain import clock
from widget.domain.article import resolve_for
from widget.domain.editors.editor import Editor, Role
from widget.domain.model import MAX_CHOICES, Site
from widget.domain.morning.schedule import Schedule
from widget.domain.zones import Zone, day_number, day_text
from widget.secrets import new_secrets_file
from widget.services.alerts.morning import MorningMail
from widget.services.figures.wiring import open_figures
from widget.services.tone import SiteTone
from widget.settings import Settings
from widget.store.alerts.outbox import Outbox
from widget.store.connect import Connection
from widget.store.desk.editors import Editors
from widget.store.desk.sessions import Sessions
from widget.store.desk.site_desk import SiteDesk
from widget.store.embedded import EmbeddedStore
from widget.store.reactions.bulk import BulkCasts
from widget.store.reactions.votes import Cast, Voter
from widget.web.application import create_app

SITE = Site("news", "The News", ("https://news.example",))
MAILS = Receivers(mails=("desk@news.example",))
DAYS = [  # zone, day, its hours, its first hour as an export has it
    ("Europe/Berlin", "2026-10-25", 25, "2026-10-25T00:00+02:00"),
    ("America/Santiago", "2026-04-04", 25, "2026-04-04T00:00-03:00"),
    ("Africa/Cairo", "2026-04-24", 23, "2026-04-24T01:00+03:00"),  # 00:00 is skipped
    ("Asia/Kolkata", "2026-11-10", 24, "2026-11-09T23:30+05:30"),  # votes are by hours of UTC
]


@dataclass
class Desk:
    """The desk of the site, for one editor whose clock the test sets."""

    client: FlaskClient
    connection: Connection
    set_now: Callable[[float], None]

    def get(self, path: str = "", status: int = 200) -> Any:
        answer = self.client.get(f"/desk/news/{path}", base_url="http://localhost:8000")
        assert answer.status_code == status, answer.text
        return answer

    def tables(self, path: str) -> Any:
        return self.get(path).json["tables"]

    def save(self, **typed: str) -> Any:
        """Fill fields that the form of the time zone has, and press its button."""
        page = self.get("settings/").text
        form = page[page.index('action="/desk/news/settings/time-zone"') :]
        form = form.partition("</form>")[0]
        values = {
            name: unescape(value)
            for name, value in re.findall(r'name="(\w+)"\s+value="([^"]*)"', form)
        }
        assert set(typed) <= set(values)
        return self.client.post(
            "/desk/news/settings/time-zone",
            data=values | typed,
            headers={"Origin": "http://localhost:8000"},
            base_url="http://localhost:8000",
        )


@pytest.fixture
def desk(
    tmp_path: Path,
    redis_server: EmbeddedStore,
    connection: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> Desk:
    def set_now(at_s: float) -> None:
        monkeypatch.setattr(clock, "now", lambda: at_s)

    secrets = tmp_path / "secrets.json"
    new_secrets_file(secrets)
    env = {"READBACK_REDIS_URL": redis_server.url, "READBACK_SECRETS": str(secrets)}
    app = create_app(Settings.from_env(env))
    app.extensions["readback"].sites.add(SITE)
    set_now(at("Europe/Berlin", "2026-11-26T10:00"))
    client = app.test_client()
    Editors(connection).add(Editor("erin", roles={"news": Role.ADMIN}))
    session = Sessions(connection).begin("erin", epoch=0, agent="", now_s=int(clock.now()))
    client.set_cookie("readback-desk", session, domain="localhost")
    return Desk(client, connection, set_now)


def at(zone: str, text: str) -> int:
    return Zone(zone).seconds(datetime.fromisoformat(text))


def vote_every_hour(connection: Connection, around_s: int) -> str:
    """Vote once in each hour of UTC for two days around a time; return the story's id."""
    article = resolve_for(SITE, "story", "")
    with BulkCasts(connection) as casts:
        for number in range(96):
            at_s = around_s + (number - 48) * 3600
            vote = Cast(1, 1, at_s, MAX_CHOICES, origin="https://news.example")
            casts.cast(SITE, article, Voter(number.to_bytes(8, "big")), vote)
    return article.id


def morning_mail(desk: Desk, site: Site) -> Message:
    """Send the mail that is due by now, and return it."""
    SiteDesk(desk.connection).set_morning(site.key, Schedule("daily", hour=9))
    figures = open_figures(desk.connection, SiteTone(desk.connection))
    outbox = Outbox(desk.connection)
    mail = MorningMail(
        figures.overviews,
        figures.todos,
        SiteDesk(desk.connection),
        outbox,
        public_url="http://localhost:8000",
        clock=clock.now,
    )
    mail.run(site, MAILS)
    [sent] = outbox.latest(site.key)
    return sent.message


@pytest.mark.parametrize(("zone", "day", "hours", "first"), DAYS)
def test_a_day_has_its_own_hours_on_pages_in_tables_and_in_the_mail(
    desk: Desk, zone: str, day: str, hours: int, first: str
) -> None:
    article = vote_every_hour(desk.connection, at(zone, f"{day}T12:00"))
    assert desk.save(time_zone=zone).status_code == 303
    desk.set_now(at(zone, f"{day_text(day_number(day) + 1)}T09:30"))
    query = f"from={day}&to={day}"

    page = desk.get(f"?{query}").text
    assert re.search(rf'data-count="{hours}"', page) and f"{zone.rpartition('/')[2]} time" in page
    table = desk.tables(f"?{query}&format=json")["trend"]
    column = f"hour_{Zone(zone).slug}"
    assert [row["votes"] for row in table] == [1] * hours and table[0][column] == first
    assert len({row[column] for row in table}) == hours  # a repeated hour can be told apart
    lines = desk.get(f"?{query}&format=csv&table=trend").text.removeprefix("\ufeff")
    assert [row[column] for row in csv.DictReader(io.StringIO(lines))] == [
        row[column] for row in table
    ]
    days = desk.tables("?period=30d&format=json")["trend"]
    assert {row[f"day_{Zone(zone).slug}"]: row["votes"] for row in days}[day] == hours
    listed = desk.tables(f"articles?{query}&format=json")["articles"]
    assert [row["votes"] for row in listed] == [hours]
    story = desk.tables(f"articles/{article}?format=json")["trend"]
    assert sum(row[column].startswith(day) for row in story) in (
        hours,
        24,
    )  # Kolkata's are by clock

    sent = morning_mail(desk, replace(SITE, time_zone=zone))
    assert sent.subject == f"The News, {day}"
    assert sent.text.startswith(f"{hours} reactions")


def test_another_zone_moves_votes_to_other_days_and_loses_none(desk: Desk) -> None:
    vote_every_hour(desk.connection, at("UTC", "2026-11-10T12:00"))
    desk.set_now(at("UTC", "2026-11-14T12:00"))

    def days() -> list[int]:
        rows = desk.tables("?from=2026-11-07&to=2026-11-13&format=json&scale=count")["trend"]
        return [row["votes"] for row in rows]

    assert days().count(1) == 96
    for zone in ("Pacific/Kiritimati", "Asia/Kolkata", "America/Santiago", "UTC"):
        assert desk.save(time_zone=zone.lower()).status_code == 303
        assert sum(days()) == 96
        month = desk.tables("?from=2026-11-01&to=2026-11-13&format=json")["trend"]
        first = day_number("2026-11-01")
        assert [row["votes"] for row in month] == [
            sum(
                Zone(zone).day_of_hour(at("UTC", "2026-11-08T12:00") // 3600 + n) == first + day
                for n in range(96)
            )
            for day in range(13)
        ]
    log = desk.get("audit").text
    assert log.count("changed settings") == 4 and "time zone: Pacific/Kiritimati" in log


def test_a_zone_that_is_none_is_refused_at_its_field_with_what_was_typed(desk: Desk) -> None:
    for typed in ("Europe", "Atlantis", "../etc/passwd", "CET\0", "x" * 400, "<b>"):
        answer = desk.save(time_zone=typed)
        assert answer.status_code == 422, typed
        assert "There is no such time zone. Type a name such as Europe/Berlin" in answer.text
        form = answer.text.partition('id="zone-title"')[2].partition("</form>")[0]
        assert 'id="time_zone-problem"' in form and "<b>" not in form
    assert desk.get("?format=json").json["timezone"] == "UTC"


def test_a_wrong_period_is_explained_on_the_page_with_what_was_typed(desk: Desk) -> None:
    page = desk.get("?from=2026-02-10&to=2026-02-01", status=400).text
    assert "<nav" in page and 'role="alert"' in page and "Last 7 days" in page
    assert 'value="2026-02-10"' in page and 'value="2026-02-01"' in page
    for path in ("articles", "sections"):
        assert 'role="alert"' in desk.get(f"{path}?from=x", status=400).text
    told = desk.get("?from=x&format=json", status=400).json
    assert told["error"]["code"] == "bad_field"
