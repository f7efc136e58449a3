"""Local days of whole hours of UTC."""

from datetime import UTC, datetime

import pytest

from widget.domain.figures.period import Period, period_from
from widget.domain.times import people_text
from widget.domain.zones import UTC_ZONE, Zone, day_number, zone, zone_names

BERLIN, LORD_HOWE = Zone("Europe/Berlin"), Zone("Australia/Lord_Howe")


def hour(text: str) -> int:
    """Return the hour of a time of UTC, such as 2026-03-28T23."""
    return int(datetime.fromisoformat(f"{text}:00").replace(tzinfo=UTC).timestamp()) // 3600


@pytest.mark.parametrize(
    ("name", "day", "begins", "hours"),
    [
        ("UTC", "2026-11-26", "2026-11-26T00", 24),
        ("Europe/Berlin", "2026-01-01", "2025-12-31T23", 24),
        ("Europe/Berlin", "2026-03-29", "2026-03-28T23", 23),
        ("Europe/Berlin", "2026-10-25", "2026-10-24T22", 25),
        ("America/New_York", "2026-12-31", "2026-12-31T05", 24),
        ("America/New_York", "2026-11-01", "2026-11-01T04", 25),
        # Votes are counted by hours of UTC: the hour that midnight is in belongs to the new day.
        ("Asia/Kathmandu", "2026-11-26", "2026-11-25T18", 24),
        ("Asia/Kolkata", "2026-11-26", "2026-11-25T18", 24),
        # The clock goes back and forward by half an hour.
        ("Australia/Lord_Howe", "2026-04-05", "2026-04-04T13", 24),
        ("Australia/Lord_Howe", "2026-04-06", "2026-04-05T13", 24),
        ("Australia/Lord_Howe", "2026-10-04", "2026-10-03T13", 24),
        # Midnight itself is skipped, so the day begins at one.
        ("Africa/Cairo", "2026-04-24", "2026-04-23T22", 23),
        # The clock goes back at the end of a day, or from one o'clock to midnight.
        ("America/Santiago", "2026-04-04", "2026-04-04T03", 25),
        ("America/Santiago", "2026-09-06", "2026-09-06T04", 23),
        ("Africa/Cairo", "2026-10-29", "2026-10-28T21", 25),
        ("America/Havana", "2026-11-01", "2026-11-01T04", 25),
        # A day that Samoa never had.
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10", 0),
    ],
)
def test_a_local_day_has_its_own_hours(name: str, day: str, begins: str, hours: int) -> None:
    found, number = Zone(name), day_number(day)
    assert found.first_hour(number) == hour(begins)
    assert found.first_hour(number + 1) - found.first_hour(number) == hours


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/New_York", "Asia/Kathmandu"])
def test_every_hour_is_in_one_day(name: str) -> None:
    found = Zone(name)
    for at in range(hour("2026-03-01T00"), hour("2026-04-10T00")):
        day = found.day_of_hour(at)
        assert found.first_hour(day) <= at < found.first_hour(day + 1)


def test_presets_are_local_days() -> None:
    now_s = hour("2026-11-25T23") * 3600 + 1800  # half past midnight in Berlin
    today = period_from("today", "", "", now_s=now_s, zone=BERLIN)
    assert (today.first_text, today.first_hour, today.end_hour) == (
        "2026-11-26",
        hour("2026-11-25T23"),
        hour("2026-11-26T00"),
    )
    assert period_from("today", "", "", now_s=now_s).first_text == "2026-11-25"


def test_the_same_hours_last_week_are_as_many_after_a_change_of_the_clock() -> None:
    now_s = hour("2026-10-28T09") * 3600  # ten in Berlin, three days after it went back
    week = period_from("7d", "", "", now_s=now_s, zone=BERLIN)
    assert len(week.day_bounds) == 8
    assert week.day_bounds[-1] - week.day_bounds[0] == 6 * 24 + 1 + 11
    assert week.before_hours == (hour("2026-10-14T22"), hour("2026-10-21T08"))


def test_a_period_that_is_over_is_compared_with_whole_days() -> None:
    now_s = hour("2026-11-26T08") * 3600
    sunday = period_from("", "2026-10-25", "2026-10-25", now_s=now_s, zone=BERLIN)
    assert sunday.over_hour - sunday.first_hour == 25
    assert sunday.before_hours == (hour("2026-10-23T22"), hour("2026-10-24T22"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("UTC", "31 Dec 2026, 23:30 UTC"),
        ("Europe/Berlin", "1 Jan 2027, 00:30 CET"),
        ("Asia/Kathmandu", "1 Jan 2027, 05:15 UTC+5:45"),
        ("America/Sao_Paulo", "31 Dec 2026, 20:30 UTC\u22123"),
    ],
)
def test_a_time_names_its_zone(name: str, expected: str) -> None:
    assert people_text(hour("2026-12-31T23") * 3600 + 1800, Zone(name)) == expected


def test_a_repeated_hour_can_be_told_apart() -> None:
    twice = [people_text(hour(f"2026-10-25T0{at}") * 3600, BERLIN) for at in (0, 1)]
    assert twice == ["25 Oct 2026, 02:00 CEST", "25 Oct 2026, 02:00 CET"]


def test_a_time_typed_in_a_skipped_or_repeated_hour_is_one_time() -> None:
    assert BERLIN.seconds(datetime(2026, 10, 25, 2, 30)) == hour("2026-10-25T00") * 3600 + 1800
    assert BERLIN.seconds(datetime(2026, 3, 29, 2, 30)) == hour("2026-03-29T01") * 3600 + 1800


def test_what_has_an_exact_time_is_of_the_clocks_day_not_of_whole_hours() -> None:
    kolkata, day = Zone("Asia/Kolkata"), day_number("2026-11-26")
    assert kolkata.midnight_s(day) == hour("2026-11-25T18") * 3600 + 1800
    assert kolkata.midnight_s(day) == kolkata.first_hour(day) * 3600 + 1800
    cairo = Zone("Africa/Cairo")  # the first time of the day is one o'clock
    assert cairo.time(cairo.midnight_s(day_number("2026-04-24"))).hour == 1


def test_days_that_do_not_begin_at_midnight_are_explained() -> None:
    def note(name: str) -> str:
        return Period("today", 20_000, 20_000, 0, Zone(name)).zone_note

    assert "Days begin at 23:45" in note("Asia/Kathmandu")
    assert note("Europe/Berlin") == note("UTC") == ""


def test_a_zone_that_this_server_does_not_know_is_utc() -> None:
    assert zone("Mars/Olympus") == UTC_ZONE
    assert zone("Europe/Berlin").label == "Berlin time"
    assert zone("America/Argentina/Buenos_Aires").label == "Buenos Aires time"
    assert (zone("UTC").label, zone("Etc/GMT+5").label) == ("UTC", "Etc/GMT+5")
    assert not {"localtime", "Factory"} & zone_names()


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-11-19", "2026-11-25", "19 to 25 November"),
        ("2026-10-30", "2026-11-02", "30 October to 2 November"),
        ("2025-12-29", "2026-01-04", "29 December 2025 to 4 January 2026"),
        ("2025-12-24", "2025-12-24", "24 December 2025"),
    ],
)
def test_days_are_named_shortly(first: str, last: str, expected: str) -> None:
    now_s = hour("2026-11-26T08") * 3600
    assert period_from("", first, last, now_s=now_s).days_text == expected
