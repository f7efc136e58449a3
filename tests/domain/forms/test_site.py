"""A site's name, key, origins and closing: accepted, or refused with a sentence that helps."""

from dataclasses import replace

import pytest

from widget.domain.forms import described
from widget.domain.forms import site as site_form
from widget.domain.forms.problems import InvalidForm
from widget.domain.model import REACTIONS, Poll, Site

SITE = Site("news", "The News", ("https://news.example",))


@pytest.mark.parametrize(
    "typed",
    [
        "https://*.github.io",
        "https://*.co.uk",
        "*",
        "null",
        "http://x",
        "https://user@x.example",
        "javascript:alert(1)",
        "https://news.example/path",
        "https://news.example?x",
        "ftp://a.b",
        "news.example",
        "https://intranet",
        "https://a.example\0",
        "",
        "https://good.example\nhttps://*.bad.example",
        "\n".join(f"https://{n}.example" for n in range(51)),
    ],
)
def test_text_that_is_not_an_origin_is_refused_with_a_remedy(typed: str) -> None:
    with pytest.raises(InvalidForm) as refused:
        site_form.site_origins(typed)
    assert len(refused.value.problems["origins"]) > 20


def test_origins_are_stored_once_and_in_the_form_browsers_send() -> None:
    typed = " HTTPS://News.example:443/ \n\nhttps://news.example.\nhttps://b.example:8443"
    assert site_form.site_origins(typed) == ("https://news.example", "https://b.example:8443")


@pytest.mark.parametrize(
    "typed", ["", "0", "366", "-1", "1.5", "x", "9" * 400, "\u0663", "\u0663\u0000", "1_0", "+7"]
)
def test_text_that_is_not_a_number_of_days_is_refused(typed: str) -> None:
    with pytest.raises(InvalidForm):
        site_form.open_days(typed)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("", "UTC"),
        ("utc", "UTC"),
        (" europe/BERLIN ", "Europe/Berlin"),
        ("berlin", "Europe/Berlin"),
        ("America/New York", "America/New_York"),
        ("new york", "America/New_York"),
        ("Asia/Kolkata", "Asia/Kolkata"),
    ],
)
def test_a_time_zone_is_found_by_its_name_or_its_city(typed: str, name: str) -> None:
    assert site_form.time_zone(typed) == name


@pytest.mark.parametrize(
    "typed",
    ["Europe", "/", "Berlin/", "Atlantis", "UTC+1", "louisville", "../UTC", "\0", "x" * 9999],
)
def test_a_time_zone_that_is_none_or_several_is_refused(typed: str) -> None:
    with pytest.raises(InvalidForm, match="such as Europe/Berlin"):
        site_form.time_zone(typed)


@pytest.mark.parametrize("key", ["", "login", "sites", "A b", "-x", "x" * 33, "../x", "{x}", "*"])
def test_a_key_that_is_malformed_or_an_address_of_the_desk_is_refused(key: str) -> None:
    with pytest.raises(InvalidForm):
        site_form.site_key(key)


def test_a_new_site_reports_the_problems_of_all_fields_at_once() -> None:
    with pytest.raises(InvalidForm) as refused:
        site_form.new_site({"name": "x" * 81, "key": "login", "origins": "*"})
    assert list(refused.value.problems) == ["name", "key", "origins"]
    fields = {"name": " The  Post ", "key": " Post ", "origins": "https://p.example"}
    assert site_form.new_site(fields) == Site("post", "The Post", ("https://p.example",))


def test_the_audit_log_has_the_values_that_changed_and_no_others() -> None:
    after = replace(SITE, open_days=7, polls={"vote": Poll("Yes?", REACTIONS.choices[:2])})
    old, new = described.difference(SITE, after)
    assert old == "closing: 30 days after the first vote"
    assert new.splitlines() == [
        "closing: 7 days after the first vote",
        "question vote: Yes? 👍 Like, 👎 Dislike",
    ]
    assert described.difference(SITE, SITE) == ("", "")


def test_the_times_of_the_audit_log_are_in_the_sites_zone_and_do_not_change_with_it() -> None:
    open_ = replace(
        SITE, polls={"vote": Poll("Yes?", REACTIONS.choices[:2], closes_s=1_762_934_400)}
    )
    after = replace(open_, time_zone="Europe/Berlin")
    assert described.difference(open_, after) == ("time zone: UTC", "time zone: Europe/Berlin")
    assert "closes 12 Nov 2025, 09:00 CET" in described.described(after)["question vote"]
