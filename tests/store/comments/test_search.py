"""The search of comments: matches in order, without gaps when it is continued."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import NOW_S
from widget.domain.article import resolve_for
from widget.domain.comments.comment import LABELS, Draft, Score, new_id
from widget.domain.errors import BadField
from widget.domain.model import Site
from widget.domain.page import Page
from widget.store.comments import search as comment_search
from widget.store.comments.comments import Comments, Posting
from widget.store.comments.moderation import Moderation
from widget.store.comments.search import CommentSearch, Sought
from widget.store.connect import Connection

EDITOR: dict[str, Any] = {"who": "erin", "now_s": NOW_S + 9000}


@pytest.fixture
def search(connection: Connection) -> CommentSearch:
    return CommentSearch(connection)


@pytest.fixture
def moderation(connection: Connection) -> Moderation:
    return Moderation(connection)


@pytest.fixture
def post(connection: Connection, site: Site) -> Callable[..., str]:
    comments = Comments(connection)

    def post(
        text: str,
        name: str = "Alice",
        *,
        on: str = "visa",
        title: str = "",
        at_s: int = NOW_S,
        label: str = "neutral",
        why: tuple[str, ...] = (),
    ) -> str:
        article = resolve_for(site, on)
        score = Score(label, 0, "low", "", "1")
        draft = Draft(
            new_id(at_s * 1000, article.partition), "", name, text, b"alice...", score, why
        )
        created = comments.create(site, article, draft, Posting(at_s, Page(title=title)))
        return created.comment.id

    return post


def walk(
    search: CommentSearch, site: Site, sought: Sought, limit: int = 30
) -> tuple[list[str], list[int | None]]:
    """Search to the end, and return the ids found and how far each answer got."""
    ids, looked, past = [], [], ""
    while True:
        found = search.find(site, sought, past=past, limit=limit)
        ids += [comment.id for comment in found.comments]
        looked.append(found.looked_to_s)
        if not found.next:
            return ids, looked
        past = found.next


@pytest.mark.parametrize(
    "words", ["LIBRARY", "straße", "STRASSE", "zoë", "riverside council", "ana library", "visa-2"]
)
def test_words_match_in_text_name_title_or_address_in_any_case(
    post: Callable[..., str], search: CommentSearch, site: Site, words: str
) -> None:
    wanted = post(
        "The library in the Straße.", "Ana Zoë", on="visa-2", title="Council and riverside"
    )
    post("Something else.", "Ben")
    assert walk(search, site, Sought("all", words)) == ([wanted], [None])


def test_all_words_must_match(post: Callable[..., str], search: CommentSearch, site: Site) -> None:
    post("The library.", "Ana")
    assert walk(search, site, Sought("all", "library missing")) == ([], [None])


def test_states_labels_and_articles_narrow_a_search(
    post: Callable[..., str], search: CommentSearch, moderation: Moderation, site: Site
) -> None:
    glad = post("a", label="positive")
    cross = post("b", label="negative", at_s=NOW_S + 1, on="other")
    held = post("c", why=("links",), at_s=NOW_S + 2)
    hidden, deleted = post("d", at_s=NOW_S + 3), post("e", at_s=NOW_S + 4)
    moderation.hide(site, [hidden], **EDITOR)
    moderation.delete(site, [deleted], **EDITOR)
    moderation.correct(site, [cross], "mixed", **EDITOR)
    expected = {
        Sought(): [held],
        Sought("held"): [held],
        Sought("hidden"): [hidden],
        Sought("deleted"): [deleted],
        Sought("published"): [cross, glad],
        Sought("all"): [deleted, hidden, held, cross, glad],
        Sought("all", label="positive"): [glad],
        Sought("all", label="mixed"): [cross],
        Sought("all", label="negative"): [],
        Sought("all", article=resolve_for(site, "other").id): [cross],
        Sought("all", "b", "mixed", resolve_for(site, "other").id): [cross],
        Sought("all", article="x" * 22): [],
    }
    for sought, ids in expected.items():
        assert walk(search, site, sought)[0] == ids, sought


@pytest.mark.parametrize(("limit", "looked_at"), [(1, 1), (3, 2), (30, 2), (4, 50)])
def test_continued_searches_find_everything_once_and_in_order(
    post: Callable[..., str],
    search: CommentSearch,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
    limit: int,
    looked_at: int,
) -> None:
    monkeypatch.setattr(comment_search, "LOOKED_AT", looked_at)
    chance = random.Random(limit)
    written = {}
    for number in range(160):
        label, fits = chance.choice(LABELS), chance.random() < 0.2
        text = "a needle" if fits else "hay"
        at_s = NOW_S + number * 60 + chance.randrange(9)
        on = f"s{chance.randrange(40)}"
        written[post(text, on=on, at_s=at_s, label=label)] = (text, label, at_s)
    newest_first = sorted(written, reverse=True)
    rules: list[tuple[Sought, Callable[[str, str], bool]]] = [
        (Sought("all", "needle"), lambda text, _: text == "a needle"),
        (Sought("all", label="mixed"), lambda _, label: label == "mixed"),
        (Sought("all", "needle", "mixed"), lambda *both: both == ("a needle", "mixed")),
    ]
    for sought, rule in rules:
        ids, looked = walk(search, site, sought, limit)
        assert ids == [i for i in newest_first if rule(*written[i][:2])]
        assert looked[-1] is None
        found = search.find(site, sought, limit=limit)
        if found.looked_to_s is not None:
            # It searched at least as far as it reports.
            expected = [
                i
                for i in newest_first
                if written[i][2] > found.looked_to_s and rule(*written[i][:2])
            ]
            assert [comment.id for comment in found.comments][: len(expected)] == expected


def test_an_unknown_list_or_label_is_refused() -> None:
    for wrong in ({"show": "secret"}, {"label": "wonderful"}):
        with pytest.raises(BadField):
            Sought(**wrong)
