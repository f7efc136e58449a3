"""A plausible newsroom to simulate: stories with sections, authors, tags and moods. Pure.

The figures are invented, but have the shapes of news: most votes come in the first hours, few
stories get most of them, nights are quiet. A few notable stories have something that the desk
should show.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import msgspec

from widget.domain.page import Page
from widget.simulation.headlines import headlines
from widget.simulation.notable import NOTABLE
from widget.simulation.remarks import READERS, remarks
from widget.simulation.story import ORIGIN, SECTIONS, SimulatedStory

HALF_LIFE_H = 9.0
CROWD_HOURS = 6  # from midnight UTC
_NAMES = (
    "Tomas Okafor",
    "Mira Lindqvist",
    "Ana Duarte",
    "Yusuf Haddad",
    "Clare Whitcombe",
    "Jun Mori",
    "Petra Novak",
    "Samuel Ofori",
    "Leila Farahani",
    "Ruth Adeyemi",
    "Ioan Popescu",
    "Greta Holm",
    "Daniel Reyes",
    "Noor Rahman",
    "Emil Sorensen",
    "Keira Walsh",
    "Hugo Martel",
    "Aisha Bello",
)
_TAGS = (
    "housing",
    "transport",
    "schools",
    "health",
    "climate",
    "harbour",
    "election",
    "work",
    "food",
    "books",
    "football",
    "history",
    "energy",
    "police",
    "courts",
    "music",
    "migration",
    "water",
)


def stories(articles: int, days: int, chance: random.Random) -> list[SimulatedStory]:
    """Make the newsroom's stories, the notable ones first."""
    titles = headlines(max(0, articles - len(NOTABLE)), chance)
    ordinary = [
        _ordinary(number, section, title, days, chance)
        for number, (section, title) in enumerate(titles, 1)
    ]
    most = max((story.pull for story in ordinary), default=1.0)
    notable = [
        replace(_addressed(slug, story), pull=story.pull * most * 0.5)
        for slug, story in NOTABLE.items()
    ]
    return [*notable, *ordinary][:articles]


def votes(
    story: SimulatedStory, count: int, now_s: int, chance: random.Random
) -> Iterator[tuple[int, int]]:
    """Make each vote's time, in s since the epoch, and its choice; oldest first."""
    start_s = now_s - story.hours_ago * 3600
    times = sorted(_after_h(story.hours_ago, start_s, chance) for _ in range(count))
    choices = range(1, len(story.mood) + 1)
    for after_h in times:
        mood = story.turned if after_h >= story.turn else story.mood
        yield int(start_s + after_h * 3600), chance.choices(choices, mood)[0]


def crowd(
    story: SimulatedStory, count: int, now_s: int, chance: random.Random
) -> Iterator[tuple[int, int]]:
    """Make the times and choices of a crowded network's votes in the last whole night."""
    midnight_s = (now_s - CROWD_HOURS * 3600) // 86400 * 86400
    choices = range(1, len(story.crowd_mood) + 1)
    for at_s in sorted(chance.randrange(CROWD_HOURS * 3600) for _ in range(count)):
        yield midnight_s + at_s, chance.choices(choices, story.crowd_mood)[0]


def comments(
    story: SimulatedStory, count: int, now_s: int, chance: random.Random
) -> Iterator[tuple[int, str, str]]:
    """Make each comment's time, in s since the epoch, its author and text; oldest first."""
    start_s = now_s - story.hours_ago * 3600
    times = sorted(_after_h(story.hours_ago, start_s, chance) for _ in range(count))
    said = islice(remarks(story.slug, story.page.section, story.kindness, chance), count)
    for after_h, remark in zip(times, said, strict=True):
        yield int(start_s + after_h * 3600), chance.choice(READERS), remark.text


def _after_h(hours_ago: float, start_s: float, chance: random.Random) -> float:
    """Return the hours from the first vote to this one: few, and mostly by day."""
    while True:
        after = chance.expovariate(math.log(2) / HALF_LIFE_H)
        if after < hours_ago:
            hour = (start_s / 3600 + after) % 24
            if chance.random() < 0.55 + 0.45 * math.sin((hour - 8) / 24 * 2 * math.pi):
                return after
            if hours_ago < 2:
                return after


def _ordinary(
    number: int, section: str, title: str, days: int, chance: random.Random
) -> SimulatedStory:
    slug = f"{section.lower()}/{number}"
    mood = tuple(weight * chance.gammavariate(2.5, 0.4) + 0.2 for weight in SECTIONS[section])
    page = Page(
        title,
        section,
        chance.choice(_NAMES),
        tuple(chance.sample(_TAGS, chance.randint(1, 3))),
        f"{ORIGIN}/{slug}",
    )
    return SimulatedStory(
        f"{ORIGIN}/{slug}",
        page,
        chance.uniform(0.5, days * 24),
        mood,
        chance.lognormvariate(0, 0.9),
    )


def _addressed(slug: str, story: SimulatedStory) -> SimulatedStory:
    url = f"{ORIGIN}/{story.page.section.lower()}/{slug}"
    return replace(story, id=url, page=msgspec.structs.replace(story.page, url=url))
