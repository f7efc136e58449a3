"""Stories as search engines, previews of a link and readers of a list find them."""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests.support.server import ROOT, Serve, Server, nonce, wait_for
from tests.support.set_aside import SetAsideStory, Window
from widget.domain import clock

HOSTILE = "</script><script>alert(1)</script> \u202e\U0001f600 \"& ' " + "x" * 300


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("articles")
    (folder / "plain.md").write_text("---\ntitle: Plain\n---\nOnly *words*.\n")
    hostile = f"---\ntitle: {json.dumps(HOSTILE, ensure_ascii=False)}\norder: 1\n---\nText.\n"
    (folder / "hostile.md").write_text(hostile)
    for name in ("riverside-library.md", "riverside-library.png"):
        (folder / name).write_bytes((ROOT / "articles" / name).read_bytes())
    return folder


@pytest.fixture(scope="module")
def own(module_serve: Serve, folder: Path) -> Server:
    return module_serve(READBACK_ARTICLES_DIR=str(folder))


def page(server: Server, slug: str) -> str:
    return server.get(f"/articles/{slug}").body.decode()


def metadata(page: str) -> dict[str, str]:
    found = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', page)
    return {name: unescape(value) for name, value in found}


def linked_data(page: str) -> Any:
    [found] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    return json.loads(found)


def test_a_story_with_a_picture_says_all_about_itself(own: Server) -> None:
    shown = page(own, "riverside-library")
    said, known = metadata(shown), linked_data(shown)
    address = f"{own.origin}/articles/riverside-library"
    assert f'<link rel="canonical" href="{address}">' in shown
    assert said["og:url"] == known["url"] == address and said["og:type"] == "article"
    assert said["description"] == said["og:description"] == known["description"]
    assert said["description"].startswith("For years the town counted loans")
    assert said["og:title"] == known["headline"] and said["article:section"] == "City"
    assert said["article:published_time"] == known["datePublished"] == "2025-10-30"
    assert known["author"] == {"@type": "Person", "name": "Mara Lindqvist"}
    assert said["twitter:card"] == "summary_large_image"
    assert said["og:image"] == said["twitter:image"] == known["image"]["url"]
    assert (said["og:image:width"], said["og:image:height"]) == ("1200", "675")
    assert said["og:image:alt"].startswith("Two people under one umbrella")
    [picture] = re.findall(r"<img[^>]*>", shown)
    assert 'width="1200"' in picture and 'height="675"' in picture and 'alt="Two' in picture


def test_the_picture_is_kept_for_a_year_under_its_version_only(own: Server, folder: Path) -> None:
    path = metadata(page(own, "riverside-library"))["og:image"].removeprefix(own.origin)
    answer = own.get(path)
    assert answer.status == 200 and answer.body == (folder / "riverside-library.png").read_bytes()
    assert answer.headers["Content-Type"] == "image/png"
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    assert own.get(path, If_None_Match=answer.headers["ETag"]).status == 304
    other = own.get(f"{path}0").headers["Cache-Control"]
    assert "max-age=300" in other and "immutable" not in other
    for missing in ("riverside-library/picture.md", "plain/picture.png", "no/picture.png"):
        assert own.get(f"/articles/{missing}").status == 404


def test_a_story_without_more_leaves_out_what_it_does_not_know(own: Server) -> None:
    shown = page(own, "plain")
    said, known = metadata(shown), linked_data(shown)
    assert said["description"] == known["description"] == "Only words."
    assert said["twitter:card"] == "summary" and "<img" not in shown
    assert not {"image", "author", "datePublished", "articleSection", "keywords"} & set(known)
    assert not [name for name in said if name.startswith(("og:image", "article:"))]


def test_a_hostile_title_stays_text_everywhere(own: Server) -> None:
    shown = page(own, "hostile")
    assert "<script>alert" not in shown and "</script><script>" not in shown
    assert linked_data(shown)["headline"] == HOSTILE == metadata(shown)["og:title"]
    assert "<script>alert" not in own.get("/").body.decode()


def test_lists_of_stories_show_what_readers_did_and_know_no_reader(own: Server) -> None:
    before = own.get("/")
    assert b"data-count" not in before.body  # nothing is said about a story without reactions
    for reaction in ("love", "sad"):
        assert (
            own.react(article="riverside-library", reaction=reaction, nonce=nonce()).status == 200
        )
    comment = {"site": "home", "article": "plain", "name": "Ana", "text": "Only words?"}
    sent = json.dumps({**comment, "nonce": nonce(), "spent_ms": 9000}).encode()
    assert (
        own.request(
            "POST", "/v1/comments", sent, Origin=own.origin, Content_Type="text/plain"
        ).status
        == 201
    )
    wait_for(lambda: counts(own.get("/").body) == ["1 comment", "2 reactions"])
    front = own.get("/")
    assert front.headers["Cache-Control"] == before.headers["Cache-Control"]
    assert "s-maxage=5" in front.headers["Cache-Control"] and "Set-Cookie" not in front.headers
    # Each worker keeps the counts for a moment, so that two may differ about them until then.
    wait_for(lambda: own.get("/", If_None_Match=own.get("/").headers["ETag"]).status == 304)

    def counts_below_a_story() -> list[str]:
        return counts(page(own, "hostile").partition('<nav class="more"')[2].encode())

    wait_for(lambda: counts_below_a_story() == ["1 comment", "2 reactions"])


def counts(body: bytes) -> list[str]:
    found = re.findall(r'<span data-count="\d+">([^<]+)</span>', body.decode())
    return sorted(" ".join(text.split()) for text in found)


def test_our_own_pages_say_beside_their_counts_that_votes_were_set_aside(own: Server) -> None:
    made = SetAsideStory(own, "home", "riverside-library")
    now_s = int(clock.now())
    flag = made.set_aside(Window(), from_hour=now_s // 3600, now_s=now_s)
    note = re.compile(r"12 votes\s+of\s+\d+ \w{3}\s+were set aside\.\s+Why\?")
    for path in ("/articles/riverside-library", "/articles/riverside-library/react"):
        shown = own.get(path).body.decode()
        assert note.search(re.sub(r"<[^>]*>", "", shown)), path
        assert f'href="{made.path}"' in shown and 'href="/integrity/home"' in shown
    assert "lends umbrellas" in own.get(made.path).body.decode()
    listed = f'<a href="{made.path}" rel="nofollow">12 set aside</a>'
    wait_for(lambda: listed in own.get("/").body.decode())
    made.restore(flag, now_s=now_s)
    assert "set aside" not in page(own, "riverside-library")
