"""``readback story join`` beside a running server: stories under former names become one."""

from pathlib import Path

import pytest

from tests.support.server import Serve, Server, complaint, nonce, settled

OWN = "https://news.example"


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    running = module_serve()
    added = running.cli("site", "add", "news", "--origin", OWN)
    assert added.returncode == 0, added.stderr
    return running


def vote(server: Server, article: str) -> None:
    sent = server.react(site="news", article=article, nonce=nonce(), origin=OWN)
    assert sent.status == 200, sent.body


def total(server: Server, article: str) -> int:
    """Return the votes that the bar of a page shows."""
    counts = server.uncached(f"/v1/bar?site=news&article={article}").json["counts"]
    return sum(counts.values())


def test_a_site_that_drops_a_parameter_can_join_what_it_split(own: Server) -> None:
    vote(own, f"{OWN}/bread?ref=a")
    vote(own, f"{OWN}/bread?ref=b")
    vote(own, f"{OWN}/bread")
    own.cli("site", "set", "news", "--drop-parameters", "ref")
    settled(lambda: total(own, f"{OWN}/bread%3Fref%3Dc"), 1)
    planned = own.cli("story", "join", "news", "--dry-run")
    assert "//news.example/bread?ref=a -> //news.example/bread\n" in planned.stdout
    assert "2 stories now have another name; 0 were joined." in planned.stdout
    done = own.cli("story", "join", "news")
    assert "2 stories now have another name; 2 were joined." in done.stdout, done.stderr
    settled(lambda: total(own, f"{OWN}/bread%3Fref%3Dc"), 3)
    assert own.cli("verify").returncode == 0


def test_a_list_joins_stories_that_pages_named_by_a_number(own: Server, tmp_path: Path) -> None:
    vote(own, "wp-5")
    pairs = tmp_path / "posts.csv"
    pairs.write_text(f"id,url\nwp-5,{OWN}/five/\nwp-6,{OWN}/six/\n")
    done = own.cli("story", "join", "news", str(pairs))
    assert "1 stories now have another name; 1 were joined." in done.stdout, done.stderr
    settled(lambda: total(own, f"{OWN}/five"), 1)
    settled(lambda: total(own, "wp-5"), 1)


def test_a_list_with_a_name_of_another_site_changes_nothing(own: Server, tmp_path: Path) -> None:
    pairs = tmp_path / "posts.csv"
    pairs.write_text("wp-7,https://elsewhere.example/7")
    refused = own.cli("story", "join", "news", str(pairs))
    assert refused.returncode == 1
    assert "neither an id nor an address of news. Nothing was changed." in refused.stderr
    assert complaint(refused).count("\n") == 1
