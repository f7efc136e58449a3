"""Import, export and rescoring against a real store: the comments and totals afterwards."""

import json
from collections import Counter
from collections.abc import Callable, Generator, Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import NOW_S
from tests.importing.test_importing import READERS
from tests.importing.test_json_sources import READERS as JSON_READERS
from tests.support import exported_json as made
from tests.support.imported import disqus, isso, item, post, thread, wp_comment, wxr
from widget.domain.article import resolve_for
from widget.domain.comments.brought import Brought
from widget.domain.comments.cleaning import CUT_MARK, MAX_LONG_BYTES
from widget.domain.comments.comment import Comment, Draft, Score, new_id, scored
from widget.domain.comments.reasons import Ground
from widget.domain.model import Choice, Poll, Site
from widget.domain.page import Page
from widget.importing.model import CutFile
from widget.importing.report import Report
from widget.importing.staging import Staging
from widget.services.transfer.addresses import NO_ADDRESS, OTHER_ORIGIN, ROUTE, Addresses
from widget.services.transfer.exporter import Export
from widget.services.transfer.importer import BEYOND, DELETED, FUTURE, SPAM, Importer
from widget.store import keys
from widget.store.comments.comments import CommentReport, Comments, CommentVote, Posting
from widget.store.comments.moderation import Moderation, NewText
from widget.store.comments.recount import CommentRecount
from widget.store.comments.rescoring import Rescoring
from widget.store.comments.tone_totals import ToneReadings
from widget.store.connect import Connection
from widget.store.reactions.aliases import Alias, Aliases, pointing
from widget.store.reactions.votes import Cast, Reactions, Voter
from widget.store.scripts import written
from widget.tone import TONE_VERSION, score

STORY = "https://news.example/story"
EDITOR: dict[str, Any] = {"who": "erin", "now_s": NOW_S}


def scorer(text: str) -> Score:
    return scored(score(text))


def scorer_1(text: str) -> Score:
    """Score a text as version 1 did: with the compound alone, which was 0 without known words."""
    fresh = scorer(text)
    if fresh.label == "not_scored":
        return replace(fresh, version="1")
    assert fresh.compound_e4 is not None
    label = "positive" if fresh.compound_e4 > 0 else "no_opinion_words"
    return Score(label, fresh.compound_e4, "low", "", "1")


@pytest.fixture
def comments(connection: Connection) -> Comments:
    return Comments(connection)


@pytest.fixture
def bring(connection: Connection, site: Site) -> Callable[..., Report]:
    """Import a file and return the report."""

    def bring(
        path: Path,
        format_: str = "disqus",
        *,
        on: Site = site,
        renamed: Iterable[tuple[str, str]] = (),
        pairs: Iterable[tuple[str, str]] = (),
        score: Callable[[str], Score] = scorer,
    ) -> Report:
        addresses = Addresses(
            on, Aliases(connection), origin=on.origins[0], renamed=dict(renamed), pairs=pairs
        )
        importer = Importer(connection, on, score, addresses, now_s=NOW_S)
        is_cut = False
        with Staging() as staging:
            try:
                for skipped in staging.fill((READERS | JSON_READERS)[format_](path)):
                    importer.report.skip(skipped)
            except CutFile:
                is_cut = True
            staging.settle(addresses.article_of)
            importer.store(staging, lambda *_: None, is_cut=is_cut)
        assert [*CommentRecount(connection).mismatches(on)] == []
        return importer.report

    return bring


@pytest.fixture
def stored(connection: Connection, site: Site) -> Callable[..., dict[str, Comment]]:
    """Return every comment of the site by its source."""

    def stored(on: Site = site) -> dict[str, Comment]:
        latest = Moderation(connection).latest(on, limit=1000).comments
        return {one.source or one.id: one for one in latest}

    return stored


LEASES = (b"rb:sweep", b"rb:watch")


