"""Files as other systems write them: who may read a comment there, its text, and where they end."""

import sqlite3
from contextlib import closing
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from tests.importing.test_importing import READERS, ignore_progress
from tests.support.imported import disqus, isso, item, post, thread, wp_comment, wxr
from widget.importing import wordpress
from widget.importing.disqus import CLOSED_TO_READERS
from widget.importing.html_text import decoded, plain_text
from widget.importing.kinds import kind
from widget.importing.model import BadFile, CutFile, Found, Thread
from widget.importing.staging import NOT_PUBLIC_WITHIN, Staging
from widget.importing.wordpress import PASSWORD, UNKNOWN_STATE

STORY = "https://news.example/a"


def found_in(format_: str, path: Path) -> list[Found]:
    return [one for one in READERS[format_](path) if isinstance(one, Found)]


def reasons(format_: str, path: Path) -> dict[str, str]:
    """Return why each comment of a file is not public, or ""."""
    with Staging() as staging:
        list(staging.fill(READERS[format_](path)))
        staging.settle(lambda address: (address, ""))
        return {staged.found.source: staged.why for staged in staging}


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"status": "publish"}, ""),
        ({"status": "publish", "comment_status": "closed"}, ""),
        ({"status": "private"}, "its post is private there"),
        ({"status": "draft"}, "its post is a draft there"),
        ({"status": "auto-draft"}, "its post is a draft there"),
        ({"status": "pending"}, "its post waits for review there"),
        ({"status": "future"}, "its post is not published yet there"),
        ({"status": "trash"}, "its post is in the trash there"),
        ({"status": "wc-processing"}, UNKNOWN_STATE),
        ({"status": ""}, UNKNOWN_STATE),
        ({"status": "publish", "post_password": "enter"}, PASSWORD),
        ({"status": "publish", "post_password": "0"}, PASSWORD),
    ],
)
def test_a_post_that_is_not_public_hides_its_comments(
    tmp_path: Path, fields: dict[str, str], why: str
) -> None:
    path = wxr(tmp_path / "w.xml", item(STORY, wp_comment(), **fields))
    assert reasons("wordpress", path) == {"wordpress:1": why}


@pytest.mark.parametrize(
    ("above", "why"),
    [
        ({"status": "publish"}, ""),
        ({"status": "private"}, NOT_PUBLIC_WITHIN),
        ({"status": "publish", "post_password": "x"}, NOT_PUBLIC_WITHIN),
        ({"status": "inherit", "post_parent": "5"}, NOT_PUBLIC_WITHIN),
        ({"status": "publish", "post_id": "6"}, NOT_PUBLIC_WITHIN),  # its own is not in the file
    ],
)
def test_an_attachment_is_as_public_as_its_post(
    tmp_path: Path, above: dict[str, str], why: str
) -> None:
    attached = item(f"{STORY}/i", wp_comment(), status="inherit", post_id="7", post_parent="5")
    post_ = item(STORY, **{"post_id": "5", **above})
    for n, items in enumerate(((attached, post_), (post_, attached))):
        path = wxr(tmp_path / f"{n}.xml", *items)
        assert reasons("wordpress", path) == {"wordpress:1": why}


def test_an_attachment_of_no_post_is_public(tmp_path: Path) -> None:
    alone = item(STORY, wp_comment(), status="inherit", post_id="7", post_parent="0")
    assert reasons("wordpress", wxr(tmp_path / "w.xml", alone)) == {"wordpress:1": ""}


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"isDeleted": "false", "isClosed": "true"}, ""),
        ({"isDeleted": "", "isSpam": "0"}, ""),
        ({"isDeleted": "true"}, CLOSED_TO_READERS),
        ({"isDeleted": " TRUE "}, CLOSED_TO_READERS),
        ({"isDeleted": "1"}, CLOSED_TO_READERS),
        ({"isDeleted": "perhaps"}, CLOSED_TO_READERS),
        ({"isSpam": "true"}, CLOSED_TO_READERS),
        ({"isPrivate": "true"}, CLOSED_TO_READERS),
        ({"isApproved": "false"}, CLOSED_TO_READERS),
    ],
)
def test_a_discussion_that_was_deleted_hides_its_comments(
    tmp_path: Path, fields: dict[str, str], why: str
) -> None:
    path = disqus(tmp_path / "d.xml", thread("1", STORY, **fields), post("10"))
    assert reasons("disqus", path) == {"disqus:10": why}


