"""What a publisher's tag gets wrong, in words."""

import pytest

from widget.domain.mistakes import Tag, mistakes
from widget.domain.model import Site

SITE = Site("news", "News", ("https://news.example", "https://www.news.example"))
ORIGIN = "https://news.example"
URL = "https://readback.example"


def right(**changed: str) -> Tag:
    return Tag(**{"site": "news", "origin": ORIGIN, **changed})


@pytest.mark.parametrize(
    "tag",
    [
        right(),
        right(article="story-1", layout="compact", results="after"),
        right(article="https://www.news.example/a"),
        Tag("news", names=("https://other.example/a", "https://news.example/a"), origin=ORIGIN),
        Tag("news"),  # what is no browser names no origin
    ],
)
def test_a_right_tag_has_no_mistakes(tag: Tag) -> None:
    assert mistakes(tag, SITE, URL) == []


@pytest.mark.parametrize(
    ("tag", "title", "said"),
    [
        (Tag(), "no site", 'data-site="KEY"'),
        (right(layout="compackt"), 'unknown layout "compackt"', "Use bar, compact or column."),
        (
            right(results="later"),
            'unknown results "later"',
            "Use percent, after or counts; without the attribute it is the site's",
        ),
        (right(poll="nope"), 'unknown question "nope"', 'site "news"'),
        (right(article="a b"), 'invalid article "a b"', "neither an id"),
        (
            Tag("news", "https://x.example/a", names=("https://x.example/a",), origin=ORIGIN),
            "an article of another site",
            "https://www.news.example",
        ),
        (
            Tag("news", names=("https://news.example:99/",), origin=ORIGIN),
            "a page without an article",
            "data-article",
        ),
        (
            right(origin="http://localhost:8445"),
            "this page may not vote",
            "readback site set news --origin https://news.example --origin "
            "https://www.news.example --origin http://localhost:8445",
        ),
        (
            right(origin="http://staging.news.example"),
            "this page may not vote",
            "Only an origin that begins with https:// can be allowed. Serve the page by https",
        ),
        (right(layout="\u202e\nx"), 'unknown layout "\ufffd x"', "is drawn as bar"),
        (right(origin="null"), "this frame may not vote", "allow-same-origin"),
    ],
)
def test_a_mistake_has_a_title_and_a_remedy(tag: Tag, title: str, said: str) -> None:
    [mistake] = mistakes(tag, SITE, URL)
    assert mistake.partition("\n")[0] == title
    assert said in mistake.partition("\n")[2]


def test_an_unknown_site_is_all_that_is_said() -> None:
    [mistake] = mistakes(right(site="nevvs", layout="x", poll="y"), None, URL)
    assert mistake.startswith('unknown site "nevvs"\n') and URL in mistake


def test_a_hostile_value_stays_on_one_short_line() -> None:
    [mistake] = mistakes(right(layout="x\n" * 5000 + "\u202e"), SITE, URL)
    assert mistake.count("\n") == 1 and len(mistake) < 400
