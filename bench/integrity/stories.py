"""Simulated stories: arrivals are real, all else is assumed. docs/integrity.md lists it.

Arrivals are the hourly comments of 672 news discussions, times 20. They are beside the checkout,
never part of it. The even lines are for tuning, the odd ones are held out.
"""

from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import exp, log, sqrt
from pathlib import Path
from random import Random
from typing import NamedTuple

ARRIVALS = Path(__file__).resolve().parent.parent.parent.parent / "shared/data/arrivals/hourly.tsv"
HOURS, CHOICES, VOTES_A_COMMENT = 72, 7, 20
SLOTS = 12  # of five minutes, in an hour
BASE = (3, 1, 2, 1, 1.5, 1, 0.8)  # Dirichlet's weights of a story's mix
SHARES = tuple(weight / sum(BASE) for weight in BASE)
LATE = 0.3  # of an hour's votes that come in the next one
STRAY = 60  # new readers' mix is Dirichlet's around the known ones', with this weight


class Arrivals(NamedTuple):
    """The comments of a news discussion by hour, from the hour of the day (UTC) of its first."""

    first: int
    comments: tuple[int, ...]


def arrivals(*, held_out: bool) -> list[Arrivals]:
    """Return half of the discussions, by the parity of their line."""
    rows = []
    for line in ARRIVALS.read_text().splitlines():
        first, comments = line.split("\t")
        rows.append(Arrivals(int(first), tuple(map(int, comments.split()))))
    return rows[held_out::2]


class Vote(NamedTuple):
    """A vote: its slot of five minutes, choice from 0, kind, network, and whether it is stuffed."""

    slot: int
    choice: int
    is_new: bool
    network: int
    is_stuffed: bool = False


@dataclass
class Story:
    """An organic story, or one with an attack in it."""

    first: int
    votes: list[Vote]
    mix: list[float]
    has: set[str] = field(default_factory=set)


class Networks:
    """Readers' networks.

    70 % of readers are at home with 1 to 3 readers, 12 % in offices (lognormal, median 10, at most
    300). Of the rest, each is with one of 60 mobile carriers' gateways (Zipf .8).
    """

    def __init__(self, random: Random) -> None:
        self._random = random
        self._home: list[int] = []
        self._offices: list[int] = []
        number = 0
        while len(self._home) < 28_000:
            self._home += [number] * random.randint(1, 3)
            number += 1
        while len(self._offices) < 4_800:
            readers = min(300, max(2, int(random.lognormvariate(log(10), 1.2))))
            self._offices += [number] * readers
            number += 1
        self._carriers = number
        self._gateways = cumulated([1 / rank**0.8 for rank in range(1, 61)])

    def draw(self, mobile: float) -> int:
        """Return a reader's network in a story where this share is on mobile networks."""
        random = self._random.random
        of = random()
        if of < 0.12 / 0.82 * (1 - mobile):
            return self._offices[int(random() * len(self._offices))]
        if of < 1 - mobile:
            return self._home[int(random() * len(self._home))]
        return self._carriers + bisect(self._gateways, random())


@dataclass(frozen=True)
class Surges:
    """How likely a story has each kind of surge that is no attack.

    :param turn: a changed headline moves 20 to 60 % of all readers to another mix, for good.
    :param link: one from elsewhere brings 1 to 4 times the mean hour for 1 to 3 hours, 90 % new.
    :param group: a favourite of one: .3 to 1.5 times the mean hour for 1 to 4 hours, 75 % for one
        choice, 30 % of them on 1 to 4 campus networks.
    :param group_new: share of new readers in the group; None: near that of the story.
    """

    turn: float = 0.25
    link: float = 0.25
    group: float = 0.15
    group_new: float | None = None


