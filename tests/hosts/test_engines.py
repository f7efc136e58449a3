"""The bar and the comments in Debian's Firefox and WebKitGTK: votes, layout, storage, history."""

import re
from collections.abc import Iterator

import pytest

from tests.browser.comments_page import address, listed
from tests.browser.hostsite import HostSite
from tests.browser.parents import HEAD, MEASURED, PLACED, SCRIPTS, misfits, page_of
from tests.browser.test_embed_words import RUN_OUT, SPACE, SPACED
from tests.hosts.driven import BAR, ROOT, STATUS, TAB, DrivenPage, button, see, see_bar
from tests.hosts.firefox import Firefox, FirefoxPage
from tests.hosts.firefox import started as firefox_started
from tests.hosts.webkit import BROWSERS, WebKit, WebKitPage
from tests.hosts.webkit import started as webkit_started
from tests.support.programs import installed, missing
from widget.domain.strings import LANGUAGES

pytestmark = pytest.mark.hosts

ENGINES = ("firefox", "webkit")
COMMENTS = "document.querySelector('reader-comments')?.shadowRoot"
STARTER = f"{COMMENTS}?.querySelector('[part=start]')"
FORM = f"{COMMENTS}?.querySelector('form')"

# How many bars are drawn. The next one is scrolled into view, as no other is drawn.
ALL_DRAWN = """(() => {
  const bars = [...document.querySelectorAll("reader-reactions")]
  const drawn = bars.filter((bar) => bar.shadowRoot?.querySelector("[aria-pressed]"))
  bars.find((bar) => !drawn.includes(bar))?.scrollIntoView()
  return drawn.length
})()"""


ALL_DRAWN_ON = """(() => {
  const bars = [...document.querySelectorAll("reader-reactions")]
  const drawn = bars.filter((bar) => bar.shadowRoot?.querySelector("[part~=undo]:not([hidden])"))
  bars.find((bar) => !drawn.includes(bar))?.scrollIntoView()
  return drawn.length
})()"""
HEIGHTS = """Object.fromEntries([...document.querySelectorAll("reader-reactions")]
  .map((bar) => [bar.title, bar.getBoundingClientRect().height]))"""

# Bars whose words to press are neither in the line of the sentence before them nor in the next one.
ACTS_OFF = """[...document.querySelectorAll("reader-reactions")].filter((bar) => {
  const middle = (node) => {
    const range = document.createRange()
    range.selectNodeContents(node)
    const { top, bottom } = range.getClientRects()[0]
    return (top + bottom) / 2
  }
  const note = bar.shadowRoot.querySelector("[part=note]")
  const off = middle(note.querySelector("[part~=undo]")) - middle(note.firstChild)
  return Math.min(Math.abs(off), Math.abs(off - 19.5)) > 1.5
}).map((bar) => bar.title)"""


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    path = installed("firefox-esr", variable="FIREFOX")
    with firefox_started(path, tmp_path_factory.mktemp("firefox")) as running:
        yield running


@pytest.fixture(scope="module")
def webkit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebKit]:
    driver, display = installed("WebKitWebDriver"), installed("Xvfb")
    if not BROWSERS:
        missing("no MiniBrowser of WebKitGTK here: run script/test-hosts as root on Debian")
    log = tmp_path_factory.mktemp("webkit") / "driver.log"
    with webkit_started(driver, display, log) as running:
        yield running


@pytest.fixture(params=ENGINES)
def page(request: pytest.FixtureRequest) -> Iterator[DrivenPage]:
    """Open a tab of a new reader."""
    running = request.getfixturevalue(request.param)
    opened = FirefoxPage(running) if request.param == "firefox" else WebKitPage(running)
    yield opened
    said = opened.complaints
    opened.close()
    assert said == []


@pytest.fixture(params=ENGINES)
def without_storage(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DrivenPage]:
    """Open a tab of a reader whose browser keeps nothing for any page."""
    if request.param == "webkit":
        webkit = request.getfixturevalue("webkit")
        opened = WebKitPage(webkit, "--enable-html5-local-storage=false")
        yield opened
        return opened.close()
    path = installed("firefox-esr", variable="FIREFOX")
    profile = tmp_path_factory.mktemp("firefox")
    with firefox_started(path, profile, network_cookie_cookieBehavior=2) as running:
        yield FirefoxPage(running)


@pytest.fixture
def own(request: pytest.FixtureRequest) -> str:
    """Return a name that no other engine and no other case has."""
    return re.sub(r"\W+", "-", request.node.name)


