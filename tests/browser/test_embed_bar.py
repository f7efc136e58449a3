"""The bar's own look: a vote changed on the narrowest screen, rows without holes, and mistakes."""

import json
import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.conftest import BRIDGE, SHIFTS, Watched, box_of, button, see
from tests.browser.hostsite import HostSite
from tests.browser.test_embed_access import only
from tests.support.server import nonce
from tests.support.set_aside import SetAsideStory, Window
from widget.domain import clock

WIDTHS = (240, 292, 320, 360, 412, 480, 640, 900)
LANGS = ("en", "tr", "de", "ar", "zh")
# What is wrong with a bar's boxes: a hole in a row, text beyond its button, too small a target.
FLAWS = """() => [...document.querySelectorAll("reader-reactions")].flatMap((bar) => {
  const group = bar.shadowRoot.querySelector("[part=choices]")
  const { left, right } = group.getBoundingClientRect()
  const rows = Map.groupBy([...group.children], (one) => one.getBoundingClientRect().top)
  const found = []
  for (const row of rows.values()) {
    const boxes = row.map((one) => one.getBoundingClientRect())
    if (Math.min(...boxes.map((box) => box.left)) > left + 1) found.push("hole")
    if (Math.max(...boxes.map((box) => box.right)) < right - 1) found.push("hole")
    for (const one of row) if (one.scrollWidth > one.clientWidth) found.push("runs out")
    for (const { width, height } of boxes) if (width < 44 || height < 44) found.push("small")
  }
  const lengths = [...rows.values()].map((row) => row.length)
  if (Math.max(...lengths) - Math.min(...lengths) > 1) found.push(`rows ${lengths}`)
  return found.map((flaw) => `${bar.title}: ${flaw}`)
})"""
ALL = "[...document.querySelectorAll('reader-reactions')]"
HEIGHTS = f"() => Object.fromEntries({ALL}.map((bar) => [bar.title, bar.offsetHeight]))"
DRAWN = 'bar.shadowRoot?.querySelector("[aria-pressed]")'
PLACES = f"""() => {ALL}.flatMap((bar) => [...bar.shadowRoot.querySelectorAll(
  "[part=choices] button, [part=choices] i, [part=choices] span, p")].map((one) => {{
  const {{ x, y, width, height }} = one.getBoundingClientRect()
  return [one.part.value, x, y + scrollY, width, height].join(" ")
}}))"""
MOTIONS = f"""() => {ALL}.flatMap((bar) => bar.shadowRoot.getAnimations())
  .map((one) => one.animationName ?? one.transitionProperty)"""
WATCH_MOTIONS = """() => {
  globalThis.moved = []
  const root = document.querySelector("reader-reactions").shadowRoot
  for (const name of ["animationstart", "transitionrun"])
    root.addEventListener(name, (event) => moved.push(event.animationName || event.propertyName))
}"""


def test_a_reader_changes_a_vote_at_240_px(host: HostSite, watched: Watched) -> None:
    page = watched.page(viewport={"width": 272, "height": 900})
    see(page, only(host, "narrow"))
    note = page.locator("reader-reactions p")
    expect(note).to_contain_text("Be the first to react")
    expect(page.locator("reader-reactions b")).to_have_count(7)
    before = box_of(page.locator("reader-reactions"))["height"]
    button(page, "Love").click()
    expect(note).to_contain_text("You reacted: Love")
    expect(page.get_by_role("button", name="Love, 1 vote, 100%")).to_be_visible()
    assert box_of(page.locator("reader-reactions"))["height"] == before
    page.get_by_role("button", name="Change").click()
    expect(button(page, "Love")).to_be_focused()
    button(page, "Sad").click()
    expect(page.get_by_role("button", name="Sad, 1 vote, 100%", pressed=True)).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(button(page, "Sad")).to_be_focused()
    expect(page.locator("reader-reactions [aria-pressed=true]")).to_have_count(0)
    expect(note).to_contain_text("Be the first to react")
    assert box_of(page.locator("reader-reactions"))["height"] == before
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(SHIFTS) == 0