class Stories:
    """Makes stories from arrivals."""

    def __init__(self, seed: int, rows: Sequence[Arrivals]) -> None:
        self.random = Random(seed)
        self._rows = rows
        self._networks = Networks(Random(1))

    def organic(self, surges: Surges = Surges()) -> Story:
        """Return one honest story."""
        random = self.random
        row = random.choice(self._rows)
        crowds = self._crowds(row)
        mix = dirichlet(random, BASE)
        new_mix = dirichlet(random, [STRAY * share + 0.05 for share in mix])
        new = random.betavariate(4, 6)
        made = Story(row.first, [], mix)
        mobile = random.betavariate(4, 18)
        mean = max(sum(crowds[:24]) / 24, 5)
        turn = random.randint(3, 39) if random.random() < surges.turn else HOURS
        turned, weight = dirichlet(random, [1] * CHOICES), random.uniform(0.2, 0.6)
        for hour, size in enumerate(crowds):
            moved = weight if hour >= turn else 0.0
            known_choice, new_choice = (blended(one, turned, moved) for one in (mix, new_mix))
            share = min(0.95, max(0.02, new + random.gauss(0, 0.05)))
            self._come(made, hour, size, share, known_choice, new_choice, mobile)
        if turn < HOURS:
            made.has.add("turn")
        if random.random() < surges.link:
            self._link(made, mean, mobile)
        if random.random() < surges.group:
            near = min(0.9, max(0.05, new + random.uniform(-0.1, 0.2)))
            self._group(made, mean, mobile, near if surges.group_new is None else surges.group_new)
        return made

    def _crowds(self, row: Arrivals) -> list[int]:
        crowds = [poisson(self.random, VOTES_A_COMMENT * count) for count in row.comments]
        late = [round(size * LATE) for size in crowds]
        return [
            size - gone + came for size, gone, came in zip(crowds, late, [0, *late], strict=False)
        ]

    def _link(self, story: Story, mean: float, mobile: float) -> None:
        mood = dirichlet(self.random, [15 * share + 0.05 for share in story.mix])
        size = self.random.uniform(1, 4) * mean
        for hour in self._surge(most=3):
            self._come(story, hour, poisson(self.random, size), 0.9, mood, mood, mobile)
        story.has.add("link")

    def _group(self, story: Story, mean: float, mobile: float, share: float) -> None:
        random = self.random
        mix = [0.25 * one for one in story.mix]
        mix[bisect(cumulated(story.mix)[:-1], random.random())] += 0.75
        campus = [10**6 + random.randrange(10**6) for _ in range(random.randint(1, 4))]
        size = random.uniform(0.3, 1.5) * mean
        for hour in self._surge(most=4):
            self._come(story, hour, poisson(random, size), share, mix, mix, mobile, campus)
        story.has.add("group")

    def _surge(self, most: int) -> range:
        start = self.random.randint(2, 47)
        return range(start, start + self.random.randint(1, most))

    def _come(
        self,
        story: Story,
        hour: int,
        size: int,
        new: float,
        known_mix: Sequence[float],
        new_mix: Sequence[float],
        mobile: float,
        campus: Sequence[int] = (),
    ) -> None:
        random, draw = self.random.random, self._networks.draw
        mixes = cumulated(known_mix)[:-1], cumulated(new_mix)[:-1]
        first = hour * SLOTS
        for _ in range(size):
            is_new = random() < new
            choice = bisect(mixes[is_new], random())
            network = self.random.choice(campus) if campus and random() < 0.3 else draw(mobile)
            story.votes.append(Vote(first + int(random() * SLOTS), choice, is_new, network))


def blended(one: Sequence[float], two: Sequence[float], weight: float) -> list[float]:
    """Return a mix between two."""
    return [(1 - weight) * a + weight * b for a, b in zip(one, two, strict=True)]


def cumulated(weights: Sequence[float]) -> list[float]:
    """Return running sums that end at 1."""
    total = sum(weights)
    return list(accumulate(weight / total for weight in weights))


def dirichlet(random: Random, weights: Sequence[float]) -> list[float]:
    """Draw a mix."""
    drawn = [random.gammavariate(weight, 1) for weight in weights]
    return [max(1e-9, one / sum(drawn)) for one in drawn]


def poisson(random: Random, mean: float) -> int:
    """Draw a count; from 60 on by the normal law, which is near enough here."""
    if mean >= 60:
        return max(0, round(random.gauss(mean, sqrt(mean))))
    count, product, limit = 0, random.random(), exp(-mean)
    while product > limit:
        count += 1
        product *= random.random()
    return count


def slots(story: Story) -> Iterator[list[Vote]]:
    """Yield the votes of each slot."""
    by_slot: list[list[Vote]] = [[] for _ in range(HOURS * SLOTS)]
    for vote in story.votes:
        if vote.slot < len(by_slot):
            by_slot[vote.slot].append(vote)
    yield from by_slot
