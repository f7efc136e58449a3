"""The log with names: titles of stories, beginnings of comments, and what a search finds."""

import time
from typing import Any

import pytest

from tests.support.comment_samples import ALICE, GLAD
from widget.domain.article import ArticleRef, resolve_for
from widget.domain.comments.comment import Comment, Draft, new_id
from widget.domain.model import Site
from widget.domain.page import Page
from widget.services import log_reading
from widget.services.log_reading import Line, LogReading, Sought
from widget.store import keys
from widget.store.comments.comments import Comments, Posting
from widget.store.comments.moderation import Moderation
from widget.store.connect import Connection
from widget.store.desk.audit import Audit
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.corrections import Actor, Corrections
from widget.store.reactions.votes import Cast, Reactions, Voter

NOW_S = int(time.time())
DAY_S = 86400
TITLE = "\u202e<b>The library</b> " + "x" * 100


@pytest.fixture
def story(connection: Connection, site: Site) -> ArticleRef:
    """Return a story with a title and a vote."""
    found = resolve_for(site, "https://news.example/library")
    cast = Cast(1, 1, NOW_S, 7, page=Page(TITLE, "City"))
    Reactions(connection).cast(site, found, Voter(b"reader.1"), cast)
    return found


@pytest.fixture
def comment(connection: Connection, site: Site, story: ArticleRef) -> Comment:
    """Return a comment that an editor has removed."""
    comments = Comments(connection)
    text = "A fine day\nfor everybody who reads, and for all those who do not as well."
    draft = Draft(new_id(NOW_S * 1000, story.partition), "", "مريم", text, ALICE, GLAD, ())
    made = comments.create(site, story, draft, Posting(NOW_S)).comment
    Moderation(connection).hide(site, [made.id], who="mara", now_s=NOW_S)
    return made


def close(connection: Connection, site: Site, story: ArticleRef, who: str = "erin") -> None:
    corrections = Corrections(connection, Aliases(connection))
    corrections.close(site, story.id, by=Actor(who, NOW_S, "A campaign"))


def found(connection: Connection, site: Site, **sought: Any) -> list[Line]:
    return list(LogReading(connection).page(site, Sought(**sought), limit=50).lines)


def test_a_story_and_a_comment_have_their_names(
    connection: Connection, site: Site, story: ArticleRef, comment: Comment
) -> None:
    close(connection, site, story)
    Audit(connection).append(site, "erin", "note added", f"article {story.id}", at_s=NOW_S)
    note, closed, hidden = sorted(
        found(connection, site), key=lambda line: (line.entry.kind != "site", line.entry.kind)
    )
    shown = resolve_for(site, "https://news.example/library")
    for line in (note, closed):
        assert (line.subject.kind, line.subject.id) == ("story", shown.id)
        assert "<b>The library</b>" in line.subject.title
    assert hidden.subject.title.startswith("\u2068مريم\u2069: \u2068A fine day for everybody")
    assert hidden.subject.title.endswith("\u2026\u2069") and hidden.subject.article_id == shown.id


def test_a_deleted_comment_keeps_no_name_in_the_log(
    connection: Connection, site: Site, comment: Comment
) -> None:
    Moderation(connection).delete(site, [comment.id], who="mara", now_s=NOW_S)
    assert {line.subject.title for line in found(connection, site)} == {"a deleted comment"}


def test_each_filter_narrows(
    connection: Connection, site: Site, story: ArticleRef, comment: Comment
) -> None:
    old_s = NOW_S - 3 * DAY_S
    old = {"who": "old", "kind": "site", "action": "denied", "object": "GET /", "at": old_s}
    connection.client.xadd(keys.audit(site.key, 0), old, id=f"{old_s * 1000}-0")
    close(connection, site, story, "Erin")
    audit = Audit(connection)
    audit.append(site, "command line (root)", "settings changed", site.key, at_s=NOW_S)

    def who(**sought: Any) -> set[str]:
        return {line.entry.who for line in found(connection, site, **sought)}

    assert who() == {"Erin", "mara", "command line (root)", "old"}
    assert who(who="COMMAND") == {"command line (root)"} and who(who="erin") == {"Erin"}
    assert who(group="comments") == {"mara"} and who(group="denied") == {"old"}
    assert who(group="stories") == {"Erin"} and who(group="settings") == {"command line (root)"}
    for text in (story.id, "the LIBRARY", "news.example/lib"):
        assert who(story=text) == {"Erin", "mara"}, text
    assert who(story="another") == who(story="", group="people") == set()
    assert who(until_s=NOW_S - DAY_S) == {"old"} and "old" not in who(since_s=NOW_S - DAY_S)
    assert who(since_s=NOW_S, until_s=NOW_S) == set()


def test_pages_of_a_search_have_each_match_once(connection: Connection, site: Site) -> None:
    for number in range(25):
        who = "erin" if number % 2 else "mara"
        Audit(connection).append(site, who, "note added", str(number), at_s=NOW_S)
    reading, seen, at = LogReading(connection), list[str](), ""
    while True:
        page = reading.page(site, Sought(who="erin"), before=at, limit=5)
        seen += [line.entry.object for line in page.lines]
        at = page.older
        if not at:
            break
    assert seen == [str(number) for number in range(23, 0, -2)]
    assert page.read_to_s is None


def test_entries_of_all_partitions_come_in_one_order_however_they_are_read(
    connection: Connection, site: Site
) -> None:
    row = {"who": "old", "kind": "site", "action": "denied", "object": "GET /", "at": NOW_S}
    placed = [(n % 7, f"{NOW_S * 1000 + n // 5}-{n}") for n in range(40)]
    for partition, one in placed:
        connection.client.xadd(keys.audit(site.key, partition), row, id=one)
    audit = Audit(connection)
    ids = [entry.id for entry in audit.newest_first(site, at_once=3)]
    assert sorted(ids) == sorted(f"{one}.{partition}" for partition, one in placed)
    assert ids == [entry.id for entry in audit.newest_first(site, at_once=100)]
    pages, at = list[str](), ""
    while page := audit.page(site, before=at, limit=6):
        pages += [entry.id for entry in page]
        at = pages[-1]
    assert pages == ids


def test_a_search_stops_after_so_many_entries_says_so_and_goes_on_from_there(
    connection: Connection, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_reading, "_AT_ONCE", 2)
    audit = Audit(connection)
    audit.append(site, "erin", "note added", "sought", at_s=NOW_S)
    for number in range(5):
        audit.append(site, "mara", "note added", str(number), at_s=NOW_S)
    reading = LogReading(connection)
    first = reading.page(site, Sought(who="erin"), limit=5, most_read=4)
    assert not first.lines and first.read_to_s == NOW_S and first.older
    second = reading.page(site, Sought(who="erin"), before=first.older, limit=5, most_read=4)
    assert [line.entry.object for line in second.lines] == ["sought"] and not second.older
