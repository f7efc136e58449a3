"""When the morning mail is due, on ordinary days and on those of 23 and 25 hours."""

from datetime import UTC, date, datetime

import pytest

from widget.domain.forms.problems import InvalidForm
from widget.domain.morning.schedule import LATE_S, Schedule, schedule_typed
from widget.domain.zones import UTC_ZONE, Zone

BERLIN = Zone("Europe/Berlin")
DAILY = Schedule("daily", hour=7)
WEEKLY = Schedule("weekly", weekday=0, hour=7)


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("schedule", "now", "due"),
    [
        (DAILY, "2026-11-25T05:59:59", None),  # 06:59:59 in Berlin; yesterday's is 23 hours late
        (DAILY, "2026-11-25T06:00:00", "2026-11-25T06:00:00"),
        (DAILY, "2026-11-25T09:59:59", "2026-11-25T06:00:00"),  # a server that was down sends late
        (DAILY, "2026-11-25T10:00:00", None),  # too late: it would be read as this evening's
        (WEEKLY, "2026-11-23T06:00:00", "2026-11-23T06:00:00"),  # a Monday
        (WEEKLY, "2026-11-24T06:00:00", None),
        (Schedule(), "2026-11-23T06:00:00", None),
        # 29 March has 23 hours: there is no 02:30, so two o'clock is three o'clock.
        (Schedule("daily", hour=2), "2026-03-29T00:59:59", None),
        (Schedule("daily", hour=2), "2026-03-29T01:00:00", "2026-03-29T01:00:00"),
        (Schedule("daily", hour=3), "2026-03-29T01:00:00", "2026-03-29T01:00:00"),
        # 25 October has 25 hours: two o'clock comes twice, and the first one counts.
        (Schedule("daily", hour=2), "2026-10-25T00:00:00", "2026-10-25T00:00:00"),
        (Schedule("daily", hour=2), "2026-10-25T01:00:00", "2026-10-25T00:00:00"),
        (DAILY, "2026-10-25T06:00:00", "2026-10-25T06:00:00"),
        # One late in the evening is due until early on the next day.
        (Schedule("daily", hour=23), "2026-11-26T01:00:00", "2026-11-25T22:00:00"),
    ],
)
def test_a_mail_is_due_at_the_hour_of_the_sites_clock(
    schedule: Schedule, now: str, due: str | None
) -> None:
    assert schedule.due_s(at(now), BERLIN) == (at(due) if due else None)


def test_no_mail_is_due_for_a_time_before_it_was_set() -> None:
    set_late = Schedule("daily", hour=7, since_s=at("2026-11-25T08:00:00"))
    assert set_late.due_s(at("2026-11-25T09:00:00"), UTC_ZONE) is None
    assert set_late.due_s(at("2026-11-26T07:00:00"), UTC_ZONE) == at("2026-11-26T07:00:00")


def test_every_hour_of_a_year_has_its_mail_once() -> None:
    """Also those of the two days on which the clock is changed."""
    seen = set()
    start = at("2026-01-01T00:00:00")
    for minute in range(0, 365 * 24 * 60, 30):
        due = Schedule("daily", hour=2).due_s(start + minute * 60, BERLIN)
        if due:
            seen.add(due)
            assert 0 <= start + minute * 60 - due < LATE_S
    assert len(seen) == 365


def test_a_mail_is_about_yesterday_or_the_week_up_to_it() -> None:
    due = at("2026-11-23T06:00:00")
    assert DAILY.days(due, BERLIN) == (date(2026, 11, 22), date(2026, 11, 22))
    assert WEEKLY.days(due, BERLIN) == (date(2026, 11, 16), date(2026, 11, 22))


def test_the_form_names_every_wrong_field() -> None:
    with pytest.raises(InvalidForm) as refused:
        schedule_typed({"rhythm": "hourly", "weekday": "7", "hour": "²", "lang": "xx"}, now_s=0)
    assert set(refused.value.problems) == {"rhythm", "weekday", "hour", "lang"}
    typed = {"rhythm": "weekly", "weekday": "4", "hour": "18", "lang": "de"}
    assert schedule_typed(typed, now_s=9) == Schedule("weekly", 4, 18, "de", 9)