def test_rows_have_no_holes_at_any_width_in_any_layout(host: HostSite, watched: Watched) -> None:
    cases = [
        *(f"layout={layout}" for layout in ("bar", "compact", "column")),
        *(f"lang={lang}" for lang in LANGS),
        f"poll=bridge choices={len(BRIDGE['choices'])}",
    ]
    bars = "".join(
        f"<div style='width:{width}px'><reader-reactions article=rows title='{case} {width}' "
        f"{case}></reader-reactions></div>"
        for case in cases
        for width in WIDTHS
    )
    host.pages["rows.html"] = (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Rows</title>"
        "<link rel=icon href='data:,'><script async src='{server}/embed.js' data-site='{site}'>"
        f"</script><style>body{{margin:0}}</style><main>{bars}</main>"
    )
    page = watched.page(viewport={"width": 1000, "height": 26_000})
    page.goto(host.url("rows.html"))
    page.wait_for_function(
        "(all) => [...document.querySelectorAll('reader-reactions')].filter((bar) => "
        "bar.shadowRoot?.querySelector('[aria-pressed]')).length === all",
        arg=len(cases) * len(WIDTHS),
    )
    assert page.evaluate(FLAWS) == []
    page.evaluate(
        "document.querySelector('reader-reactions').shadowRoot.querySelector('button').click()"
    )
    page.get_by_text("You reacted: Like").first.wait_for(state="attached")
    assert page.evaluate(FLAWS) == []


def test_the_place_of_every_bar_is_kept_until_its_figures_come(
    host: HostSite, watched: Watched
) -> None:
    cases = [
        *(f"layout={layout}" for layout in ("bar", "compact", "column")),
        "results=after",
        "results=counts",
        f"poll=bridge choices={len(BRIDGE['choices'])}",
    ]
    bars = "".join(
        f"<div style='width:{width}px'><reader-reactions article=kept title='{case} {width}' "
        f"{case}></reader-reactions><p>Below.</p></div>"
        for case in cases
        for width in (240, 320, 560, 700)
    )
    host.pages["kept.html"] = (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Kept</title>"
        "<link rel=icon href='data:,'><script async src='{server}/embed.js' data-site='{site}'>"
        f"</script><style>reader-reactions::part(question){{white-space:nowrap}}</style>{bars}"
        "<reader-reactions article=kept title=wrong poll=none choices=5></reader-reactions>"
    )
    set_aside_now(host, "kept")
    page = watched.page(viewport={"width": 1000, "height": 12_000})
    waiting: list[Route] | None = []

    def hold(route: Route) -> None:
        if waiting is None:
            route.continue_()
        else:
            waiting.append(route)

    page.route("**/v1/counts**", hold)
    page.goto(host.url("kept.html"))
    page.wait_for_function(f"() => {ALL}.every((bar) => bar.shadowRoot)")
    page.wait_for_function("() => performance.getEntriesByType('paint').length")
    before, start = page.evaluate(HEIGHTS), page.evaluate("performance.now()")
    with page.expect_console_message(lambda said: "unknown question" in said.text):
        held, waiting = waiting, None
        for route in held or []:
            route.continue_()
    watched.complaints.clear()
    page.wait_for_function(
        f"() => {ALL}.every((bar) => bar.title === 'wrong' ? !bar.offsetHeight : bar.shadowRoot"
        ".querySelector(bar.matches('[poll],[results=after]') ? '[part=bar][lang]' : '[href]'))"
    )
    after = page.evaluate(HEIGHTS)
    # A poll that is not there leaves no hole, and is the last of the page.
    assert after.pop("wrong") == 0 and before.pop("wrong") > 0
    assert after == before
    assert page.evaluate(SHIFTS, start) == 0


def test_the_note_says_that_votes_were_set_aside_and_its_link_why(
    host: HostSite, watched: Watched
) -> None:
    set_aside_now(host, "aside")
    page = watched.page(viewport={"width": 360, "height": 900}, locale="de")
    see(page, only(host, "aside", lang="de"))
    note = page.locator("reader-reactions p")
    expect(note).to_contain_text(
        re.compile(r"8 Reaktionen · 12 Stimmen vom \d+\. \S+ zählen nicht mit\.")
    )
    why = page.get_by_role("link", name=re.compile(r"^12 Stimmen .* Warum\?$"))
    expect(why).to_have_text("Warum?")
    height = box_of(note)["height"]
    button(page, "Liebe").click()
    expect(note).to_contain_text("zählen nicht mit.")
    expect(page.get_by_role("button", name="Ändern")).to_be_visible()
    assert box_of(note)["height"] == height and box_of(why)["height"] >= 44
    assert page.evaluate(SHIFTS) < 0.001  # the space before the link wraps to the next line
    why.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Warum 12 Stimmen nicht mitzählen")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.get_by_role("link", name="So werden Stimmen gezählt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("So werden Stimmen gezählt")


