"""<reader-comments> on pages of others: policies, failing servers, no storage, single-page apps."""

import pytest
from playwright.sync_api import Route, expect

from tests.browser.comments_page import (
    address,
    begin,
    comment,
    commented,
    listed,
    post,
    said,
    see,
    write,
)
from tests.browser.conftest import SHIFTS, Watched, endless
from tests.browser.hostsite import HEADERS, STRICT, HostSite
from tests.browser.test_embed_again import OLDER
from tests.browser.test_embed_stress import NO_STORAGE, TOLD, UNKEPT
from tests.support.server import Serve, nonce

pytestmark = pytest.mark.hosts  # it takes half a minute: script/test-hosts runs it

LOW = {"width": 800, "height": 400}  # too low to show the end of the comments
RESERVED = "<style>reader-comments:not(:defined) { display: block; min-height: 26rem }</style>"
FAR = "<div style='height: 5000px'></div>"
VIOLATIONS = (
    "<script nonce=page>addEventListener('securitypolicyviolation',"
    "(e) => console.error(e.violatedDirective, e.blockedURI))</script>"
)
FOCUSED = """() => {
  let node = document.activeElement
  while (node.shadowRoot?.activeElement) node = node.shadowRoot.activeElement
  return node.textContent
}"""
AGAIN = """() => {
  const comments = document.querySelector("reader-comments"), place = comments.parentElement
  for (let i = 0; i < 100; i++) { comments.remove(); place.append(comments) }
}"""
NEW = """(times) => {
  for (let i = 0; i < times; i++) {
    const one = document.createElement("reader-comments")
    one.setAttribute("article", "remount")
    document.querySelector("reader-comments").replaceWith(one)
  }
}"""


@pytest.fixture
def host(commented_host: HostSite) -> HostSite:
    return commented_host


