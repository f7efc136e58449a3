"""Exports that are JSON: Remark42, Isso's generic format, Commento, Waline, Artalk."""

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import UTC
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.support import exported_json as made
from widget.importing import artalk, commento, isso_generic, json_records, remark42, waline
from widget.importing.artalk import ADMINS_ONLY
from widget.importing.kinds import kind
from widget.importing.model import NO_ID, NO_TIME, BadFile, CutFile, Found, Skipped, Thread

AT_S = 1588748889  # 2020-05-06 07:08:09 UTC
STORY = made.STORY
TEXT = "I love this."


def ignore_progress(_: int) -> None:
    pass


READERS: dict[str, Callable[[Path], Iterator[Any]]] = {
    "remark42": lambda path: remark42.read(path, ignore_progress),
    "isso-generic": lambda path: isso_generic.read(path, ignore_progress, UTC),
    "commento": lambda path: commento.read(path, ignore_progress),
    "waline": lambda path: waline.read(path, ignore_progress, UTC),
    "artalk": lambda path: artalk.read(path, ignore_progress, UTC),
}


def comments_in(format_: str, path: Path) -> list[Any]:
    return [one for one in READERS[format_](path) if not isinstance(one, Thread)]


@pytest.mark.parametrize("packed", [True, False])
def test_a_remark42_backup_gives_its_comments_with_their_votes(
    tmp_path: Path, packed: bool
) -> None:
    path = made.remark42(
        tmp_path / "backup-news.gz",
        made.remark42_comment(
            "a",
            text="<p>One &amp; &lt;two&gt;</p>",
            score=1,
            votes={"github_1": True, "sso.a.b": True, "x": False},
            edit={"time": "2020-05-06T07:10:00Z", "summary": ""},
            pin=True,
        ),
        made.remark42_comment("b", pid="a", score=7, votes={}, user={"name": "A &amp;amp; B"}),
        made.remark42_comment("c", score=-3),
        packed=packed,
    )
    assert list(READERS["remark42"](path))[::2] == [Thread(STORY, STORY, {"title": "A story"})] * 3
    first, second, third = comments_in("remark42", path)
    assert first == Found(
        "remark42:a", STORY, AT_S, "Ana", first.text, edited_s=AT_S + 111, brought=(2, 1)
    )
    assert first.text.strip() == "One & <two>"
    assert (second.parent, second.name, second.brought) == ("remark42:a", "A &amp; B", (7, 0))
    assert third.brought == (0, 0)


def test_what_remark42_does_not_show_is_not_published(tmp_path: Path) -> None:
    path = made.remark42(
        tmp_path / "b",
        made.remark42_comment("a", delete=True, text="", orig=""),
        made.remark42_comment("b", user={"block": True}),
        made.remark42_comment("c", delete="perhaps"),
        made.remark42_comment("", text="x"),
        made.remark42_comment("d", time="0001-01-01T00:00:00Z"),
        made.remark42_comment("e", locator={"url": "https://news.example/?a=1&amp;b=2&copy=3"}),
    )
    found = comments_in("remark42", path)
    assert [one.state for one in found[:3]] == ["deleted", "deleted", "held"]
    assert found[3:5] == [Skipped("remark42:", NO_ID), Skipped("remark42:d", NO_TIME)]
    assert found[5].thread == "https://news.example/?a=1&b=2&copy=3"


@pytest.mark.parametrize("comments_first", [True, False])
def test_isso_generic_gives_threads_whose_comments_are_apart(
    tmp_path: Path, comments_first: bool
) -> None:
    path = made.isso_generic(
        tmp_path / "g.json",
        made.isso_thread(
            "/a/",
            made.isso_comment(0, author="A &amp; B"),
            made.isso_comment(1, created="soon"),
            comments_first=comments_first,
        ),
        made.isso_thread("/b/", made.isso_comment(0), comments_first=comments_first),
    )
    berlin = ZoneInfo("Europe/Berlin")
    assert list(isso_generic.read(path, ignore_progress, berlin)) == [
        Thread("0", "/a/", {"title": "A story"}),
        Thread("1", "/b/", {"title": "A story"}),
        Found("isso-generic:/a/#0", "0", AT_S - 7200, "A & B", TEXT),
        Skipped("isso-generic:/a/#1", NO_TIME),
        Found("isso-generic:/b/#0", "1", AT_S - 7200, "Ana", TEXT),
    ]


