"""A story with a picture in a real browser: nothing moves, and nothing is refused by its policy."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SHIFTS, Watched
from tests.support.server import Server


@pytest.mark.parametrize("width", [320, 1160])
def test_a_story_and_the_front_page_keep_the_place_of_a_picture(
    server: Server, watched: Watched, width: int
) -> None:
    page = watched.page(viewport={"width": width, "height": 900})
    page.goto(f"{server.origin}/")
    page.get_by_role("link", name="The library that lends umbrellas").click()
    picture = page.get_by_role("img", name="Two people under one umbrella")
    expect(picture).to_be_visible()
    assert picture.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") == 1200
    assert page.evaluate(SHIFTS) < 0.001
    assert page.evaluate("document.documentElement.scrollWidth") == width
    data = page.locator("script[type='application/ld+json']").text_content() or ""
    assert page.evaluate("text => JSON.parse(text).headline", data).startswith("The library")
    page.get_by_role("navigation", name="More stories").get_by_role("link").first.click()
    expect(page).to_have_url(f"{server.origin}/articles/talent-visa")
