"""Which of a story's votes are in doubt or set aside, with the evidence. Reads only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from widget.domain.figures.moods import Mix
from widget.domain.integrity.arrivals import Arrivals, Comparison, compare
from widget.domain.integrity.evidence import HourEvidence
from widget.domain.integrity.flag import Flag
from widget.domain.model import Site
from widget.store.figures.headlines import Detail
from widget.store.integrity.flags import Flags
from widget.store.reactions.evidence import Evidence

Hours = dict[int, list[int]]


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is in doubt about a story's votes.

    :param flags: those that wait, worst first, then the others, newest first.
    :param compared: for each flag, its window beside the story's other hours.
    :param life: how the votes of all its hours came.
    :param counted: votes that the store counts.
    :param waiting: votes in doubt by choice, which still count; ``aside``: those set aside.
    :param waiting_hours, aside_hours: the same by hour. Which votes they are is not known, so the
        hour of each is an estimate; the sums are exact.
    """

    flags: list[Flag]
    compared: list[Comparison]
    life: Arrivals
    counted: int
    waiting: list[int]
    aside: list[int]
    waiting_hours: Hours
    aside_hours: Hours

    @property
    def votes(self) -> list[int]:
        """For each flag, its votes that are in doubt or set aside."""
        return [sum(one.doubted.values()) for one in self.compared]

    @property
    def n_waiting(self) -> int:
        return sum(self.waiting)

    @property
    def n_aside(self) -> int:
        return sum(self.aside)

    def without(self, detail: Detail, keys: Sequence[str]) -> Detail:
        """Return a story's counts without the votes that still wait for an editor."""
        mix = detail.mix.minus(Mix.of(self.waiting, keys))
        hours = _minus(detail.timeline, self.waiting_hours)
        return replace(detail, mix=mix, timeline=hours)

    def with_all(self, detail: Detail, keys: Sequence[str]) -> Detail:
        """Return a story's counts with the votes that were set aside."""
        mix = detail.mix.plus(Mix.of(self.aside, keys))
        return replace(detail, mix=mix, timeline=_plus(detail.timeline, self.aside_hours))

    @property
    def hours(self) -> dict[int, int]:
        """The votes by hour that are in doubt or set aside."""
        both = _plus(self.waiting_hours, self.aside_hours)
        return {hour: sum(counts) for hour, counts in both.items()}


class Doubts:
    def __init__(self, flags: Flags, evidence: Evidence) -> None:
        self._flags, self._evidence = flags, evidence

    def of(self, site: Site, detail: Detail) -> Doubt:
        """Return what is in doubt on a story.

        :raise StoreUnavailable: the store timed out or refused.
        """
        article_id = detail.headline.id
        flags = self._flags.of_article(site, article_id)
        return doubt_of(detail, flags, self.hours(site, article_id))

    def hours(self, site: Site, article_id: str) -> list[HourEvidence]:
        """Return the evidence of a story's hours, oldest first."""
        return self._evidence.of(site, article_id)


def doubt_of(detail: Detail, flags: list[Flag], hours: Sequence[HourEvidence]) -> Doubt:
    """Put a story's flags beside its counts and its evidence."""
    width = len(detail.mix.counts)
    compared = [_compared(flag, detail, hours) for flag in flags]
    waiting_hours: Hours = {}
    aside_hours: Hours = {}
    for flag, found in zip(flags, compared, strict=True):
        if flag.finding.choice > width or flag.state == "explained":
            continue
        into = waiting_hours if flag.state == "waiting" else aside_hours
        for hour, votes in found.doubted.items():
            into.setdefault(hour, [0] * width)[flag.finding.choice - 1] += votes
    return Doubt(
        flags,
        compared,
        Arrivals.of(hours),
        detail.mix.n,
        [sum(column) for column in zip(*waiting_hours.values(), strict=True)] or [0] * width,
        list(detail.aside),
        waiting_hours,
        aside_hours,
    )


def _compared(flag: Flag, detail: Detail, hours: Sequence[HourEvidence]) -> Comparison:
    finding = flag.finding
    if flag.state != "waiting":
        return compare(finding, flag.votes_aside, hours)
    # A vote that counts no longer is not in doubt either.
    counted = {
        hour: votes[finding.choice - 1]
        for hour, votes in detail.timeline.items()
        if finding.choice <= len(votes)
    }
    return compare(finding, finding.excess, hours, counted)


def _plus(hours: Mapping[int, Sequence[int]], more: Mapping[int, Sequence[int]]) -> Hours:
    found = {hour: list(counts) for hour, counts in hours.items()}
    for hour, counts in more.items():
        here = found.setdefault(hour, [0] * len(counts))
        found[hour] = [a + b for a, b in zip(here, counts, strict=True)]
    return dict(sorted(found.items()))


def _minus(hours: Mapping[int, Sequence[int]], less: Mapping[int, Sequence[int]]) -> Hours:
    found = {hour: list(counts) for hour, counts in hours.items()}
    for hour, counts in less.items():
        found[hour] = [a - b for a, b in zip(found.get(hour, counts), counts, strict=True)]
    return found
