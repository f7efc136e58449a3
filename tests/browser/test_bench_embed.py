"""The embed benchmark measures a real page. These tests judge no times."""

from playwright.sync_api import Browser

from bench.embed import Views, left_over, views, visit
from tests.browser.hostsite import HostSite


def test_a_visit_is_measured(browser: Browser, host: HostSite) -> None:
    seen = visit(browser, host)
    assert seen.own_ms > 0 and seen.any_ms > 0
    assert (seen.shift, seen.requests_before, seen.requests_of_vote) == (0, 0, 1)


def test_the_leftovers_of_a_hundred_bars_are_measured(browser: Browser, host: HostSite) -> None:
    assert set(left_over(browser, host)) == {"heap", "listeners", "nodes"}


def test_a_second_page_view_asks_for_nothing_that_is_fresh(
    browser: Browser, host: HostSite
) -> None:
    # Figures are fresh for five seconds, which a busy machine may need for the first page.
    seen = {views(browser, host) for _ in range(3)}
    assert Views(first=2, again=0, other=1) in seen
    assert all(view.other <= 1 for view in seen)
