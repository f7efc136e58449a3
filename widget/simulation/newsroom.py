"""A plausible newsroom to simulate: stories with sections, authors, tags and moods. Pure.

The figures are invented, but have the shapes of news: most votes come in the first hours, few
stories get most of them, nights are quiet. A few notable stories have something that the desk
should show.
"""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from widget.domain.page import Page

ORIGIN = "https://daily.example"
HALF_LIFE_H = 9.0
# like dislike love funny angry sad wow: what readers of a section usually choose
Mood = tuple[float, ...]
SECTIONS: dict[str, Mood] = {
    "City": (30, 14, 14, 6, 22, 10, 4),
    "Politics": (24, 22, 6, 6, 34, 6, 2),
    "World": (18, 8, 6, 2, 22, 34, 10),
    "Business": (44, 14, 8, 4, 16, 4, 10),
    "Technology": (38, 10, 22, 6, 6, 2, 16),
    "Science": (30, 4, 28, 4, 2, 4, 28),
    "Sport": (36, 12, 26, 10, 6, 6, 4),
    "Culture": (34, 8, 34, 12, 2, 4, 6),
    "Life": (28, 4, 42, 14, 2, 6, 4),
}
_PLACES = (
    "Port Ellery",
    "the north coast",
    "Canal Street",
    "the old harbour",
    "Mill Road",
    "Westhaven",
    "the upper valley",
    "Saint Anselm",
    "the east side",
    "Lower Quay",
    "the university",
    "Dunmore",
)
_SUBJECTS = (
    "bus drivers",
    "the city council",
    "a night school",
    "small farms",
    "the regional hospital",
    "young voters",
    "the ferry company",
    "a family of bakers",
    "tenants",
    "the water board",
    "amateur astronomers",
    "the last cinema",
    "trainee nurses",
    "a retired judge",
    "the port",
    "street musicians",
    "the women\u2019s team",
    "beekeepers",
    "the library",
    "a seed bank",
)
_VERBS = (
    "win back",
    "argue over",
    "wait for",
    "rebuild",
    "say no to",
    "find money for",
    "leave",
    "open up",
    "measure",
    "celebrate",
    "lose",
    "plan",
    "vote on",
    "explain",
    "share",
)
_OBJECTS = (
    "a longer summer timetable",
    "the flood defences",
    "a second runway",
    "their own archive",
    "cheaper rents",
    "the market hall",
    "a four-day week",
    "an early spring",
    "the old tram line",
    "new rules for e-scooters",
    "free school lunches",
    "the night train",
    "a record harvest",
    "the swimming pool",
    "two lost paintings",
    "a quieter city centre",
    "the longest strike",
)
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


@dataclass(frozen=True, slots=True)
class SimulatedStory:
    """One story of the newsroom.

    :param hours_ago: when its first reader voted.
    :param mood: weight of each reaction.
    :param pull: weight of its number of votes among all stories.
    :param turn: hours after the start from which ``turned`` is the mood instead.
    :param leaning: share of kind comments; None: as the reactions suggest.
    """

    id: str
    page: Page
    hours_ago: float
    mood: Mood
    pull: float
    turn: float = math.inf
    turned: Mood = ()
    leaning: float | None = None

    @property
    def kindness(self) -> float:
        """The chance that a comment is kind, 0 to 1."""
        like, dislike, love, funny, angry, _, _ = self.turned or self.mood
        warm, cold = like + love + funny, dislike + angry
        return warm / (warm + cold) if self.leaning is None else self.leaning


def stories(articles: int, days: int, chance: random.Random) -> list[SimulatedStory]:
    """Make the newsroom's stories, the notable ones first."""
    ordinary = [_ordinary(number, days, chance) for number in range(articles - len(_NOTABLE))]
    most = max((story.pull for story in ordinary), default=1.0)
    notable = [
        replace(_addressed(slug, story), pull=story.pull * most * 0.5)
        for slug, story in _NOTABLE.items()
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


def comments(
    story: SimulatedStory, count: int, now_s: int, chance: random.Random
) -> Iterator[tuple[int, str, str]]:
    """Make each comment's time, in s since the epoch, its author and text; oldest first."""
    start_s = now_s - story.hours_ago * 3600
    times = sorted(_after_h(story.hours_ago, start_s, chance) for _ in range(count))
    for after_h in times:
        sides = (_KIND, _UNKIND) if chance.random() < story.kindness else (_UNKIND, _KIND)
        sentence = chance.choice(sides[0] if chance.random() < 0.75 else (*_PLAIN, *sides[1]))
        text = f"{sentence} {chance.choice(_PLAIN)}" if chance.random() < 0.3 else sentence
        yield int(start_s + after_h * 3600), chance.choice(_READERS), text


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


def _ordinary(number: int, days: int, chance: random.Random) -> SimulatedStory:
    section = chance.choice(list(SECTIONS))
    subject, place = chance.choice(_SUBJECTS), chance.choice(_PLACES)
    what = f"{chance.choice(_VERBS)} {chance.choice(_OBJECTS)}"
    title = chance.choice(
        (
            f"How {subject} came to {what}",
            f"Why {subject} had to {what} in {place}",
            f"{place[0].upper()}{place[1:]}: {subject} to {what}",
            f"“Nobody asked us”: {subject} may {what}",
        )
    )
    slug = f"{section.lower()}/{number + 1}"
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
        chance.lognormvariate(0, 1.3),
    )


