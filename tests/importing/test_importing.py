"""The files of other systems: what an import reads and refuses."""

import sqlite3
from contextlib import closing
from datetime import UTC
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.imported import DISQUS, disqus, isso, item, post, thread, wp_comment, wxr
from widget.importing import disqus as disqus_file
from widget.importing import isso as isso_file
from widget.importing import lines, wordpress
from widget.importing.html_text import PIECE_CHARS, plain_text
from widget.importing.model import NO_TIME, BadFile, Found, Skipped, Thread
from widget.importing.staging import TWICE, Staging
from widget.importing.times import seconds

AT_S = 1588748889  # 2020-05-06 07:08:09 UTC


def ignore_progress(_: int) -> None:
    pass


READERS = {
    "disqus": lambda path: disqus_file.read(path, ignore_progress),
    "wordpress": lambda path: wordpress.read(path, ignore_progress, UTC),
    "isso": lambda path: isso_file.read(path, ignore_progress),
    "jsonl": lambda path: lines.read(path, ignore_progress, UTC),
}


def test_a_disqus_export_gives_threads_and_posts_with_their_states(tmp_path: Path) -> None:
    path = disqus(
        tmp_path / "d.xml",
        thread("1", "https://news.example/a?x=1&y=2", "Cats & dogs"),
        post("10", "<p>One.</p><p>Two<br>lines</p>", name="Ana & Bo"),
        post("11", parent="10", isDeleted="true", isSpam="false"),
        post("12", isSpam="true"),
        post("13", isApproved="false"),
        post("14", at="yesterday"),
    )
    assert list(READERS["disqus"](path)) == [
        Thread("1", "https://news.example/a?x=1&y=2", {"title": "Cats & dogs"}),
        Found("disqus:10", "1", AT_S, "Ana & Bo", "\n\nOne.\n\n\n\nTwo\nlines\n\n"),
        Found("disqus:11", "1", AT_S, "Ana", "\n\nI love this.\n\n", "disqus:10", "deleted"),
        Found("disqus:12", "1", AT_S, "Ana", "\n\nI love this.\n\n", state="spam"),
        Found("disqus:13", "1", AT_S, "Ana", "\n\nI love this.\n\n", state="held"),
        Skipped("disqus:14", NO_TIME),
    ]


@pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
def test_a_wordpress_export_gives_items_with_their_comments(tmp_path: Path, version: str) -> None:
    path = wxr(
        tmp_path / "w.xml",
        item(
            "https://news.example/a",
            wp_comment(),
            wp_comment(id="2", parent="1", approved="0"),
            wp_comment(id="3", approved="spam"),
            wp_comment(id="4", approved="trash"),
            wp_comment(id="5", type="pingback"),
            wp_comment(id="6", date_gmt="0000-00-00 00:00:00"),
        ),
        item("https://news.example/b", section="Arts &amp; Culture"),
        version=version,
    )
    berlin = ZoneInfo("Europe/Berlin")
    found: list[Any] = list(wordpress.read(path, ignore_progress, berlin))
    assert found[6:] == [
        Thread("1", "https://news.example/a", {"title": "A story", "section": "Sport"}),
        Thread("2", "https://news.example/b", {"title": "A story", "section": "Arts & Culture"}),
    ]
    assert found[0] == Found("wordpress:1", "1", AT_S, "Ana", "I love this.")
    assert found[1].parent == "wordpress:1"
    assert [one.state for one in found[:4]] == ["published", "held", "spam", "deleted"]
    assert "pingback" in found[4].why
    assert found[5].at_s == AT_S  # its local time, in the zone of the blog


def test_isso_gives_threads_and_comments_with_their_likes(tmp_path: Path) -> None:
    path = isso(
        tmp_path / "comments.db",
        [(1, "/a/", "A story")],
        [
            {"id": 1, "likes": 3},
            {"id": 2, "parent": 1, "mode": 2, "modified": 1588748999.1},
            {"id": 3, "mode": 4, "author": None, "text": ""},
            {"id": 4, "created": "soon"},
        ],
    )
    assert list(READERS["isso"](path)) == [
        Thread("1", "/a/", {"title": "A story"}),
        Found("isso:1", "1", AT_S, "Ana", "I love this.", ups=3),
        Found("isso:2", "1", AT_S, "Ana", "I love this.", "isso:1", "held", 0, 1588748999),
        Found("isso:3", "1", AT_S, "", "", "", "deleted"),
        Skipped("isso:4", NO_TIME),
    ]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("<b>bold</b> <script>alert(1)</script>x", "bold x"),
        (
            '<a href="https://e.example/long/way">e.example/lo\u2026</a>',
            "https://e.example/long/way",
        ),
        ('<a href="https://e.example/">this</a>', "this (https://e.example/)"),
        ('<a href="javascript:alert(1)">this</a>', "this"),
        (
            '<a href="https://disq.us/url?u=1" title="https://e.example/x">https://e.ex...</a>',
            "https://e.example/x",
        ),
        ('<img src="https://e.example/i.png" onerror="x()">', " https://e.example/i.png "),
        ("1 < 2 <![x <!x <?x", "1 < 2 <![x <!x <?x"),
        ("<a <a " * 3000, "<a <a " * 3000),  # no tag ends, and none is looked for
        ("a<!-- hidden -->b", "ab"),
        ("a<!-->b<!--->c<!-- d", "abc<!-- d"),
        ("a<!-- <b> <!-- --> c --> d", "a c --> d"),
        ("a" + "<!--" * 4000, "a" + "<!--" * 4000),
        ("&#9731; &#" + "9" * 5000 + "; &#" + "9" * 5000, "\u2603 \ufffd \ufffd"),
        (f"<a href='https://e.example/&#{'1' * 5000}'>x</a>", "x (https://e.example/\ufffd)"),
        ("line\nline", "line\nline"),
    ],
)
def test_html_becomes_the_text_its_reader_wrote(html: str, text: str) -> None:
    assert plain_text(html) == text


