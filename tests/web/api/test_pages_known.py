"""The metadata that the store learns of an article's page, and the reaction set of a section."""

import json
import re
from pathlib import Path

import pytest

from tests.support.server import Serve, Server, nonce, settled

SENSITIVE = {
    "question": "How does this leave you?",
    "choices": [
        {"key": "sad", "label": "Sad", "emoji": "😢"},
        {"key": "love", "label": "Love", "emoji": "❤️"},
    ],
}


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    running = module_serve(READBACK_TRUSTED_PROXY_HOPS="1")
    changed = running.cli(
        "site", "set", "home", "--section-reactions", "Obituaries", json.dumps(SENSITIVE)
    )
    assert changed.returncode == 0, changed.stderr

    def asked() -> str:
        bar = running.uncached("/v1/bar?site=home&article=x&section=obituaries").json
        return str(bar["question"])

    settled(asked, SENSITIVE["question"])  # every worker knows of it
    return running


def test_a_section_is_offered_its_own_set(own: Server, article: str) -> None:
    path = f"/v1/bar?site=home&article={article}"
    assert len(own.get(path).json["choices"]) == 7
    bar = own.get(f"{path}&section=obituaries").json
    assert [choice["key"] for choice in bar["choices"]] == ["sad", "love"]
    assert bar["question"] == SENSITIVE["question"]


def test_the_section_that_two_networks_name_decides_and_later_claims_do_not(
    own: Server, article: str
) -> None:
    page = {"title": "A life", "section": "Obituaries"}
    for address in ("192.0.2.1", "198.51.100.1"):
        answer = own.react(article=article, nonce=nonce(), page=page, address=address)
    assert answer.json["counts"] == {"sad": 0, "love": 2}
    claimed = own.react(article=article, nonce=nonce(), reaction="funny", page={"section": "City"})
    assert (claimed.status, claimed.code) == (400, "bad_field")
    assert [c["key"] for c in own.counts(article)["choices"]] == ["sad", "love"]
    own.prepare("verify")


@pytest.mark.parametrize("page", ["x", 1, [], {"title": 5}, {"tags": "a"}, {"tags": [1]}])
def test_a_page_of_the_wrong_shape_is_refused(own: Server, article: str, page: object) -> None:
    answer = own.react(article=article, nonce=nonce(), page=page)
    assert (answer.status, answer.code) == (400, "bad_field")
    assert own.counts(article)["total"] == 0


def test_hostile_page_texts_are_stored_as_bounded_text(own: Server, article: str) -> None:
    page = {
        "title": "<img src=x onerror=alert(1)>\u202e\x00" + "x" * 500,
        "tags": ["a", "a", "b"],
        "url": "https://evil.example/x",
    }
    for address in ("192.0.2.1", "198.51.100.1"):
        answer = own.react(article=article, nonce=nonce(), page=page, address=address)
        assert answer.status == 200
    shown = own.get(f"/r/home/{article}").body.decode()
    assert "&lt;img src=x onerror=alert(1)&gt;xxx" in shown
    assert "<img" not in shown and "\u202e" not in shown and "evil.example" not in shown


def test_the_file_of_a_story_overrides_what_a_reader_claims(own: Server) -> None:
    own.react(article="talent-visa-2025", nonce=nonce(), page={"title": "Nonsense"})
    assert "Nonsense" not in own.get("/r/home/talent-visa-2025").body.decode()
    assert "A new visa opens the door" in own.get("/r/home/talent-visa-2025").body.decode()


STORY = """---
id: corner-shop-2026
title: The corner shop
deck: A shop closes.
section: {section}
author: Ana
date: 2026-01-02
---
It was small.
"""


def test_a_story_that_changes_its_section_offers_the_same_set_everywhere(
    serve: Serve, tmp_path: Path
) -> None:
    """The file of the story decides, even if its first vote named another section."""
    story = tmp_path / "articles" / "corner-shop.md"
    story.parent.mkdir()
    story.write_text(STORY.format(section="City"))
    server = serve(READBACK_ARTICLES_DIR=str(story.parent), READBACK_READS="0")
    section_set = ("--section-reactions", "Obituaries", json.dumps(SENSITIVE))
    server.prepare("site", "set", "home", *section_set)
    settled(lambda: number_of_choices(server, "obituaries"), 2)
    assert server.react(article="corner-shop-2026", reaction="wow", nonce=nonce()).status == 200
    server.stop()
    story.write_text(STORY.format(section="Obituaries"))
    server.start()
    found = offered(server)
    assert found == {way: {"sad", "love"} for way in found}
    refused = server.react(article="corner-shop-2026", reaction="wow", nonce=nonce())
    assert (refused.status, refused.code) == (400, "bad_field")
    assert server.react(article="corner-shop-2026", reaction="sad", nonce=nonce()).status == 200
    server.prepare("verify")


EMOJI = {"😢": "sad", "❤️": "love"}


def number_of_choices(server: Server, section: str) -> int:
    return len(server.get(f"/v1/bar?site=home&article=a&section={section}").json["choices"])


def offered(server: Server) -> dict[str, set[str]]:
    """Return the choice keys that each way to vote on the story offers."""

    def keys(path: str, pattern: str) -> set[str]:
        return set(re.findall(pattern, server.get(path).body.decode()))

    counts = server.get("/v1/counts?site=home&article=corner-shop-2026").json["articles"]
    hearts = server.get("/openheart/home/corner-shop-2026").json
    return {
        "page": keys("/articles/corner-shop", r"react\?choice=(\w+)"),
        "form": keys("/articles/corner-shop/react", r'name="reaction"\s+value="(\w+)"'),
        "form by name": keys("/r/home/corner-shop-2026", r'name="reaction"\s+value="(\w+)"'),
        "bar": {choice["key"] for choice in server.counts("corner-shop-2026")["choices"]},
        "counts": set(counts["corner-shop-2026"]["counts"]),
        "open heart": {EMOJI.get(emoji, emoji) for emoji in hearts},
    }
