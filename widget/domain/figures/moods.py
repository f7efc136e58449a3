"""Articles with their mix of reactions, and the desk's rankings. Pure: no Flask, no redis."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import accumulate, islice
from operator import add

from widget.domain.figures import statistics
from widget.domain.figures.order import warm_to_cold
from widget.domain.figures.statistics import MIN_RANKED_N, Ratio, Share

MIN_LISTED_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Mix:
    """Votes by choice number, number 1 first; ``n`` is their sum."""

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

    def minus(self, other: "Mix") -> "Mix":
        """Return what is left without some of these votes; never below zero.

        The two may be read a moment apart, while a reader changes a vote.
        """
        counts = tuple(max(0, a - b) for a, b in zip(self.counts, other.counts, strict=True))
        warm, cold = max(0, self.warm - other.warm), max(0, self.cold - other.cold)
        return Mix(counts, sum(counts), warm, cold)

    def share(self, at: int) -> Share:
        return statistics.share(self.counts[at], self.n)

    @property
    def warm_share(self) -> Share:
        return statistics.share(self.warm, self.n)

    @property
    def cold_share(self) -> Share:
        return statistics.share(self.cold, self.n)

    @property
    def smaller_side(self) -> Share:
        """The share of the warm or of the cold, whichever are fewer."""
        return statistics.share(min(self.warm, self.cold), self.n)

    @property
    def polarisation(self) -> float:
        return statistics.polarisation(self.warm, self.cold, self.n)

    @property
    def evenness(self) -> float:
        return statistics.entropy(self.counts)

    @property
    def is_split(self) -> bool:
        return statistics.is_split(self.warm, self.cold, self.n)

    def parts(self, keys: Sequence[str]) -> list[tuple[int, int, int]]:
        """Return the choices with votes, warm to cold: ``[(index, votes, sum of those before)]``.

        :param keys: the choice keys, by number.
        """
        order = warm_to_cold(keys)
        starts = accumulate((self.counts[at] for at in order), initial=0)
        return [
            (at, self.counts[at], start)
            for at, start in zip(order, starts, strict=False)
            if self.counts[at]
        ]

    def sides(self, keys: Sequence[str]) -> tuple[list[tuple[int, float, float]], ...]:
        """Return both sides of a split, from the middle out: ``[(index, start, width), ...]``.

        Both are on one scale: 100 is all votes. Warm parts have their start to the left.
        """
        order = warm_to_cold(keys)
        warm, cold = map(set, statistics.directions(tuple(keys)))
        return (
            self._side([at for at in reversed(order) if at in warm]),
            self._side([at for at in order if at in cold]),
        )

    def _side(self, order: Iterable[int]) -> list[tuple[int, float, float]]:
        found, start = [], 0.0
        for at in order:
            width = 100 * self.counts[at] / self.n if self.n else 0.0
            if width:
                found.append((at, start, width))
            start += width
        return found

    @property
    def leading(self) -> int:
        """The index of the choice with most votes; of equals, the first."""
        return max(range(len(self.counts)), key=lambda at: self.counts[at])


@dataclass(frozen=True, slots=True)
class Row:
    """An article and its votes in a period."""

    id: str
    mix: Mix


@dataclass(frozen=True, slots=True)
class Mover:
    """An article that gets votes faster than its previous 24 hours predict."""

    id: str
    ratio: Ratio


def most_reacted(rows: Iterable[Row], limit: int) -> list[Row]:
    """Rank articles by their votes."""
    return _best(rows, lambda row: row.mix.n, limit)


def most_of(rows: Iterable[Row], at: int, limit: int) -> list[Row]:
    """Rank the articles where at least a fifth chose this, by the low end of the share's interval.

    So 3 of 3 does not beat 700 of 800, and a quiet day has no "most loved" with little love.
    """
    enough = (
        row
        for row in rows
        if row.mix.n >= MIN_RANKED_N and row.mix.counts[at] >= row.mix.n * MIN_LISTED_SHARE
    )
    return _best(enough, lambda row: row.mix.share(at).low, limit)


def most_split(rows: Iterable[Row], limit: int) -> list[Row]:
    """Rank articles by the low end of their smaller side, so small samples do not win.

    :param rows: only those that are split.
    """
    return _best(rows, lambda row: row.mix.smaller_side.low, limit)


def sure_of_direction(rows: Iterable[Row], limit: int) -> list[Row]:
    """Rank by votes the articles where, with 95 % confidence, most readers are warm, or cold."""
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
    """Rank the articles that are, with 95 % confidence, faster than their previous hours predict.

    The prediction is the article's earlier votes times the change of the whole site, so that the
    morning does not turn every article into a mover.

    :param recent_activity: for each article its id, its recent votes and its earlier votes.
    :param recent: the whole site's recent votes; ``before``, its earlier votes.
    """
    site_change = recent / before if before else 0.0
    found = (
        Mover(article_id, statistics.rate_ratio(votes, earlier * site_change))
        for article_id, votes, earlier in recent_activity
    )
    faster = [mover for mover in found if mover.ratio.low > 1]
    return sorted(faster, key=lambda mover: (-mover.ratio.low, mover.id))[:limit]


def _best(rows: Iterable[Row], by: Callable[[Row], float], limit: int) -> list[Row]:
    """Return the rows with the highest figures; rank equals by votes.

    For speed, only the rows near the limit are sorted by the whole key.
    """
    found = [(by(row), row) for row in rows]
    least = min(nlargest(limit, [figure for figure, _ in found]), default=0.0)
    close = [(figure, row) for figure, row in found if figure >= least]
    close.sort(key=lambda pair: (-pair[0], -pair[1].mix.n, pair[1].id))
    return [row for _, row in close[:limit]]
