"""The embed over HTTP: its files, the languages of the bar, and one request for many bars."""

import gzip
import secrets
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest

from tests.support.server import Server, wait_for

DECODED: dict[str | None, Callable[[bytes], bytes]] = {
    "br": brotli.decompress,
    "gzip": gzip.decompress,
    None: bytes,
}


@pytest.mark.parametrize(
    ("name", "caching"),
    [
        ("embed.js", "max-age=300"),
        ("embed.v1.js", "immutable"),
        ("embed.v2.js", "immutable"),
        ("embed.v3.js", "immutable"),
        ("comments.js", "max-age=300"),
        ("comments.v1.js", "immutable"),
        ("comments.v2.js", "immutable"),
        ("comments.v3.js", "immutable"),
        ("counts.js", "max-age=300"),
        ("commenting.v1.js", "immutable"),
        ("solver.v1.js", "immutable"),
    ],
)
def test_any_site_may_load_and_cache_the_script(
    server: Server, root: Path, name: str, caching: str
) -> None:
    answer = server.get(f"/{name}")
    assert answer.body == (root / "static" / "dist" / name).read_bytes()
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert caching in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Vary"] == "Accept-Encoding"
    again = server.get(f"/{name}", If_None_Match=answer.headers["ETag"])
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, *", "gzip"),
        ("br;q=0.1, gzip;q=0.9", "gzip"),
        ("gzip;q=0", None),
        ("*;q=0", None),
        ("deflate", None),
        ("", None),
    ],
)
def test_a_script_has_the_smallest_form_that_the_browser_accepts(
    server: Server, root: Path, accepted: str, coding: str | None
) -> None:
    for name in ("embed.js", "comments.v1.js"):
        answer = server.get(f"/{name}", Accept_Encoding=accepted)
        assert answer.headers["Content-Encoding"] == coding
        assert len(answer.body) == int(answer.headers["Content-Length"])
        plain = DECODED[coding](answer.body)
        assert plain == (root / "static" / "dist" / name).read_bytes()
        assert answer.headers["Vary"] == "Accept-Encoding"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_every_form_of_a_script_has_its_own_etag(server: Server) -> None:
    forms = [server.get("/embed.js", Accept_Encoding=one) for one in ("br", "gzip", "identity")]
    etags = {form.headers["ETag"] for form in forms}
    assert len(etags) == 3
    again = server.get("/embed.js", Accept_Encoding="br", If_None_Match=forms[0].headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    other = server.get("/embed.js", Accept_Encoding="gzip", If_None_Match=forms[0].headers["ETag"])
    assert other.status == 200


def test_the_bar_uses_the_requested_language(server: Server, article: str) -> None:
    path = f"/v1/bar?site=home&article={article}"
    german = server.get(f"{path}&lang=de-AT").json
    assert (german["lang"], german["dir"]) == ("de", "ltr")
    assert german["question"] == "Wie reagieren Sie?"
    assert german["choices"][2] == {
        "key": "love",
        "label": "Liebe",
        "emoji": "❤️",
        "color": "#d83a62",
    }
    assert german["strings"]["vote.other"] == "{label}, {n} Stimmen"
    english = server.get(path, Accept_Language="de")
    assert english.json["lang"] == "en" and "Accept-Language" not in english.headers.get("Vary", "")


def test_one_request_returns_the_strings_and_figures_of_a_whole_page(
    server: Server, article: str
) -> None:
    path = f"/v1/counts?site=home&article={article}&article=https://elsewhere.example/x"
    answer = server.get(f"{path}&lang=pl").json
    assert answer["articles"][article]["total"] == 0
    assert answer["articles"]["https://elsewhere.example/x"] is None
    assert (answer["lang"], answer["poll_s"]) == ("pl", 15)
    assert list(server.get(path).json) == ["articles"]


def test_comments_return_the_strings_of_the_requested_language_once(
    server: Server, article: str
) -> None:
    path = f"/v1/comments?site=home&article={article}"
    german = server.get(f"{path}&lang=de-AT").json
    assert (german["lang"], german["dir"]) == ("de", "ltr")
    assert german["strings"]["send"] == "Senden"
    assert german["strings"]["count.other"] == "{n} Kommentare"
    assert german["strings"]["why.links"] and german["strings"]["checking"]
    assert server.get(f"{path}&lang=ar").json["dir"] == "rtl"
    assert "strings" not in server.get(path).json


def test_a_page_without_an_article_of_the_site_is_refused(server: Server) -> None:
    answer = server.get("/v1/counts?site=home&article=https://elsewhere.example/x&lang=en")
    assert (answer.status, answer.code) == (422, "bad_article")


def test_a_sites_own_strings_are_set_and_removed(server: Server, article: str) -> None:
    def label() -> str:
        # Together with an article that nobody has asked for, so no cache has the answer.
        both = f"article={article}&article=other-{secrets.token_hex(4)}"
        return str(server.get(f"/v1/counts?site=home&{both}&lang=nl").json["choices"][6]["label"])

    server.prepare("site", "set", "home", "--text", "nl", "label.wow", "Tjonge")
    wait_for(lambda: label() == "Tjonge", 5)
    refused = server.cli("site", "set", "home", "--text", "nl", "vote.other", "stemmen")
    assert refused.returncode == 1 and "label" in refused.stderr
    server.prepare("site", "set", "home", "--text", "nl", "label.wow", "")
    wait_for(lambda: label() == "Wow", 5)
