"""The bar under stress: failing servers, lost networks, crowds, two tabs, no storage."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import SHIFTS, Watched, button, endless, see
from tests.browser.hostsite import HostSite
from tests.support.server import ROOT, Serve, nonce

pytestmark = pytest.mark.hosts  # it takes half a minute: script/test-hosts runs it

NO_STORAGE = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("denied", "SecurityError") } })"""
FULL_STORAGE = """for (let bytes = 2 ** 22; bytes >= 1; bytes /= 2)
  try { for (;;) localStorage[`full-${crypto.randomUUID()}`] = "x".repeat(bytes) } catch {}"""
UNKEPT = "Your browser does not save this: once you leave the page, you cannot change it."
TOLD = "addEventListener('readback:error', (event) => (window.told = event.detail.code ?? 'none'))"


def status(page: Page) -> Locator:
    return page.locator("reader-reactions").first.get_by_role("status")


@pytest.mark.parametrize("how", ["dead", "html", "slow"])
def test_the_page_does_not_notice_a_failing_server(
    host: HostSite, watched: Watched, how: str
) -> None:
    page = watched.page()
    page.add_init_script(TOLD)
    page.goto(host.url(f"via-{how}.html"))
    page.locator("reader-reactions").scroll_into_view_if_needed()
    page.wait_for_function("window.told", timeout=9000)
    assert page.evaluate("window.told") == "none"
    expect(page.locator("reader-reactions button").first).to_be_hidden()
    assert page.evaluate(SHIFTS) == 0


def test_figures_are_requested_again_when_the_server_says(host: HostSite, watched: Watched) -> None:
    page = watched.page()
    page.clock.install()
    page.add_init_script(TOLD)
    page.add_init_script(
        "const real = fetch; window.asked = [];"
        "fetch = (...all) => (asked.push(Date.now()), real(...all))"
    )
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "Retry-After",
        "Retry-After": "7",
    }
    away = '{"error": {"code": "store_unavailable"}}'
    page.route("**/v1/counts**", lambda r: r.fulfill(status=503, headers=headers, body=away))
    page.goto(host.url("plain.html"))
    page.locator("reader-reactions").scroll_into_view_if_needed()
    page.wait_for_function("window.told === 'store_unavailable'")
    page.unroute("**/v1/counts**")
    page.clock.run_for(7500)
    button(page, "Wow").wait_for()
    first, second = page.evaluate("asked")
    assert 7000 <= second - first < 60_000  # by the page's clock; the default is 60 s


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            {"status": 429, "headers": {"Retry-After": "60"}, "code": "rate_limited"},
            "Too many clicks",
        ),
        ({"status": 500, "code": "internal"}, "We couldn\u2019t save your reaction."),
        ({"status": 200, "code": None}, "We couldn\u2019t save your reaction."),
    ],
    ids=["limited", "broken", "html"],
)
def test_a_refused_vote_is_reverted_with_a_message(
    host: HostSite, watched: Watched, answer: dict[str, Any], said: str
) -> None:
    page = watched.page()
    see(page, host.url("plain.html"))
    code = answer.pop("code")
    headers = {
        **answer.pop("headers", {}),
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "Retry-After",
    }
    body = f'{{"error": {{"code": "{code}", "message": ""}}}}' if code else "<title>Wi-Fi</title>"
    page.route("**/v1/react", lambda route: route.fulfill(**answer, headers=headers, body=body))
    before = button(page, "Angry").get_attribute("aria-label")
    button(page, "Angry").click()
    expect(status(page)).to_contain_text(said, timeout=15_000)
    expect(button(page, "Angry")).to_have_attribute("aria-pressed", "false")
    expect(button(page, "Angry")).to_have_attribute("aria-label", before)
    expect(button(page, "Angry")).to_be_enabled()


def test_a_translated_copy_of_a_page_is_read_only(host: HostSite, watched: Watched) -> None:
    page = watched.page()
    see(page, host.url("plain.html"))
    page.route(
        "**/v1/react",
        lambda route: route.fulfill(status=403, body='{"error": {"code": "bad_origin"}}'),
    )
    button(page, "Angry").click()
    expect(button(page, "Angry")).to_be_disabled()
    expect(page.locator("reader-reactions p")).to_contain_text(
        "Reactions are not available on this page"
    )


def test_a_click_made_offline_is_kept_and_sent_on_return(host: HostSite, watched: Watched) -> None:
    host.pages["away.html"] = host.text("plain.html")
    page = watched.page()
    see(page, host.url("away.html"))
    page.context.set_offline(True)
    button(page, "Wow").click()
    expect(status(page)).to_contain_text("You are offline.")
    expect(button(page, "Wow")).to_have_attribute("aria-pressed", "true")
    page.context.set_offline(False)
    expect(status(page)).to_have_text("You reacted: Wow")


def test_an_unsent_click_survives_its_page(host: HostSite, watched: Watched) -> None:
    host.pages["left.html"] = host.text("plain.html")
    page = watched.page()
    see(page, host.url("left.html"))
    page.route("**/v1/react", lambda route: route.abort())
    button(page, "Wow").click()
    page.goto("about:blank")
    page.unroute("**/v1/react")
    with page.expect_response("**/v1/react") as sent:
        see(page, host.url("left.html"))
    assert sent.value.json()["choice"] == "wow"
    expect(page.get_by_role("button", name="Wow, 1 vote")).to_be_visible()


