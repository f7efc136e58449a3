"""``readback import``, ``export`` and ``rescore``: their output, and a kill in the middle."""

import gzip
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.support import exported_json as made
from tests.support.imported import disqus, isso, item, post, thread, wp_comment, wxr
from tests.support.server import ROOT, Serve, Server, complaint
from widget.domain.comments.comment import Score
from widget.domain.model import Site
from widget.store.comments.rescoring import Rescoring
from widget.tone import TONE_VERSION

# The peak of the command's own memory. That of wait() includes its parent's.
WITH_PEAK = """
import sys
from widget.commands.__main__ import cli
cli(sys.argv[1:], standalone_mode=False)
print(next(line for line in open("/proc/self/status") if "VmHWM" in line).split()[1])
"""
STORY = "https://news.example/story"


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    running = module_serve()
    running.cli("site", "add", "news", "--origin", "https://news.example")
    return running


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return disqus(
        tmp_path_factory.mktemp("files") / "disqus.xml",
        thread("1", STORY),
        thread("2", "http://old.example/x"),
        post("10"),
        post("11", parent="10"),
        post("12", isSpam="true"),
        post("13", on="2"),
        post("\x9b31m", isSpam="true"),
    )


def test_an_import_reports_what_it_stored_and_how_to_import_the_rest(
    own: Server, export: Path, tmp_path: Path
) -> None:
    skipped = tmp_path / "skipped.jsonl"
    done = own.cli(
        "import", "--from", "disqus", "--site", "news", "--skipped", str(skipped), str(export)
    )
    assert done.returncode == 0, done.stderr
    assert "2 comments stored in news." in done.stdout
    assert "2 skipped: it was marked as spam there (disqus:12, disqus:\ufffd31m)" in done.stdout
    assert "1 on https://old.example" in done.stdout
    remedy = "readback site set news --origin https://news.example --origin https://old.example"
    assert remedy in done.stdout
    assert len([json.loads(line) for line in skipped.read_text().splitlines()]) == 3
    assert own.cli(*remedy.split()[1:]).returncode == 0
    again = own.cli("import", "--from", "disqus", "--site", "news", str(export))
    assert "1 comments stored" in again.stdout and "2 were already stored" in again.stdout
    shown = own.get(f"/v1/comments?site=news&article={STORY}").json
    assert shown["count"] == 2 and shown["comments"][0]["replies"][0]["text"] == "I love this."
    assert own.cli("verify").returncode == 0


def test_an_export_is_a_file_for_its_owner_only_or_standard_output(
    own: Server, export: Path, tmp_path: Path
) -> None:
    own.cli("import", "--from", "disqus", "--site", "news", str(export))
    to = tmp_path / "e.jsonl"
    done = own.cli("export", "--site", "news", "--to", str(to))
    assert done.returncode == 0 and to.stat().st_mode & 0o777 == 0o600
    assert own.cli("export", "--site", "news").stdout == to.read_text()
    kinds = [json.loads(line)["kind"] for line in to.read_text().splitlines()]
    assert kinds.count("comment") >= 2 and kinds.count("article") >= 1
    assert [one.name for one in tmp_path.iterdir()] == ["e.jsonl"]
    assert own.cli("export", "--to", str(tmp_path / "no" / "x")).stderr.count("\n") <= 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--from", "wordpress"), "disqus.xml is not a WordPress export (WXR): its first element"),
        (("--from", "wordpress"), "It looks like a Disqus export; try --from disqus. Nothing was"),
        (("--from", "isso"), "It looks like a Disqus export; try --from disqus. Nothing was"),
        (("--from", "jsonl"), "line 1"),
        (("--from", "disqus", "--site", "newz"), 'No site "newz"'),
        (("--from", "disqus", "--timezone", "Mars"), "no such zone"),
        (("--from", "disqus", "--rename", "https://a.example", "https://b.example"), "not an"),
        (("--from", "disqus", "--origin", "news"), "is not an origin"),
        (("--from", "disqus", "--skipped", "/nowhere/x"), "--skipped"),
        (("--from", "disqus", "--map", "pyproject.toml"), "needs two names in row 1"),
    ],
)
def test_a_refusal_is_one_line(
    own: Server, export: Path, arguments: tuple[str, ...], said: str
) -> None:
    refused = own.cli("import", *arguments, str(export))
    assert refused.returncode == 1 and said in refused.stderr, refused.stderr
    assert complaint(refused).startswith("readback: ") and complaint(refused).count("\n") == 1


