"""What the detector saw of many stories, as figures with their intervals."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from bench.integrity.attacks import Attack, Attacked, attacked
from bench.integrity.running import DAY_ZERO, Seen, seen
from bench.integrity.stories import HOURS, SLOTS, Stories, Story
from widget.domain.figures.statistics import share
from widget.domain.integrity.detector import is_alarming
from widget.domain.integrity.flag import Finding

SLOT_MINUTES = 60 // SLOTS
SOON_MINUTES = 15
AFTER_SLOTS = SLOTS  # a flag counts as the attack's until an hour after its last vote


class Interval(NamedTuple):
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Organic:
    """Honest stories: how many, their story-days, and those that were flagged or alarmed."""

    stories: int
    days: int
    flagged: int
    alarmed: int

    def per_1000_days(self, count: int) -> Interval:
        """Return a count for each 1,000 story-days. Wilson and Hilferty's Poisson interval."""
        low = count * (1 - 1 / 9 / count - 1.96 / 3 / sqrt(count)) ** 3 if count else 0.0
        more = count + 1
        high = more * (1 - 1 / 9 / more + 1.96 / 3 / sqrt(more)) ** 3
        return Interval(*(1000 * one / max(1, self.days) for one in (count, low, high)))


def organic(make: Callable[[], Story], stories: int) -> Organic:
    """Run honest stories."""
    ran = [seen(make()) for _ in range(stories)]
    return Organic(
        stories=stories,
        days=sum(one.days for one in ran),
        flagged=sum(bool(one.looks) for one in ran),
        alarmed=sum(any(map(is_alarming, one.findings)) for one in ran),
    )


@dataclass(frozen=True)
class Outcome:
    """What became of one attack.

    :param stuffed: its votes, for any choice; ``mine``: those for the attacked one.
    :param minutes: from its 100th vote for the choice to the first flag; None if there is neither.
    :param taken: votes set aside, ``honest`` of them expected to be of honest readers.
    :param alarmed: whether new readers' votes would have been held.
    """

    is_flagged: bool
    stuffed: int
    mine: int
    minutes: int | None
    taken: int
    honest: float
    alarmed: bool

    @property
    def removed(self) -> int:
        """The part of the attack that is out of the count."""
        return min(self.taken, self.mine)

    @property
    def too_many(self) -> int:
        """Votes by which the count is too small once they are set aside."""
        return max(0, self.taken - self.mine)


@dataclass(frozen=True)
class Detected:
    """Attacks of one kind. Shares are of 1; those after "flagged" are of flagged attacks only."""

    recall: Interval
    soon: float
    soon_flagged: float
    median_minutes: float | None
    honest_counted: float
    honest_drawn: float
    left_flagged: float
    left: float
    alarmed: float


def detected(stories: Stories, attack: Attack, attacks: int) -> Detected:
    """Plant attacks of one kind and return what became of them."""
    return _detected([outcome(attacked(stories, attack)) for _ in range(attacks)])


def _detected(outcomes: Sequence[Outcome]) -> Detected:
    flagged = [one for one in outcomes if one.is_flagged]
    minutes = sorted(one.minutes for one in flagged if one.minutes is not None)
    soon = sum(one <= SOON_MINUTES for one in minutes)
    recall = share(len(flagged), len(outcomes))
    taken = sum(one.taken for one in flagged)
    return Detected(
        recall=Interval(recall.value, recall.low, recall.high),
        soon=soon / max(1, len(outcomes)),
        soon_flagged=soon / max(1, len(minutes)),
        median_minutes=minutes[len(minutes) // 2] if minutes else None,
        honest_counted=sum(one.too_many for one in flagged) / max(1, taken),
        honest_drawn=sum(one.honest for one in flagged) / max(1, taken),
        left_flagged=_left(flagged),
        left=_left(outcomes),
        alarmed=sum(one.alarmed for one in outcomes) / max(1, len(outcomes)),
    )


def _left(outcomes: Iterable[Outcome]) -> float:
    stuffed, removed = 0, 0
    for one in outcomes:
        stuffed, removed = stuffed + one.stuffed, removed + one.removed
    return 1 - removed / stuffed if stuffed else 0.0


def outcome(planted: Attacked) -> Outcome:
    """Run an attacked story, and set aside whatever was flagged of the attacked choice."""
    saw = seen(planted.story)
    number, slots = planted.choice + 1, planted.slots
    stuffed = sum(vote.is_stuffed and vote.slot < HOURS * SLOTS for vote in planted.story.votes)
    if not slots:  # all of it followed the mix, which has hardly any votes for this choice
        return Outcome(False, stuffed, 0, None, 0, 0.0, alarmed=False)
    flags = [
        slot
        for slot, window in saw.looks
        if window.choice == number and slots[0] <= slot <= slots[-1] + AFTER_SLOTS
    ]
    first_hour = DAY_ZERO + planted.story.first
    begin, end = (first_hour + slot // SLOTS for slot in (slots[0], slots[-1]))
    findings = [
        one
        for one in saw.findings
        if one.choice == number and one.from_hour <= end and one.to_hour > begin
    ]
    if not flags:
        findings = []
    minutes = None
    if flags and len(slots) >= 100:
        minutes = SLOT_MINUTES * (min(flags) - slots[99])
    return Outcome(
        is_flagged=bool(flags),
        stuffed=stuffed,
        mine=len(slots),
        minutes=minutes,
        taken=sum(one.excess for one in findings),
        honest=sum(one.excess * _honest_share(saw, one) for one in findings),
        alarmed=any(map(is_alarming, findings)),
    )


def _honest_share(saw: Seen, finding: Finding) -> float:
    """Return which part is honest of the votes from which the finding's would be drawn."""
    honest = stuffed = 0
    for (hour, choice, is_new, is_stuffed), votes in saw.counted.items():
        inside = choice == finding.choice and finding.from_hour <= hour < finding.to_hour
        if inside and (is_new or finding.kind == "any"):
            honest += votes * (not is_stuffed)
            stuffed += votes * is_stuffed
    return honest / max(1, honest + stuffed)
