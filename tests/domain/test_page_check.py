"""What the bar on a page would use, and what is wrong with the page, from its source."""

import time

import pytest

from widget.domain.model import Choice, Poll, Site
from widget.domain.page_check import PageCheck, check_page, page_address
from widget.domain.page_source import read_source

NEWS = Site(
    "news",
    "The News",
    ("https://news.example",),
    polls={"day": Poll("Well?", (Choice("a", "A", "🌞"), Choice("b", "B", "🌧")))},
)
OTHER = Site("other", "Other", ("https://other.example",))
HERE = "https://news.example/story?utm_source=x"
TAG = '<script async src="https://readback.example/embed.js" data-site="news"></script>'


def check(source: str, address: str = HERE) -> PageCheck:
    sites = {site.key: site for site in (NEWS, OTHER)}
    page = read_source(source)
    return check_page(page, page_address(address), NEWS, sites.get, "https://readback.example")


def titles(found: PageCheck) -> list[str]:
    return [mistake.partition("\n")[0] for mistake in found.mistakes]


@pytest.mark.parametrize(
    ("source", "name", "source_of_it"),
    [
        (f"<body>{TAG}", HERE, "the page's address"),
        (f"<link rel=canonical href='/a'><body>{TAG}", "https://news.example/a", "canonical"),
        ("<body>" + TAG.replace("data-site", 'data-article="a-1" data-site'), "a-1", "attribute"),
        (f"<base href=https://news.example/x/><link href=b rel='me canonical'><body>{TAG}",
         "https://news.example/x/b", "canonical"),
        (f"<!-- {TAG} <link rel=canonical href=/no> --><body>{TAG}", HERE, "address"),
        (f"<head>{TAG}</head><body><reader-reactions article='b-2'>", "b-2", "attribute"),
        (f"<title><link rel=canonical href=/t></title><body>{TAG}", HERE, "address"),
        (f"<body><script src=https://www.instagram.com/embed.js></script>{TAG}", HERE, "address"),
        (f"<title>{'İ' * 40}</title><link rel=canonical href=/a><body>{TAG}",
         "https://news.example/a", "canonical"),
        (f"<script>'<!--'</script><body><a title='<!--'><!-->{TAG}<!-- --!>", HERE, "address"),
        (f"<body><a title='{TAG}'><noscript>{TAG}</noscript>{TAG}", HERE, "address"),
        (f"<head></head><body data-c='{'x' * 9000}'>{TAG}", HERE, "address"),
        (f"<html><head><style>{'a{b:c}' * 300_000}</style></head><body>{TAG}", HERE, "address"),
        (f"<body>{TAG}<reader-reactions placed site=news></reader-reactions>", HERE, "address"),
        ("<BODY><a title='>'><SCRIPT SRC=//r.example/embed.v3.js Data-Site=news>", HERE, "address"),
    ],
)  # fmt: skip
def test_a_right_page_names_its_article(source: str, name: str, source_of_it: str) -> None:
    found = check(source)
    assert found.mistakes == ()
    [bar] = found.bars
    assert (bar.name, bar.key) == (name, "news") and source_of_it in bar.source


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("<p>No tag", "no script tag"),
        ("<body><script async src=https://www.tiktok.com/embed.js></script>", "no script tag"),
        (f"<body><a title={TAG[:60]!r}><!-- {TAG}", "no script tag"),
        ("<body>" + TAG.replace("async", 'type="text/plain"'), "a tag that does not run"),
        ("<body>" + TAG.replace("async", "nomodule"), "a tag that does not run"),
        (f"<html ⚡><body>{TAG}", "an AMP page"),
        (f"<body>{TAG}{TAG}", "2 script tags"),
        (f"<head>{TAG}</head><body>", "a tag in the head"),
        ("<body>" + TAG.replace(' data-site="news"', ""), "no site"),
        ("<body>" + TAG.replace('"news"', '"nwes"'), 'unknown site "nwes"'),
        ("<body>" + TAG.replace('"news"', '"other"'), "another site's key"),
        (
            f"<link rel=canonical href=https://cdn.example/a><body>{TAG}",
            "a canonical link elsewhere",
        ),
        (
            "<body>" + TAG.replace("data-site", 'data-layout="bra" data-site'),
            'unknown layout "bra"',
        ),
        (
            "<body>" + TAG.replace("data-site", 'data-poll="night" data-site'),
            'unknown question "night"',
        ),
        (
            "<body>" + TAG.replace("data-site", f'data-article="{"a" * 121}" data-site'),
            "invalid article",
        ),
    ],
)
def test_each_mistake_is_named_with_its_remedy(source: str, title: str) -> None:
    found = check(source)
    assert any(one.startswith(title) for one in titles(found)), found.mistakes
    assert all(len(mistake.partition("\n")[2]) > 40 for mistake in found.mistakes)


def test_an_unregistered_page_may_not_vote() -> None:
    found = check(f"<body>{TAG}", "https://staging.news.example/story")
    assert titles(found) == ["this page may not vote"] and found.bars[0].name == ""
    named = check(f"<link rel=canonical href={HERE}><body>{TAG}", "https://staging.news.example/s")
    assert named.bars[0].name == HERE and titles(named) == ["this page may not vote"]


def test_two_elements_are_two_bars() -> None:
    found = check(f"<body>{TAG}<reader-reactions></reader-reactions><reader-reactions poll=day>")
    assert [bar.poll for bar in found.bars] == ["", "day"] and found.mistakes == ()


@pytest.mark.parametrize(
    "text", ["", "news.example/a", "javascript:x", "https://u@a.example", "ftp://a"]
)
def test_what_is_no_page_has_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"^Enter .*\.$"):
        page_address(text)


@pytest.mark.parametrize(
    "piece",
    ["<", "<a", "<link", "<link ", "<link x=", '<link "', "<link '", "<!--", "<![", "<script>",
     "<script ", "<script src=/embed.js>", "<script src=/embed.js></script>", "<title>", "&#9",
     "<reader-reactions a='" + "x" * 2000, "<link " + "a " * 50,
     "<link rel=canonical href=" + "&" * 900 + ">", "<a>", "<html amp>", "<a x=\"b' c='"],
)  # fmt: skip
def test_hostile_source_costs_no_more_than_its_length(piece: str) -> None:
    begun = time.process_time()
    page = read_source(piece * (500_000 // len(piece)))
    check_page(page, HERE, NEWS, lambda _: NEWS, "https://readback.example")
    assert time.process_time() - begun < 2
