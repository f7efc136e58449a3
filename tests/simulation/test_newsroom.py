"""The simulated newsroom: its sums, its queue, its votes in doubt, and the same again by a seed."""

import random
from dataclasses import replace

import pytest

from tests.conftest import NOW_S
from widget.domain.article import resolve_for
from widget.domain.comments.comment import Comment
from widget.domain.model import Site
from widget.services.figures.questions import QuestionReadings
from widget.services.figures.wiring import open_figures
from widget.services.tone import SiteTone
from widget.simulation.direct import (
    Plan,
    load_comments,
    load_question,
    load_queue,
    load_votes,
    watch,
)
from widget.simulation.headlines import WRITTEN, headlines
from widget.simulation.newsroom import comments, stories, votes
from widget.simulation.notable import NOTABLE
from widget.simulation.question import QUESTION_KEY, asking
from widget.simulation.queue import CASES
from widget.simulation.story import ORIGIN, SimulatedStory
from widget.simulation.surges import SURGES, begins_s, ends_s
from widget.store.comments.comments import Comments
from widget.store.comments.moderation import Moderation
from widget.store.connect import Connection
from widget.store.figures.headlines import Pages
from widget.store.integrity.flags import Flags
from widget.store.reactions.held_votes import HeldVotes
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import Reactions

PLAN = Plan(articles=20, votes=3000, comments=40, days=10, now_s=NOW_S)
LONGEST_WAIT_S = 6 * 3600


@pytest.fixture
def site() -> Site:
    asked = asking(Site("daily", "The Daily Paper", (ORIGIN,)))
    return replace(asked, register=asked.registered())


@pytest.fixture
def newsroom(connection: Connection, site: Site) -> list[SimulatedStory]:
    newsroom = load_votes(connection, site, PLAN, lambda _: None)
    load_comments(connection, site, newsroom, PLAN, lambda _: None)
    return newsroom


def test_votes_of_one_crowded_night_are_held_beside_those_that_count(
    newsroom: list[SimulatedStory],
    site: Site,
    connection: Connection,
    reactions: Reactions,
    recount: Recount,
) -> None:
    articles = [(resolve_for(site, story.id), 7) for story in newsroom]
    tallies = reactions.tallies(site, articles, now_s=NOW_S)
    assert sum(sum(tally.counts) for tally in tallies) == PLAN.votes
    library = newsroom[0]
    [(article_id, held)] = HeldVotes(connection).most(site, limit=9)
    assert article_id == resolve_for(site, library.id).id
    assert held == round(sum(tallies[0].counts) * library.crowd) > 50
    assert list(recount.mismatches(site, now_s=NOW_S)) == []


def test_early_and_late_votes_are_divided_where_the_library_story_turned(
    newsroom: list[SimulatedStory], site: Site, connection: Connection
) -> None:
    readings = open_figures(connection, SiteTone(connection)).articles
    found = readings.figures(site, resolve_for(site, newsroom[0].id).id)
    turn, early = found.turn, found.early
    assert turn and site.choice_keys("")[turn.at] == "angry"
    assert (early.divides, early.early.share(turn.at)) == (turn.hour, turn.before)
    assert early.later.share(turn.at) == turn.since


def test_every_comment_of_the_queue_waits_for_its_reason(
    newsroom: list[SimulatedStory], site: Site, connection: Connection
) -> None:
    waiting = load_queue(connection, site, newsroom, PLAN)
    queue = Moderation(connection).queue(site, limit=50).comments
    cases = [case for case in CASES if case.waits]
    assert [(one.name, one.text) for one in queue] == [(case.name, case.text) for case in cases]
    assert waiting == len(queue)
    assert NOW_S - LONGEST_WAIT_S < queue[0].at_s
    by_name = {one.name: one for one in queue}
    assert by_name["Nadia"].why == ("first_comment",)
    assert by_name["best-deals"].why == ("links",)
    assert by_name["Oskar"].kinds == (("insult", 3),)
    assert [name for name in by_name if by_name[name].status == "returned"] == ["Karl"]
    assert by_name["Karl"].pending == (("private", 1),)
    assert [name for name in by_name if by_name[name].status == "appealed"] == ["Viktor"]
    assert (by_name["Burgher"].status, by_name["Burgher"].why) == ("held", ("reported",))
    removed = [one for one in all_of(connection, site) if one.status == "hidden"]
    [[spam], [insult]] = Comments(connection).statements(site, [c.id for c in removed]).values()
    assert {spam.reason, insult.reason} == {"spam", "insult"}


def all_of(connection: Connection, site: Site) -> tuple[Comment, ...]:
    return Moderation(connection).latest(site, limit=100).comments


def test_the_question_has_answers(
    newsroom: list[SimulatedStory], site: Site, connection: Connection
) -> None:
    answers = load_question(connection, site, newsroom, PLAN)
    figures = QuestionReadings(connection, Pages(connection)).figures(site, QUESTION_KEY)
    assert figures.state.mix.n == answers > 0
    assert [mix.n for _, mix in figures.stories] == [answers]


def test_the_same_seed_makes_the_same_newsroom() -> None:
    def made(seed: int) -> list[object]:
        chance = random.Random(seed)
        newsroom = stories(20, 10, chance)
        library = newsroom[0]
        said = list(comments(library, 30, NOW_S, chance))
        return [newsroom, list(votes(library, 50, NOW_S, chance)), said]

    assert made(1) == made(1) != made(2)


def test_no_comment_or_headline_is_there_twice() -> None:
    chance = random.Random(1)
    titles = [title for _, title in headlines(len(WRITTEN), chance)]
    assert len(set(titles)) == len(titles)
    for story in stories(len(NOTABLE), 10, chance):
        texts = [text for _, _, text in comments(story, 15, NOW_S, chance)]
        assert len(set(texts)) == len(texts)


def test_readers_turn_after_the_headline_changed() -> None:
    library = stories(20, 10, random.Random(1))[0]
    changed_s = NOW_S - (library.hours_ago - library.turn) * 3600
    cast = list(votes(library, 2000, NOW_S, random.Random(1)))
    angry = [
        [choice == 5 for at_s, choice in cast if (at_s >= changed_s) is is_late]
        for is_late in (False, True)
    ]
    before, after = (sum(each) / len(each) for each in angry)
    assert before < 0.2 and after > 0.5


def test_the_watch_flags_the_planted_attacks_and_no_surge_of_readers_who_mean_it(
    site: Site, connection: Connection
) -> None:
    plan = replace(PLAN, articles=len(NOTABLE), votes=6000, seed=3)
    newsroom = load_votes(connection, site, plan, lambda _: None)
    attacked = {surge.slug: surge for surge in SURGES if surge.is_attack}
    assert watch(connection, site, plan) == len(attacked) == 3
    flags = Flags(connection).listed(site, limit=9)
    slugs = {resolve_for(site, story.id).id: story.slug for story in newsroom}
    for flag in flags:
        surge, found = attacked.pop(slugs[flag.article_id]), flag.finding
        assert surge.mood[found.choice - 1] == 1
        assert found.from_hour * 3600 < ends_s(surge, NOW_S)
        assert found.to_hour * 3600 > begins_s(surge, NOW_S)
        assert found.networks is not None and found.networks_usual is not None
        assert found.networks < found.networks_usual / 2
    assert not attacked