@pytest.mark.parametrize("packed", [True, False])
def test_a_commento_export_gives_comments_with_the_names_that_follow(
    tmp_path: Path, packed: bool
) -> None:
    path = made.commento(
        tmp_path / "c",
        made.commento_comment("a", score=4),
        made.commento_comment("b", parentHex="a", commenterHex="anonymous", score=-2),
        made.commento_comment("c", state="unapproved"),
        made.commento_comment("d", state="flagged"),
        made.commento_comment("e", state="secret"),
        made.commento_comment("f", markdown="[deleted]"),
        made.commento_comment("g", creationDate=""),
        made.commento_comment("h", domain="", url=""),
        packed=packed,
    )
    found = comments_in("commento", path)
    assert found[0] == Found("commento:a", STORY, AT_S, "Ana", TEXT, brought=(4, 0))
    assert (found[1].parent, found[1].name, found[1].brought) == ("commento:a", "", (0, 0))
    assert [one.state for one in found[:6]] == ["published"] * 2 + ["held"] * 3 + ["deleted"]
    assert found[6] == Skipped("commento:g", NO_TIME) and found[7].thread == "/"


def test_a_waline_export_gives_comments_with_the_names_of_accounts(tmp_path: Path) -> None:
    leancloud = {"__type": "Date", "iso": "2020-05-06T07:08:09.000Z"}
    path = made.waline(
        tmp_path / "w.json",
        made.waline_comment(1, like=3, user_id=9),
        made.waline_comment("6f", pid=1, rid=1, insertedAt=leancloud, like="12"),
        made.waline_comment(3, status="waiting"),
        made.waline_comment(4, status="spam"),
        made.waline_comment(5, status="private"),
        made.waline_comment(6, status=None),
        made.waline_comment(7, insertedAt="2020-05-06 07:08:09"),
        made.waline_comment(8, insertedAt=None),
        made.waline_comment(None),
        users=({"objectId": 9, "display_name": "Bo"},),
    )
    found = comments_in("waline", path)
    assert found[0] == Found("waline:1", "/story", AT_S, "Bo", TEXT, brought=(3, 0))
    assert (found[1].parent, found[1].at_s, found[1].brought) == ("waline:1", AT_S, (12, 0))
    states = ["published", "published", "held", "spam", "held", "published"]
    assert [one.state for one in found[:6]] == states
    assert found[6].at_s == AT_S
    assert found[7:] == [Skipped("waline:8", NO_TIME), Skipped("waline:", NO_ID)]


def test_an_artalk_export_gives_comments_of_pages_that_all_could_read(tmp_path: Path) -> None:
    path = made.artalk(
        tmp_path / "a.artrans",
        made.artalk_comment("1", vote_up="5", vote_down="2"),
        made.artalk_comment("2", rid="1", vote_up=7, is_pending=False),
        made.artalk_comment("3", is_pending="true"),
        made.artalk_comment("4", is_pending="maybe"),
        made.artalk_comment("5", page_admin_only="true"),
        made.artalk_comment("6", page_key="https://old.example/x"),
        made.artalk_comment("7", created_at="2020"),
        made.artalk_comment("8", site_urls=""),
    )
    found = comments_in("artalk", path)
    assert found[0] == Found("artalk:1", STORY, AT_S, "Ana", TEXT, brought=(5, 2))
    assert (found[1].parent, found[1].brought) == ("artalk:1", (7, 0))
    assert [one.state for one in found[:4]] == ["published", "published", "held", "held"]
    assert found[4] == Skipped("artalk:5", ADMINS_ONLY)
    assert (found[5].thread, found[7].thread) == ("https://old.example/x", "/story")
    assert found[6] == Skipped("artalk:7", NO_TIME)


@pytest.mark.parametrize("format_", READERS)
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   ",
        b"{}",
        b"[]",
        b"[[1]]",
        b"[{}]",
        b'"text"',
        b"7",
        b"<rss></rss>",
        b"PK\x03\x04",
        b'{"version": 2}',
        b'{"version": 1, "comments": 3}',
        b'{"comments.item": {"url": "x"}, "item.page_key": 1}',
        b'{"type": "waline", "data": {"Comment": {}}}',
        b'[{"id": "/a/", "comments": [1, null, "x"]}',
        "[]".encode("utf-16"),
        b'{"a": "\xff"}',
        b"[" * 100_000,
        b"[" + b"9" * 5000 + b"]",
        gzip.compress(b"{}", mtime=0),
        gzip.compress(b'{"version": 1}', mtime=0)[:-9],
        b"\x1f\x8bnothing",
    ],
)
def test_what_is_not_such_an_export_is_refused_in_a_sentence(
    tmp_path: Path, format_: str, content: bytes
) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    with pytest.raises(BadFile) as refusal:
        list(READERS[format_](path))
    said = str(refusal.value)
    assert 8 <= len(said) < 250 and "\n" not in said and "b'" not in said


