"""The story of a publisher on a staging server whose origin nobody has registered."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watched, button
from tests.browser.hostsite import HostSite
from tests.browser.test_desk_signin import signed_in
from tests.support.desk import invited
from tests.support.server import Server

STORY = "https://staged.example/story"


@pytest.fixture
def staging(server: Server) -> Iterator[HostSite]:
    """Serve a page with the tag of a site that has another origin."""
    server.prepare("site", "add", "staged", "--origin", "https://staged.example")
    host = HostSite(server, "staged")
    # A frozen embed, as pages pin it: it sends the vote, and learns only then that it may not.
    page = host.text("plain.html").replace("/embed.js", "/embed.v2.js")
    canonical = f'<link rel="canonical" href="{STORY}">'
    host.pages["story.html"] = page.replace("</head>", f"{canonical}</head>")
    yield host
    host.stop()


def test_a_refused_origin_is_found_at_the_desk_allowed_and_then_its_votes_count(
    server: Server, watched: Watched, staging: HostSite
) -> None:
    invited(server, "publisher", "admin")
    story = watched.page()
    story.goto(staging.url("story.html"))
    story.locator("reader-reactions").scroll_into_view_if_needed()
    # The page may not read the refusal, so to its script the request has failed.
    with story.expect_event("requestfailed", lambda request: request.url.endswith("/v1/react")):
        button(story, "Love").click()

    desk = watched.page(java_script_enabled=False, viewport={"width": 390, "height": 800})
    signed_in(server, desk, "publisher", "/desk/staged/settings/")
    desk.get_by_role("link", name="Check a page").click()
    desk.get_by_label("Address").fill(staging.url("story.html"))
    desk.get_by_label("Source").fill(staging.text("story.html"))
    desk.get_by_role("button", name="Check").click()
    expect(desk.get_by_role("alert")).to_contain_text("This page may not vote.")
    desk.get_by_role("link", name="Settings of").click()
    desk.get_by_role("link", name=f"Allow {staging.origin}").click()
    expect(desk.get_by_text("This host is not part of any of your origins.")).to_be_visible()
    desk.get_by_role("button", name="Allow this origin").click()
    expect(desk.get_by_role("status")).to_have_text(
        f"{staging.origin} may vote and comment from now on."
    )
    expect(desk.get_by_text("Refused in the last day")).to_have_count(0)

    story.wait_for_timeout(1200)  # a worker caches a site for a second
    story.evaluate("localStorage.clear()")  # it kept the click, and would send it by itself
    story.reload()
    story.locator("reader-reactions").scroll_into_view_if_needed()
    with story.expect_response("**/v1/react") as voted:
        button(story, "Sad").click()
    assert voted.value.status == 200
    expect(button(story, "Sad")).to_have_attribute("aria-pressed", "true")
    counted = server.uncached(f"/v1/bar?site=staged&article={STORY}").json
    assert counted["counts"]["sad"] == 1
    # Releases before this one say nothing but what the browser says.
    watched.complaints = [text for text in watched.complaints if "CORS policy" not in text]