def _addressed(slug: str, story: SimulatedStory) -> SimulatedStory:
    url = f"{ORIGIN}/{story.page.section.lower()}/{slug}"
    return replace(story, id=url, page=replace(story.page, url=url))


_READERS = (
    "Anna",
    "Bo",
    "Chidi",
    "Dara",
    "Elif",
    "Fergus",
    "Gwen",
    "Hiro",
    "Ines",
    "Jonas",
    "Kofi",
    "Lena",
    "Mats",
    "Nadia",
    "Oskar",
    "Priya",
    "Quentin",
    "Rosa",
    "Stef",
    "Tariq",
    "Una",
    "Vera",
)
_KIND = (
    "What a wonderful story, thank you for telling it.",
    "This is great news for everyone who lives here.",
    "Brilliant reporting. I love that somebody finally asked the people themselves.",
    "I am so happy to read this, it made my morning.",
    "Well done to all of them, they deserve the praise.",
    "An excellent, fair piece. More of this, please!",
    "Beautiful. My grandmother would have loved it.",
    "Good to see hope in the paper for once.",
)
_UNKIND = (
    "This is a disgrace. They lied to us again.",
    "Terrible decision, and nobody will be held to account.",
    "I am furious. My children use that place every week!",
    "What a stupid waste of money.",
    "Shameful. The worst council this town has ever had.",
    "It is sad and cruel to do this to old people.",
    "They have failed us, and now they insult us too.",
    "An awful plan, badly made and badly explained.",
)
_PLAIN = (
    "Does anyone know when the meeting is?",
    "I walked past there this morning.",
    "The plan is on the town\u2019s page.",
    "My street is two stops further.",
    "The figures in the third paragraph are from last year.",
    "It opens at nine.",
    "Das sehe ich genauso, und meine Nachbarn auch.",
)
_NOTABLE = {
    "riverside-library": SimulatedStory(
        "",
        Page(
            "Council votes to close the riverside library",
            "City",
            "Mira Lindqvist",
            ("books", "council"),
        ),
        hours_ago=29,
        mood=(16, 12, 20, 4, 16, 24, 8),
        pull=1.1,
        turn=12,
        turned=(2, 12, 4, 1, 62, 18, 1),
    ),
    "night-bakery": SimulatedStory(
        "",
        Page("The bakery that feeds the night shift", "Life", "Tomas Okafor", ("food", "work")),
        hours_ago=52,
        mood=(22, 1, 66, 6, 1, 2, 2),
        pull=1.0,
    ),
    "rents-cap": SimulatedStory(
        "",
        Page("Rents: what the new cap would really do", "City", "Yusuf Haddad", ("housing",)),
        hours_ago=40,
        mood=(28, 18, 20, 3, 27, 2, 2),
        pull=0.9,
    ),
    "talent-visa": SimulatedStory(
        "",
        Page(
            "A new visa opens the door to the world\u2019s engineers",
            "Technology",
            "Jun Mori",
            ("migration", "work"),
        ),
        hours_ago=75,
        mood=(24, 5, 44, 2, 8, 3, 14),
        pull=0.9,
        leaning=0.15,
    ),
    "storm-warning": SimulatedStory(
        "",
        Page("Storm warning for the north coast", "World", "Greta Holm", ("climate",)),
        hours_ago=2.4,
        mood=(12, 1, 2, 2, 6, 46, 31),
        pull=0.35,
    ),
    "harbour-hebrew": SimulatedStory(
        "",
        Page("הנמל הישן נפתח מחדש לקהל אחרי עשרים שנה", "Culture", "Noor Rahman", ("harbour",)),
        hours_ago=30,
        mood=(30, 4, 46, 6, 2, 4, 8),
        pull=0.12,
    ),
    "long-read": SimulatedStory(
        "",
        Page(
            "What eleven years of tide tables, four flooded cellars and one stubborn "
            "harbour master can teach a city that has to decide before the spring whether it "
            "moves its oldest street uphill",
            "Science",
            "Clare Whitcombe",
            ("climate", "harbour", "water"),
        ),
        hours_ago=60,
        mood=(30, 4, 30, 3, 2, 12, 19),
        pull=0.15,
    ),
}
