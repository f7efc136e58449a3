"""The articles of a period with their votes, partition by partition. Pure: reads no store.

A site may have a hundred thousand articles with votes in a period. Of most, only the number of
votes is kept here. Those that can be ranked by mood have their votes by choice too.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge

from widget.domain.article import partition_of
from widget.domain.figures.moods import Mix, Row, most_of, most_split, sure_of_direction
from widget.domain.figures.period import Period
from widget.domain.figures.statistics import MIN_RANKED_N

LIST_LENGTH = 6
MOST_COMPARED = 30
SORTS = ("votes", "newest", "loved", "angry", "split")
RANKED = ("loved", "angry", "split")  # only articles with MIN_RANKED_N votes
_CHOICES = {"loved": "love", "angry": "angry"}

Mixes = dict[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Articles ranked by mood.

    :param lists: the name of a list -> its articles, in order.
    :param sure: the articles with the most votes whose reactions clearly lean one way.
    :param splits: number of split articles.
    """

    lists: dict[str, list[Row]]
    sure: list[Row]
    splits: int


class PartStories:
    """The articles of one partition. What is worked out is kept, for as long as no vote changes.

    :param past: article -> votes on days that are over.
    :param past_mixes: those votes by choice, at least of each article that has MIN_RANKED_N in all,
        without the ``edges``.
    :param today: article -> votes by choice on the present day.
    :param edges: article -> votes by choice in hours of days that are only partly in the period.
    """

    def __init__(
        self,
        past: Mapping[str, int],
        past_mixes: Mixes,
        today: Mapping[str, Sequence[int]],
        choice_keys: Sequence[str],
        edges: Mapping[str, Sequence[int]] | None = None,
    ) -> None:
        self.today = today
        self._edges = edges or {}
        self.votes = _joined(past, today)
        self.first_hours: dict[str, int] = {}
        self._choice_keys = choice_keys
        self._past, self._past_mixes = past, past_mixes
        # The ids of articles that were ranked before: nearly always all there are.
        ranked = [article_id for article_id, n in self.votes.items() if n >= MIN_RANKED_N]
        self.ranked = {article_id: self.row(article_id, ()) for article_id in ranked}
        self._orders: dict[str, list[str]] = {}
        self._ranking: Ranking | None = None

    def is_of(self, past: Mapping[str, int], today: Mapping[str, Sequence[int]]) -> bool:
        """Return whether it was made from these very articles."""
        return self._past is past and self.today is today

    def past_of(self, article_id: str) -> int:
        """Return an article's votes on days that are over."""
        return self._past.get(article_id, 0)

    def row(self, article_id: str, past: Sequence[int]) -> Row:
        """Return an article's row.

        :param past: its votes by choice on whole days that are over; () takes those that are kept.
        """
        counts = [0] * len(self._choice_keys)
        before = past or self._past_mixes.get(article_id, ())
        for part in (before, self._edges.get(article_id, ()), self.today.get(article_id, ())):
            for at, votes in enumerate(part):
                counts[at] += votes
        return Row(article_id, Mix.of(counts, self._choice_keys))

    def ranking(self) -> Ranking:
        if self._ranking is None:
            self._ranking = ranking(self.ranked.values(), self._choice_keys)
        return self._ranking

    def in_order(self, sort: str, after: tuple[float, str] | None) -> Iterator[tuple[float, str]]:
        """Yield (place, article) of each article after a place in an order."""
        place = self._place(sort)
        order = self._order(sort, place)
        at = 0
        if after:
            at = bisect_right(order, after, key=lambda article_id: (place(article_id), article_id))
        for article_id in order[at:] if at else order:
            yield place(article_id), article_id

    def _order(self, sort: str, place: Callable[[str], float]) -> list[str]:
        order = self._orders.get(sort)
        if order is None:
            order = sorted(self.ranked if sort in RANKED else self.votes)
            order.sort(key=place)  # equals stay in the order of their ids
            self._orders[sort] = order
        return order

    def _place(self, sort: str) -> Callable[[str], float]:
        """Return the key of an order, least first."""
        if sort == "newest":
            return lambda article_id: -self.first_hours[article_id]
        if sort == "split":
            return lambda article_id: -self.ranked[article_id].mix.smaller_side.low
        key = _CHOICES.get(sort, "")
        if key in self._choice_keys:
            at = self._choice_keys.index(key)
            return lambda article_id: -self.ranked[article_id].mix.share(at).low
        return lambda article_id: -self.votes[article_id]


class Stories:
    """All articles that had votes in a period, by partition."""

    def __init__(self, parts: Sequence[PartStories], choice_keys: Sequence[str]) -> None:
        self.parts = parts
        self._choice_keys = choice_keys
        self._ranking: Ranking | None = None

    @property
    def active(self) -> int:
        """The number of articles with votes."""
        return sum(len(part.votes) for part in self.parts)

    @property
    def reached(self) -> int:
        """The number of articles with MIN_RANKED_N votes; only those are ranked by mood."""
        return sum(len(part.ranked) for part in self.parts)

    def ranked(self, article_id: str) -> Row | None:
        """Return the row of an article that is ranked by mood, None for another."""
        return self.parts[partition_of(article_id)].ranked.get(article_id)

    def in_order(
        self, sort: str, after: tuple[float, str] | None = None
    ) -> Iterator[tuple[float, str]]:
        """Yield (place, article) in an order of SORTS; equals by their ids.

        :param after: where to begin, a pair that was yielded before.
        """
        return merge(*(part.in_order(sort, after) for part in self.parts))

    def ranking(self) -> Ranking:
        """Rank by mood. The best of all are among the best of each partition."""
        if self._ranking is None:
            parts = [part.ranking() for part in self.parts]
            best = {row.id: row for part in parts for of in part.lists.values() for row in of}
            sure = [row for part in parts for row in part.sure]
            sure.sort(key=lambda row: (-row.mix.n, row.id))
            splits = sum(part.splits for part in parts)
            lists = ranking(best.values(), self._choice_keys).lists
            self._ranking = Ranking(lists, sure[:MOST_COMPARED], splits)
        return self._ranking


def hours_of(period: Period) -> tuple[int, int | None]:
    """Return the first hour of a period and its end; None for one that is not over yet."""
    is_over = period.end_hour <= period.now_s // 3600
    return period.first_hour, period.end_hour if is_over else None


def ranking(rows: Iterable[Row], choice_keys: Sequence[str]) -> Ranking:
    """Rank articles with MIN_RANKED_N votes.

    It has the lists that the site's reactions allow: without Love, nothing is most loved.
    """
    rows = list(rows)
    lists = {
        name: most_of(rows, choice_keys.index(key), LIST_LENGTH)
        for name, key in _CHOICES.items()
        if key in choice_keys
    }
    split = [row for row in rows if row.mix.is_split]
    lists["split"] = most_split(split, LIST_LENGTH)
    return Ranking(lists, sure_of_direction(rows, MOST_COMPARED), len(split))


def _joined(past: Mapping[str, int], today: Mapping[str, Sequence[int]]) -> dict[str, int]:
    votes = dict(past)
    for article_id, counts in today.items():
        votes[article_id] = votes.get(article_id, 0) + sum(counts)
    return votes
