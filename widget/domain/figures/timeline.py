"""An article over its life: votes in slots, early against later votes, the tone in steps. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from widget.domain.figures import statistics
from widget.domain.figures.axis import slot_place
from widget.domain.figures.moods import Mix
from widget.domain.figures.statistics import MIN_RANKED_N, MIN_SHARE_N, Mean
from widget.domain.zones import UTC_ZONE, Zone

MOST_HOURS = 96  # a longer life is drawn in days
# The store keeps clock hours, so it cannot tell the exact first hour: two contain the first 60
# minutes, and up to 60 more.
EARLY_HOURS = 2


@dataclass(frozen=True, slots=True)
class Timeline:
    """Votes by choice in slots of an hour or a local day, oldest first, without gaps.

    :param bounds: the first hour of each slot, then the end of the last one, in hours of UTC since
        the epoch.
    :param unit: ``"hour"`` or ``"day"``.
    """

    bounds: list[int]
    unit: str
    series: list[list[int]]

    @property
    def first_hour(self) -> int:
        return self.bounds[0]

    @property
    def end_hour(self) -> int:
        return self.bounds[-1]

    def place(self, at_s: float) -> float | None:
        """Return the position of a time on the axis, in slots; None beyond its ends."""
        return slot_place(self.bounds, at_s)

    def of_hours(self, votes: Mapping[int, int]) -> list[int]:
        """Return the sums by slot of votes by hour; hours beyond the ends are left out."""
        sums = [0] * len(self.series)
        for hour, count in votes.items():
            if self.first_hour <= hour < self.end_hour:
                sums[bisect_right(self.bounds, hour) - 1] += count
        return sums


@dataclass(frozen=True, slots=True)
class Early:
    """The votes of an article before an hour, and all later ones.

    :param divides: the first hour of the later ones, since the epoch.
    :param differences: for each choice, the interval of ``early - later``; None if either side
        has too few votes.
    """

    divides: int
    early: Mix
    later: Mix
    differences: list[tuple[float, float] | None]


@dataclass(frozen=True, slots=True)
class ToneStep:
    """The mean lean of 30 or more consecutive comments, over the slots they were written in."""

    start: float
    end: float
    mean: Mean


def timeline(
    votes: Mapping[int, Sequence[int]],
    first_hour: int,
    width: int,
    *,
    zone: Zone = UTC_ZONE,
    noted_s: Iterable[int] = (),
) -> Timeline:
    """Put an article's votes into slots of an hour, or of a day of the zone for a longer life.

    :param votes: votes by choice, of the hours that had any.
    :param noted_s: times of editors' notes. The timeline includes them, even after the last vote.
    """
    last_hour = max([first_hour, *votes, *(at_s // 3600 for at_s in noted_s)])
    if last_hour - first_hour < MOST_HOURS:
        unit = "hour"
        bounds = list(range(first_hour, last_hour + 2))
    else:
        unit = "day"
        bounds = zone.bounds(zone.day_of_hour(first_hour), zone.day_of_hour(last_hour))
    series = [[0] * width for _ in bounds[1:]]
    for hour, counts in votes.items():
        row = series[bisect_right(bounds, hour) - 1]
        for at, count in enumerate(counts):
            row[at] += count
    return Timeline(bounds, unit, series)


def early(votes: Mapping[int, Sequence[int]], divides: int, keys: Sequence[str]) -> Early:
    """Compare the votes before a clock hour with those of this hour and later."""
    sums = ([0] * len(keys), [0] * len(keys))
    for hour, counts in votes.items():
        side = sums[0] if hour < divides else sums[1]
        for at, count in enumerate(counts):
            side[at] += count
    first, rest = Mix.of(sums[0], keys), Mix.of(sums[1], keys)
    enough = first.n >= MIN_SHARE_N and rest.n >= MIN_SHARE_N
    return Early(
        divides,
        first,
        rest,
        [
            statistics.difference(first.share(at), rest.share(at)) if enough else None
            for at in range(len(keys))
        ],
    )


def tone_steps(hours: Iterable[tuple[int, int, float, float]], line: Timeline) -> list[ToneStep]:
    """Return the tone over time in steps of 30 comments or more; a smaller rest joins the last.

    :param hours: hour since the epoch, comments scored, sum and sum of squares of their lean.
    """
    groups: list[list[tuple[int, int, float, float]]] = []
    gathered = MIN_RANKED_N
    for entry in sorted(hours):
        if gathered >= MIN_RANKED_N:
            groups.append([])
            gathered = 0
        groups[-1].append(entry)
        gathered += entry[1]
    if len(groups) > 1 and gathered < MIN_RANKED_N:
        rest = groups.pop()
        groups[-1] += rest
    steps = []
    for group in groups:
        n, total, squares = (sum(entry[at] for entry in group) for at in (1, 2, 3))
        mean = statistics.mean(int(n), total, squares)
        if mean.n >= MIN_RANKED_N:
            start, end = (line.place(hour * 3600) for hour in (group[0][0], group[-1][0] + 1))
            steps.append(ToneStep(start or 0.0, len(line.series) if end is None else end, mean))
    return steps
