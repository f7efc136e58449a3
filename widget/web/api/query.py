"""The query of a public read: the parameters that the read uses, and nothing else.

Two queries of the same meaning are equal, so an answer is cached once, and parameters that mean
nothing make no new entry in a cache.
"""

import sys
from itertools import pairwise
from operator import itemgetter
from threading import Lock
from urllib.parse import parse_qsl

from cachetools import LRUCache

from widget.domain.errors import BadField
from widget.domain.page import clean_section
from widget.domain.strings import shortest_request

ARTICLE = "article"
MAX_ARTICLES = 50
MAX_PARAMETERS = MAX_ARTICLES + 10
MAX_CACHED_CHARS = 4096  # the longest request line
MAX_CACHED_BYTES = 512 * 1024
ENTRY_BYTES = 400

# In canonical order: by name; a list's values in the order given.
Query = tuple[tuple[str, str], ...]


def used_parameters(text: str, names: frozenset[str], *, lists_articles: bool = False) -> Query:
    """Return the parameters of a query that have one of these names and a value.

    :param lists_articles: the articles are a list, so their parameter may come many times.
    :raise BadField: it is not percent-encoded UTF-8, or gives a parameter twice.
    """
    if len(text) > MAX_CACHED_CHARS:
        return _used(text, names, lists_articles)
    key = text, lists_articles, names
    with _lock:
        known = _queries.get(key)
    if known is None:
        query = _used(text, names, lists_articles)
        known = query, _kept_bytes(text, query)
        with _lock:
            _queries[key] = known
    return known[0]


def _used(text: str, names: frozenset[str], lists_articles: bool) -> Query:
    try:
        pairs = parse_qsl(
            text, errors="strict", keep_blank_values=True, max_num_fields=MAX_PARAMETERS
        )
    except ValueError:
        raise BadField("The query cannot be read; write it in percent-encoded UTF-8.") from None
    used = sorted((pair for pair in pairs if pair[0] in names), key=itemgetter(0))
    for (name, _), (following, _) in pairwise(used):
        if name == following and not (lists_articles and name == ARTICLE):
            raise BadField(f"{name} is given twice.")
    return tuple((name, _plain(name, value)) for name, value in used if value)


def _kept_bytes(text: str, query: Query) -> int:
    """Return about what a query takes in the cache, with the text that is its key."""
    values = sum(sys.getsizeof(name) + sys.getsizeof(value) + 80 for name, value in query)
    return ENTRY_BYTES + sys.getsizeof(text) + values


# A page's list of articles is the same for all its readers, and costs more to read than to answer.
_queries: LRUCache[tuple[str, bool, frozenset[str]], tuple[Query, int]] = LRUCache(
    MAX_CACHED_BYTES, getsizeof=itemgetter(1)
)
_lock = Lock()


def _plain(name: str, value: str) -> str:
    """Return the one spelling of a value that has several."""
    if name == "lang":
        return shortest_request(value)
    return clean_section(value) if name == "section" else value
