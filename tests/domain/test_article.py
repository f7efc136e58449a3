"""Canonical ids of articles, and the origins that a site may register."""

import re

import pytest

from widget.domain.article import canonical_origin, resolve
from widget.domain.errors import BadArticle

ORIGINS = ("https://news.example", "http://localhost:3000")


@pytest.mark.parametrize(
    "url",
    [
        "https://news.example/a",
        "https://news.example/a/",
        "http://news.example/a",
        "https://news.example:443/a",
        "https://news.example./a",
        "https://NEWS.example/a",
        "https://news.example/b/../a",
        "https://news.example/b/%2e%2e/a",
        "https://news.example/%61",
        "https://news.example/a#c",
        "https://news.example/a?utm_source=x&fbclid=y",
        "https://news.example/a?",
        "https://news.example\\a",
    ],
)
def test_every_spelling_of_an_address_is_one_article(url: str) -> None:
    assert resolve("news", ORIGINS, url).address == "//news.example/a"


def test_parameters_that_choose_an_article_are_kept_in_order() -> None:
    one = resolve("news", ORIGINS, "https://news.example/a?page=2&id=1&utm_medium=m")
    assert one == resolve("news", ORIGINS, "https://news.example/a?id=1&page=2")
    assert one.address == "//news.example/a?id=1&page=2"
    assert one != resolve("news", ORIGINS, "https://news.example/a?id=2&page=2")


def test_paths_keep_their_case_and_escapes_that_mean_something() -> None:
    assert resolve("news", ORIGINS, "https://news.example/A%2fb").address == "//news.example/A%2Fb"


@pytest.mark.parametrize(
    "article",
    [
        "../x",
        "a:b",
        "{x}",
        "*",
        "a b",
        "x" * 121,
        "😀",
        "",
        "https://other.example/a",
        "javascript:alert(1)",
        "https://user@news.example/a",
        "https://u:p@news.example/a",
        "https://news-example.translate.goog/a",
        "https://news.example/" + "a" * 2048,
        "https://news.example:8443/a",
        "//news.example/a",
        "ftp://news.example/a",
        "https://news.example/\ta",
        "https://news.example/\ud800",
        "https://[::1",
        "a#poll",
    ],
)
def test_text_that_is_not_an_article_of_the_site_is_refused(article: str) -> None:
    with pytest.raises(BadArticle):
        resolve("news", ORIGINS, article)


def test_ids_differ_by_site_and_poll_and_have_no_special_characters_of_redis() -> None:
    ids = {
        resolve(site, ORIGINS, "visa", poll).id
        for site in ("news", "other")
        for poll in ("", "a", "b")
    }
    assert len(ids) == 6
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{22}", article_id) for article_id in ids)


@pytest.mark.parametrize(
    "origin",
    [
        "https://*.github.io",
        "https://*.co.uk",
        "*",
        "null",
        "http://news.example",
        "https://u@x.de",
        "javascript:alert(1)",
        "https://news.example/path",
        "https://news.example?q",
        "",
        "news.example",
        "https://intranet",
        "https://news.example/#a",
        "data:text/html,x",
        "NULL",
        "null:",
        "file://",
        "file:///android_asset/www/index.html",
        "file://localhost",
        "content://media",
        "blob:https://news.example/1",
        "blob:null/1",
        "about:blank",
        "filesystem:https://news.example/temporary",
        "javascript://localhost",
        "data://localhost",
        "intent://localhost",
        "view-source:https://news.example",
        "ws://localhost",
        "wss://news.example",
        "ftp://localhost",
        "capacitor:",
        "capacitor:localhost",
        "capacitor://",
        "capacitor:///index.html",
        "capacitor://localhost/index.html",
        "capacitor://localhost?a",
        "capacitor://user@localhost",
        "capacitor://local host",
        "capacitor://*",
        "capacitor://bücher",
        "capacitor://localhost:port",
        "capacitor://" + "a" * 200,
        "myapp://news.example",
        "htps://localhost",
        "htttps://localhost",
        "http//localhost",
        "://localhost",
        "1app://localhost",
        "http://news.localhost.example",
    ],
)
def test_an_origin_that_is_not_exactly_one_is_refused(origin: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        canonical_origin(origin)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://News.Example", "https://news.example"),
        ("https://a.b:443", "https://a.b"),
        ("https://a.b.:8443", "https://a.b:8443"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("capacitor://localhost", "capacitor://localhost"),
        ("Capacitor://LocalHost/", "capacitor://localhost"),
        ("ionic://localhost", "ionic://localhost"),
        ("tauri://localhost", "tauri://localhost"),
        ("app://.", "app://."),
        ("app://bundle", "app://bundle"),
        ("example.news.app://localhost:8080", "example.news.app://localhost:8080"),
        ("http://localhost", "http://localhost"),
        ("https://localhost", "https://localhost"),
        ("http://tauri.localhost", "http://tauri.localhost"),
        ("https://appassets.androidplatform.net", "https://appassets.androidplatform.net"),
        ("chrome-extension://abcdefghijklmnop", "chrome-extension://abcdefghijklmnop"),
    ],
)
def test_an_origin_is_stored_in_the_form_browsers_send(given: str, kept: str) -> None:
    assert canonical_origin(given) == kept


@pytest.mark.parametrize("origin", ["null", "file://", "data:text/html,x", "blob:null/1"])
def test_an_origin_that_anybody_can_have_is_refused_with_the_way_out(origin: str) -> None:
    with pytest.raises(ValueError, match=r"anybody send it; .*capacitor://localhost"):
        canonical_origin(origin)


def test_the_origin_of_an_app_names_no_article() -> None:
    """Its host is the same in every app of its kind; the story's address on the web names it."""
    origins = ("https://news.example", "capacitor://localhost")
    assert resolve("news", origins, "https://news.example/a").address == "//news.example/a"
    for url in ("capacitor://localhost/a", "https://localhost/a", "http://localhost/a"):
        with pytest.raises(BadArticle):
            resolve("news", origins, url)


def test_an_address_in_a_file_is_of_the_web() -> None:
    with pytest.raises(ValueError, match="must begin with https"):
        canonical_origin("capacitor://localhost", allow_http=True)
