"""Stories and the ledger of their counts in a real browser: no shift, no refusal by the policy."""

import random
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SHIFTS, Watched
from tests.support.ledgers import BLOCKS, SIGNER, STORIES, WHOLE, changed
from tests.support.server import Server
from widget.domain.ledger.checking import BadLedger, check


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


def test_files_of_a_ledger_are_checked_by_a_saved_page_as_by_the_command(
    watched: Watched, root: Path, tmp_path: Path
) -> None:
    for name, text in WHOLE.items():
        (tmp_path / name).write_bytes(text)
    paths = sorted(tmp_path.iterdir())
    page = watched.page()
    page.goto((root / "static" / "ledger" / "check.html").as_uri())
    page.get_by_label("Files").set_input_files(paths[::-1])
    page.get_by_label("Public key").fill(SIGNER.public)
    page.get_by_label("Id of a story").fill(STORIES[2])
    page.get_by_role("button", name="Check").click()
    status = page.get_by_role("status")
    expect(status).to_contain_text("Nothing was changed")
    expect(status).to_contain_text(f"Last hash: {BLOCKS[-1].hash}")
    asked = check(WHOLE, story=STORIES[2]).asked
    expect(page.locator("tbody tr")).to_have_count(len(asked))
    expect(page.locator("tbody tr").first).to_contain_text("like 1")
    paths[1].write_bytes(paths[1].read_bytes().replace(b'"like":', b'"like":1', 1))
    page.get_by_label("Files").set_input_files(paths)
    page.get_by_role("button", name="Check").click()
    expect(status).to_contain_text("Do not trust these files")
    expect(status).to_contain_text("day-20459.txt, line 1: changed since it was signed.")
    expect(page.locator("tbody tr")).to_have_count(0)

    chance = random.Random(7)
    kinds = [("whole", WHOLE), *(changed(chance) for _ in range(60))]
    found = page.evaluate(
        """async ([kinds, key, hash]) => {
          const verdicts = []
          for (const files of kinds) {
            const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
            try {
              const bytes = (text) => Uint8Array.from(text, (c) => c.charCodeAt(0))
              const read = ([name, text]) => ({ name, text: decoder.decode(bytes(text)) })
              await check(Object.entries(files).map(read), key, hash, "")
              verdicts.push(true)
            } catch { verdicts.push(false) }
          }
          return verdicts
        }""",
        [
            [{name: text.decode("latin-1") for name, text in texts.items()} for _, texts in kinds],
            SIGNER.public,
            BLOCKS[-1].hash,
        ],
    )
    for (kind, texts), is_good in zip(kinds, found, strict=True):
        assert is_good == is_trusted(texts), kind


def is_trusted(texts: dict[str, bytes]) -> bool:
    try:
        return BLOCKS[-1].hash in check(texts, key=SIGNER.public).hashes
    except BadLedger:
        return False
