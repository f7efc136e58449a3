"""What a request can make a worker keep, measured: each cache with the worst that it accepts."""

import gc
import tracemalloc
from collections.abc import Callable

import pytest

from widget.domain.article import resolve
from widget.domain.errors import BadArticle, BadType, TooLarge
from widget.services.figures import baseline, past
from widget.services.rates import Rate, SharedCounts
from widget.web.api.query import used_parameters
from widget.web.body import json_object
from widget.web.network import client_address

MB = 1 << 20


def kept_bytes(ask: Callable[[int], object], *, requests: int) -> int:
    """Return what is kept of the memory that so many different requests took."""
    gc.collect()
    tracemalloc.start()
    try:
        for number in range(requests):
            ask(number)
        gc.collect()
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(("chars", "requests"), [(170, 4500), (250, 1000)])
def test_resolved_addresses(chars: int, requests: int) -> None:
    """A quotation mark takes three characters in an address that is kept; a long one is not."""

    def ask(number: int) -> None:
        path = '"' * chars + str(number)
        resolve("news", ("https://news.example",), f"https://news.example/{path}")

    assert kept_bytes(ask, requests=requests) < (6 if chars < 200 else 0.5) * MB


def test_names_that_are_no_article() -> None:
    def ask(number: int) -> None:
        with pytest.raises(BadArticle):
            resolve("news", ("https://news.example",), f"no id! {number}")

    assert kept_bytes(ask, requests=1000) < MB / 2


@pytest.mark.parametrize("article", ["article", "é"])
def test_queries(article: str) -> None:
    names = frozenset(("site", "article", "section"))

    def ask(number: int) -> None:
        text = f"section={number}&" + "&".join(f"{article}={n}" for n in range(49))
        for cut in (150, 250, 400):
            used_parameters(text[:cut], names, lists_articles=True)
        used_parameters(f"section={number}&unused={'x' * 3000}{number}", names)

    assert kept_bytes(ask, requests=1500) < 1.2 * MB


def test_forwarded_addresses_and_their_reads() -> None:
    reads = Rate("reads", 10**6, SharedCounts())

    def ask(number: int) -> None:
        for address in (f"[2001:db8:{number:x}::1]:443", f"{number:040}" * 50):
            environ = {"HTTP_X_FORWARDED_FOR": address, "REMOTE_ADDR": "192.0.2.1"}
            found = client_address(environ, 1)
            if found != "192.0.2.1":
                reads.count_network(found)

    assert kept_bytes(ask, requests=3000) < 3 * MB  # the table of counts included


def test_content_types() -> None:
    def ask(number: int) -> None:
        for content_type in (f"text/plain;x={number}", f"text/plain;x={number:05000}"):
            with pytest.raises((BadType, TooLarge)):
                json_object({"CONTENT_TYPE": content_type, "CONTENT_LENGTH": ""}, max_bytes=9)

    assert kept_bytes(ask, requests=500) < MB / 2


def test_figures_of_the_past_count_their_articles() -> None:
    period = past.bytes_of(100_000, 8_000)
    assert period * 2 <= past.MAX_CACHED_BYTES < period * 4
    assert baseline.MAX_CACHED_BYTES // baseline.SECTION_BYTES < 10_000