def act(name: str) -> str:
    return f"{ROOT}?.querySelector('[part~={name}]')"


def votes(page: DrivenPage, label: str) -> None:
    page.until(f"Boolean({button(label)})", True)  # a new story's bar is drawn anew
    page.click(button(label))
    page.until(STATUS, f"You reacted: {label}")


def counts(host: HostSite, page: str) -> dict[str, int]:
    """Return the votes on the story of this page, without the choices that have none."""
    bar = host.server.uncached(f"/v1/bar?site=host&article={host.url(page)}").json
    return {choice: count for choice, count in bar["counts"].items() if count}


def test_the_helper_collects_the_console_of_a_page(firefox: Firefox, host: HostSite) -> None:
    """Without this the tests in Firefox would never see a complaint."""
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


@pytest.mark.parametrize("how", ["dead", "html"])
def test_the_page_does_not_notice_a_failing_server(
    host: HostSite, page: DrivenPage, how: str
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


@pytest.mark.parametrize("variant", ["plain", "two", "strict", "isolated", "via-proxy"])
def test_a_reader_votes_reloads_changes_and_takes_back(
    host: HostSite, page: DrivenPage, variant: str
) -> None:
    see(page, host.url(f"{variant}.html"))
    assert page.read("[localStorage.length, document.cookie]") == [0, ""]
    votes(page, "Love")
    see(page, host.url(f"{variant}.html"))
    page.until(f"{button('Love')}?.ariaPressed", "true")
    votes(page, "Sad")
    if variant == "strict":  # its policy forbids the script that offers more than the buttons
        page.click(button("Sad"))
    else:
        page.until(f"{button('Sad')}.ariaLabel.endsWith('%')")
        page.click(act("change"))
        page.until(f"{ROOT}.activeElement === {button('Sad')}")
        page.click(act("undo"))
    page.until(STATUS, "You took your reaction back")
    assert page.read(f"{ROOT}.querySelectorAll('[aria-pressed=true]').length") == 0
    assert page.read("document.cookie") == ""


def test_the_keyboard_alone_votes(host: HostSite, page: DrivenPage) -> None:
    see(page, host.url("two.html"))
    page.read(f"{button('Like')}.focus()")
    page.press(TAB)
    page.until(f"{ROOT}.activeElement.ariaLabel.split(',')[0]", "Dislike")
    page.press(" ")
    page.until(STATUS, "You reacted: Dislike")


@pytest.mark.parametrize("name", SCRIPTS)
def test_every_parent_gives_it_a_width_and_none_overflows(
    host: HostSite, page: DrivenPage, name: str
) -> None:
    host.pages["parents.html"] = page_of(name)
    page.go(host.url("parents.html"))
    page.until(f"({PLACED})('{name}')")
    found = page.read(f"({MEASURED})('{name}')")
    assert len(found) > 50
    assert misfits(found) == {}


@pytest.mark.parametrize("layout", ["bar", "compact", "column"])
def test_no_word_runs_out_of_its_button_at_320_px(
    host: HostSite, page: DrivenPage, layout: str
) -> None:
    """A frame is as narrow as a phone, which a window cannot be in every browser."""
    bars = "".join(
        f"<reader-reactions article=words layout={layout} lang={lang}></reader-reactions>"
        for lang in LANGUAGES
    )
    script = "<script async src='{server}/embed.js' data-site='{site}'></script>"
    style = "<style>reader-reactions { display: block }</style>"  # or WebKit scrolls past them
    host.pages["phone.html"] = f"{HEAD}{style}{script}<main>{bars}</main>"
    host.pages["phone-outside.html"] = (
        f"{HEAD}<iframe width=320 height=12000 style='border:0' src='/phone.html'></iframe>"
    )
    page.go(host.url("phone-outside.html"))
    page.enter("document.querySelector('iframe')")
    page.until(ALL_DRAWN, len(LANGUAGES))
    assert page.read("innerWidth") == 320
    assert page.read(f"({RUN_OUT})()") == []
    page.read(f"({SPACE})('{SPACED}')")
    assert page.read(f"({RUN_OUT})()") == []


def test_a_vote_changes_the_height_of_no_bar(host: HostSite, page: DrivenPage, own: str) -> None:
    bars = "".join(
        f"<section style='width:{width}px'><reader-reactions article={own} layout={layout} "
        f"lang={lang} title='{layout} {lang} {width}'></reader-reactions></section>"
        for lang in ("en", "de", "ar")
        for layout in ("bar", "compact", "column")
        for width in (224, 304, 374, 752)
    )
    script = "<script async src='{server}/embed.js' data-site='{site}'></script>"
    host.pages[f"{own}.html"] = f"{HEAD}{script}<main>{bars}</main>"
    page.go(host.url(f"{own}.html"))
    page.until(ALL_DRAWN, 36)
    before = page.read(HEIGHTS)
    page.read("scrollTo(0, 0)")
    votes(page, "Love")
    page.go(host.url(f"{own}.html"))  # a bar in another language learns of the vote here
    page.until(f"!!{BAR}")
    page.until(ALL_DRAWN_ON, 36)
    changed = {title: (before[title], high) for title, high in page.read(HEIGHTS).items()}
    assert {title: of for title, of in changed.items() if abs(of[0] - of[1]) > 0.5} == {}
    assert page.read(ACTS_OFF) == []


def test_a_reader_without_storage_votes_and_takes_back(
    host: HostSite, without_storage: DrivenPage
) -> None:
    page = without_storage
    page.go(host.url("plain.html"))
    assert page.read("(() => { try { return !!localStorage } catch { return false } })()") is False
    see_bar(page)
    votes(page, "Love")
    page.click(button("Love"))
    page.until(STATUS, "You took your reaction back")


def test_a_new_address_is_another_story_and_back_is_the_first(
    host: HostSite, page: DrivenPage, own: str
) -> None:
    """WebKitGTK has no Navigation API, so nothing tells the bar of ``pushState`` there."""
    text = host.text("spa.html")
    for name in ("spa.html", "spa-one", "spa-two"):
        text = text.replace(f'"/{name}"', f'"/{own}-{name}"')
    host.pages[f"{own}-spa.html"] = text
    see(page, host.url(f"{own}-spa.html"))
    for there, label in (("one", "Sad"), ("two", "Love")):
        page.click(f"document.querySelector('a[href$=spa-{there}]')")
        votes(page, label)
        assert counts(host, f"{own}-spa-{there}") == {label.lower(): 1}
    page.back()
    page.until(f"{button('Sad')}?.ariaPressed", "true")
    page.back()
    page.until(f"{ROOT}.querySelectorAll('[aria-pressed=true]').length", 0)
    assert counts(host, f"{own}-spa.html") == {}


@pytest.mark.parametrize("unloads", [False, True])
def test_back_and_forward_between_pages_keep_one_bar_that_votes(
    host: HostSite, page: DrivenPage, own: str, unloads: bool
) -> None:
    """With a listener for ``unload`` the browser makes the page anew, and without may keep it."""
    listener = "<script>addEventListener('unload', () => {})</script>" if unloads else ""
    for name in ("first", "second"):
        host.pages[f"{own}-{name}.html"] = host.text("plain.html").replace(
            "</head>", f"{listener}</head>"
        )
    see(page, host.url(f"{own}-first.html"))
    votes(page, "Love")
    see(page, host.url(f"{own}-second.html"))
    votes(page, "Sad")
    page.back()
    page.until(f"{button('Love')}?.ariaPressed", "true")
    page.forward()
    page.until(f"{button('Sad')}?.ariaPressed", "true")
    page.back()
    page.until(f"{button('Love')}?.ariaPressed", "true")
    assert page.read("document.querySelectorAll('reader-reactions').length") == 1
    votes(page, "Wow")
    assert counts(host, f"{own}-first.html") == {"wow": 1}


def test_a_reader_writes_a_comment(commented_host: HostSite, page: DrivenPage, own: str) -> None:
    page.go(address(commented_host, own))
    page.until(f"!!{COMMENTS}")
    page.read("document.querySelector('reader-comments').scrollIntoView()")
    page.until(f"!!{COMMENTS}.querySelector('button')")
    if not page.read(f"!!{STARTER}"):
        page.click(f"{COMMENTS}.querySelector('button')")
    page.click(STARTER)
    page.until(f"{COMMENTS}.activeElement?.localName", "textarea")
    page.type("Read in the tram.")
    page.click(f"{FORM}.querySelector('button')")
    page.until(f"{COMMENTS}.activeElement?.localName", "input")  # the name is missing
    page.until(f"{FORM}.querySelector('input + [part=wrong]').textContent.length > 0")
    page.type("Ana")
    page.click(f"{FORM}.querySelector('button')")
    page.until(f"{COMMENTS}.querySelector('li')?.textContent.includes('Read in the tram.')")
    page.until(f"{COMMENTS}.querySelector('output').textContent.length > 0")
    [stored] = listed(commented_host, own)["comments"]
    assert (stored["name"], stored["text"]) == ("Ana", "Read in the tram.")