@pytest.mark.parametrize(
    ("place", "within"),
    [
        ('<category dsq:id="9"><isDeleted>{}</isDeleted></category>', '<category dsq:id="9"/>'),
        ('<forum dsq:id="news"><isDeleted>{}</isDeleted></forum>', "<forum>news</forum>"),
    ],
)
def test_a_deleted_forum_or_category_hides_all_of_it(
    tmp_path: Path, place: str, within: str
) -> None:
    for deleted, why in (("true", CLOSED_TO_READERS), ("false", "")):
        inside = thread("1", STORY).replace("<title>", f"{within}<title>")
        path = disqus(tmp_path / "d.xml", place.format(deleted), inside, post("10"))
        assert reasons("disqus", path) == {"disqus:10": why}


@pytest.mark.parametrize(
    ("flags", "state"),
    [
        ({"isSpam": "1"}, "spam"),
        ({"isDeleted": "TRUE"}, "deleted"),
        ({"isApproved": "0"}, "held"),
        ({"isSpam": "perhaps"}, "held"),
        ({"isApproved": "perhaps"}, "held"),
        ({"isApproved": ""}, "published"),
    ],
)
def test_a_state_that_is_not_known_is_never_public(
    tmp_path: Path, flags: dict[str, str], state: str
) -> None:
    path = disqus(tmp_path / "d.xml", thread("1", STORY), post("10", **flags))
    assert [one.state for one in found_in("disqus", path)] == [state]


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ('xmlns:wp="http://wordpress.org/export/1.0/"', 1),
        ('xmlns:wp="https://wordpress.org/export/1.2/"', 1),
        ('xmlns:wp="http://wordpress.org/export/1.3/"', 1),
        ("", 1),  # not declared at all
        ('xmlns:wp="http://example.org/other/"', 0),
    ],
)
def test_every_namespace_of_wordpress_is_read(tmp_path: Path, declared: str, expected: int) -> None:
    path = wxr(tmp_path / "w.xml", item(STORY, wp_comment(), status="private"))
    text = path.read_text().replace('xmlns:wp="http://wordpress.org/export/1.2/"', declared)
    path.write_text(text.replace("<title>Blog", '<dc:x a:b="c"/><title>Blog'))
    if expected:
        assert reasons("wordpress", path) == {"wordpress:1": "its post is private there"}
    else:
        with pytest.raises(BadFile, match="RSS feed, not a WordPress export"):
            list(READERS["wordpress"](path))


@pytest.mark.parametrize(
    "declared",
    [
        'xmlns="https://disqus.com" xmlns:dsq="https://disqus.com/disqus-internals"',
        'xmlns="http://www.disqus.com/"',
        "",
    ],
)
def test_every_namespace_of_disqus_is_read(tmp_path: Path, declared: str) -> None:
    path = disqus(tmp_path / "d.xml", thread("1", STORY), post("10"))
    head, _, rest = path.read_text().partition("<disqus")
    path.write_text(f"{head}<disqus {declared}{rest[rest.index('>') :]}")
    assert [(one.source, one.thread) for one in found_in("disqus", path)] == [("disqus:10", "1")]


@pytest.mark.parametrize(
    ("format_", "content", "message"),
    [
        ("wordpress", "<rss><channel><item><title>A</title></item></channel></rss>", "namespace"),
        ("wordpress", "<rss xmlns:wp='http://wordpress.org/export/1.2/'><channel>"
         "<wp:wxr_version>1.2</wp:wxr_version><item/></channel></rss>", "1 items without"),
        ("disqus", "<disqus xmlns='http://disqus.com'><thread/></disqus>", "has no <post>"),
        ("jsonl", "", "is empty"),
        ("jsonl", "\n", "line 1"),
    ],
)  # fmt: skip
def test_a_file_without_a_comment_is_refused_with_what_is_missing(
    tmp_path: Path, format_: str, content: str, message: str
) -> None:
    path = tmp_path / "file"
    path.write_text(content)
    with pytest.raises(BadFile, match=message):
        list(READERS[format_](path))


def test_a_database_of_isso_without_a_comment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="without a comment"):
        list(READERS["isso"](isso(tmp_path / "c.db", [(1, "/a/", "A")], [])))