@pytest.mark.parametrize(
    ("format_", "file"),
    [
        ("remark42", made.remark42),
        ("isso-generic", made.isso_generic),
        ("commento", made.commento),
        ("waline", made.waline),
        ("artalk", made.artalk),
    ],
)
def test_an_export_without_comments_is_refused(
    tmp_path: Path, format_: str, file: Callable[[Path], Path]
) -> None:
    with pytest.raises(BadFile, match=r"no comments|it must be|it has no"):
        list(READERS[format_](file(tmp_path / "x")))


@pytest.mark.parametrize(
    ("votes", "brought"),
    [
        (-1, 0),
        (10**18, 1_000_000),
        (1.9, 1),
        (None, 0),
        (True, 0),
        ("many", 0),
        ("-4", 0),
        ("9" * 200, 1_000_000),
        ([5], 0),
        ({"a": 5}, 0),
    ],
)
def test_absurd_numbers_of_votes_are_bounded(tmp_path: Path, votes: Any, brought: int) -> None:
    files = {
        "remark42": made.remark42(tmp_path / "r", made.remark42_comment(score=votes)),
        "commento": made.commento(tmp_path / "c", made.commento_comment(score=votes)),
        "waline": made.waline(tmp_path / "w", made.waline_comment(like=votes)),
        "artalk": made.artalk(tmp_path / "a", made.artalk_comment(vote_up=votes)),
    }
    for format_, path in files.items():
        [found] = comments_in(format_, path)
        assert found.brought == (brought, 0), format_


@pytest.mark.parametrize("number", ["1e999", "9" * 5000])
def test_a_number_that_no_machine_can_hold_is_refused(tmp_path: Path, number: str) -> None:
    path = made.artalk(tmp_path / "a", made.artalk_comment(vote_up=12345))
    path.write_text(path.read_text().replace("12345", number))
    with pytest.raises(BadFile, match="overflow"):
        list(READERS["artalk"](path))


def test_a_long_value_is_refused_before_it_is_in_memory(tmp_path: Path) -> None:
    path = made.artalk(tmp_path / "a", made.artalk_comment(content="x" * 3_000_000))
    with pytest.raises(BadFile, match="more than 1,048,576 bytes"):
        list(READERS["artalk"](path))


def test_a_file_that_unpacks_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_records, "FREE_BYTES", 1024 * 1024)
    line = json.dumps(made.remark42_comment()).encode() + b"\n"
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(line * 50_000, mtime=0))
    with pytest.raises(BadFile, match="unpacks to more than 200 times"):
        list(READERS["remark42"](path))


@pytest.mark.parametrize("packed", [True, False])
def test_what_is_whole_in_a_backup_that_breaks_off_is_read(tmp_path: Path, packed: bool) -> None:
    comments = [made.remark42_comment(f"c{n}", orig=str(n) * 900) for n in range(9)]
    path = made.remark42(tmp_path / "b", *comments, packed=packed)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) - 40])
    found = []
    with pytest.raises(CutFile):
        for one in READERS["remark42"](path):
            found.append(one)
    assert len(found) >= 2 * 8 - (8 if packed else 0)


@pytest.mark.parametrize("format_", ["isso-generic", "waline", "artalk"])
def test_texts_and_names_are_decoded_once(tmp_path: Path, format_: str) -> None:
    text = "<p>Hi &amp;amp; bye</p>"
    path = {
        "isso-generic": lambda to: made.isso_generic(
            to, made.isso_thread("/a", made.isso_comment(text=text))
        ),
        "waline": lambda to: made.waline(to, made.waline_comment(comment=text)),
        "artalk": lambda to: made.artalk(to, made.artalk_comment(content=text)),
    }[format_](tmp_path / "x")
    [found] = comments_in(format_, path)
    assert found.text.strip() == "Hi &amp; bye"


def test_each_export_is_told_apart_when_another_is_expected(tmp_path: Path) -> None:
    thread = made.isso_thread("/a", made.isso_comment())
    files = {
        "a Remark42 backup": made.remark42(tmp_path / "r", made.remark42_comment()),
        "Isso's generic JSON": made.isso_generic(tmp_path / "i", thread),
        "a Commento export": made.commento(tmp_path / "c", made.commento_comment()),
        "a Waline export": made.waline(tmp_path / "w", made.waline_comment()),
        "an Artalk export": made.artalk(tmp_path / "a", made.artalk_comment()),
    }
    assert {name: kind(path) for name, path in files.items()} == {name: name for name in files}
    for format_, reader in READERS.items():
        refused = 0
        for path in files.values():
            try:
                list(reader(path))
            except BadFile:
                refused += 1
        assert refused == len(files) - 1, format_