@pytest.mark.parametrize(("name", "storage"), [("denied", NO_STORAGE), ("full", FULL_STORAGE)])
def test_without_storage_the_bar_works_within_the_page(
    host: HostSite, watched: Watched, name: str, storage: str
) -> None:
    page = watched.page()
    page.add_init_script(storage)
    host.pages[f"{name}.html"] = host.text("plain.html")
    see(page, host.url(f"{name}.html"))
    button(page, "Love").click()
    expect(status(page)).to_have_text("You reacted: Love")
    expect(page.get_by_text(UNKEPT)).to_be_visible()
    button(page, "Sad").click()
    expect(status(page)).to_have_text("You reacted: Sad")
    expect(page.get_by_role("button", name="Sad, 1 vote")).to_be_visible()
    expect(page.get_by_role("button", name="Love, 0 votes")).to_be_visible()


def test_two_tabs_whose_votes_are_under_way_at_once_share_one_reader(
    host: HostSite, watched: Watched
) -> None:
    host.pages["tabs.html"] = host.text("plain.html")
    first = watched.page()
    second = first.context.new_page()
    for page in (first, second):
        see(page, host.url("tabs.html"))
    click = """(label) => document.querySelector("reader-reactions").shadowRoot
      .querySelector(`[aria-label^=${label}]`).click()"""
    waiting: list[Route] = []
    first.route("**/v1/react", lambda route: waiting.append(route))
    with first.expect_request("**/v1/react"):
        first.evaluate(click, "Love")
    second.evaluate(click, "Sad")
    waiting[0].continue_()
    expect(status(second)).to_have_text("You reacted: Sad")
    expect(button(first, "Sad")).to_have_attribute("aria-pressed", "true")
    url = host.url("tabs.html")
    assert host.server.uncached(f"/v1/bar?site=host&article={url}").json["total"] == 1


@pytest.fixture(scope="module")
def crowded(module_serve: Serve) -> Iterator[HostSite]:
    """Run a site whose readers' network is crowded, so that each reader must do work."""
    server = module_serve(READBACK_NEW_READERS="1", READBACK_PROOF_COST="500")
    site = HostSite(server, "crowd")
    server.prepare("site", "add", "crowd", "--origin", site.origin)
    assert server.react(site="crowd", nonce=nonce(), origin=site.origin).status == 200
    yield site
    site.stop()


@pytest.mark.parametrize(("name", "article"), [("plain.html", ""), ("strict.html", "strict")])
def test_a_reader_on_a_crowded_network_does_the_work_and_is_counted(
    crowded: HostSite, watched: Watched, name: str, article: str
) -> None:
    page = watched.page()
    requested: list[str] = []
    page.on("request", lambda request: requested.append(urlsplit(request.url).path))
    see(page, crowded.url(name))
    assert "/solver.v1.js" not in requested
    with page.expect_response(lambda answer: answer.status == 428):
        button(page, "Love").click()
    expect(status(page)).to_have_text("You reacted: Love")
    assert requested.count("/solver.v1.js") == 1
    named = article or crowded.url(name)
    counted = crowded.server.uncached(f"/v1/bar?site=crowd&article={named}")
    assert counted.json["counts"]["love"] == 1


def test_a_pinned_solver_that_is_another_does_not_run_and_the_vote_waits(
    crowded: HostSite, watched: Watched
) -> None:
    solver = (ROOT / "static" / "dist" / "solver.v1.js").read_text()
    own = vote_with_pinned(solver, crowded, watched)
    expect(status(own)).to_have_text("You reacted: Love")
    other = vote_with_pinned(f"window.stolen = 1\n{solver}", crowded, watched)
    expect(status(other)).to_have_text("Thank you. Your reaction will be counted after a check.")
    assert other.evaluate("window.stolen") is None
    assert all("integrity" in complaint for complaint in watched.complaints)
    watched.complaints.clear()


def vote_with_pinned(solver: str, crowded: HostSite, watched: Watched) -> Page:
    """Vote on a page that pins the solver as docs/embed.md says, and gets this one."""
    docs = (ROOT / "docs" / "embed.md").read_text().replace("https://readback.example", "{server}")
    pin = docs.partition("<!-- recipe: pinned-solver -->")[2].split("```")[1].removeprefix("html")
    name = f"pinned-{len(solver)}.html"
    crowded.pages[name] = crowded.text("plain.html").replace("<body>", f"{pin}<body>")

    def answer(route: Route) -> None:
        route.fulfill(
            body=solver,
            content_type="text/javascript",
            headers={"Access-Control-Allow-Origin": "*"},
        )

    page = watched.page()
    page.route("**/solver.v1.js", answer)
    see(page, crowded.url(name))
    button(page, "Love").click()
    return page


def test_the_bar_says_checking_during_the_work(crowded: HostSite, watched: Watched) -> None:
    page = watched.page()
    see(page, crowded.url("plain.html"))

    page.route("**/v1/react", endless)
    button(page, "Love").click()
    expect(page.locator("reader-reactions p")).to_contain_text("Checking…")
    expect(status(page)).to_have_text("Checking…")
    page.context.close()


def test_what_comes_of_long_work_moves_nothing(crowded: HostSite, watched: Watched) -> None:
    def answer_late(route: Route) -> None:
        time.sleep(0.7)  # half a second after a click, browsers count what moves
        route.continue_()

    page = watched.page()
    crowded.pages["late.html"] = crowded.text("plain.html")
    see(page, crowded.url("late.html"))
    button(page, "Love").hover()
    page.route("**/v1/react", answer_late)
    button(page, "Love").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    expect(page.locator("reader-reactions p")).to_contain_text("Checking…")
    expect(page.get_by_role("button", name="Undo")).to_be_hidden()
    expect(status(page)).to_have_text("You reacted: Love")
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    assert page.evaluate(SHIFTS) == 0