@pytest.mark.parametrize(
    ("content", "looks"),
    [
        (b"\x1f\x8b\x08\0", "a gzip archive"),
        (b"PK\x03\x04\x14", "a ZIP archive"),
        (b"", "an empty file"),
        (b"\xef\xbb\xbf \n", "an empty file"),
        (b"SQLite format 3\0" + b"\0" * 99, "an SQLite database"),
        (b'{"a": 1}', "JSON"),
        (b'{"kind":"article","article":"a"}\n', "a Readback export (JSONL)"),
        (b"<!DOCTYPE html><html><head></head>", "a web page (HTML)"),
        (b"<?xml version='1.0'?><!-- made --><rss><channel/></rss>", "an RSS feed"),
        (b"<rss xmlns:wp='https://wordpress.org/export/1.2/'>", "a WordPress export (WXR)"),
        (b"<disqus xmlns='http://disqus.com'>", "a Disqus export"),
        (b"<svg:svg width='1'>", "XML whose first element is <svg>"),
        (b"hello, <b>you</b>", "XML whose first element is <b>"),
        (b"hello", "plain text"),
        (b"\0\1\2", "a binary file"),
    ],
)
def test_the_kind_of_any_file_is_named(tmp_path: Path, content: bytes, looks: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert kind(path) == looks


def test_a_database_of_isso_looks_like_one(tmp_path: Path) -> None:
    assert kind(isso(tmp_path / "c.db", [], [])) == "an Isso database"


def read_cut(format_: str, path: Path) -> tuple[list[Any], str]:
    """Return the records before a file breaks off, and where it does."""
    records = []
    with pytest.raises(CutFile) as broken:
        for record in READERS[format_](path):
            records.append(record)
    return records, str(broken.value)


@pytest.mark.parametrize(
    "end",
    ["", "<br />\n<b>Fatal error</b>: Maximum execution time of 30 seconds", "</channel></rss>"],
)
def test_what_is_whole_in_a_cut_export_is_read(tmp_path: Path, end: str) -> None:
    whole = wxr(
        tmp_path / "w.xml",
        item(STORY, wp_comment()),
        item(f"{STORY}b", wp_comment(id="2"), wp_comment(id="3"), wp_comment(id="4")),
    ).read_text()
    path = tmp_path / "cut.xml"
    text = whole[: whole.rindex("<wp:comment_content>") + 30] + "</wp:comment_content>"
    path.write_text(text + end)
    records, where = read_cut("wordpress", path)
    comments = [one for one in records if isinstance(one, Found)]
    assert [one.source for one in comments] == ["wordpress:1", "wordpress:2", "wordpress:3"]
    threads = {one.key: one.address for one in records if isinstance(one, Thread)}
    assert threads == {"1": STORY, "2": f"{STORY}b"} and "line " in where


def test_the_last_item_of_a_cut_export_needs_its_state(tmp_path: Path) -> None:
    whole = wxr(tmp_path / "w.xml", item(STORY, wp_comment(), status="private")).read_text()
    path = tmp_path / "cut.xml"
    for cut, expected in (("</item>", ["its post is private there"]), ("<wp:status>", [])):
        path.write_text(whole[: whole.index(cut)])
        records, _ = read_cut("wordpress", path)
        assert [one.why for one in records if isinstance(one, Thread)] == expected


def test_a_file_that_is_broken_in_the_middle_is_read_up_to_there(tmp_path: Path) -> None:
    path = disqus(tmp_path / "d.xml", thread("1", STORY), post("1"), "<post></message>", post("2"))
    records, where = read_cut("disqus", path)
    assert [one.source for one in records if isinstance(one, Found)] == ["disqus:1"]
    assert where.startswith("is not XML from line 4, column")


def test_only_the_last_line_of_our_own_export_may_be_cut(tmp_path: Path) -> None:
    line = '{"kind":"comment","id":"1","article":"a","at":"2020-05-06T07:08:09Z","text":"Hi."}\n'
    path = tmp_path / "e.jsonl"
    path.write_text(line + line[:50])
    records, where = read_cut("jsonl", path)
    assert len(records) == 2 and "line 2" in where
    path.write_text(line + line[:50] + "\n" + line)
    with pytest.raises(BadFile) as refused:
        list(READERS["jsonl"](path))
    assert not isinstance(refused.value, CutFile)


@pytest.mark.parametrize(
    ("stored", "name"),
    [
        ("Tom &amp; Jerry", "Tom & Jerry"),
        ("I &lt;3 tea", "I <3 tea"),
        ("R&amp;D Dept", "R&D Dept"),
        ("O&#039;Neil &quot;Bo&quot;", 'O\'Neil "Bo"'),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("&amp;amp;", "&amp;"),
        ("R&D", "R&D"),
        ("Zo&euml; &#xD83D;&#xDE00;", "Zoë 😀"),
    ],
)
def test_a_name_that_is_kept_as_html_is_decoded_once(
    tmp_path: Path, stored: str, name: str
) -> None:
    for form in (f"<![CDATA[{stored}]]>", stored.replace("&", "&amp;").replace("<", "&lt;")):
        path = wxr(tmp_path / "w.xml", item(STORY, wp_comment()))
        path.write_text(path.read_text().replace("<![CDATA[Ana]]>", form))
        assert [one.name for one in found_in("wordpress", path)] == [name]
    base = isso(tmp_path / "c.db", [(1, "/a/", "A")], [{"author": stored}])
    assert [one.name for one in found_in("isso", base)] == [name]


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("<p>I <b>love</b> this &amp; more.</p><p>See &amp;lt;b></p>",
         "\n\nI love this & more.\n\n\n\nSee &lt;b>\n\n"),
        ('I <em>love</em> R&amp;D, <a href="https://e.example/x">this</a>.',
         "I love R&D, this (https://e.example/x)."),
        ("one<br />\ntwo", "one\ntwo"),
        ("R&amp;D and ?a=1&copy=2", "R&D and ?a=1&copy=2"),
        ("Write `&lt;` or `<b>x</b>` for *that*", "Write `&lt;` or `<b>x</b>` for *that*"),
        ("Code:\n\n    a &amp; b", "Code:\n\n    a &amp; b"),
        ("1 < 2 and <script>x</script>", "1 < 2 and <script>x</script>"),
    ],
)  # fmt: skip
def test_isso_has_markdown_and_the_html_of_what_it_imported(
    tmp_path: Path, stored: str, text: str
) -> None:
    base = isso(tmp_path / "c.db", [(1, "/a/", "A")], [{"text": stored}])
    assert [one.text for one in found_in("isso", base)] == [text]


