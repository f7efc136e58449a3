"""Loading of a simulated newsroom through the store's own scripts: exact, and fast."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from widget.domain.article import resolve_for
from widget.domain.comments.comment import Draft, new_id
from widget.domain.integrity.detector import find
from widget.domain.integrity.evidence import Kind
from widget.domain.model import MAX_CHOICES, Site
from widget.domain.readers.network import Allowance
from widget.domain.readers.reader import MARK_BYTES
from widget.services.integrity.stories import lively
from widget.services.integrity.usual import SiteUsual
from widget.services.tone import SiteTone
from widget.simulation.newsroom import CROWD_HOURS, comments, crowd, stories, votes
from widget.simulation.notable import BRIDGE
from widget.simulation.question import ANSWERS, QUESTION_KEY
from widget.simulation.queue import CASES, MODERATORS, Case
from widget.simulation.story import ORIGIN, SimulatedStory
from widget.simulation.surges import SURGES, ends_s, surges_of, usual_kind, usual_network
from widget.simulation.surges import votes as surge_votes
from widget.store.comments.comments import CommentReport, Comments, Posting
from widget.store.comments.moderation import Moderation
from widget.store.connect import Connection
from widget.store.figures.trends import Trends
from widget.store.integrity.flags import Flags
from widget.store.reactions.bulk import BulkCasts
from widget.store.reactions.evidence import Evidence
from widget.store.reactions.naming import Naming
from widget.store.reactions.votes import Cast, Voter

Progress = Callable[[int], None]

# What a crowded network may still do on a story, and nothing more that night.
CROWD_COUNTED = 40
CROWD_PART = 10  # at most one in so many of the story's counted votes is of that network
CROWD_NETWORK = 1
LOOK_AFTER_S = 300
AMPLE = Allowance(10**6, 86400)
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
            for cast in _arrivals(story, count, plan, chance):
                casts.cast(site, article, Voter(chance.randbytes(MARK_BYTES)), cast)
            progress(count)
    naming = Naming(connection)
    for story in newsroom:
        naming.settle(site, resolve_for(site, story.id), story.page, now_s=plan.now_s)
    return newsroom


def watch(connection: Connection, site: Site, plan: Plan) -> int:
    """Look for votes that are not organic as a server would have done, and return the flags.

    It looks when each surge has ended, whether it is an attack or not, at what was there by then.
    """
    trends, evidence, flags = Trends(connection), Evidence(connection), Flags(connection)
    for at_s in sorted({ends_s(surge, plan.now_s) + LOOK_AFTER_S for surge in SURGES}):
        found = evidence.of_many(site, lively(trends, site, now_s=at_s))
        seen = {
            article_id: [hour for hour in hours if hour.hour < at_s // 3600]
            for article_id, hours in found.items()
        }
        usual = SiteUsual(trends).of(site, seen.values(), now_s=at_s)
        for article_id, hours in seen.items():
            for finding in find(hours, usual, now_s=at_s) if hours else ():
                flags.put(site, article_id, finding, now_s=at_s)
    return flags.waiting(site)


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


def _arrivals(story: SimulatedStory, count: int, plan: Plan, chance: random.Random) -> list[Cast]:
    """Return a story's votes in the order of their times, of which so many count.

    A story with a surge has votes of many networks, so that those of few can be told from them.
    """
    surges, kinds = surges_of(story.slug), random.Random(f"{plan.seed} {story.id}")
    of_crowd = min(CROWD_COUNTED, count // CROWD_PART) if story.crowd else 0
    sizes = [min(max(one.least, round(count * one.share)), count // 3) for one in surges]
    found = [
        (at_s, choice, usual_kind(kinds), usual_network(kinds) if surges else 0, AMPLE)
        for at_s, choice in votes(story, count - of_crowd - sum(sizes), plan.now_s, chance)
    ]
    for surge, size in zip(surges, sizes, strict=True):
        found += [(*vote, AMPLE) for vote in surge_votes(surge, size, plan.now_s, kinds)]
    if of_crowd:
        held, few = round(count * story.crowd), Allowance(of_crowd, CROWD_HOURS * 3600)
        found += [
            (at_s, choice, Kind.NEW, CROWD_NETWORK, few)
            for at_s, choice in crowd(story, of_crowd + held, plan.now_s, chance)
        ]
    found.sort(key=lambda one: one[0])
    return [
        Cast(
            1,
            choice,
            at_s,
            MAX_CHOICES,
            networks=network.to_bytes(MARK_BYTES, "big") * 2 if network else b"",
            allowance=allowance,
            page=story.page,
            origin=ORIGIN,
            kind=kind,
        )
        for at_s, choice, kind, network, allowance in found
    ]


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
