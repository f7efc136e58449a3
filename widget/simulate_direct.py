"""Loads a simulated newsroom straight through the store's own scripts: as exact, much faster."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from .article import resolve_for
from .model import Site, Vote
from .newsroom import ORIGIN, Told, stories, votes
from .reader import MARK_BYTES
from .store.bulk import BulkCasts
from .store.connect import Connection

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to load. ``now_s``: the newsroom's present; every vote came before it."""

    articles: int
    votes: int
    days: int
    now_s: int
    seed: int = 1


def load_votes(connection: Connection, site: Site, plan: Plan, progress: Progress) -> list[Told]:
    """Cast exactly ``plan.votes`` votes on the newsroom's stories, and answer the stories.

    :param progress: told how many votes were cast since it was told last.
    """
    chance = random.Random(plan.seed)
    told = stories(plan.articles, plan.days, chance)
    with BulkCasts(connection) as casts:
        for story, count in zip(told, shared_out(plan.votes, told), strict=True):
            article = resolve_for(site, story.id)
            for at_s, choice in votes(story, count, plan.now_s, chance):
                casts.cast(
                    site, article, Vote(chance.randbytes(MARK_BYTES), 1, choice),
                    now_s=at_s, page=story.page, origin=ORIGIN,
                )  # fmt: skip
            progress(count)
    return told


def shared_out(total: int, told: list[Told]) -> list[int]:
    """``total`` in parts by the stories' pull, at least one each where there are enough."""
    pull = sum(story.pull for story in told)
    spare = max(0, total - len(told))
    parts, before, given = [], 0.0, 0
    for story in told:
        before += story.pull / pull * spare
        part = round(before) - given
        given += part
        parts.append(part + (total >= len(told)))
    return parts