def test_a_database_that_isso_made_is_read(tmp_path: Path) -> None:
    path = tmp_path / "comments.db"
    with closing(sqlite3.connect(path)) as base:
        base.executescript(
            """
            CREATE TABLE preferences (key VARCHAR PRIMARY KEY, value VARCHAR);
            CREATE TABLE threads (id INTEGER PRIMARY KEY, uri VARCHAR(256) UNIQUE,
              title VARCHAR(256));
            CREATE TABLE comments (tid REFERENCES threads(id), id INTEGER PRIMARY KEY,
              parent INTEGER, created FLOAT NOT NULL, modified FLOAT, mode INTEGER,
              remote_addr VARCHAR, text VARCHAR NOT NULL, author VARCHAR, email VARCHAR,
              website VARCHAR, likes INTEGER DEFAULT 0, dislikes INTEGER DEFAULT 0,
              voters BLOB NOT NULL, notification INTEGER DEFAULT 0);
            CREATE TRIGGER remove_stale_threads AFTER DELETE ON comments BEGIN
              DELETE FROM threads WHERE id NOT IN (SELECT tid FROM comments); END;
            INSERT INTO threads VALUES (1, '/old-story.html', 'Old story');
            INSERT INTO comments VALUES (1, 1, NULL, 1577836801.0, NULL, 1, '127.0.0.0',
              '<p>Good &amp; true.</p>', 'Ana', 'a@b.c', NULL, 0, 0, x'00', NULL);
            """
        )
    assert [one.text for one in found_in("isso", path)] == ["\n\nGood & true.\n\n"]


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("one<br />\ntwo<br>three<br/>\r\n<br />\nfour", "one\ntwo\nthree\n\nfour"),
        ("one\n<br>two", "one\ntwo"),
        ("<ul><li>one</li>\n<li>two</li></ul>", "\n\n- one\n- two\n\n"),
        ("<ol><li>one<li>two<ul><li>in</ol>", "\n\n1. one\n2. two\n  - in"),
        ("a<blockquote><p>b</p><p>c</p></blockquote>d", "a\n\n> b\n>\n> c\n\nd"),
        ("<pre><code>if a &lt; b:\n  c</code></pre>", "\n\nif a < b:\n  c\n\n"),
        ('hi <img class="emoji" alt="😀" src="https://s.w.org/1f600.png">', "hi 😀"),
        ('<img class="wp-smiley" src="x.gif" alt=":-)"> x', ":-) x"),
        ("&#xD83D;&#xDE00; &#55357;&#56832; &#xD83D;", "😀 😀 \ufffd"),
        ('<img alt="❤️" src="https://e.example/1.png">', "❤️"),
        ('<img alt="Our café" src="https://e.example/1.png">', " https://e.example/1.png "),
        ("<blockquote> </blockquote>", "\n\n\n\n"),
        ("&amp;lt; &amp;amp;", "&lt; &amp;"),
    ],
)
def test_html_becomes_plain_text_with_its_breaks(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_text_is_decoded_only_where_a_reference_is_complete() -> None:
    assert decoded("&amp;lt; &copy=1 &#9731; &bogus; & <b>") == "&lt; &copy=1 ☃ &bogus; & <b>"


def test_a_time_zone_is_for_comments_without_gmt(tmp_path: Path) -> None:
    path = wxr(tmp_path / "w.xml", item(STORY, wp_comment(date_gmt="")))
    [one] = [r for r in wordpress.read(path, ignore_progress, UTC) if isinstance(r, Found)]
    assert one.at_s == 1588756089
