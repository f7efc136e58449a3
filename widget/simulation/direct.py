"""Loading of a simulated newsroom through the store's own scripts: exact, and fast."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from widget.domain.article import resolve_for
from widget.domain.comments.comment import Draft, new_id
from widget.domain.model import MAX_CHOICES, Site
from widget.domain.readers.network import Allowance
from widget.domain.readers.reader import MARK_BYTES
from widget.services.tone import SiteTone
from widget.simulation.newsroom import comments, crowd, stories, votes
from widget.simulation.notable import BRIDGE
from widget.simulation.question import ANSWERS, QUESTION_KEY
from widget.simulation.queue import CASES, MODERATORS, Case
from widget.simulation.story import ORIGIN, SimulatedStory
from widget.store.comments.comments import CommentReport, Comments, Posting
from widget.store.comments.moderation import Moderation
from widget.store.connect import Connection
from widget.store.reactions.bulk import BulkCasts
from widget.store.reactions.naming import Naming
from widget.store.reactions.votes import Cast, Voter

Progress = Callable[[int], None]

# What a crowded network may still do on a story, and nothing more that night.
CROWD_COUNTED = 50
CROWD_PART = 10  # at most one in so many of the story's counted votes is of that network
ANSWERS_PART = 30  # one answer to the question for so many votes


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
    """Cast votes of which exactly ``plan.votes`` count, and return the stories they are on.

    Others, of a crowded network, are held.

    :param progress: called with the number of votes cast since the last call.
    :param on: the stories; those of the newsroom unless given.
    """
    chance = random.Random(plan.seed)
    newsroom = list(on) or stories(plan.articles, plan.days, chance)
    with BulkCasts(connection) as casts:
        for story, count in zip(newsroom, shared_out(plan.votes, newsroom), strict=True):
            article = resolve_for(site, story.id)
            of_crowd = min(CROWD_COUNTED, count // CROWD_PART) if story.crowd else 0
            for at_s, choice in votes(story, count - of_crowd, plan.now_s, chance):
                cast = Cast(1, choice, at_s, MAX_CHOICES, page=story.page, origin=ORIGIN)
                casts.cast(site, article, Voter(chance.randbytes(MARK_BYTES)), cast)
            if of_crowd:
                _cast_crowd(casts, site, story, of_crowd, round(count * story.crowd), plan, chance)
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
    """Write exactly ``plan.comments`` published comments."""
    chance = random.Random(plan.seed + 1)
    store = Comments(connection)
    tones = lru_cache(maxsize=None)(partial(SiteTone(connection).scored, site))
    parts = shared_out(plan.comments, newsroom, at_least=0)
    for story, count in zip(newsroom, parts, strict=True):
        article = resolve_for(site, story.id)
        for at_s, name, text in comments(story, count, plan.now_s, chance):
            comment_id = new_id(at_s * 1000, article.partition, chance.randbytes(8))
            draft = Draft(comment_id, "", name, text, chance.randbytes(MARK_BYTES), tones(text))
            store.create(site, article, draft, Posting(at_s, story.page))
        progress(count)


def load_question(
    connection: Connection, site: Site, newsroom: Sequence[SimulatedStory], plan: Plan
) -> int:
    """Answer the newsroom's own question on its story, and return the number of answers.

    :param site: it asks the question already.
    """
    chance = random.Random(plan.seed + 2)
    story = _at(newsroom, BRIDGE)
    article = resolve_for(site, story.id, QUESTION_KEY)
    asked = replace(story, mood=ANSWERS)
    count = plan.votes // ANSWERS_PART
    with BulkCasts(connection) as casts:
        for at_s, choice in votes(asked, count, plan.now_s, chance):
            cast = Cast(1, choice, at_s, len(ANSWERS), page=story.page, origin=ORIGIN)
            casts.cast(site, article, Voter(chance.randbytes(MARK_BYTES)), cast)
    return count


def load_queue(
    connection: Connection, site: Site, newsroom: Sequence[SimulatedStory], plan: Plan
) -> int:
    """Write the comments on which editors decide, and return how many of them wait."""
    chance = random.Random(plan.seed + 3)
    for case in CASES:
        _load_case(connection, site, _at(newsroom, case.slug), case, plan.now_s, chance)
    return sum(case.waits for case in CASES)


def _load_case(
    connection: Connection,
    site: Site,
    story: SimulatedStory,
    case: Case,
    now_s: int,
    chance: random.Random,
) -> None:
    """Write one comment, and do with it what its readers and editors did, minutes apart."""
    comments, moderation = Comments(connection), Moderation(connection)
    at_s = now_s - round(case.hours_ago * 3600)
    times = iter(range(at_s + 120, now_s, 120))
    article = resolve_for(site, story.id)
    comment_id = new_id(at_s * 1000, article.partition, chance.randbytes(8))
    mark = chance.randbytes(MARK_BYTES)
    commenter = chance.randbytes(MARK_BYTES).hex()
    score = SiteTone(connection).scored(site, case.text)
    draft = Draft(comment_id, "", case.name, case.text, mark, score, case.why)
    comments.create(site, article, draft, Posting(at_s, story.page, commenter=commenter))
    who = chance.choice(MODERATORS)
    for number, ground in enumerate(case.reports):
        if number == case.approved_after:
            moderation.publish(site, [comment_id], who=who, now_s=next(times))
        reader, network = chance.randbytes(MARK_BYTES), chance.randbytes(2 * MARK_BYTES)
        report = CommentReport(reader, reader, next(times), network, ground=ground)
        comments.report(site, comment_id, report)
    if case.approved_after == len(case.reports):
        moderation.publish(site, [comment_id], who=who, now_s=next(times))
    if case.removed:
        moderation.hide(site, [comment_id], who=who, now_s=next(times), ground=case.removed)
    if case.asks_again:
        comments.ask_for_look(site, comment_id, mark, now_s=next(times))


def _cast_crowd(
    casts: BulkCasts,
    site: Site,
    story: SimulatedStory,
    counted: int,
    held: int,
    plan: Plan,
    chance: random.Random,
) -> None:
    """Cast the votes of one network, of which the store counts so many and holds the others."""
    article = resolve_for(site, story.id)
    network = chance.randbytes(2 * MARK_BYTES)
    allowance = Allowance(counted, 86400)
    for at_s, choice in crowd(story, counted + held, plan.now_s, chance):
        cast = Cast(
            1,
            choice,
            at_s,
            MAX_CHOICES,
            networks=network,
            allowance=allowance,
            page=story.page,
            origin=ORIGIN,
        )
        casts.cast(site, article, Voter(chance.randbytes(MARK_BYTES)), cast)


def _at(newsroom: Sequence[SimulatedStory], slug: str) -> SimulatedStory:
    return next(story for story in newsroom if story.id.endswith(f"/{slug}"))


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
