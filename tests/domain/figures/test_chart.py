"""Charts as numbers: bars, axes, tops, labels that do not overlap."""

import re
from datetime import UTC, datetime

import pytest

from widget.domain.figures import chart
from widget.domain.figures.axis import LEAST_HOURS, axis
from widget.domain.figures.chart import Label, Span, draw
from widget.domain.figures.order import warm_to_cold
from widget.domain.zones import UTC_ZONE, Zone, day_number

BERLIN = Zone("Europe/Berlin")
MONDAY = day_number("2026-11-23")


def hours(first: int, count: int) -> list[int]:
    return list(range(first, first + count + 1))


def test_reactions_are_shown_from_warm_to_cold() -> None:
    stored = ("like", "dislike", "love", "funny", "angry", "sad", "wow", "hopeful")
    shown = [stored[at] for at in warm_to_cold(stored)]
    assert shown == ["like", "love", "funny", "wow", "sad", "hopeful", "dislike", "angry"]
    assert warm_to_cold(("no", "yes")) == [0, 1]


def test_one_hour_is_a_bar_and_no_wall() -> None:
    drawn = chart.draw([[5, 2]], axis(hours(480_000, 1), "hour", UTC_ZONE), [0, 1])
    assert drawn.slots == LEAST_HOURS and drawn.rows[0] == [5, 2]
    assert [layer.path for layer in drawn.layers] == [
        "M0.06 8h0.88V3h-0.88z",
        "M0.06 3h0.88V1h-0.88z",
    ]


def test_shares_add_up_and_few_votes_have_none() -> None:
    drawn = chart.draw(
        [[1, 1, 1], [3, 1, 0], [2, 2, 2]],
        axis(hours(0, 3), "hour", UTC_ZONE),
        [0, 1, 2],
        is_share=True,
    )
    tops = [int(top) for top in re.findall(r"V(\d+)h", drawn.layers[-1].path)]
    assert tops == [0]  # of three hours, only the third has five votes
    assert drawn.scale[0] == "100\u202f%"


def test_many_hours_are_steps() -> None:
    drawn = chart.draw([[n % 3] for n in range(168)], axis(hours(0, 168), "hour", UTC_ZONE), [0])
    assert drawn.layers[0].path.startswith("M0 2H1V1H2V0") and drawn.layers[0].path.endswith("Z")


def test_tops_are_apart_and_none_is_a_handful() -> None:
    totals = [0] * 100
    totals[10], totals[11], totals[50], totals[90], totals[70] = 40, 39, 30, 20, 4
    assert chart.peaks(totals, "hour") == [10, 50, 90]
    assert chart.peaks([4, 3], "hour") == []


def test_labels_beside_each_other_get_rows_of_their_own() -> None:
    labels = [Label(x, 0, f"at {x}", "") for x in (10, 20, 45, 90)]
    found = chart.arranged(labels)
    assert [(one.row, one.is_left) for one in found] == [
        (0, False),
        (1, False),
        (0, False),
        (1, True),
    ]
    assert [one.narrow_row for one in found] == [0, 1, 2, 3]


def test_a_week_has_a_tick_for_each_day_and_a_band_for_each_night() -> None:
    first = BERLIN.first_hour(MONDAY)
    week = axis(hours(first, 7 * 24), "hour", BERLIN)
    assert [tick.short for tick in week.ticks] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert week.ticks[1].start == pytest.approx(100 / 7, abs=0.01)
    assert [(band.start, band.slots) for band in week.bands[:2]] == [(0, 6), (24, 6)]
    assert week.labels[15] == "Mon 23 Nov, 15:00 to 16:00"


def test_a_day_has_ticks_of_six_hours() -> None:
    day = axis(hours(BERLIN.first_hour(MONDAY), 24), "hour", BERLIN)
    assert [tick.short for tick in day.ticks] == ["Mon", "6", "12", "18"]


def test_the_repeated_hour_of_autumn_can_be_told_apart() -> None:
    sunday = day_number("2026-10-25")
    labels = axis(hours(BERLIN.first_hour(sunday), 25), "hour", BERLIN).labels
    assert labels[2:4] == ["Sun 25 Oct, 02:00 to 02:00 CEST", "Sun 25 Oct, 02:00 to 03:00 CET"]
    bounds = BERLIN.bounds(sunday - 3, sunday + 3)
    assert axis(bounds, "day", BERLIN).labels[3] == "Sun 25 Oct, a day of 25 hours"


def test_longer_times_have_ticks_of_weeks_and_months() -> None:
    month = axis(UTC_ZONE.bounds(MONDAY - 2, MONDAY + 27), "day", UTC_ZONE)
    assert [tick.short for tick in month.ticks][:3] == ["21 Nov", "23 Nov", "30 Nov"]
    year = axis(UTC_ZONE.bounds(MONDAY - 300, MONDAY + 60), "day", UTC_ZONE)
    assert "January 2027" in [tick.text for tick in year.ticks] and year.bands == []


def test_a_place_on_the_axis_is_of_its_slot() -> None:
    day = axis(UTC_ZONE.bounds(MONDAY, MONDAY + 9), "day", UTC_ZONE)
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp()
    assert day.place(noon) == 15.0 and day.place(0) is None


def test_votes_in_doubt_are_on_top_of_the_others_and_in_no_share() -> None:
    series, drawn = [[2, 3], [4, 0], [0, 1]], axis(hours(0, 24), "hour", UTC_ZONE)
    plain = draw(series, drawn, [0, 1])
    assert (plain.doubt, plain.doubted, plain.top) == ("", [], 6)
    doubted = draw(series, drawn, [0, 1], doubted=[0, 15, 0])
    assert doubted.top == 20 and doubted.totals == [6, 4]
    assert [layer.at for layer in doubted.layers] == [0, 1]
    assert doubted.doubt.count("M") == 1 and doubted.doubt.startswith("M1.06 16h")
    tops = doubted.data["tops"]
    assert isinstance(tops, list) and tops[:4] == [25, 95, 5, 0]
    share = draw(series, drawn, [0, 1], doubted=[0, 15, 0], is_share=True)
    assert share.doubt == "" and sum(share.doubted) == 15
    assert share.layers == draw(series, drawn, [0, 1], is_share=True).layers


def test_a_span_has_its_text_on_the_side_with_more_room() -> None:
    assert Span(10, 20, "", "").side == "after"
    assert Span(70, 10, "", "").side == "before"
    assert Span(0, 100, "", "").side == Span(20, 60, "", "").side == "over"