def dump(connection: Connection) -> dict[bytes, Any]:
    """Return everything in the store but leases, to compare two states."""
    client, readers = connection.client, {}
    for key in client.scan_iter():
        if key in LEASES:
            continue
        kind = client.type(key).decode()
        readers[key] = {
            "hash": client.hgetall,
            "string": client.get,
            "set": client.smembers,
            "zset": lambda k: client.zrange(k, 0, -1, withscores=True),
            "stream": client.xrange,
        }[kind](key)
    return readers


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return disqus(
        tmp_path / "d.xml",
        thread("1", STORY, "Cats & dogs"),
        thread("2", "https://old.example/x"),
        thread("3", ""),
        post("14", "<p>I hate it.</p>", parent="13", at="2020-05-06T07:12:00Z"),  # two deep
        post("13", parent="12", at="2020-05-06T07:11:00Z"),  # before its parent
        post("12", at="2020-05-06T07:10:00Z", isDeleted="true"),
        post("15", isSpam="true"),
        post("16", isApproved="false"),
        post("17", name="Аdmin"),
        post("18", on="2"),
        post("19", on="3"),
        post("20", parent="99"),
        post("21", at="2031-01-01T00:00:00Z"),
        post("23", "<p> </p>"),
        post("24", name="n" * 60),
        post("25", name=""),
        post("26", on="77"),
    )


def test_an_import_stores_valid_comments_and_gives_a_reason_for_each_other(
    bring: Callable[..., Report],
    stored: Callable[..., dict[str, Comment]],
    export: Path,
    site: Site,
) -> None:
    report = bring(export)
    found = stored()
    assert {s.removeprefix("disqus:") for s in found} == {
        "12",
        "13",
        "14",
        "16",
        "17",
        "20",
        "24",
        "25",
    }
    place = found["disqus:12"]
    assert (place.state, place.name, place.text, place.replies) == ("deleted", "", "", 2)
    assert found["disqus:13"].parent == found["disqus:14"].parent == place.id
    assert label_of(found["disqus:14"]) == "negative"
    assert found["disqus:20"].parent == ""
    for one in ("16", "17"):
        held = found[f"disqus:{one}"]
        assert (held.state, held.why) == ("held", ("imported",))
    assert found["disqus:24"].name == "n" * 50 and found["disqus:25"].name == "Anonymous"
    assert report.skipped == {
        DELETED: 1,
        SPAM: 1,
        OTHER_ORIGIN: 1,
        NO_ADDRESS: 1,
        FUTURE: 1,
        "it has no text": 1,
        "its article is not in the file": 1,
    }
    assert report.origins == {"https://old.example": 1}
    assert (report.stored, report.held, report.places, report.cut) == (7, 2, 1, 1)


def test_a_second_import_changes_nothing(
    bring: Callable[..., Report], connection: Connection, export: Path
) -> None:
    bring(export)
    before = dump(connection)
    report = bring(export)
    assert dump(connection) == before and (report.stored, report.there) == (0, 7)


