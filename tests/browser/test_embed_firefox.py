"""The main path of the embed in Debian's Firefox, on a publisher's site of another origin."""

from collections.abc import Iterator

import pytest

from tests.browser.driven import BAR, ROOT, STATUS, TAB, button, see
from tests.browser.firefox import Firefox, FirefoxPage, started
from tests.browser.hostsite import HostSite
from tests.browser.parents import MEASURED, PLACED, SCRIPTS, misfits, page_of
from tests.support.programs import installed


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    path = installed("firefox-esr", variable="FIREFOX")
    with started(path, tmp_path_factory.mktemp("firefox")) as running:
        yield running


@pytest.fixture
def page(firefox: Firefox) -> Iterator[FirefoxPage]:
    opened = FirefoxPage(firefox)
    yield opened
    said = opened.complaints
    opened.close()
    assert said == []


def test_the_helper_collects_the_console_of_a_page(firefox: Firefox, host: HostSite) -> None:
    """Without this the other tests here would never see a complaint."""
    host.pages["loud.html"] = (
        "<!doctype html><title>Loud</title><script>console.warn('said')</script>"
        "<script>Promise.reject(Error('no'))</script><script>nowhere.to.be.found</script>"
    )
    page = FirefoxPage(firefox)
    page.go(host.url("loud.html"))
    said = page.complaints
    page.go(host.url("strict.html"))
    page.read("document.head.append(document.createElement('style'))")
    page.until(f"!!{BAR}")
    assert len(said) == 3
    assert any("style-src" in line for line in page.complaints)
    page.close()


@pytest.mark.parametrize("variant", ["plain", "strict", "isolated", "via-proxy"])
def test_a_reader_votes_reloads_changes_and_takes_back(
    host: HostSite, page: FirefoxPage, variant: str
) -> None:
    see(page, host.url(f"{variant}.html"))
    assert page.read("[localStorage.length, document.cookie]") == [0, ""]
    page.click(button("Love"))
    page.until(STATUS, "You reacted: Love")
    assert page.read(f"{button('Love')}.ariaPressed") == "true"
    see(page, host.url(f"{variant}.html"))
    page.until(f"{button('Love')}?.ariaPressed", "true")
    page.click(button("Sad"))
    page.until(STATUS, "You reacted: Sad")
    page.click(button("Sad"))
    page.until(STATUS, "Your reaction was taken back")
    assert page.read(f"{ROOT}.querySelectorAll('[aria-pressed=true]').length") == 0
    assert page.read("document.cookie") == ""


def test_the_keyboard_alone_votes(host: HostSite, page: FirefoxPage) -> None:
    see(page, host.url("two.html"))
    page.read(f"{button('Like')}.focus()")
    page.press(TAB)
    page.until(f"{ROOT}.activeElement.ariaLabel.split(',')[0]", "Dislike")
    page.press(" ")
    page.until(STATUS, "You reacted: Dislike")


def test_a_new_address_shows_another_article_and_back_shows_the_first(
    host: HostSite, page: FirefoxPage
) -> None:
    see(page, host.url("spa.html"))
    page.click(button("Funny"))
    page.until(STATUS, "You reacted: Funny")
    page.click("document.querySelector('a[href$=spa-one]')")
    page.until(f"{button('Funny')}?.ariaPressed", "false")
    page.back()
    page.until(f"{button('Funny')}?.ariaPressed", "true")


@pytest.mark.parametrize("how", ["dead", "html"])
def test_the_page_does_not_notice_a_failing_server(
    host: HostSite, page: FirefoxPage, how: str
) -> None:
    page.go(host.url(f"via-{how}.html"))
    page.until(f"!!{BAR}")
    page.read(
        "addEventListener('readback:error', ({ detail }) => (window.told = detail.code ?? 'none'))"
    )
    page.read(f"{BAR}.scrollIntoView()")
    page.until("window.told", "none")
    seen = "checkVisibility({ visibilityProperty: true })"
    assert page.read(f"{ROOT}.querySelector('button').{seen}") is False


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_parent_gives_it_a_width_and_none_overflows(
    host: HostSite, page: FirefoxPage, name: str
) -> None:
    host.pages["parents.html"] = page_of(name)
    page.go(host.url("parents.html"))
    page.until(f"({PLACED})('{name}')")
    found = page.read(f"({MEASURED})('{name}')")
    assert len(found) > 50
    assert misfits(found) == {}
