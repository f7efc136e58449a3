"""Surges of one week: three planted attacks, and three of readers who mean it. Pure.

The desk should flag the attacks. It should not flag the others: a link elsewhere brings new readers
with a mood of their own, a changed headline turns new and known readers alike, and a group has a
favourite.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from widget.domain.integrity.evidence import Kind
from widget.simulation.notable import LIBRARY, NOTABLE
from widget.simulation.story import Mood

# Among readers of every story: two of five are new, and one of eight votes comes from a network
# that others of them are on too, such as a phone carrier's.
NEW_SHARE = 0.4
_SHARED_NETWORKS = 0.12
_CARRIERS = 25
_FIRST_OF_ATTACK = 100  # of the numbers of networks


@dataclass(frozen=True, slots=True)
class Surge:
    """Votes on one story in some hours, beside those of its other readers.

    :param after_h: hours after the story's first vote until it may begin.
    :param begins_at: the hour of the day, UTC, in which it then begins.
    :param share: its votes, in the story's other ones; ``least`` of them in a small newsroom.
    :param mood: weight of each reaction.
    :param new: the share of new readers.
    :param networks: from so many; 0: from as many as readers usually are on.
    """

    slug: str
    after_h: int
    begins_at: int
    hours: int
    share: float
    least: int
    mood: Mood
    new: float
    networks: int = 0
    is_attack: bool = False


SURGES = (
    Surge(LIBRARY, 24, 0, 6, 0.18, 160, (0, 0, 0, 0, 1, 0, 0), 1.0, 11, is_attack=True),
    # In the same night, the changed headline is read elsewhere: its readers mean it.
    Surge(LIBRARY, 24, 0, 6, 0.06, 60, NOTABLE[LIBRARY].turned, 0.4),
    Surge("phone-ban", 24, 14, 1, 0.35, 80, (0, 1, 0, 0, 0, 0, 0), 1.0, 6, is_attack=True),
    # Tokens that were kept for days are known readers': only their few networks tell.
    Surge("rents-cap", 6, 13, 3, 0.3, 200, (1, 0, 0, 0, 0, 0, 0), 0.5, 18, is_attack=True),
    Surge("talent-visa", 3, 10, 2, 0.3, 60, (20, 6, 22, 2, 3, 1, 46), 0.85),
    Surge("swan-and-tram", 20, 17, 2, 0.15, 30, (5, 0, 10, 85, 0, 0, 0), 0.5),
)


def votes(
    surge: Surge, count: int, now_s: int, chance: random.Random
) -> Iterator[tuple[int, int, Kind, int]]:
    """Make each vote's time in s since the epoch, choice, kind and network; oldest first."""
    start_s = begins_s(surge, now_s)
    choices = range(1, len(surge.mood) + 1)
    for at_s in sorted(chance.randrange(surge.hours * 3600) for _ in range(count)):
        kind = Kind.NEW if chance.random() < surge.new else Kind.KNOWN
        network = (
            _FIRST_OF_ATTACK + chance.randrange(surge.networks)
            if surge.networks
            else usual_network(chance)
        )
        yield start_s + at_s, chance.choices(choices, surge.mood)[0], kind, network


def begins_s(surge: Surge, now_s: int) -> int:
    hours_ago = NOTABLE[surge.slug].hours_ago - surge.after_h
    earliest_s, at_s = now_s - round(hours_ago * 3600), surge.begins_at * 3600
    return -(-(earliest_s - at_s) // 86400) * 86400 + at_s


def ends_s(surge: Surge, now_s: int) -> int:
    return begins_s(surge, now_s) + surge.hours * 3600


def surges_of(slug: str) -> list[Surge]:
    return [surge for surge in SURGES if surge.slug == slug]


def usual_kind(chance: random.Random) -> Kind:
    return Kind.NEW if chance.random() < NEW_SHARE else Kind.KNOWN


def usual_network(chance: random.Random) -> int:
    """Return the number of a reader's network: mostly one of their own, so any large number."""
    if chance.random() < _SHARED_NETWORKS:
        return chance.randrange(1000, 1000 + _CARRIERS)
    return chance.randrange(10_000, 1 << 60)
