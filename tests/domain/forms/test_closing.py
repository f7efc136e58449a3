"""The end of a question, as typed."""

import pytest

from widget.domain.forms.closing import closing_from_form, form_of_closing
from widget.domain.forms.problems import InvalidForm
from widget.domain.zones import Zone

NOON_S = 1_764_158_400  # 26 Nov 2025, 12:00 UTC


def closing(closes: str, day: str = "", before_s: int = 0) -> int:
    fields = {"closes": closes, "closes_on": day}
    return closing_from_form(fields, now_s=NOON_S, before_s=before_s)


def test_a_question_ends_never_soon_or_at_the_end_of_a_day() -> None:
    assert closing("never") == 0 and closing_from_form({}, now_s=NOON_S) == 0
    assert closing("soon") == NOON_S + 30 * 86400
    assert closing("date", "2025-11-26") == NOON_S + 43200
    assert form_of_closing(NOON_S + 43200) == {"closes": "date", "closes_on": "2025-11-26"}


def test_the_end_of_a_day_is_that_of_the_sites_clock_to_the_minute() -> None:
    fields, zone = {"closes": "date", "closes_on": "2025-11-26"}, Zone("Asia/Kolkata")
    closes_s = closing_from_form(fields, now_s=NOON_S, zone=zone)
    assert closes_s == NOON_S + 6 * 3600 + 1800
    assert form_of_closing(closes_s, zone) == fields


@pytest.mark.parametrize("day", ["", "2025-11-25", "26.11.2025", "9999-12-31", "x" * 400])
def test_a_day_that_is_over_or_none_is_refused(day: str) -> None:
    with pytest.raises(InvalidForm) as refused:
        closing("date", day)
    assert list(refused.value.problems) == ["closes_on"]


def test_an_end_that_nobody_changed_stays_to_the_second_even_in_the_past() -> None:
    closed_s = NOON_S - 86400 * 3 + 17
    assert closing("date", form_of_closing(closed_s)["closes_on"], closed_s) == closed_s
