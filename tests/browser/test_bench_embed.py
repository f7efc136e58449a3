"""The embed's bench measures what a real page does. No time is judged here."""

from bench.embed import left_over, visit


def test_a_visit_is_measured(browser, host):
    seen = visit(browser, host)
    assert seen.own_ms > 0 and seen.any_ms > 0
    assert (seen.shift, seen.requests_before, seen.requests_of_vote) == (0, 0, 1)


def test_what_a_hundred_bars_leave_is_measured(browser, host):
    assert set(left_over(browser, host)) == {"heap", "listeners", "nodes"}
