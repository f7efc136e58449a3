"""Loading of a simulated newsroom through the store's own scripts: exact, and fast."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from widget.domain.article import resolve_for
from widget.domain.comments.comment import Draft, new_id, scored
from widget.domain.model import MAX_CHOICES, Site
from widget.domain.readers.reader import MARK_BYTES
from widget.simulation.newsroom import ORIGIN, SimulatedStory, comments, stories, votes
from widget.store.comments.comments import Comments, Posting
from widget.store.connect import Connection
from widget.store.reactions.bulk import BulkCasts
from widget.store.reactions.naming import Naming
from widget.store.reactions.votes import Cast, Voter
from widget.tone import score

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to load. ``now_s``: the newsroom's present; every vote is older."""

    articles: int
    votes: int
    comments: int
    days: int
    now_s: int
    seed: int = 1


def load_votes(
    connection: Connection,
    site: Site,
    plan: Plan,
    progress: Progress,
    on: Sequence[SimulatedStory] = (),
) -> list[SimulatedStory]:
    """Cast exactly ``plan.votes`` votes, and return the stories they are on.

    :param progress: called with the number of votes cast since the last call.
    :param on: the stories; those of the newsroom unless given.
    """
    chance = random.Random(plan.seed)
    newsroom = list(on) or stories(plan.articles, plan.days, chance)
    with BulkCasts(connection) as casts:
        for story, count in zip(newsroom, shared_out(plan.votes, newsroom), strict=True):
            article = resolve_for(site, story.id)
            for at_s, choice in votes(story, count, plan.now_s, chance):
                cast = Cast(1, choice, at_s, MAX_CHOICES, page=story.page, origin=ORIGIN)
                casts.cast(site, article, Voter(chance.randbytes(MARK_BYTES)), cast)
            progress(count)
    naming = Naming(connection)
    for story in newsroom:
        naming.settle(site, resolve_for(site, story.id), story.page, now_s=plan.now_s)
    return newsroom


def load_comments(
    connection: Connection,
    site: Site,
    newsroom: list[SimulatedStory],
    plan: Plan,
    progress: Progress,
) -> None:
    """Write exactly ``plan.comments`` comments; one in fifty is held for an editor."""
    chance = random.Random(plan.seed + 1)
    store = Comments(connection)
    tones = lru_cache(maxsize=None)(lambda text: scored(score(text)))
    parts = shared_out(plan.comments, newsroom, at_least=0)
    for story, count in zip(newsroom, parts, strict=True):
        article = resolve_for(site, story.id)
        for at_s, name, text in comments(story, count, plan.now_s, chance):
            comment_id = new_id(at_s * 1000, article.partition, chance.randbytes(8))
            why = ("links",) if chance.random() < 0.02 else ()
            draft = Draft(
                comment_id, "", name, text, chance.randbytes(MARK_BYTES), tones(text), why
            )
            store.create(site, article, draft, Posting(at_s, story.page))
        progress(count)


def shared_out(total: int, newsroom: Sequence[SimulatedStory], *, at_least: int = 1) -> list[int]:
    """Divide ``total`` by the stories' pull, with ``at_least`` for each if there are enough."""
    pull = sum(story.pull for story in newsroom)
    least = at_least if total >= at_least * len(newsroom) else 0
    spare = total - least * len(newsroom)
    parts, before, given = [], 0.0, 0
    for story in newsroom:
        before += story.pull / pull * spare
        part = round(before) - given
        given += part
        parts.append(part + least)
    return parts
