"""The desk's figures in a real browser: live regions, keyboard, both widths, no JavaScript."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Watched, box_of, number_in, signed_in
from tests.support.desk import DeskBrowser, invited, load_newsroom
from tests.support.server import Serve, Server, nonce
from widget.domain.page import MAX_TITLE_CHARS
from widget.simulation.story import ORIGIN

pytestmark = pytest.mark.hosts  # it takes a minute: script/test-hosts runs it
SIZES = [(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")]


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    running = module_serve(READBACK_READS="0")
    load_newsroom(running, "empty", articles=30, votes=12_000, comments=150, days=6)
    return running


@pytest.fixture(scope="module")
def editor(own: Server) -> DeskBrowser:
    return invited(own, "ed", "daily:editor", "empty:editor")


@pytest.fixture
def desk(watched: Watched, editor: DeskBrowser) -> Callable[..., Page]:
    open_page = signed_in(watched, editor)
    return lambda path, **options: open_page(f"/desk/{path}", **options)


@pytest.fixture
def library(own: Server, desk: Callable[..., Page]) -> Page:
    page = desk("daily/articles")
    page.get_by_role("link", name="Council votes to close the riverside library").click()
    return page


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_no_page_scrolls_sideways_or_hides_its_headings(
    desk: Callable[..., Page], width: int, scheme: str
) -> None:
    page = desk("daily/", viewport={"width": width, "height": 900}, color_scheme=scheme)
    stories = page.locator(".headline").all()
    article = stories[0].get_attribute("href") or ""
    section = page.locator("td a.plain").first.get_attribute("href") or ""
    paths = (
        "daily/articles",
        "daily/sections",
        "daily/authors",
        "daily/tags",
        "daily/links/",
        "empty/",
        "empty/articles",
        "empty/sections",
        "daily/integrity",
        "empty/integrity",
        "daily/?format=table&table=trend",
    )
    for path in ("daily/", *paths, article[len("/desk/") :], section[len("/desk/") :]):
        page.goto(page.url.split("/desk/")[0] + "/desk/" + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.locator("h1").count() == 1, path
        levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(h => h.tagName)")
        assert levels[0] == "H1", path
        unnamed = page.evaluate(
            "[...document.querySelectorAll("
            "'main a, main button, main summary, main svg:not([aria-hidden])')]"
            ".filter(e => !(e.textContent.trim() || e.getAttribute('aria-label'))).length"
        )
        assert unnamed == 0, path


def test_an_editor_walks_from_a_flag_to_the_public_note_and_back(
    own: Server, desk: Callable[..., Page]
) -> None:
    phone = {"width": 390, "height": 844}
    page = desk("daily/integrity", java_script_enabled=False, viewport=phone)
    tab = page.get_by_role("navigation").get_by_role("link", name="Integrity")
    expect(tab).to_contain_text("waiting")
    page.get_by_role("link", name="Council votes to close the riverside library").first.click()
    button = page.get_by_role("button", name=re.compile(r"^Set aside \d+ votes$"))
    votes = int(button.inner_text().split()[2])
    expect(page.get_by_role("heading", name=f"Why {votes} votes are not counted")).to_be_visible()
    button.click()
    expect(page.get_by_role("status")).to_contain_text(f"{votes} votes set aside")
    here = page.url
    story = here.rpartition("/")[2].rpartition("-")[0]
    title = page.get_by_role("heading", level=1)
    page.goto(f"{own.origin}/integrity/daily/{story}?lang=en")
    expect(title).to_have_text(f"Why {votes} votes are not counted")
    page.goto(f"{own.origin}/desk/daily/articles/{story}")
    expect(page.get_by_text(f"Figures leave out {votes} votes that were set aside")).to_be_visible()
    page.goto(here)
    page.get_by_role("button", name=f"Restore {votes} votes").click()
    expect(page.get_by_role("status")).to_have_text("Every vote counts again.")
    page.goto(f"{own.origin}/integrity/daily/{story}?lang=en&again")
    expect(title).to_have_text("No votes on this story are set aside.")


def test_the_crosshair_reads_the_votes_in_doubt(desk: Callable[..., Page]) -> None:
    page = desk("daily/integrity")
    page.get_by_role("link", name="Council votes to close the riverside library").first.click()
    page.get_by_text("Explain instead…").click()
    expect(page.get_by_label("What happened")).to_be_visible()
    plot, doubt = page.get_by_role("slider"), page.locator("[data-doubted]")
    chart = page.locator("[data-chart]").get_attribute("data-chart")
    whole, votes = doubt.inner_text(), json.loads(chart or "")["doubted"]
    at = votes.index(max(votes))
    plot.press("Home")
    for _ in range(at):
        plot.press("ArrowRight")
    expect(doubt).to_have_text(str(votes[at]))
    assert f"{votes[at]} in doubt" in (plot.get_attribute("aria-valuetext") or "")
    plot.press("Escape")
    expect(doubt).to_have_text(whole)


def test_a_vote_appears_without_a_reload_and_open_menus_stay_open(
    own: Server, desk: Callable[..., Page]
) -> None:
    page = desk("daily/?period=today")
    votes = page.locator("[data-region=figures] [data-count]").first
    before = number_in(votes)
    page.get_by_text("Other dates").click()
    page.get_by_label("From", exact=True).focus()
    link = page.locator("[data-region=trend] a").first
    link.focus()
    page.evaluate("document.querySelector('[data-region=trend] a').marked = true")
    cast = own.react(site="daily", article=f"{ORIGIN}/fresh", origin=ORIGIN, nonce=nonce())
    assert cast.status == 200
    expect(votes).to_have_attribute("data-count", str(before + 1), timeout=20_000)
    expect(link).to_be_focused()
    assert page.evaluate("document.querySelector('[data-region=trend] a').marked")
    expect(page.get_by_label("From", exact=True)).to_be_visible()


def test_the_page_keeps_its_figures_and_retries_while_the_service_is_away(
    own: Server, desk: Callable[..., Page]
) -> None:
    page = desk("daily/?period=today")
    votes = page.locator("[data-region=figures] [data-count]").first
    before = number_in(votes)
    page.route("**/live.json*", lambda route: route.abort())
    with page.expect_event("requestfailed", timeout=20_000):
        page.mouse.click(1, 1)
    expect(votes).to_have_attribute("data-count", str(before))
    cast = own.react(site="daily", article=f"{ORIGIN}/fresh2", origin=ORIGIN, nonce=nonce())
    assert cast.status == 200
    page.unroute("**/live.json*")
    expect(votes).to_have_attribute("data-count", str(before + 1), timeout=30_000)


def test_the_keyboard_alone_chooses_days_and_opens_a_story(desk: Callable[..., Page]) -> None:
    page = desk("daily/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.get_by_role("link", name="30 days").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/?period=30d")
    page.get_by_text("Other dates").focus()
    page.keyboard.press("Enter")
    page.get_by_label("From", exact=True).fill("2026-01-05")
    page.get_by_label("To (inclusive)").fill("2026-01-06")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?from=2026-01-05&to=2026-01-06")
    expect(page.get_by_role("heading", level=1)).to_have_text("5 Jan 2026 to 6 Jan 2026")


def test_without_javascript_the_desk_filters_notes_and_shares(desk: Callable[..., Page]) -> None:
    page = desk("daily/articles", java_script_enabled=False)
    page.get_by_label("Part of a title").fill("riverside")
    page.get_by_role("button", name="Show", exact=True).click()
    page.get_by_role("link", name="Council votes to close the riverside library").click()
    page.get_by_label("What happened").fill("Headline changed")
    page.get_by_role("button", name="Add the note").click()
    expect(page.get_by_role("status")).to_have_text("The note is on the timeline.")
    expect(page.locator(".chart__note")).to_have_count(1)
    page.get_by_role("button", name="Remove the note Headline changed").click()
    expect(page.locator(".chart__note")).to_have_count(0)
    page.get_by_role("link", name="Share this page").click()
    page.get_by_label("Who is it for?").fill("Author")
    page.get_by_role("button", name="Create link").click()
    address = page.locator("#secret").inner_text()
    page.context.clear_cookies()
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Council votes to close the riverside library"
    )


def test_every_chart_has_a_table_with_the_same_numbers(library: Page) -> None:
    votes = number_in(library.locator("[data-region=figures] [data-count]").first)
    library.get_by_role("link", name="As a table").click()
    library.wait_for_url("**table=trend*")
    cells = library.locator("tbody tr td:last-child").all_text_contents()
    assert sum(map(int, cells)) == votes


def test_on_a_phone_an_editor_reads_four_answers_without_scrolling_and_acts(
    desk: Callable[..., Page],
) -> None:
    page = desk("daily/", viewport={"width": 390, "height": 844}, java_script_enabled=False)
    lead = page.locator(".lead")
    for answer in (
        r"Readers reacted \d",
        "moved them most: ",
        r"split them: |No story clearly split them",
        r"organic|in doubt",
        r"Now: |Nothing needs you",
    ):
        expect(lead).to_contain_text(re.compile(answer))
    tabs = page.get_by_role("navigation", name="Pages of")
    box, row = box_of(lead), box_of(tabs)
    assert box["y"] + box["height"] <= row["y"]
    assert row["height"] < 70 and row["y"] + row["height"] == 844
    expect(tabs.get_by_role("link")).to_have_count(4)
    tick = page.get_by_role("button", name=re.compile("^Done: Review "))
    tick.click()
    expect(page.get_by_role("status")).to_contain_text("Done: Review ")
    expect(tick).to_have_count(0)
    page.get_by_text("1 done or snoozed").click()
    page.get_by_role("button", name=re.compile("^Undo: Review ")).click()
    expect(tick).to_have_count(1)
    lead.get_by_role("link").last.click()
    expect(page).not_to_have_url(re.compile("/desk/daily/$"))
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Sections").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sections")


def test_a_story_of_the_longest_title_answers_above_the_fold_of_a_phone(
    library: Page, desk: Callable[..., Page], editor: DeskBrowser
) -> None:
    story = library.url[library.url.index("/desk/") :]
    title = ("MOST WIDE WORDS OF COUNCIL MEMBERS " * 7)[:MAX_TITLE_CHARS]
    for said in (title, ""):  # an empty one is the page's again
        fields = {"title": said, "reason": "To see it"}
        assert editor.post(f"{story}/name", f"{story}/corrections", **fields).status == 303
        if said:
            path = story.removeprefix("/desk/")
            page = desk(path, viewport={"width": 390, "height": 844}, java_script_enabled=False)
            expect(page.get_by_role("heading", level=1)).to_have_text(title.strip())
            verdict = box_of(page.locator(".lead"))
            tabs = box_of(page.get_by_role("navigation", name="Pages of"))
            assert verdict["y"] + verdict["height"] <= tabs["y"]


def test_a_chart_is_read_by_mouse_finger_and_keys(desk: Callable[..., Page]) -> None:
    page = desk("daily/", has_touch=True)
    plot, when = page.locator(".chart__plot"), page.locator("[data-when]")
    whole = when.inner_text()
    box = box_of(plot)
    page.mouse.move(box["x"] + 1, box["y"] + 20)
    first = when.inner_text()
    assert first != whole and ", 00:00 to 01:00" in first
    page.mouse.move(0, 0)
    expect(when).to_have_text(whole)
    page.touchscreen.tap(box["x"] + box["width"] - 2, box["y"] + 20)
    assert when.inner_text() not in (whole, first)
    pole = page.locator(".chart__pole").first.get_attribute("d") or ""
    slots = len(json.loads(page.locator(".chart").get_attribute("data-chart") or "")["rows"])
    at = float(pole[1:].split()[0]) / slots
    page.mouse.move(box["x"] + box["width"] * at, box["y"] + 20)
    flag = page.locator(".chart__flags.wide-only .chart__label > *").first
    reactions = re.search(r": ([\d,]+) of ([\d,]+) reactions", flag.get_attribute("title") or "")
    assert reactions
    expect(page.locator("[data-sum]")).to_have_text(f"{reactions[2]} reactions")
    expect(page.locator("[data-leading]")).to_contain_text(f", {reactions[1]} of them on ")
    votes = page.locator("[data-votes]").all_inner_texts()
    assert sum(int(one.replace(",", "")) for one in votes) == int(reactions[2].replace(",", ""))
    plot.focus()
    page.keyboard.press("Home")
    expect(when).to_have_text(first)
    page.keyboard.press("ArrowRight")
    expect(when).to_contain_text("01:00 to 02:00")
    expect(plot).to_have_attribute("aria-valuetext", re.compile("01:00 to 02:00, [0-9]"))
    page.keyboard.press("Escape")
    expect(when).to_have_text(whole)
    page.get_by_role("link", name="Share", exact=True).click()
    expect(page.locator(".chart__tick").first).to_have_text("100\u202f%")


def test_on_a_phone_the_log_is_whole_is_searched_and_exports_what_is_shown(
    desk: Callable[..., Page],
) -> None:
    page = desk("daily/audit", viewport={"width": 390, "height": 844}, has_touch=True)
    deeds = page.locator(".log__deed")
    expect(deeds.filter(has_text="loaded a simulated newsroom")).to_contain_text("command line (")
    cut = "(all) => all.filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent)"
    assert deeds.evaluate_all(cut) == []
    page.get_by_text("Find in the log").click()
    page.get_by_label("What", exact=True).select_option(label="Imports, restores and the like")
    page.get_by_label("Who", exact=True).fill("command")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(deeds).to_have_count(1)
    chosen = page.get_by_role("list", name="Filters")
    expect(chosen).to_contain_text("Imports, restores and the like")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    header, row = download.value.path().read_text("utf-8-sig").splitlines()
    assert header.startswith('"time","who","action"') and "loaded a simulated newsroom" in row
    chosen.get_by_role("link", name="Who: command").click()
    expect(page).to_have_url(re.compile(r"audit\?kind=data$"))


def test_pages_of_figures_print_on_one_page(library: Page) -> None:
    story = library.url
    site = story.partition("articles")[0]
    library.emulate_media(media="print", color_scheme="dark")
    library.goto(f"{site}sections?period=30d")
    assert library.evaluate("getComputedStyle(document.body).color") == "rgb(20, 24, 31)"
    expect(library.locator(".title .meta")).to_be_visible()  # the days that it is about
    for path in (library.url, story, site):
        library.goto(path)
        assert library.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
    for hidden in ("navigation", "button", "textbox"):
        expect(library.get_by_role(hidden)).to_have_count(0)
    expect(library.get_by_role("img", name="Reactions by hour")).to_be_visible()