def test_an_interrupted_import_that_is_repeated_has_the_same_result(
    bring: Callable[..., Report],
    connection: Connection,
    export: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bring(export)
    whole = dump(connection)
    put = Comments.put_imported
    for calls in range(8):
        connection.client.flushall()
        left = iter(range(calls))

        def some(*args: Any, left: Any = left, **kwargs: Any) -> Any:
            if next(left, None) is None:
                raise KeyboardInterrupt
            return put(*args, **kwargs)

        monkeypatch.setattr(Comments, "put_imported", some)
        with pytest.raises(KeyboardInterrupt):
            bring(export)
        monkeypatch.undo()
        bring(export)
        assert dump(connection) == whole


def test_an_import_does_not_restore_a_comment_that_an_editor_deleted(
    bring: Callable[..., Report],
    stored: Callable[..., dict[str, Comment]],
    connection: Connection,
    site: Site,
    export: Path,
) -> None:
    bring(export)
    gone = stored()["disqus:20"]
    Moderation(connection).delete(site, [gone.id], **EDITOR)
    bring(export)
    assert stored()["disqus:20"].state == "deleted"


def test_an_old_origin_can_be_renamed_to_a_new_one(
    bring: Callable[..., Report],
    stored: Callable[..., dict[str, Comment]],
    site: Site,
    export: Path,
) -> None:
    report = bring(export, renamed={"https://old.example": "https://news.example"})
    assert OTHER_ORIGIN not in report.skipped
    assert stored()["disqus:18"].article_id == resolve_for(site, "https://news.example/x").id


def test_comments_come_under_the_names_that_pages_use_and_are_stored_once(
    bring: Callable[..., Report],
    stored: Callable[..., dict[str, Comment]],
    site: Site,
    export: Path,
) -> None:
    report = bring(export)
    pairs = [("https://old.example/x", "story-18"), (f"{STORY}/index.html?utm_id=1", "story-1")]
    again = bring(export, pairs=pairs)
    assert (again.stored, again.there) == (1, report.stored)
    assert stored()["disqus:18"].article_id == resolve_for(site, "story-18").id


def test_a_pair_names_another_spelling_of_an_address_too(
    bring: Callable[..., Report],
    stored: Callable[..., dict[str, Comment]],
    site: Site,
    export: Path,
) -> None:
    bring(export, pairs=[(f"{STORY}/?utm_id=1", "story-1")])
    assert stored()["disqus:13"].article_id == resolve_for(site, "story-1").id


def test_comments_follow_an_alias_and_are_stored_once(
    bring: Callable[..., Report],
    stored: Callable[..., dict[str, Comment]],
    connection: Connection,
    site: Site,
    export: Path,
) -> None:
    bring(export)
    old, new = resolve_for(site, STORY), resolve_for(site, "https://news.example/moved")
    written(connection, *pointing(site.key, old.id, Alias(new.id, new.address, old.address)))
    assert bring(export).there == 7
    connection.client.delete(*connection.client.keys("*:c*"))
    bring(export)
    assert {one.article_id for one in stored().values()} == {new.id}


def test_the_first_comment_brings_the_page_and_its_section(
    bring: Callable[..., Report], connection: Connection, site: Site, tmp_path: Path
) -> None:
    bring(wxr(tmp_path / "w.xml", item(STORY, wp_comment())), "wordpress")
    article = resolve_for(site, STORY)
    page = connection.client.get(keys.page(site.key, article.partition, article.id))
    assert b'"title":"A story"' in page and b'"url":"https://news.example/story"' in page
    days = [1588748889 // 86400]
    assert list(ToneReadings(connection).by_section(site, days)[days[0]]) == ["Sport"]


def test_a_path_is_an_address_on_the_given_origin(
    bring: Callable[..., Report],
    stored: Callable[..., dict[str, Comment]],
    site: Site,
    tmp_path: Path,
) -> None:
    path = isso(tmp_path / "c.db", [(1, "/story/", "A story")], [{"likes": 3, "mode": 1}])
    bring(path, "isso")
    [one] = stored().values()
    assert one.article_id == resolve_for(site, STORY).id
    assert one.ups == 0 and one.brought == Brought("Isso", 3, 0)


FILES = {
    "remark42": lambda to: made.remark42(
        to,
        made.remark42_comment("a", delete=True, text="", orig=""),
        made.remark42_comment("b", pid="a", votes={"x": True, "y": True}),
    ),
    "isso-generic": lambda to: made.isso_generic(
        to,
        made.isso_thread(STORY, made.isso_comment(0), made.isso_comment(1, parent=0)),
        made.isso_thread("/other/", made.isso_comment(0)),
    ),
    "commento": lambda to: made.commento(
        to,
        made.commento_comment("a", markdown="[deleted]"),
        made.commento_comment("b", parentHex="a", score=2),
        made.commento_comment("c", state="flagged"),
    ),
    "waline": lambda to: made.waline(
        to,
        made.waline_comment(1, status="spam"),
        made.waline_comment(2, pid=1, rid=1, like=2),
        made.waline_comment(3, status="waiting"),
    ),
    "artalk": lambda to: made.artalk(
        to,
        made.artalk_comment("1"),
        made.artalk_comment("2", rid="1", vote_up="2", vote_down="1"),
        made.artalk_comment("3", is_pending="true"),
    ),
}


@pytest.mark.parametrize("format_", FILES)
def test_an_export_that_is_json_is_imported_once_with_its_threads_and_votes_apart(
    bring: Callable[..., Report],
    stored: Callable[..., dict[str, Comment]],
    connection: Connection,
    site: Site,
    tmp_path: Path,
    format_: str,
) -> None:
    path = FILES[format_](tmp_path / "file")
    first = bring(path, format_)
    before = dump(connection)
    again = bring(path, format_)
    assert again.stored == again.places == 0 and again.there == first.stored
    assert dump(connection) == before
    held = {"commento": 1, "waline": 1, "artalk": 1}.get(format_, 0)
    assert first.held == held
    replies = [one for one in stored().values() if one.parent]
    [reply] = replies
    assert reply.article_id == resolve_for(site, STORY).id and reply.ups == 0
    systems = {"remark42": "Remark42", "commento": "Commento", "waline": "Waline"}
    if format_ in systems:
        assert reply.brought == Brought(systems[format_], 2, 0)
        assert sum(first.skipped.values()) == 1 and first.places == 1
    public = [one for one in stored().values() if one.state == "published"]
    assert len(public) == first.stored - held


def test_brought_votes_are_in_an_export_and_come_back_from_it(
    bring: Callable[..., Report],
    stored: Callable[..., dict[str, Comment]],
    connection: Connection,
    site: Site,
    tmp_path: Path,
) -> None:
    bring(made.artalk(tmp_path / "a", made.artalk_comment(vote_up="5", vote_down="1")), "artalk")
    before = stored()
    path = tmp_path / "own.jsonl"
    path.write_bytes(b"".join(Export(connection, site, now_s=NOW_S).lines(lambda _: None)))
    connection.client.flushall()
    bring(path, "jsonl")
    assert stored() == before
    [one] = before.values()
    assert one.brought == Brought("Artalk", 5, 1)


def test_a_long_text_is_kept_whole_and_a_huge_one_is_cut(
    bring: Callable[..., Report],
    stored: Callable[..., dict[str, Comment]],
    connection: Connection,
    site: Site,
    tmp_path: Path,
) -> None:
    lines = "\n".join(f"Line {n} is good." for n in range(200))
    words = "This is a good story. " * 800
    rows = [
        {"id": 1, "text": lines},
        {"id": 2, "text": words, "parent": 1},
        {"id": 3, "text": words * 8},
    ]
    report = bring(isso(tmp_path / "c.db", [(1, "/story/", "A story")], rows), "isso")
    found = stored()
    assert (report.stored, report.cut_texts, report.skipped) == (3, 1, {})
    assert found["isso:1"].text == lines and found["isso:2"].text == words.strip()
    huge = found["isso:3"].text
    assert len(huge.encode()) <= MAX_LONG_BYTES and huge.endswith(f"This is a\n{CUT_MARK}")
    assert label_of(found["isso:2"]) == "positive"
    before = dump(connection)
    path = tmp_path / "e.jsonl"
    path.write_bytes(b"".join(Export(connection, site, now_s=NOW_S).lines(lambda _: None)))
    assert bring(path, "jsonl").there == 3 and dump(connection) == before
    connection.client.flushall()
    bring(path, "jsonl")
    assert {one.text for one in stored().values()} == {lines, words.strip(), huge}


@pytest.mark.parametrize(
    "address", ["/#/a", "/#!a", "/app/#!/a", "/#%2Fa", "https://news.example/#/a"]
)
def test_discussions_on_routes_of_one_page_are_never_mixed(
    bring: Callable[..., Report],
    stored: Callable[..., dict[str, Comment]],
    tmp_path: Path,
    address: str,
) -> None:
    threads = [(1, "/story/#comments", "A"), (2, address, "B"), (3, f"{address}b", "C")]
    rows = [{"id": n, "tid": n} for n in (1, 2, 3)]
    report = bring(isso(tmp_path / "c.db", threads, rows), "isso")
    assert report.skipped == {ROUTE: 2} and set(stored()) == {"isso:1"}


def test_what_an_earlier_import_has_published_is_named_if_it_is_not_public(
    bring: Callable[..., Report], connection: Connection, tmp_path: Path
) -> None:
    comment = wp_comment()
    bring(wxr(tmp_path / "w.xml", item(STORY, comment)), "wordpress")
    path = wxr(tmp_path / "p.xml", item(STORY, comment, wp_comment(id="2"), status="private"))
    before = dump(connection)
    report = bring(path, "wordpress")
    assert report.skipped == {"its post is private there": 2}
    assert (report.exposed, report.exposed_on) == (1, [STORY])
    assert dump(connection) == before


def test_an_answer_to_what_a_cut_file_has_lost_waits_for_the_whole_file(
    bring: Callable[..., Report], stored: Callable[..., dict[str, Comment]], tmp_path: Path
) -> None:
    whole = disqus(
        tmp_path / "d.xml", thread("1", STORY), post("1"), post("2", parent="3"), post("3")
    )
    cut = tmp_path / "cut.xml"
    text = whole.read_text()
    cut.write_text(text[: text.index('<post dsq:id="3"') + 60])
    report = bring(cut)
    assert (report.stored, report.skipped) == (1, {BEYOND: 1})
    assert bring(whole).stored == 2
    assert stored()["disqus:2"].parent == stored()["disqus:3"].id


PAYLOADS = [
    "<img src=x onerror=alert(1)>",
    "<svg/onload>",
    "[x](javascript:alert(1))",
    "' onmouseover=",
    "</script>",
    "{{7*7}}",
    "${1}",
    "![x](https://e.example/i.png)",
]


def test_markup_is_stored_as_it_was_written(
    bring: Callable[..., Report], stored: Callable[..., dict[str, Comment]], tmp_path: Path
) -> None:
    rows = [{"id": n, "text": text, "author": text} for n, text in enumerate(PAYLOADS, 1)]
    bring(isso(tmp_path / "c.db", [(1, "/story/", "A story")], rows), "isso")
    assert {one.text for one in stored().values()} == set(PAYLOADS)
    assert {one.name for one in stored().values()} == set(PAYLOADS)


def write(connection: Connection, site: Site, path: Path) -> None:
    """Comments in every state, with every field that a comment can have."""
    store, desk = Comments(connection), Moderation(connection)
    article = resolve_for(site, STORY)
    ids: list[str] = []
    for n in range(8):
        at_s = NOW_S - 1000 + n
        if n == 3:  # the story was filed after its first comments
            key = keys.article(site.key, article.partition, article.id)
            connection.client.hset(key, "c", "World")
        draft = Draft(
            new_id(at_s * 1000, article.partition),
            ids[0] if n in (1, 2, 6) else "",
            f"Ana {n}",
            ("I love this.", "I hate it.", "Qué bien, hombre, por favor.")[n % 3],
            b"12345678",
            scorer(("I love this.", "I hate it.", "Qué bien, hombre, por favor.")[n % 3]),
            ("links",) if n in (2, 3) else (),
        )
        store.create(site, article, draft, Posting(at_s, Page("T", "", "Al", ("x",))))
        ids.append(draft.id)
    ground = Ground("insult", "The plan, not the person.")
    desk.hide(site, [ids[4]], ground=ground, **EDITOR)
    store.ask_for_look(site, ids[4], b"12345678", now_s=NOW_S)
    desk.delete(site, [ids[0], ids[5]], **EDITOR)
    desk.correct(site, [ids[1]], "mixed", **EDITOR)
    store.report(site, ids[7], CommentReport(b"1", b"0", NOW_S, ground=Ground("spam")))
    desk.publish(site, [ids[7]], **EDITOR)
    store.report(site, ids[7], CommentReport(b"2", b"0", NOW_S, ground=Ground("hate")))
    desk.edit(site, ids[6], NewText("Bo", "I like it!", scorer("I like it!")), **EDITOR)
    store.report(site, ids[6], CommentReport(b"1", b"0", NOW_S))
    store.vote(site, ids[6], CommentVote(b"1", b"0", 1, True, NOW_S))
    path.write_bytes(b"".join(Export(connection, site, now_s=NOW_S).lines(lambda _: None)))


def label_of(one: Comment) -> str | None:
    return one.score.label if one.score else None


def facts(one: Comment) -> dict[str, Any]:
    """Return a comment without its reader's mark, which no export has."""
    return {**asdict(one), "mark": b""}


def test_an_export_imported_into_an_empty_site_gives_the_same_site(
    bring: Callable[..., Report],
    stored: Callable[..., dict[str, Comment]],
    connection: Connection,
    site: Site,
    tmp_path: Path,
) -> None:
    path = tmp_path / "e.jsonl"
    write(connection, site, path)
    before, totals = stored(), ToneReadings(connection).for_site(site)
    sections = ToneReadings(connection).by_section(site, [NOW_S // 86400])
    assert {one.state for one in before.values()} == {"published", "held", "hidden", "deleted"}
    connection.client.flushall()
    report = bring(path, "jsonl")
    assert (report.stored, report.places, report.skipped) == (8, 0, {})
    assert {k: facts(v) for k, v in stored().items()} == {k: facts(v) for k, v in before.items()}
    assert ToneReadings(connection).for_site(site) == totals
    assert ToneReadings(connection).by_section(site, [NOW_S // 86400]) == sections
    again = b"".join(Export(connection, site, now_s=NOW_S).lines(lambda _: None))
    assert again == path.read_bytes()
    assert bring(path, "jsonl").there == 8


def test_votes_on_an_editors_own_question_are_exported_too(
    bring: Callable[..., Report],
    connection: Connection,
    reactions: Reactions,
    site: Site,
    tmp_path: Path,
) -> None:
    library = Poll("Keep it?", (Choice("yes", "Yes", ""), Choice("no", "No", "")))
    asking = replace(site, polls={"library": library})
    for poll_key, choice in (("", 3), ("library", 2)):
        article = resolve_for(asking, STORY, poll_key)
        reactions.cast(asking, article, Voter(b"8bytes.."), Cast(1, choice, NOW_S, 7))
    path = tmp_path / "e.jsonl"
    path.write_bytes(b"".join(Export(connection, asking, now_s=NOW_S).lines(lambda _: None)))
    lines = {line["article"]: line for line in map(json.loads, path.read_text().splitlines())}
    assert lines["//news.example/story"]["reactions"]["love"] == 1
    assert lines["//news.example/story#library"]["reactions"] == {"yes": 0, "no": 1}
    assert bring(path, "jsonl", on=asking).skipped == {}


def test_an_export_can_be_imported_into_another_site(
    bring: Callable[..., Report],
    stored: Callable[..., dict[str, Comment]],
    connection: Connection,
    site: Site,
    tmp_path: Path,
) -> None:
    path = tmp_path / "e.jsonl"
    write(connection, site, path)
    other = replace(site, key="other")
    assert bring(path, "jsonl", on=other).stored == 8
    theirs = sorted(stored(other).values(), key=lambda one: one.at_s)
    ours = sorted(stored().values(), key=lambda one: one.at_s)
    assert [one.text for one in theirs] == [one.text for one in ours]
    parents = {one.id for one in theirs}
    assert sum(one.parent in parents for one in theirs) == 3


def test_lines_from_other_systems_need_no_ids(
    bring: Callable[..., Report], stored: Callable[..., dict[str, Comment]], tmp_path: Path
) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(
        '{"kind":"comment","id":"b","article":"visa","at":"2020-05-06T07:08:10Z","name":"Bo",'
        '"text":"Good.","parent":"a","approved":true,"why":["links"]}\n'
        '{"kind":"comment","id":"a","article":"visa","at":"2020-05-06T07:08:09Z","name":"Аdmin ✔",'
        '"text":"Hi."}\n'
    )
    assert bring(path, "jsonl").stored == 2
    found = stored()
    assert found["jsonl:b"].parent == found["jsonl:a"].id and not found["jsonl:b"].approved
    assert (
        found["jsonl:a"].state == "held"
    )  # a reserved name, from a file that anybody may have written


def test_scores_of_version_1_are_read_exported_and_rescored_to_the_totals_of_a_fresh_import(
    bring: Callable[..., Report],
    stored: Callable[..., dict[str, Comment]],
    connection: Connection,
    site: Site,
    tmp_path: Path,
) -> None:
    path, fresh = tmp_path / "e.jsonl", replace(site, key="fresh")
    write(connection, site, path)
    text = path.read_text().replace("I hate it.", "Trams depart hourly from platform four.")
    path.write_text(text)
    connection.client.flushall()
    bring(path, "jsonl", on=fresh)
    bring(path, "jsonl", score=scorer_1)
    olds = [one.score for one in stored().values() if one.score]
    assert len(olds) == 6 and all(one.compound_e4 == one.lean_e4 for one in olds)
    old_lines = map(json.loads, Export(connection, site, now_s=NOW_S).lines(lambda _: None))
    scores = [line["score"] for line in old_lines if line.get("score")]
    assert {(one["version"], one["lean"]) for one in scores} == {("1", None)}
    assert 0 in {one["compound"] for one in scores}  # of the one without known words

    work, tone = Rescoring(connection), ToneReadings(connection)
    assert tone.for_site(site).n > tone.for_site(fresh).n  # version 1 counted no known words as 0
    assert work.is_due(site, TONE_VERSION) and not work.is_due(fresh, TONE_VERSION)
    assert Counter(result for _, result, _ in work.rescore(site, scorer, TONE_VERSION)) == {
        "scored": 6,
        "wordless": 2,
    }
    assert not work.is_due(site, TONE_VERSION)
    assert [*CommentRecount(connection).mismatches(site)] == []
    day = NOW_S // 86400
    for read in (
        lambda of: tone.for_site(of),
        lambda of: tone.for_article(of, resolve_for(of, STORY)),
        lambda of: tone.by_hour_of_article(of, resolve_for(of, STORY)),
        lambda of: tone.by_day(of),
        lambda of: tone.by_hour(of, day),
        lambda of: tone.by_section(of, [day]),
    ):
        assert read(site) == read(fresh)
    scores_of = [{one.text: one.score for one in stored(of).values()} for of in (site, fresh)]
    assert scores_of[0] == scores_of[1]


def test_rescoring_with_a_new_tone_version_moves_scores_and_totals(
    bring: Callable[..., Report],
    stored: Callable[..., dict[str, Comment]],
    connection: Connection,
    site: Site,
    export: Path,
) -> None:
    bring(export, score=scorer_1)
    corrected = stored()["disqus:20"]
    Moderation(connection).correct(site, [corrected.id], "mixed", **EDITOR)
    work = Rescoring(connection)
    steps = work.rescore(site, scorer, TONE_VERSION)
    for _, result, _ in steps:  # interrupted after the first, as by a signal
        if result == "scored":
            break
    assert isinstance(steps, Generator)
    steps.close()
    assert work.is_due(site, TONE_VERSION)
    assert [*CommentRecount(connection).mismatches(site)] == []
    results = [result for _, result, _ in work.rescore(site, scorer, TONE_VERSION)]
    assert sorted(results) == ["current", *["scored"] * 6, "wordless"]
    assert [*CommentRecount(connection).mismatches(site)] == []
    found = stored()
    assert {one.score.version for one in found.values() if one.score} == {TONE_VERSION}
    assert (found["disqus:20"].label, label_of(found["disqus:20"])) == ("mixed", "positive")
    assert ToneReadings(connection).for_site(site).labels == {
        "positive": 3,
        "negative": 1,
        "mixed": 1,
    }


def test_a_comment_edited_during_rescoring_keeps_its_own_score(
    bring: Callable[..., Report],
    stored: Callable[..., dict[str, Comment]],
    connection: Connection,
    site: Site,
    export: Path,
) -> None:
    bring(export, score=scorer_1)
    desk = Moderation(connection)

    def edits_first(text: str) -> Score:
        if text == "I hate it.":
            new = NewText("C", "Fine.", scorer("Fine."))
            desk.edit(site, stored()["disqus:14"].id, new, **EDITOR)
        return scorer(text)

    steps = Rescoring(connection).rescore(site, edits_first, TONE_VERSION)
    results = [result for _, result, _ in steps]
    assert results.count("changed_since") == 1
    assert stored()["disqus:14"].score == scorer("Fine.")
    assert [*CommentRecount(connection).mismatches(site)] == []