def test_readers_can_write_under_a_strict_policy_with_trusted_types(
    host: HostSite, watched: Watched, axe: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = address(host, "tight", before=VIOLATIONS)
    text = host.pages["tight.html"].replace("<script async", "<script async nonce=page")
    host.pages["tight.html"] = text.replace("<link rel=icon href='data:,'>", "")
    monkeypatch.setitem(HEADERS, "tight.html", {"Content-Security-Policy": STRICT})
    page = watched.page(viewport=LOW)
    see(page, url)
    write(page, "Under a strict policy.")
    own = comment(page, "Under a strict policy.")
    own.get_by_role("button", name="Reply").click()
    write(own, "And an answer.", name=None)
    expect(page.get_by_role("heading", level=2)).to_have_text("2 comments")
    assert page.evaluate(SHIFTS) == 0


def test_nothing_is_requested_stored_or_moved_before_the_comments_are_near(
    host: HostSite, watched: Watched
) -> None:
    post(host, "far", "Far down.")
    page = watched.page(viewport=LOW)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address(host, "far", before=FAR), wait_until="networkidle")
    assert asked == [page.url, f"{host.server.origin}/comments.js"]
    see(page, page.url)
    expect(comment(page, "Far down.")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0
    assert page.context.cookies() == []
    assert page.evaluate(SHIFTS) == 0
    assert page.evaluate("'Readback' in window") is False


def test_comments_in_view_wait_for_a_click(host: HostSite, watched: Watched) -> None:
    post(host, "seen", "Below the fold.")
    url = address(host, "seen")
    host.pages["seen.html"] = host.pages["seen.html"].replace("{story}", RESERVED)
    page = watched.page(viewport={"width": 800, "height": 900})
    page.goto(url)
    page.get_by_role("button", name="1 comment").press("Enter")
    expect(comment(page, "Below the fold.")).to_be_visible()
    expect(page.get_by_role("heading", level=2)).to_be_focused()
    assert page.evaluate(SHIFTS) == 0


@pytest.mark.parametrize("how", ["dead", "html", "slow"])
def test_the_page_does_not_notice_a_failing_server(
    host: HostSite, watched: Watched, how: str
) -> None:
    page = watched.page()
    page.add_init_script(TOLD)
    url = address(host, f"via-{how}-c")
    text = host.pages[f"via-{how}-c.html"].replace("{server}/", f"/via/{how}/")
    host.pages[f"via-{how}-c.html"] = text
    page.goto(url)
    page.locator("reader-comments").scroll_into_view_if_needed()
    page.wait_for_function("window.told", timeout=9000)
    expect(page.get_by_role("heading", level=2)).to_have_count(0)
    assert page.evaluate(SHIFTS) == 0


def test_a_comment_survives_a_server_that_is_away(host: HostSite, watched: Watched) -> None:
    page = watched.page()
    see(page, address(host, "away"))
    page.route("**/v1/comments", lambda route: route.fulfill(status=500, body="<title>Oops"))
    write(page, "Kept for better days.")
    expect(page.get_by_role("status")).to_contain_text("save that.", timeout=15_000)
    expect(page.get_by_label("Write a comment")).to_have_value("Kept for better days.")
    page.unroute("**/v1/comments")
    see(page, page.url)
    page.get_by_role("button", name="Send").click()
    expect(comment(page, "Kept for better days.")).to_be_visible()


def test_a_comment_written_offline_is_kept_and_sent_once_on_return(
    host: HostSite, watched: Watched
) -> None:
    page = watched.page()
    see(page, address(host, "offline"))
    begin(page)
    page.context.set_offline(True)
    write(page, "From the tunnel.")
    said(page, "You are offline.")
    page.context.set_offline(False)
    said(page, "Your comment is published.")
    assert listed(host, "offline")["count"] == 1


def test_a_lost_response_makes_no_second_comment(host: HostSite, watched: Watched) -> None:
    page = watched.page()
    see(page, address(host, "lost"))
    lost: list[str] = []

    def lose(route: Route) -> None:
        if not lost:
            lost.append(route.fetch().text())
            return route.abort()
        return route.continue_()

    page.route("**/v1/comments", lose)
    write(page, "Only once.")
    said(page, "Your comment is published.")
    assert lost and listed(host, "lost")["count"] == 1


def test_without_storage_the_comments_work_within_the_page(
    host: HostSite, watched: Watched
) -> None:
    page = watched.page()
    page.add_init_script(NO_STORAGE)
    see(page, address(host, "denied"))
    write(page, "Nothing is kept.", name="Admin")
    expect(page.get_by_text("reserved for")).to_be_visible()
    expect(page.get_by_label("Write a comment")).to_have_value("Nothing is kept.")
    expect(page.get_by_text(UNKEPT)).to_be_visible()  # below the form, until it is sent
    write(page, "Nothing is kept.")
    own = comment(page, "Nothing is kept.")
    own.get_by_role("button", name="Delete").click()
    own.get_by_role("button", name="Really delete?").click()
    said(page, "Your comment was deleted.")


def test_an_older_browser_sends_nothing_to_the_story_before(
    host: HostSite, watched: Watched
) -> None:
    page = watched.page()
    page.add_init_script(OLDER)
    url = address(host, "before")
    host.pages["before.html"] = host.pages["before.html"].replace("article=before", "")
    see(page, url)
    begin(page)
    page.get_by_label("Name").fill("Ana")
    page.get_by_label("Write a comment").fill("For the story before.")
    page.evaluate("history.pushState(null, '', '/after.html')")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="0 comments").click()
    expect(page.locator("form")).to_have_count(0)
    write(page, "For the story after.")
    expect(comment(page, "For the story after.")).to_be_visible()
    found = {
        name: host.server.uncached(f"/v1/comments?site=host&article={host.url(name)}").json["count"]
        for name in ("before.html", "after.html")
    }
    assert found == {"before.html": 0, "after.html": 1}
    page.evaluate("history.back()")
    page.get_by_role("button", name="0 comments").click()
    expect(page.get_by_label("Write a comment")).to_have_value("For the story before.")


def test_the_element_follows_its_article_and_its_address(host: HostSite, watched: Watched) -> None:
    post(host, "one", "Under one.")
    post(host, "two", "Under two.")
    page = watched.page(viewport=LOW)
    see(page, address(host, "one"))
    expect(comment(page, "Under one.")).to_be_visible()
    page.evaluate("document.querySelector('reader-comments').setAttribute('article', 'two')")
    expect(comment(page, "Under two.")).to_be_visible()
    expect(page.get_by_text("Under one.")).to_have_count(0)
    page.evaluate("document.querySelector('reader-comments').removeAttribute('article')")
    expect(page.get_by_role("heading", level=2)).to_have_text("0 comments")
    write(page, "Under the address.")
    expect(comment(page, "Under the address.")).to_be_visible()
    page.evaluate("history.pushState(null, '', '/elsewhere')")
    expect(page.get_by_role("heading", level=2)).to_have_text("0 comments")
    page.go_back()
    expect(comment(page, "Under the address.")).to_be_visible()


