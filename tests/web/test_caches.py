"""What a request can make a worker keep, measured: each cache with the worst that it accepts."""

import gc
import tracemalloc
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from widget.domain.article import resolve
from widget.domain.errors import BadArticle, BadType, TooLarge
from widget.services.figures import baseline, past
from widget.services.rates import Rate, SharedCounts
from widget.store.reactions.tallies import Reply, Wanted
from widget.web.api.answers import Answer, Answers, Basis, end_of
from widget.web.api.query import ARTICLE
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


@pytest.mark.parametrize("articles", [1, 50])
@pytest.mark.parametrize("text", ["s", "é"])
def test_answers_with_their_queries_and_replies(articles: int, text: str) -> None:
    """Each answer has its own spellings and body, and votes for every choice."""
    answers = Answers(MB)
    end = end_of({"strings": "x" * 2000})

    def ask(number: int) -> None:
        names = [(ARTICLE, f"{text}-{number}-{at}") for at in range(articles)]
        query = (*names, ("site", f"site-{number}"))
        replies: dict[Wanted, Reply] = {
            Wanted(f"rb:{{site:{number}}}:a:{at:022}", 15): [b"%d" % (10**9 + n) for n in range(23)]
            for at in range(articles)
        }
        counts = {name: {f"choice-{n}": 10**9 for n in range(15)} for _, name in names}
        answer = Answer.of(counts, query, end, Basis((), replies, 0.0))
        answers.put(("/v1/bar", query), answer, float(number))
        for spelling in range(12):
            answers.learn(("/v1/bar", query), urlencode([*query, ("x", spelling)]))

    assert kept_bytes(ask, requests=2000 if articles == 1 else 100) < 1.3 * MB


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