def test_a_cut_file_is_imported_up_to_there_and_ends_as_incomplete(
    own: Server, tmp_path: Path
) -> None:
    whole = disqus(tmp_path / "w.xml", thread("1", STORY), post("80"), post("81")).read_text()
    path = tmp_path / "cut.xml"
    path.write_text(whole[: whole.index('<post dsq:id="81"') + 40])
    done = own.cli("import", "--from", "disqus", "--site", "news", str(path))
    assert done.returncode == 3 and "1 comments stored in news." in done.stdout
    assert "readback: incomplete: cut.xml ends too early, in line 4" in done.stderr
    path.write_text(whole[: whole.index("<thread") + 40])
    refused = own.cli("import", "--from", "disqus", "--site", "news", str(path))
    assert refused.returncode == 1 and "Nothing was stored." in refused.stderr
    assert own.cli("verify").returncode == 0


def test_comments_that_are_not_public_are_skipped_and_counted(own: Server, tmp_path: Path) -> None:
    address = "https://news.example/hidden"
    path = wxr(
        tmp_path / "w.xml",
        item(address, wp_comment(id="90"), wp_comment(id="91"), status="private"),
        item(f"{address}2", wp_comment(id="92"), post_password="x"),
        item(f"{address}3", wp_comment(id="93")),
    )
    done = own.cli("import", "--from", "wordpress", "--site", "news", str(path))
    assert done.returncode == 0 and "1 comments stored in news." in done.stdout, done.stderr
    assert "2 skipped: its post is private there (wordpress:90, wordpress:91)" in done.stdout
    assert "1 skipped: its post has a password there (wordpress:92)" in done.stdout
    for hidden in (address, f"{address}2"):
        assert own.get(f"/v1/comments?site=news&article={hidden}").json["count"] == 0


def test_a_file_without_a_comment_is_refused_with_what_is_missing(
    own: Server, tmp_path: Path
) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(
        "<rss><channel><item><link>https://news.example/a</link></item></channel></rss>"
    )
    packed = tmp_path / "w.xml.gz"
    packed.write_bytes(gzip.compress(feed.read_bytes()))
    for path, said in (
        (feed, "nothing in it is in WordPress' namespace"),
        (packed, "is compressed (a gzip archive); unpack it first. Nothing"),
    ):
        refused = own.cli("import", "--from", "wordpress", "--site", "news", str(path))
        assert refused.returncode == 1 and said in refused.stderr


def test_an_export_of_another_system_is_named_with_its_option(own: Server, tmp_path: Path) -> None:
    path = made.commento(tmp_path / "c.json", made.commento_comment())
    refused = own.cli("import", "--from", "remark42", "--site", "news", str(path))
    assert refused.returncode == 1 and complaint(refused).count("\n") == 1
    assert "has no comments of Remark42" in refused.stderr
    assert "It looks like a Commento export; try --from commento." in refused.stderr
    done = own.cli("import", "--from", "commento", "--site", "news", str(path))
    assert done.returncode == 0 and "1 comments stored in news." in done.stdout


def test_a_map_brings_comments_to_the_ids_that_pages_use(own: Server, tmp_path: Path) -> None:
    export = disqus(tmp_path / "ids.xml", thread("1", f"{STORY}-5"), post("80"))
    pairs = tmp_path / "posts.csv"
    pairs.write_text(f'url,ID\r\n"{STORY}-5/",wp-5\r\n')
    command = ("import", "--from", "disqus", "--site", "news", "--map", str(pairs))
    done = own.cli(*command, str(export))
    assert "1 comments stored in news." in done.stdout, done.stderr
    assert own.get("/v1/comments?site=news&article=wp-5").json["count"] == 1
    pairs.write_text(f"{STORY}-5,https://elsewhere.example/5")
    refused = own.cli(*command, str(export))
    assert refused.returncode == 1 and "neither an id nor an address of news" in refused.stderr


def test_a_full_store_is_named_with_the_remedy(own: Server, tmp_path: Path) -> None:
    export = disqus(tmp_path / "more.xml", thread("1", STORY), post("70"))
    client = own.store().client
    client.config_set("maxmemory", 1)
    try:
        refused = own.cli("import", "--from", "disqus", "--site", "news", str(export))
    finally:
        client.config_set("maxmemory", 0)
    assert refused.returncode == 1
    assert "the store is full; raise READBACK_STORE_MB" in refused.stderr
    assert own.cli("verify").returncode == 0