def test_an_element_moved_a_hundred_times_makes_one_request_and_keeps_its_draft(
    host: HostSite, watched: Watched
) -> None:
    page = watched.page()
    see(page, address(host, "again"))
    begin(page)
    page.get_by_label("Write a comment").fill("Half a th")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.evaluate(AGAIN)
    expect(page.get_by_label("Write a comment")).to_have_value("Half a th")
    write(page, "A whole thought.")
    said(page, "Your comment is published.")
    assert [url.rsplit("/", 1)[1] for url in asked] == ["comments"]


def test_an_article_set_on_a_detached_element_is_shown(host: HostSite, watched: Watched) -> None:
    post(host, "elsewhere", "Under elsewhere.")
    page = watched.page(viewport=LOW)
    see(page, address(host, "left"))
    page.evaluate("""async () => {
      const comments = document.querySelector("reader-comments"), place = comments.parentElement
      comments.remove()
      comments.setAttribute("article", "elsewhere")
      await new Promise((done) => setTimeout(done))
      place.append(comments)
    }""")
    expect(
        page.get_by_text("Under elsewhere.").or_(page.get_by_role("button", name="1 comment"))
    ).to_be_visible()


def test_fifty_new_elements_leave_no_listener_or_node(host: HostSite, watched: Watched) -> None:
    page = watched.page(viewport=LOW)
    see(page, address(host, "remount"))
    measure = page.context.new_cdp_session(page)
    measure.send("Performance.enable")

    def held(times: int) -> dict[str, float]:
        page.evaluate(NEW, times)
        page.get_by_role("heading", level=2).wait_for()
        measure.send("HeapProfiler.collectGarbage")
        metrics = measure.send("Performance.getMetrics")["metrics"]
        return {
            m["name"]: m["value"] for m in metrics if m["name"] in ("JSEventListeners", "Nodes")
        }

    before, after = held(3), held(50)
    assert after["JSEventListeners"] <= before["JSEventListeners"] + 30
    assert after["Nodes"] <= before["Nodes"] + 200


def test_a_crowded_network_needs_work_and_the_form_says_checking(
    serve: Serve, watched: Watched
) -> None:
    with commented(serve, READBACK_NEW_READERS="1", READBACK_PROOF_COST="500") as crowd:
        crowd.server.react(site="host", nonce=nonce(), origin=crowd.origin)
        page = watched.page()
        see(page, address(crowd, "crowd"))
        write(page, "After some work.")
        said(page, "Your comment is published.")
        busy = watched.page()
        see(busy, address(crowd, "crowd"))

        busy.route("**/v1/comments", endless)
        write(busy, "After endless work.")
        said(busy, "Checking…")
        busy.context.close()


def test_the_keyboard_alone_writes_replies_agrees_and_reports(
    host: HostSite, watched: Watched
) -> None:
    post(host, "keys", "By another.")
    page = watched.page()
    see(page, address(host, "keys"))
    keys = page.keyboard

    def tab_to(name: str, most: int = 12) -> None:
        for _ in range(most):
            keys.press("Tab")
            if page.evaluate(FOCUSED) == name:
                return
        raise AssertionError(f"{name}: {page.evaluate(FOCUSED)}")

    page.get_by_role("button", name="Add a comment…").press("Enter")
    expect(page.get_by_label("Write a comment")).to_be_focused()
    tab_to("Send")
    keys.press("Enter")
    expect(page.get_by_label("Write a comment")).to_be_focused()
    keys.type("By keys.")
    keys.press("Tab")
    keys.type("Ana")
    keys.press("Enter")
    said(page, "Your comment is published.")
    expect(page.get_by_role("button", name="Add a comment…")).to_be_focused()
    theirs = comment(page, "By another.")
    tab_to("Recommend")
    keys.press("Space")
    expect(theirs.get_by_role("button", name="Recommend 1", pressed=True)).to_be_focused()
    tab_to("Reply")
    keys.press("Enter")
    expect(page.get_by_label("Reply to Ben")).to_be_focused()
    keys.type("An answer.")
    tab_to("Send")
    keys.press("Enter")
    expect(comment(page, "An answer.")).to_be_visible()
    expect(theirs.get_by_role("button", name="Reply").first).to_be_focused()
    tab_to("Report")
    keys.press("Enter")
    expect(page.get_by_label("Personal attack")).to_be_focused()
    keys.press("ArrowDown")
    tab_to("Send report")
    keys.press("Enter")
    said(page, "Reason: Hate speech")
    expect(theirs.get_by_text("Reason: Hate speech")).to_be_focused()