_PIECES = ("<", "!", "[", "</", "<a ", 'href="', "<!--", "-->", "&#", ";", "x", ">", "<?", "]]>")


@given(st.lists(st.sampled_from(_PIECES) | st.text(max_size=5), max_size=30))
@settings(max_examples=100, deadline=None)
def test_even_broken_html_can_be_read(pieces: list[str]) -> None:
    assert isinstance(plain_text("".join(pieces)), str)


def test_long_html_is_read_in_pieces_that_divide_no_tag_and_no_reference() -> None:
    html = "<p>R&amp;D <b>is</b> <i>good</i></p>" * 1000
    assert len(html) > PIECE_CHARS and plain_text(html) == "\n\nR&D is good\n\n" * 1000
    assert plain_text(f"a<img src='{'x' * PIECE_CHARS * 2}'>b") == "ab"


HUGE = b"x" * 3_000_000
XML = DISQUS.encode()
BOMB = b'<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><disqus>&b;</disqus>'
HOSTILE = [
    ("disqus", b"", "is empty"),
    ("disqus", b"hello", "is not XML"),
    ("disqus", b"\0" * 100, "is not XML"),
    ("disqus", b'{"a": 1}', "is not XML"),
    ("disqus", b"\x1f\x8b0000", "compressed"),
    ("disqus", BOMB, "document type"),
    ("wordpress", BOMB, "document type"),
    ("disqus", b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>', "document"),
    ("disqus", b'<!DOCTYPE d SYSTEM "http://127.0.0.1:1/x.dtd"><disqus/>', "document type"),
    ("disqus", b"<!DOCTYPE html><html></html>", "document type"),
    ("disqus", b"<rss/>", "is not a Disqus export: its first element is <rss>"),
    ("wordpress", XML + b"</disqus>", "is not a WordPress export"),
    ("disqus", XML + b"&nbsp;</disqus>", "has no <post>"),
    ("disqus", XML + b"<post><message><![CDATA[cut", "ends too early"),
    ("disqus", XML + b"<post>", "ends too early"),
    ("disqus", XML + b"\n<post></thread>", "is not XML from line 3, column"),
    ("disqus", b'<?xml version="1.0" encoding="klingon"?><disqus/>', "encoding"),
    ("disqus", b'<?xml version="1.0" encoding="utf-7"?><disqus/>', "encoding"),
    ("disqus", b'<?xml version="1.0" encoding="idna"?><disqus/>', "encoding"),
    ("disqus", XML + b"<a>" * 60, "nested more than 50 deep"),
    ("disqus", XML + b"".join(b"<a%d/>" % n for n in range(1100)), "different names"),
    ("disqus", XML + b"".join(b'<a xmlns:p%d="u"/>' % n for n in range(1100)), "different names"),
    ("disqus", XML + b"<a b='" + HUGE, "tag or comment of more"),
    ("disqus", XML + b"<!--" + HUGE, "tag or comment of more"),
    ("isso", b"", "no tables"),
    ("isso", b"SQLite format 3\0" + b"\xff" * 5000, "not a readable SQLite"),
    ("isso", b"hello", "not a readable SQLite"),
    ("jsonl", b"hello\n", "line 1"),
    ("jsonl", b'{"kind":"article","article":"a"}\n{"kind":"comment","id":"1"', "line 2"),
    ("jsonl", b'{"kind":"comment","id":"1","article":"a","at":5}\n', "line 1"),
    ("jsonl", b'{"kind":"comment","id":"1","article":"a","at":"x","state":"y"}\n', "line 1"),
    ("jsonl", b'{"kind":"vote"}\n', "line 1"),
    ("jsonl", b"\xff\xfe{\x00}\x00", "line 1"),
    ("jsonl", b"[" * 100_000, "line 1"),
    ("jsonl", b'{"kind":"article","article":"\\ud83d"}', "line 1"),
    ("jsonl", HUGE, "has a line of more"),
]


@pytest.mark.parametrize(("format_", "content", "message"), HOSTILE)
def test_a_hostile_or_broken_file_is_refused_in_one_sentence(
    tmp_path: Path, format_: str, content: bytes, message: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(BadFile, match=r"^[^\n]+$") as refused:
        list(READERS[format_](path))
    assert message in str(refused.value)


@pytest.mark.parametrize(
    "schema",
    [
        "CREATE TABLE other(a)",
        "CREATE TABLE threads(id, uri, title); CREATE VIEW comments AS WITH RECURSIVE "
        "c(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM c) SELECT id FROM c",
        "CREATE TABLE threads(id, uri, title); CREATE VIRTUAL TABLE comments USING fts5(id)",
        "CREATE TABLE threads(id, uri, title); CREATE TABLE comments(id)",
        "CREATE TABLE threads(id, uri, title); CREATE TABLE comments(id, tid, parent, created, "
        "modified, mode, author, text, likes); "
        "INSERT INTO comments(id, text) VALUES (1, zeroblob(3000000))",
    ],
)
def test_a_database_that_is_not_issos_is_refused(tmp_path: Path, schema: str) -> None:
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as base:
        base.executescript(schema)
    with pytest.raises(BadFile):
        list(READERS["isso"](path))


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_bytes_of_any_kind_are_read_or_refused(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    format_ = data.draw(st.sampled_from(sorted(READERS)))
    content = data.draw(
        st.binary(max_size=200)
        | st.text(max_size=100).map(lambda text: XML + text.encode("utf-8", "surrogatepass"))
    )
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(content)
    try:
        list(READERS[format_](path))
    except BadFile:
        pass


def test_a_time_without_a_zone_is_in_the_given_zone() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert seconds("2020-05-06T07:08:09Z", berlin) == AT_S
    assert seconds("2020-05-06 09:08:09", berlin) == AT_S
    assert seconds("2020-05-06T02:38:09-04:30") == AT_S
    for none in (
        "",
        "0000-00-00 00:00:00",
        "9999-99-99",
        "1960-01-01",
        "0001-01-01T00:00:00+23:59",
    ):
        assert seconds(none) is None


class Naive:
    """Compute the thread of one comment at a time; the staging does it with SQL."""

    def __init__(self, found: list[Found], articles: dict[str, str]) -> None:
        self._by_source = {one.source: one for one in reversed(found)}
        self._articles = articles

    def chain(self, one: Found) -> list[str]:
        chain = [one.source]
        while above := self._by_source.get(one.parent):
            if self._articles[above.thread] != self._articles[one.thread]:
                break
            if above.source in chain:
                return []  # in a circle, or under one
            chain.append(above.source)
            one = above
        return chain


SOURCES = st.sampled_from("abcdefgh")


@given(
    st.lists(st.tuples(SOURCES, SOURCES, st.sampled_from("12"), st.integers(1, 9)), max_size=12),
    st.sampled_from([{"1": "x", "2": "y"}, {"1": "x", "2": "x"}]),
)
@settings(max_examples=100, deadline=None)
def test_every_answer_is_in_the_thread_of_its_first_comment(
    rows: list[tuple[str, str, str, int]], articles: dict[str, str]
) -> None:
    found = [Found(source, key, at, "A", "t", parent) for source, parent, key, at in rows]
    with Staging() as staging:
        twice = list(staging.fill(iter([*found, *(Thread(key, key) for key in "12")])))
        staging.settle(lambda address: (articles[address], ""))
        staged = list(staging)
    assert len(staged) + len(twice) == len(found) and {one.why for one in twice} <= {TWICE}
    naive = Naive(found, articles)
    for one in staged:
        chain = naive.chain(one.found)
        if chain:
            assert (one.root.source if one.root else one.found.source) == chain[-1]
    places = [(bool(one.root), one.found.at_s) for one in staged]
    assert places == sorted(places)  # threads first, then answers, each oldest first
    roots = {one.found.source for one in staged if one.root is None}
    assert all(one.root.source in roots for one in staged if one.root)


def test_a_chain_of_answers_of_any_depth_is_one_thread() -> None:
    deep = 10_000
    found = (Found(str(n), "1", n, "A", "t", str(n - 1)) for n in range(deep, 0, -1))
    with Staging() as staging:
        list(staging.fill(iter([*found, Thread("1", "a")])))
        staging.settle(lambda address: (address, ""))
        roots = {one.root.source if one.root else one.found.source for one in staging}
    assert roots == {"1"}
