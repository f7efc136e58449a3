"""A story whose mood turned: which hour divides its votes best, and by how much. Pure.

docs/adr/0092-when-a-mood-turned.md says why.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from widget.domain.figures.moods import Mix
from widget.domain.figures.statistics import MIN_RANKED_N, Share, difference, share

HOURS = 48  # in which a turn is looked for
MIN_HOUR_VOTES = 10  # of an hour that may begin a turn
# The best of up to 48 hours is taken, so each is held to one in a thousand: chance alone finds a
# turn in less than 5 % of stories (Bonferroni).
Z_OF_MANY = 3.29


@dataclass(frozen=True, slots=True)
class Turn:
    """
    :param at: the index of the reaction that leads since.
    :param hour: the first hour of the new mood, since the epoch.
    :param before: its share until then; ``since`` its share from then on.
    """

    at: int
    hour: int
    before: Share
    since: Share


def turn(life: Mix, hours: Sequence[tuple[int, Mix]]) -> Turn | None:
    """Return the clearest turn of a story; None if its mood did not turn.

    The leading reaction must be another one than before. Its share must exceed the one before
    beyond chance, and by five points and a quarter, as :func:`against_baseline` asks.

    :param life: all its votes of the period.
    :param hours: the votes of each of its latest hours that had any, oldest first. The turn is
        looked for in the latest 48 of those in which it may begin.
    """
    found: list[tuple[float, Turn]] = []
    late: Mix | None = None
    tried = 0
    for hour, mix in reversed(hours):
        late = mix if late is None else late.plus(mix)
        if mix.n < MIN_HOUR_VOTES:
            continue
        tried += 1
        early = life.minus(late)
        if late.n < MIN_RANKED_N:
            continue
        if early.n < MIN_RANKED_N or tried > HOURS:
            break
        at = late.leading
        if at == early.leading:
            continue
        low, _ = difference(
            share(late.counts[at], late.n, Z_OF_MANY), share(early.counts[at], early.n, Z_OF_MANY)
        )
        before, since = early.share(at), late.share(at)
        if low > 0 and since.value - before.value >= max(0.05, before.value / 4):
            found.append((low, Turn(at, hour, before, since)))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def turn_of_story(
    votes: Mapping[int, Sequence[int]], life: Mix, keys: Sequence[str]
) -> Turn | None:
    """Return the clearest turn of a story, as :func:`turn` does.

    :param votes: votes by choice, of the hours that had any.
    """
    return turn(life, [(hour, Mix.of(votes[hour], keys)) for hour in sorted(votes)])
