"""Articles with their mix of reactions, and how the desk ranks them. Pure: no Flask, no redis."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import accumulate, islice
from operator import add

from widget.domain.figures import statistics
from widget.domain.figures.statistics import MIN_RANKED_N, Ratio, Share

MIN_LISTED_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Mix:
    """Votes by choice number, 1 first; their sum, and how many of them are warm or cold."""

    counts: tuple[int, ...]
    n: int
    warm: int
    cold: int

    @classmethod
    def of(cls, counts: Sequence[int], keys: Sequence[str]) -> "Mix":
        warm, cold = statistics.directions(tuple(keys))
        return cls(
            tuple(counts),
            sum(counts),
            sum([counts[at] for at in warm]),
            sum([counts[at] for at in cold]),
        )

    def plus(self, other: "Mix") -> "Mix":
        counts = tuple(map(add, self.counts, other.counts))
        return Mix(counts, self.n + other.n, self.warm + other.warm, self.cold + other.cold)

    def share(self, at: int) -> Share:
        return statistics.share(self.counts[at], self.n)

    @property
    def warm_share(self) -> Share:
        return statistics.share(self.warm, self.n)

    @property
    def cold_share(self) -> Share:
        return statistics.share(self.cold, self.n)

    @property
    def polarisation(self) -> float:
        return statistics.polarisation(self.warm, self.cold, self.n)

    @property
    def evenness(self) -> float:
        return statistics.entropy(self.counts)

    @property
    def is_split(self) -> bool:
        return statistics.is_split(self.warm, self.cold, self.n)

    @property
    def parts(self) -> list[tuple[int, int, int]]:
        """The choices that have votes, for a bar: ``[(which, votes, votes before it), ...]``."""
        starts = [0, *accumulate(self.counts)]
        return [(at, votes, starts[at]) for at, votes in enumerate(self.counts) if votes]

    @property
    def leading(self) -> int:
        """Where the choice with most votes stands; the earlier one of equals."""
        return max(range(len(self.counts)), key=lambda at: self.counts[at])


@dataclass(frozen=True, slots=True)
class Row:
    """An article and its votes in a period."""

    id: str
    mix: Mix


@dataclass(frozen=True, slots=True)
class Mover:
    """An article that takes votes faster than the day before lets expect."""

    id: str
    ratio: Ratio


def most_reacted(rows: Iterable[Row], limit: int) -> list[Row]:
    return _best(rows, lambda row: row.mix.n, limit)


def most_of(rows: Iterable[Row], at: int, limit: int) -> list[Row]:
    """Articles of which a fifth chose this, by the share it has at least.

    So 3 of 3 does not beat 700 of 800, and a quiet day has no "most loved" that few loved.
    """
    enough = (
        row
        for row in rows
        if row.mix.n >= MIN_RANKED_N and row.mix.counts[at] >= row.mix.n * MIN_LISTED_SHARE
    )
    return _best(enough, lambda row: row.mix.share(at).low, limit)


def most_split(rows: Iterable[Row], limit: int) -> list[Row]:
    """:param rows: those that are split."""
    return _best(rows, lambda row: row.mix.polarisation, limit)


def sure_of_direction(rows: Iterable[Row], limit: int) -> list[Row]:
    """The most voted of those where surely more than half of the readers are warm, or cold."""
    sure = (
        row
        for row in sorted(rows, key=lambda row: (-row.mix.n, row.id))
        if (row.mix.warm * 2 > row.mix.n >= MIN_RANKED_N and row.mix.warm_share.low > 0.5)
        or (row.mix.cold * 2 > row.mix.n >= MIN_RANKED_N and row.mix.cold_share.low > 0.5)
    )
    return list(islice(sure, limit))


def movers(
    recent_activity: Iterable[tuple[str, int, int]], recent: int, before: int, limit: int
) -> list[Mover]:
    """Articles surely faster than their own votes of the hours before let expect.

    Expected is what the article had before, times the whole site's change, so that the morning
    does not make everything a mover.

    :param recent_activity: article, its recent votes, its votes before.
    :param recent: the whole site's recent votes; ``before`` those before.
    """
    site_change = recent / before if before else 0.0
    found = (
        Mover(article_id, statistics.rate_ratio(votes, earlier * site_change))
        for article_id, votes, earlier in recent_activity
    )
    faster = [mover for mover in found if mover.ratio.low > 1]
    return sorted(faster, key=lambda mover: (-mover.ratio.low, mover.id))[:limit]


def _best(rows: Iterable[Row], by: Callable[[Row], float], limit: int) -> list[Row]:
    """The first by a figure, equals by their votes. Whole keys are made only for the few."""
    found = [(by(row), row) for row in rows]
    least = min(nlargest(limit, [figure for figure, _ in found]), default=0.0)
    close = [(figure, row) for figure, row in found if figure >= least]
    close.sort(key=lambda pair: (-pair[0], -pair[1].mix.n, pair[1].id))
    return [row for _, row in close[:limit]]
