"""The query of a public read: the parameters that the read uses, and nothing else.

Two queries of the same meaning are equal, so an answer is cached once, and parameters that mean
nothing make no new entry in a cache.
"""

from itertools import pairwise
from operator import itemgetter
from urllib.parse import parse_qsl

from widget.domain.errors import BadField
from widget.domain.page import clean_section
from widget.domain.strings import shortest_request

ARTICLE = "article"
MAX_ARTICLES = 50
MAX_PARAMETERS = MAX_ARTICLES + 10

# In canonical order: by name; a list's values in the order given.
Query = tuple[tuple[str, str], ...]


def used_parameters(text: str, names: frozenset[str], *, lists_articles: bool = False) -> Query:
    """Return the parameters of a query that have one of these names and a value.

    :param lists_articles: the articles are a list, so their parameter may come many times.
    :raise BadField: it is not percent-encoded UTF-8, or gives a parameter twice.
    """
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


def listed(query: Query) -> list[str]:
    """Return the articles that a query asks for, each once.

    :raise BadField: there are too many, or none.
    """
    articles = [value for name, value in query if name == ARTICLE]
    if not 1 <= len(articles) <= MAX_ARTICLES:
        raise BadField(f"Ask for 1 to {MAX_ARTICLES} articles.")
    return list(dict.fromkeys(articles))


def _plain(name: str, value: str) -> str:
    """Return the one spelling of a value that has several."""
    if name == "lang":
        return shortest_request(value)
    return clean_section(value) if name == "section" else value
