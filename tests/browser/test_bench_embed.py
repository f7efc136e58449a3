"""The embed benchmark measures a real page. These tests judge no times."""

from playwright.sync_api import Browser

from bench.embed import left_over, visit
from tests.browser.hostsite import HostSite


def test_a_visit_is_measured(browser: Browser, host: HostSite) -> None:
    seen = visit(browser, host)
    assert seen.own_ms > 0 and seen.any_ms > 0
    assert (seen.shift, seen.requests_before, seen.requests_of_vote) == (0, 0, 1)


def test_the_leftovers_of_a_hundred_bars_are_measured(browser: Browser, host: HostSite) -> None:
    assert set(left_over(browser, host)) == {"heap", "listeners", "nodes"}
