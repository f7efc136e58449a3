"""What the desk says of a story's tone: a direction beside its section, or what is missing."""

import html
import re
from collections.abc import Callable

import pytest

from tests.support.desk import DeskBrowser, invited
from tests.support.server import Server
from widget.domain import clock
from widget.domain.article import resolve_for
from widget.domain.comments.comment import Draft, new_id, scored
from widget.domain.figures.tone import MIN_USUAL
from widget.domain.model import Site
from widget.domain.page import Page
from widget.store.comments.comments import Comments, Posting
from widget.store.reactions.bulk import BulkCasts
from widget.store.reactions.votes import Cast, Voter
from widget.tone import score

SITE = Site("toned", "The Toned Paper", ())
DAY_S = 86400
CROSS = "They lied to us, it is a disgrace and I am furious."
GLAD = "Thank you, a lovely and honest story."
DULL, SPANISH = "The 14 to the harbour.", "Qué vergüenza, esto es una mentira para los vecinos"
TITLE = "<script>alert(1)</script> \u05e9\u05dc\u05d5\u05dd"

Tell = Callable[..., str]


@pytest.fixture(scope="module")
def tell(server: Server) -> Tell:
    """Write a story with votes and comments to the server's store, and return its page."""
    server.prepare(
        "site", "add", SITE.key, "--name", SITE.name, "--origin", "https://toned.example"
    )
    store = server.store()
    comments = Comments(store)

    def tell(
        name: str, *, days_ago: int = 0, section: str = "City", love: int = 0, **of: int
    ) -> str:
        article, at_s = resolve_for(SITE, name), int(clock.now()) - days_ago * DAY_S
        page = Page(f"{name} {TITLE}", section)
        with BulkCasts(store) as casts:
            for reader in range(max(1, love)):
                cast = Cast(1, 3, at_s, 7, page=page)
                casts.cast(SITE, article, Voter(reader.to_bytes(8, "big")), cast)
        texts = {"cross": CROSS, "glad": GLAD, "dull": DULL, "spanish": SPANISH}
        for kind, count in of.items():
            for number in range(count):
                draft = Draft(
                    new_id(at_s * 1000, article.partition),
                    "",
                    "Ana",
                    f"{texts[kind]} {name} {number}",
                    b"reader..",
                    scored(score(texts[kind])),
                )
                comments.create(SITE, article, draft, Posting(at_s, page=page))
        return f"/desk/toned/articles/{article.id}"

    return tell


@pytest.fixture(scope="module")
def ana(server: Server, tell: Tell) -> DeskBrowser:
    return invited(server, "ana-toned", "toned:editor")


@pytest.fixture(scope="module")
def usual(tell: Tell) -> None:
    """Tell stories of the weeks before, half of whose comments are cross."""
    for number in range(MIN_USUAL):
        tell(f"old-{number}", days_ago=8 + number, glad=6 + number % 3, cross=6)


def said(page: bytes, region: str) -> str:
    [part] = re.findall(
        rf'data-region="{region}">(.*?)(?=<div class="told|</div>\s*</div>)', page.decode(), re.S
    )
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", part)).split())


@pytest.mark.usefixtures("usual")
def test_a_story_is_more_negative_than_usual_for_its_section(tell: Tell, ana: DeskBrowser) -> None:
    page = ana.get(tell("angry", cross=40, dull=2, spanish=1)).body
    card = said(page, "tone")
    assert "More negative than usual for City" in card
    assert "9 of 10 City stories more negative more positive" in card
    assert "\u2212 negative: disgrace 40" in card and "+ positive:" not in card
    assert "Based on 40 comments; 2 had no known words; 1 was not scored." in card
    assert "Compared with 10 City stories" in card and "Irony reads as praise." in card
    assert "more negative than usual" in said(page, "figures")
    assert b"<script>alert" not in page


@pytest.mark.usefixtures("usual")
def test_an_ordinary_story_is_as_usual_and_a_small_one_says_what_it_needs(
    tell: Tell, ana: DeskBrowser
) -> None:
    page = ana.get(tell("plain", glad=21, cross=20)).body
    assert "As usual for City" in said(page, "tone") and "tone as usual" in said(page, "figures")
    few = said(ana.get(tell("few", cross=29)).body, "tone")
    assert "Too few scored to compare" in few and "(it has 29)" in few and "(there are 10)" in few
    assert "negative: disgrace 29" in few and "than usual" not in few
    assert "No comments yet." in said(ana.get(tell("silent")).body, "tone")


@pytest.mark.usefixtures("usual")
def test_a_section_without_earlier_stories_is_compared_with_the_site(
    tell: Tell, ana: DeskBrowser
) -> None:
    card = said(ana.get(tell("late", section="Life", cross=40)).body, "tone")
    assert "More negative than usual for The Toned Paper" in card


@pytest.mark.usefixtures("usual")
def test_comments_contradict_reactions_only_with_evidence(tell: Tell, ana: DeskBrowser) -> None:
    flag = "Readers warm, comments critical"
    assert flag in said(ana.get(tell("loved", love=40, cross=40)).body, "figures")
    assert flag not in said(ana.get(tell("mixed", love=40, glad=20, cross=20)).body, "figures")
    assert flag in ana.get("/desk/toned/").body.decode()


def test_no_page_names_a_level_and_exports_name_a_direction(
    usual: None, tell: Tell, ana: DeskBrowser
) -> None:
    tell("angrier", cross=40)
    rows = ana.get("/desk/toned/articles?format=json").json["tables"]["articles"]
    sides = {row["title"].split(" <")[0]: row["tone_beside_usual"] for row in rows}
    assert sides["angrier"] == "below"
    for path in ("/desk/toned/", "/desk/toned/articles"):
        page = ana.get(path).body.decode()
        assert "More negative" in page and "than usual for" in page
        assert "Negative<" not in page and "on the whole" not in page


def test_the_counts_by_label_are_said_to_be_no_shares(
    usual: None, tell: Tell, ana: DeskBrowser
) -> None:
    path = tell("labelled", cross=3, dull=1, spanish=2)
    page = ana.get(f"{path}?format=table&table=tone").body.decode()
    assert "its share of negative comments is not shown" in page
    labels = ana.get(f"{path}?format=json").json["tables"]["tone"]
    counts = {row["label"]: row["comments"] for row in labels}
    assert (counts["negative"], counts["no_opinion_words"], counts["not_scored"]) == (3, 1, 2)
    assert counts["mixed"] == counts["unclear"] == 0