@pytest.mark.parametrize(
    ("lang", "dir_", "send", "theme"),
    [
        ("en", "ltr", "Send", "light"),
        ("ar", "rtl", "إرسال", "dark"),
        ("de", "ltr", "Senden", "auto"),
        ("he-IL", "rtl", "שליחה", "auto"),
        ("zh-TW", "ltr", "送出", "light"),
    ],
)
def test_axe_finds_no_fault_in_any_language_or_theme(
    host: HostSite, watched: Watched, axe: str, lang: str, dir_: str, send: str, theme: str
) -> None:
    root = post(host, "axe", "A question").json
    if "id" in root:
        post(host, "axe", "Its answer", parent=root["id"])
    page = watched.page(viewport={"width": 320, "height": 800})
    see(page, address(host, "axe", lang=lang, theme=theme))
    begin(page)
    expect(page.get_by_role("button", name=send)).to_be_visible()
    write(page, f"Mine in {lang} and {theme}.")
    expect(comment(page, f"Mine in {lang} and {theme}.")).to_be_visible()
    comment(page, "A question").get_by_role("button").nth(1).click()
    page.locator("[part~=last]").last.click()
    begin(page).locator("[part=send] button").first.click()  # its errors are shown
    expect(page.locator("form")).to_have_count(3)
    assert (
        page.locator("reader-comments h2").evaluate("(n) => getComputedStyle(n).direction") == dir_
    )
    page.evaluate(axe)
    found = page.evaluate("axe.run().then(({ violations }) => violations)")
    found = [(v["id"], [n["html"] for n in v["nodes"]]) for v in found]
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.wait_for_load_state()
    for one in (
        page.locator("reader-comments").locator("button, textarea, a, [part=pick], summary").all()
    ):
        box = one.bounding_box()
        assert box is None or (box["width"] >= 44 and box["height"] >= 44)


def test_forced_colours_show_the_readers_vote_and_nothing_moves(
    host: HostSite, watched: Watched
) -> None:
    post(host, "forced", "Seen without colour.")
    page = watched.page(forced_colors="active", reduced_motion="reduce")
    see(page, address(host, "forced"))
    page.get_by_role("button", name="Recommend").click()
    expect(page.get_by_role("button", name="✓ Recommend 1")).to_be_visible()
    moving = """[...document.querySelector("reader-comments").shadowRoot.querySelectorAll("*")]
      .some((n) => ["transitionDuration", "animationDuration"]
        .some((k) => parseFloat(getComputedStyle(n)[k]) > 0))"""
    assert page.evaluate(moving) is False


def test_a_frame_without_an_origin_may_read(host: HostSite, watched: Watched) -> None:
    post(host, "framed", "Read me.")
    address(host, "framed")
    host.pages["frame.html"] = (
        "<!doctype html><html lang=en><title>Frame</title><iframe sandbox='allow-scripts'"
        " src='framed.html' title=Story width=800 height=3000></iframe>"
    )
    page = watched.page()
    page.goto(host.url("frame.html"))
    frame = page.frame_locator("iframe")
    frame.locator("reader-comments").scroll_into_view_if_needed()
    frame.get_by_role("button", name="1 comment").click()
    expect(frame.get_by_text("Read me.")).to_be_visible()
    expect(frame.get_by_role("textbox")).to_have_count(0)
    expect(frame.get_by_role("button", name="Recommend")).to_have_count(0)
    [said] = watched.said(page)
    assert said.startswith("Readback: this frame may not vote")
