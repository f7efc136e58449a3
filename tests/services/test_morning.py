"""The morning mail: once for each hour it is due, whoever checks, late or not at all."""

import threading
from dataclasses import replace

import pytest

from tests.conftest import NOW_S
from widget.alerts.receivers import Receivers
from widget.domain.article import resolve_for
from widget.domain.model import MAX_CHOICES, Site
from widget.domain.morning.schedule import Schedule
from widget.domain.page import Page
from widget.services.alerts.morning import MorningMail
from widget.services.figures.wiring import open_figures
from widget.services.tone import SiteTone
from widget.store.alerts.outbox import Outbox
from widget.store.connect import Connection
from widget.store.desk.site_desk import SiteDesk
from widget.store.reactions.bulk import BulkCasts
from widget.store.reactions.votes import Cast, Voter

# NOW_S is Wednesday, 12 November 2025, 08:00 UTC: nine o'clock in Berlin.
SITE = Site("news", "The News", ("https://news.example",), time_zone="Europe/Berlin")
MAILS = Receivers(mails=("desk@news.example",))
DAILY = Schedule("daily", hour=9)


class Clock:
    now_s = NOW_S

    def __call__(self) -> float:
        return float(self.now_s)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def worker(connection: Connection, clock: Clock) -> MorningMail:
    figures, desk = open_figures(connection, SiteTone(connection)), SiteDesk(connection)
    return MorningMail(
        figures.overviews,
        figures.todos,
        desk,
        Outbox(connection),
        public_url="https://desk.example",
        clock=clock,
    )


def cast(connection: Connection, votes: int, *, ago_s: int) -> str:
    article = resolve_for(SITE, "story", "")
    with BulkCasts(connection) as casts:
        for number in range(votes):
            page = Page("Fees\u202e <b>up</b>", "City", url="https://news.example/story")
            vote = Cast(1, 1, NOW_S - ago_s, MAX_CHOICES, page=page, origin="https://news.example")
            casts.cast(SITE, article, Voter(number.to_bytes(8, "big")), vote)
    return article.id


def test_two_workers_and_many_checks_make_one_mail_about_yesterday(
    connection: Connection, clock: Clock
) -> None:
    article_id = cast(connection, 40, ago_s=86400)
    SiteDesk(connection).set_morning("news", DAILY)
    workers = [worker(connection, clock) for _ in range(2)]
    threads = [threading.Thread(target=each.run, args=(SITE, MAILS)) for each in workers * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [listed] = Outbox(connection).latest("news")
    assert listed.channel == "mail"
    assert listed.message.subject == "The News, 2025-11-11"
    text = listed.message.text
    assert text.startswith(
        "Readers reacted 40 times.\nhttps://desk.example/desk/news/articles?from="
    )
    assert f"https://desk.example/desk/news/articles/{article_id}\n" in text
    assert "100 % Like, out of 40 votes." in text
    assert "https://desk.example/desk/news/settings/alerts/" in text
    assert "\u202e" not in text and "Fees <b>up</b>” moved them most" in text


def test_the_next_day_has_its_own_mail_and_the_hour_before_has_none(
    connection: Connection, clock: Clock
) -> None:
    desk, outbox, one = SiteDesk(connection), Outbox(connection), worker(connection, clock)
    desk.set_morning("news", DAILY)
    for now_s, mails in (
        (NOW_S - 1, 0),
        (NOW_S, 1),
        (NOW_S + 3600, 1),
        (NOW_S + 86399, 1),
        (NOW_S + 86400, 2),
    ):
        clock.now_s = now_s
        one.run(SITE, MAILS)
        assert len(outbox.latest("news")) == mails, now_s


@pytest.mark.parametrize(
    ("late_s", "mails"), [(4 * 3600 - 1, 1), (4 * 3600, 0)], ids=["sent late", "left out"]
)
def test_an_hour_that_no_server_was_up_for_is_sent_once_or_left_out(
    connection: Connection, clock: Clock, late_s: int, mails: int
) -> None:
    SiteDesk(connection).set_morning("news", DAILY)
    clock.now_s = NOW_S + late_s
    for _ in range(2):
        worker(connection, clock).run(SITE, MAILS)
    assert len(Outbox(connection).latest("news")) == mails


def test_without_a_schedule_or_an_address_there_is_no_mail(
    connection: Connection, clock: Clock
) -> None:
    one, outbox = worker(connection, clock), Outbox(connection)
    one.run(SITE, MAILS)
    SiteDesk(connection).set_morning("news", DAILY)
    one.run(SITE, Receivers(webhook="https://hooks.example/in", salt="x"))
    assert outbox.latest("news") == []
    SiteDesk(connection).set_morning("news", replace(DAILY, since_s=NOW_S))
    one.run(SITE, MAILS)  # set at this very time: the next one is tomorrow's
    assert outbox.latest("news") == []


def test_a_mail_is_in_the_sites_language_and_takes_no_alert(
    connection: Connection, clock: Clock
) -> None:
    SiteDesk(connection).set_morning("news", replace(DAILY, lang="de"))
    worker(connection, clock).run(SITE, MAILS)
    [listed] = Outbox(connection).latest("news")
    assert listed.message.subject == "The News, 11.11.2025"
    assert "In dieser Zeit hat noch niemand reagiert." in listed.message.text
    assert connection.client.keys("rb:{news:alerts}:day:*") == []