def set_aside_now(host: HostSite, article: str) -> None:
    """Set 12 of 20 votes aside."""
    now_s = int(clock.now())
    made = SetAsideStory(host.server, "host", article)
    made.set_aside(Window(), from_hour=now_s // 3600, now_s=now_s)


def test_counts_that_wait_for_the_choice_move_nothing_and_are_not_said_before(
    host: HostSite, watched: Watched
) -> None:
    for article in ("bar", "compact", "column"):
        vote = {"site": "host", "article": f"waits-{article}", "nonce": nonce()}
        assert host.server.react(origin=host.origin, **vote).status == 200
    bars = "".join(
        f"<reader-reactions article=waits-{layout} layout={layout} results=after "
        f"title={layout}></reader-reactions>"
        for layout in ("bar", "compact", "column")
    )
    host.pages["waits.html"] = (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Waits</title>"
        "<link rel=icon href='data:,'><script async src='{server}/embed.js' data-site='{site}'>"
        f"</script><main>{bars}</main>"
    )
    for width in (320, 700):
        page = watched.page(viewport={"width": width, "height": 1600}, reduced_motion="reduce")
        page.goto(host.url("waits.html"))
        page.wait_for_function(f"() => {ALL}.every((bar) => {DRAWN})")
        before, start = page.evaluate(PLACES), page.evaluate("performance.now()")
        for layout in ("bar", "compact", "column"):
            bar = page.get_by_title(layout, exact=True)
            love = bar.get_by_role("button", name="Love", exact=True)
            expect(bar.get_by_role("button", name="vote")).to_have_count(0)
            expect(bar.locator("[data-n]:not([data-n=''])")).to_have_count(0)
            expect(bar.locator("p")).to_contain_text("reaction")
            expect(bar.locator("p")).to_contain_text("Shown after you react")
            love.click()
            chosen = bar.get_by_role("button", name=re.compile("Love, [23] votes, 100%"))
            expect(chosen).to_be_visible()
            expect(bar.locator("[data-n='100%']")).to_have_count(1)
            expect(bar.locator("p")).not_to_contain_text("Shown after you react")
        assert page.evaluate(PLACES) == before
        assert page.evaluate(SHIFTS, start) == 0
        page.get_by_title("bar", exact=True).get_by_role("button", name="Undo").click()
        taken_back = page.get_by_title("bar", exact=True)
        expect(taken_back.get_by_role("button", name="Love", exact=True)).to_be_focused()


def test_a_closed_story_shows_its_counts_to_everyone(host: HostSite, watched: Watched) -> None:
    def closed(route: Route) -> None:
        answer = route.fetch()
        articles = {name: {**one, "open": False} for name, one in answer.json()["articles"].items()}
        route.fulfill(response=answer, json={**answer.json(), "articles": articles})

    page = watched.page()
    page.route("**/v1/counts**", closed)
    see(page, only(host, "waited", results="after"))
    expect(page.get_by_role("button", name="Love, 0 votes", exact=True)).to_be_disabled()
    expect(page.locator("reader-reactions p")).not_to_contain_text("Shown after you react")


@pytest.mark.parametrize(
    ("chance", "arm", "name"), [(0.05, "blind", "Sad"), (0.1, "shown", "Sad, 0 votes")]
)
def test_a_load_of_an_experiment_is_blind_by_chance_and_its_vote_says_so(
    host: HostSite, watched: Watched, chance: float, arm: str, name: str
) -> None:
    def experimenting(route: Route) -> None:
        answer = route.fetch()
        more = {"results": "percent", "experiment": True} if "lang=" in route.request.url else {}
        route.fulfill(response=answer, json={**answer.json(), **more})

    page = watched.page()
    page.route("**/v1/counts**", experimenting)
    page.add_init_script(f"Math.random = () => {chance}")
    see(page, only(host, f"drawn-{arm}"))
    with page.expect_request("**/v1/react") as sent:
        page.get_by_role("button", name=name, exact=True).click()
    assert json.loads(sent.value.post_data or "")["arm"] == arm
    expect(page.get_by_role("button", name="Sad, 1 vote, 100%", exact=True)).to_be_visible()
    assert arm not in str(page.evaluate("({ ...localStorage })").values())
    see(page, only(host, f"drawn-{arm}", results="after"))
    with page.expect_request("**/v1/react") as sent:
        page.get_by_role("button", name="Change").click()
        button(page, "Love").click()
    assert "arm" not in json.loads(sent.value.post_data or "")  # it has nothing to compare


def test_a_press_answers_and_shares_grow_unless_motion_is_unwanted(
    host: HostSite, watched: Watched
) -> None:
    for wish, moving, then in (
        ("no-preference", {"press", "fill"}, {"press", "background-size"}),
        ("reduce", set(), set()),
    ):
        page = watched.page(reduced_motion=wish)
        see(page, only(host, f"motion-{wish}"))
        page.evaluate(WATCH_MOTIONS)
        with page.expect_response("**/more.v1.js"):
            button(page, "Love").hover()
        assert page.evaluate("moved") == page.evaluate(MOTIONS) == []  # nothing moves by itself
        button(page, "Love").click()
        expect(page.get_by_role("button", name="Love, 1 vote, 100%")).to_be_visible()
        page.wait_for_function(
            "() => !document.querySelector('reader-reactions').shadowRoot.getAnimations().length"
        )
        assert set(page.evaluate("moved")) == moving
        filled = "(one) => getComputedStyle(one).backgroundSize"
        assert button(page, "Love").evaluate(filled) == "100% 100%"
        assert button(page, "Sad").evaluate(filled) == "100% 0%"
        page.evaluate(WATCH_MOTIONS)
        button(page, "Sad").click()
        expect(page.get_by_role("button", name="Sad, 1 vote, 100%")).to_be_visible()
        page.wait_for_function(
            "() => !document.querySelector('reader-reactions').shadowRoot.getAnimations().length"
        )
        assert set(page.evaluate("moved")) == then
        page.reload()
        see(page, page.url)
        expect(page.get_by_role("button", name="Sad, 1 vote, 100%")).to_be_visible()
        assert page.evaluate(MOTIONS) == []  # what was chosen before is simply there


def test_a_mistake_is_said_once_and_shown_with_data_debug(host: HostSite, watched: Watched) -> None:
    other = HostSite(host.server, "host")
    try:
        tag = "<reader-reactions article=debug layout=compackt data-debug></reader-reactions>"
        other.pages["debug.html"] = (
            "<!doctype html><html lang=en><meta charset=utf-8><title>Debug</title>"
            "<link rel=icon href='data:,'>"
            f"<script async src='{{server}}/embed.js' data-site='{{site}}'></script>{tag}{tag}"
        )
        page = watched.page()
        see(page, other.url("debug.html"))
        box = page.locator("reader-reactions pre").first
        expect(box).to_contain_text('Readback: unknown layout "compackt"')
        expect(box).to_contain_text(f"--origin {other.origin}")
        expect(page.locator("reader-reactions pre")).to_have_count(2)
        expect(button(page, "Love").first).to_be_disabled()
        # One that is mended is shown no longer.
        page.evaluate(
            "for (const bar of document.querySelectorAll('reader-reactions')) {"
            "bar.removeAttribute('layout'); bar.setAttribute('site', 'nobody')}"
        )
        expect(box).to_contain_text('Readback: unknown site "nobody"')
        page.evaluate("document.querySelector('reader-reactions').setAttribute('site', 'host')")
        expect(box).not_to_contain_text("nobody")
        titles = sorted(said.partition("\n")[0] for said in watched.said(page, 3))
        assert titles == [
            "Readback: this page may not vote",
            'Readback: unknown layout "compackt"',
            'Readback: unknown site "nobody"',
        ]
    finally:
        other.stop()


def test_comments_say_a_mistake_and_many_bars_ask_about_theirs_together(
    host: HostSite, watched: Watched
) -> None:
    bars = "".join(f"<reader-reactions article=m{n} layout=x></reader-reactions>" for n in range(9))
    long = f"<reader-reactions article='{'é' * 5000}'></reader-reactions>"
    host.pages["mistakes.html"] = (
        "<!doctype html><html lang=en><meta charset=utf-8><title>Mistakes</title>"
        "<link rel=icon href='data:,'><script async src='{server}/embed.js' data-site='{site}'>"
        "</script><script async src='{server}/comments.js' data-site='{site}'></script>"
        "<reader-comments site=nobody article=a data-debug></reader-comments>" + bars + long
    )
    page = watched.page(viewport={"width": 1000, "height": 6000})
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if "/v1/check" in one.url else None)
    page.goto(host.url("mistakes.html"))
    expect(page.locator("reader-comments pre")).to_contain_text('Readback: unknown site "nobody"')
    expect(page.locator("reader-reactions p")).to_have_count(10)
    page.wait_for_function(
        "performance.getEntriesByType('resource').filter((one) => "
        "one.name.endsWith('/v1/check')).length === 3"
    )
    titles = sorted(said[:30].partition("\n")[0] for said in watched.said(page, 3))
    assert titles == [
        'Readback: invalid article "éééééééé'[:30],
        'Readback: unknown layout "x"',
        'Readback: unknown site "nobody"'[:30],
    ]
    assert len(asked) == 3
