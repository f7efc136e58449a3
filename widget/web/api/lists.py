"""Answers about several stories at once, by the names that were asked for."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any


def by_name(
    names: Sequence[str], known: Collection[str], found: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what a list answers: ``articles`` by name and, if there are any, the names ``away``.

    :param names: those of the request. One that is not the site's gets null.
    :param known: those that are the site's.
    :param found: what was read. A known name that is not here is away, with its shard.
    """
    away = [name for name in known if name not in found]
    answer: dict[str, Any] = {
        "articles": {name: found.get(name) for name in names if name not in away}
    }
    return {**answer, "away": away} if away else answer
