"""What a reader's page says of itself: an author is a name."""

import pytest

from widget.domain.model import Site
from widget.domain.page import page_from

NEWS = Site("news", "News", ("https://news.example",))


@pytest.mark.parametrize(
    ("sent", "author"),
    [
        ("Jane Doe", "Jane Doe"),
        ("Doe, Jane", "Doe, Jane"),
        ("AFP/Reuters", "AFP/Reuters"),
        ("https://www.facebook.com/jane.doe.reporter", ""),
        ("HTTP://news.example/jane", ""),
        ("//news.example/jane", ""),
        ("www.news.example/jane", ""),
        ("https://news.example/jane,Jane Doe", "Jane Doe"),
        ("Jane Doe, https://news.example/jane", "Jane Doe"),
    ],
)
def test_the_address_of_a_profile_is_no_author(sent: str, author: str) -> None:
    assert page_from({"author": sent}, NEWS).author == author


@pytest.mark.parametrize(
    ("sent", "url"),
    [
        ("https://news.example/a?utm_source=x&id=5#part", "https://news.example/a?id=5"),
        ("https://news.example/a?token=secret&sessionid=1", "https://news.example/a"),
        ("https://other.example/a", ""),
        ("capacitor://localhost/a", ""),
        ("not a url", ""),
    ],
)
def test_a_pages_address_is_clean_and_on_the_site(sent: str, url: str) -> None:
    assert page_from({"url": sent}, NEWS).url == url
