"""Which refused origins can be allowed, and what an admin is warned of."""

import pytest

from widget.domain.forms.refused_origin import NOBODYS, NOT_HTTPS, is_related, why_not_allowed

REGISTERED = ("https://www.news.example", "capacitor://localhost")


@pytest.mark.parametrize(
    "origin", ["https://staging.news.example", "http://localhost:3000", "capacitor://localhost"]
)
def test_an_exact_origin_can_be_allowed(origin: str) -> None:
    assert why_not_allowed(origin) == ""


@pytest.mark.parametrize(
    ("origin", "why"),
    [
        ("null", NOBODYS),
        ("http://staging.news.example", NOT_HTTPS),
        ("https://staging", "needs a full host name"),
        ("https://a.example/", "not written as browsers send it"),
        ("https://a.example:443", "not written as browsers send it"),
        ("https://*.example", "wildcards"),
        ("", "is not an origin"),
        ("javascript:alert(1)", "not an origin of yours"),
    ],
)
def test_others_have_a_reason(origin: str, why: str) -> None:
    assert why in why_not_allowed(origin)


@pytest.mark.parametrize(
    ("origin", "related"),
    [
        ("https://staging.news.example", True),
        ("https://news.example:8443", True),
        ("https://www.news.example", True),
        ("https://news.example.evil.example", False),
        ("https://evil-news.example", False),
        ("https://evilnews.example", False),
        ("https://localhost", True),
    ],
)
def test_a_host_belongs_to_a_site_by_its_name(origin: str, related: bool) -> None:
    assert is_related(origin, REGISTERED) is related
