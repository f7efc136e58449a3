"""Canonical ids of articles, and the origins that a site may register."""

import re

import pytest

from widget.domain.article import address_url, canonical_origin, resolve
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


SPELLINGS = {
    "an apostrophe escaped": ("/it%27s", "/it's"),
    "all that a path can have": ("/%21%24%26%28%29%2A%2C%3A%3D%40%2b", "/!$&()*,:=@+"),
    "an escape in lower case": ("/caf%c3%a9", "/caf%C3%A9"),
    "a letter of another script": ("/café", "/caf%C3%A9"),
    "a bar and brackets": ("/a|b[1]^{2}", "/a%7Cb%5B1%5D%5E%7B2%7D"),
    "a lone percent sign": ("/100%", "/100%25"),
    "several slashes": ("//a///b//", "/a/b"),
    "an index page": ("/a/index.html", "/a"),
    "the index page of the site": ("/index.php", "/"),
    "an index page of Windows": ("/a/Default.aspx", "/a"),
    "an index page with a story's number": ("/index.php?p=5", "/?p=5"),
    "an index page with a query and a fragment": ("/a/index.htm?utm_id=1#top", "/a"),
    "a query's escapes": ("/?q=%61+b%c3%a9'c%2Fd", "/?q=a%20b%C3%A9%27c/d"),
    "a list in a query": ("/?id[]=1", "/?id%5B%5D=1"),
}


@pytest.mark.parametrize("one", SPELLINGS)
def test_two_spellings_are_one_article(one: str) -> None:
    written, plain = SPELLINGS[one]
    addresses = {
        resolve("news", ORIGINS, f"https://news.example{path}").address for path in (written, plain)
    }
    assert len(addresses) == 1
    # A canonical address is its own canonical address: a story's link leads to the story.
    [address] = addresses
    assert resolve("news", ORIGINS, address_url(address)).address == address


DIFFERENT = {
    "another case": ("/A", "/a"),
    "an escaped slash": ("/a%2Fb", "/a/b"),
    "an escaped semicolon": ("/a%3Bb", "/a;b"),
    "an escaped plus in a query": ("/?q=a%2Bb", "/?q=a+b"),
    "an escaped ampersand in a query": ("/?q=a%26id=1", "/?q=a&id=1"),
    "an escaped percent sign": ("/%2541", "/A"),
    "a story that is named as an index page": ("/index.html-explained", "/"),
    "a story below an index page": ("/index.php/2026/bread", "/2026/bread"),
    "a story's own file": ("/bread.html", "/bread"),
    "an empty parameter": ("/?a=", "/?b="),
}


@pytest.mark.parametrize("one", DIFFERENT)
def test_addresses_that_can_differ_are_two_articles(one: str) -> None:
    left, right = (
        resolve("news", ORIGINS, f"https://news.example{path}") for path in DIFFERENT[one]
    )
    assert left.id != right.id


@pytest.mark.parametrize(
    ("origins", "named"),
    [
        (("https://news.example", "https://www.news.example"), "//news.example/a"),
        (("https://www.news.example", "https://news.example"), "//www.news.example/a"),
        (
            ("https://www.news.example:8443", "https://news.example:8443"),
            "//www.news.example:8443/a",
        ),
        (("https://www.bücher.example", "https://bücher.example"), "//www.xn--bcher-kva.example/a"),
    ],
)
def test_a_host_with_and_without_www_is_one_the_first_that_is_listed(
    origins: tuple[str, ...], named: str
) -> None:
    assert {resolve("news", origins, f"{origin}/a").address for origin in origins} == {named}


def test_a_host_that_is_not_registered_is_not_the_site_with_www_either() -> None:
    with pytest.raises(BadArticle):
        resolve("news", ("https://news.example",), "https://www.news.example/a")


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
    ],
)
def test_an_origin_is_stored_in_the_form_browsers_send(given: str, kept: str) -> None:
    assert canonical_origin(given) == kept
