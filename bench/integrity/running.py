"""Runs a story through the detector, with a look every five minutes, as the service does."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.integrity.stories import CHOICES, SHARES, SLOTS, Story, Vote, slots
from widget.domain.integrity.detector import Watch, may_be_flagged
from widget.domain.integrity.evidence import ChoiceEvidence, HourEvidence
from widget.domain.integrity.flag import Finding
from widget.domain.integrity.odds import LEAST_NEW
from widget.domain.integrity.usual import Usual
from widget.domain.integrity.window import Window

USUAL = Usual(SHARES, 0.67, 10_000)
DAY_ZERO = 20_000 * 24
AT_ONCE, HOURLY = 50, 70 / 24  # counted votes of one network on one story: the gate's allowance
ORDINARY_DAY = 30  # votes with which a day of a story counts as one


@dataclass
class Seen:
    """What the detector saw of a story.

    :param days: of 24 hours with votes enough to be called a story-day.
    :param looks: (slot, window) of all that was flagged.
    :param counted: counted votes by (hour, choice, is_new, is_stuffed).
    """

    days: int
    looks: list[tuple[int, Window]]
    findings: list[Finding]
    counted: dict[tuple[int, int, bool, bool], int] = field(default_factory=dict)


def seen(story: Story) -> Seen:
    """Run a story, and return what was seen of it."""
    begin = DAY_ZERO + story.first
    counted: dict[tuple[int, int, bool, bool], int] = defaultdict(int)
    by_day = [0, 0, 0]
    grown: list[list[HourEvidence]] = []
    for slot, evidence, votes in hours(story, begin):
        if slot % SLOTS == 0:
            grown.append([])
        grown[-1].append(evidence)
        for vote in votes:
            counted[begin + slot // SLOTS, vote.choice + 1, vote.is_new, vote.is_stuffed] += 1
        by_day[slot // SLOTS // 24] += len(votes)
    days = sum(votes >= ORDINARY_DAY for votes in by_day)
    whole = [hour[-1] for hour in grown]
    choices = range(1, CHOICES + 1)
    candidates = tuple(choice for choice in choices if may_be_flagged(whole, choice))
    if not candidates:
        return Seen(days, [], [], counted)
    watch = Watch(USUAL, choices, candidates)
    looks: list[tuple[int, Window]] = []
    for place, hour in enumerate(grown):
        for number, evidence in enumerate(hour[:-1]):
            # The other looks find nothing new: no votes came, or too few of new readers.
            if _is_worth(evidence, hour[number - 1] if number else None, candidates):
                looks += [(place * SLOTS + number, one) for one in watch.look(evidence)]
        looks += [(place * SLOTS + SLOTS - 1, one) for one in watch.close(hour[-1])]
    return Seen(days, looks, watch.findings(), counted)


def _is_worth(hour: HourEvidence, before: HourEvidence | None, candidates: tuple[int, ...]) -> bool:
    if before is not None and before.choices == hour.choices:
        return False
    enough = (hour.choices.get(choice) for choice in candidates)
    return any(one is not None and (one.new >= LEAST_NEW or one.again) for one in enough)


def hours(story: Story, begin: int) -> Iterator[tuple[int, HourEvidence, list[Vote]]]:
    """Yield each slot's hour as it is at its end, and the votes that counted."""
    day, brought, left = -1, set[tuple[int, int]](), dict[int, tuple[float, int]]()
    tally: dict[int, list[int]] = {}
    for slot, votes in enumerate(slots(story)):
        hour = begin + slot // SLOTS
        if slot % SLOTS == 0:
            tally = {}
        if hour // 24 != day:
            day = hour // 24
            brought.clear()
        passed = [vote for vote in votes if _is_let_in(left, vote.network, slot)]
        for vote in passed:
            one = tally.setdefault(vote.choice + 1, [0, 0, 0])
            one[0 if vote.is_new else 1] += 1
            key = vote.network, vote.choice
            one[2] += key in brought
            brought.add(key)
        yield (
            slot,
            HourEvidence(hour, {c: ChoiceEvidence(*one) for c, one in tally.items()}),
            passed,
        )


def _is_let_in(left: dict[int, tuple[float, int]], network: int, slot: int) -> bool:
    """Take one from a network's allowance on the story."""
    has, at = left.get(network, (float(AT_ONCE), slot))
    has = min(AT_ONCE, has + (slot - at) * HOURLY / SLOTS)
    left[network] = (has - 1 if has >= 1 else has, slot)
    return has >= 1
