"""Totals of comments' tone, which the scripts of comments keep. Reads only.

A total counts published comments, under the hour and section in which they were written.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from widget.domain.article import PARTITIONS, ArticleRef, partition_of
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.scripts import store_errors


@dataclass(frozen=True, slots=True)
class ToneTotals:
    """The sums of some comments' tone.

    ``comments`` is the sum of ``labels`` and ``not_scored``. An editor's correction moves a comment
    to another label and leaves its lean as the scorer set it.

    :param labels: comments by label, after corrections; labels without comments are left out.
    :param not_scored: comments without a score, by the reason.
    :param n: number of comments with a lean.
    :param sum_e4: sum of lean * 10,000.
    :param squares_e8: sum of the squares of lean * 10,000.
    :param corrected: number of comments whose label an editor set.
    """

    comments: int
    labels: dict[str, int]
    not_scored: dict[str, int]
    n: int
    sum_e4: int
    squares_e8: int
    corrected: int

    @property
    def mean(self) -> float | None:
        """Mean lean, -1 to 1; None without any."""
        return self.sum_e4 / self.n / 10_000 if self.n else None

    @property
    def deviation(self) -> float | None:
        """Sample standard deviation of the lean; None below two."""
        if self.n < 2:
            return None
        # Whole numbers until the last step, so that no two large floats are subtracted.
        spread = self.n * self.squares_e8 - self.sum_e4**2
        return float((spread / (self.n * (self.n - 1))) ** 0.5) / 10_000


class ToneReadings:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def for_article(self, site: Site, article: ArticleRef) -> ToneTotals:
        """Return the totals of the comments under all addresses that resolve to the article."""
        wanted = [keys.article_tone(site.key, partition_of(of), of) for of in article.addresses]
        return self._merged(wanted).get("", _totals({}))

    def by_hour_of_article(self, site: Site, article: ArticleRef) -> list[tuple[int, ToneTotals]]:
        """Return ``[(hour_start_s, totals), ...]``, oldest first, without empty hours."""
        wanted = [
            keys.article_tone_hours(site.key, partition_of(of), of) for of in article.addresses
        ]
        hours = self._merged(wanted)
        return sorted((int(hour) * 3600, totals) for hour, totals in hours.items())

    def for_site(self, site: Site) -> ToneTotals:
        wanted = [keys.tone(site.key, p) for p in range(PARTITIONS)]
        return self._merged(wanted).get("", _totals({}))

    def by_day(self, site: Site) -> list[tuple[int, ToneTotals]]:
        """Return ``[(day_start_s, totals), ...]``, oldest first, without empty days."""
        days = self._merged([keys.tone_days(site.key, p) for p in range(PARTITIONS)])
        return sorted((int(day) * 86400, totals) for day, totals in days.items())

    def by_hour(self, site: Site, day: int) -> list[tuple[int, ToneTotals]]:
        """Return one day's ``[(hour_start_s, totals), ...]``.

        :param day: days since the epoch.
        """
        hours = self._merged([keys.tone_hours(site.key, p, day) for p in range(PARTITIONS)])
        return sorted((day * 86400 + int(h) * 3600, totals) for h, totals in hours.items())

    def by_section(self, site: Site, days: Iterable[int]) -> dict[int, dict[str, ToneTotals]]:
        """Return the totals by section of each of these days since the epoch; "" is no section."""
        days = list(days)
        replies = self._read(
            [keys.tone_sections(site.key, p, day) for day in days for p in range(PARTITIONS)]
        )
        return {
            day: _by_suffix(replies[at * PARTITIONS : (at + 1) * PARTITIONS])
            for at, day in enumerate(days)
        }

    def _merged(self, wanted: list[str]) -> dict[str, ToneTotals]:
        return _by_suffix(self._read(wanted))

    def _read(self, wanted: list[str]) -> list[Mapping[bytes, bytes]]:
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for key in wanted:
                pipe.hgetall(key)
            return list(pipe.execute())


def _by_suffix(replies: Iterable[Mapping[bytes, bytes]]) -> dict[str, ToneTotals]:
    return {suffix: _totals(counts) for suffix, counts in _split(replies).items()}


def _split(replies: Iterable[Mapping[bytes, bytes]]) -> dict[str, Counter[str]]:
    """Add up hashes of ``name/suffix`` -> count into ``{suffix: {name: count}}``."""
    parts: dict[str, Counter[str]] = defaultdict(Counter)
    for fields in replies:
        for field, count in fields.items():
            name, _, suffix = field.decode().partition("/")
            parts[suffix][name] += int(count)
    return parts


def _totals(counts: Mapping[str, int]) -> ToneTotals:
    def by(prefix: str) -> dict[str, int]:
        return {k.removeprefix(prefix): n for k, n in counts.items() if k.startswith(prefix) and n}

    return ToneTotals(
        counts.get("comments", 0),
        by("label:"),
        by("not:"),
        counts.get("n", 0),
        counts.get("sum", 0),
        counts.get("squares", 0),
        counts.get("corrected", 0),
    )