def test_rescore_replaces_scores_of_an_older_version(own: Server, export: Path) -> None:
    own.cli("import", "--from", "disqus", "--site", "news", str(export))
    connection = own.store()
    news, old = Site("news", "The News", ("https://news.example",)), Score("mixed", 0, "", "", "1")
    for _ in Rescoring(connection).rescore(news, lambda text: old, "1"):
        pass
    assert "scorer, so its means mix both: news" in " ".join(own.cli("check").stdout.split())
    done = own.cli("rescore", "--site", "news")
    count = len([*connection.client.scan_iter("rb:{news:*}:c:*")])
    assert (
        f"{count} comments rescored by version {TONE_VERSION} of the scorer; {count} of them have"
    ) in done.stdout, done.stderr
    moved = re.findall(r"\n    (\d+) mixed to [a-z ]+", done.stdout)
    assert sum(map(int, moved)) == count
    assert own.cli("rescore").stdout.count("\n0 comments rescored") == 1
    assert own.cli("verify").returncode == 0


def test_an_import_that_was_killed_and_repeated_stores_the_same(tmp_path: Path) -> None:
    rows = [
        {
            "id": n,
            "parent": n - 1 if n % 3 and n > 1 else None,
            "created": 1588748889 + n * 60,
            "text": f"I love number {n}.",
        }
        for n in range(1, 1001)
    ]
    path = isso(tmp_path / "c.db", [(1, "/story", "A story")], rows)
    # No server runs beside it: the store dies with the command, and is loaded from its file again.
    alone = Server(tmp_path / "alone")
    assert alone.cli("store", "new").returncode == 0
    _kill_midway(alone, "import", "--from", "isso", str(path))
    done = alone.cli("import", "--from", "isso", str(path))
    assert done.returncode == 0 and "were already stored" in done.stdout, done.stderr
    _, *stored = map(json.loads, alone.cli("export").stdout.splitlines())
    assert [one["text"] for one in stored] == [row["text"] for row in rows]
    number = {one["id"]: n for n, one in enumerate(stored, 1)}
    assert [number.get(one["parent"]) for one in stored] == _threads(rows)
    assert alone.cli("verify").returncode == 0


def _threads(rows: Iterable[dict[str, Any]]) -> list[int | None]:
    """Return the id of each row's thread, or None."""
    roots: dict[int, int] = {}
    for row in rows:
        roots[row["id"]] = roots.get(row["parent"], row["parent"]) or row["parent"]
    return [roots[row["id"]] for row in rows]


def _kill_midway(alone: Server, *arguments: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "widget.commands", *arguments],
        cwd=ROOT,
        env=alone.env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 30
    stored = 0
    while stored < 200:
        assert process.poll() is None and time.monotonic() < deadline
        try:
            client = alone.store(timeout_ms=1000).client
            stored = sum(client.zcard(key) for key in client.scan_iter("rb:*:cs"))
        except Exception:  # its store has not started yet
            time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_memory_does_not_grow_with_the_file(own: Server, tmp_path: Path) -> None:
    text = "long words " * 1000  # nothing is stored, because its time is in the future
    peaks = []
    for posts in (10, 2000):
        path = disqus(
            tmp_path / f"{posts}.xml",
            thread("1", STORY),
            *(post(str(n), text, at="2100-01-01T00:00:00Z") for n in range(posts)),
        )
        done = subprocess.run(
            [sys.executable, "-c", WITH_PEAK, "import", "--from", "disqus", str(path)],
            cwd=ROOT,
            env=own.env,
            capture_output=True,
            text=True,
            check=True,
        )
        peaks.append(int(done.stdout.split()[-1]))
    assert path.stat().st_size > 20_000_000
    assert peaks[1] - peaks[0] < 15_000, peaks  # KB: SQLite's cache and a few pieces of the file


def test_a_file_cannot_control_the_terminal(own: Server, tmp_path: Path) -> None:
    path = tmp_path / "[red]x\x1b.jsonl"
    path.write_text('{"kind":"\\u001b[31m","id":"1"}\n')
    refused = own.cli("import", "--from", "jsonl", str(path))
    assert refused.returncode == 1 and "line 1" in refused.stderr
    assert "\x1b" not in refused.stderr + refused.stdout
