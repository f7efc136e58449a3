"""A recount: are the totals the sums of their marks? It reads everything and changes nothing."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from widget.domain.article import PARTITIONS
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.figures.headlines import voted_keys
from widget.store.scripts import store_errors

MOST_READINGS = 20
HOT_HOURS = 48  # of the three days that an hour's ranking is kept
TOP_DAYS = 399  # of the 400 days that a day's ranking is kept
_COUNTED, _HELD = 0, 1


@dataclass(frozen=True, slots=True)
class Mismatch:
    where: str
    expected: dict[Any, int]
    found: dict[Any, int]


class Recount:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def mismatches(self, site: Site, *, now_s: int) -> Iterator[Mismatch]:
        """Yield each count that is not the sum of its parts.

        Marks of a closed article have expired, so its counts are compared only with its timeline.
        """
        for partition in range(PARTITIONS):
            with store_errors():
                yield from self._settled(site, partition, now_s)

    def articles(self, site: Site) -> int:
        with store_errors():
            client = self._connection.client
            partitions = range(PARTITIONS)
            return sum(client.zcard(key) for p in partitions for key in voted_keys(site, p))

    def unfinished_moves(self, site: Site) -> int:
        """Return the number of unfinished moves, which the next vote or correction there ends."""
        with store_errors():
            client = self._connection.client
            return sum(int(client.hlen(keys.moving(site.key, p))) for p in range(PARTITIONS))

    def _voted(self, site: Site, partition: int) -> Iterator[bytes]:
        """Yield the ids of articles that have had votes, then those of editors' own questions."""
        for key in voted_keys(site, partition):
            for raw_id, _ in self._connection.client.zscan_iter(key):
                yield raw_id

    def _settled(self, site: Site, partition: int, now_s: int) -> list[Mismatch]:
        """Return a partition's mismatches.

        A vote cast during the reading looks like a mismatch, so read again while votes come in.
        """
        for _ in range(MOST_READINGS):
            before = self._sums(site, partition)
            found = list(self._partition(site, partition, now_s))
            if not found or before == self._sums(site, partition):
                break
            time.sleep(0.05)
        return found

    def _sums(self, site: Site, partition: int) -> Any:
        client = self._connection.client
        held = client.zrange(keys.held(site.key, partition), 0, -1, withscores=True)
        return client.hgetall(keys.days(site.key, partition)), held

    def _partition(self, site: Site, partition: int, now_s: int) -> Iterator[Mismatch]:
        sums = _Sums(now_s // 3600)
        for article in self._articles(site, partition):
            sums.add(article)
            where = f"article {article.id}, timeline"
            yield from _compare(where, article.counts, _by_choice(article.timeline))
            if now_s < int(article.fields[b"x"]):
                yield from self._marks(site, partition, article)
        yield from self._rankings(site, partition, sums, now_s // 86400)
        yield from self._totals(site, partition, sums)

    def _articles(self, site: Site, partition: int) -> Iterator["_Article"]:
        client = self._connection.client
        for raw_id in self._voted(site, partition):
            article_id = raw_id.decode()
            yield _Article(
                article_id,
                client.hgetall(keys.article(site.key, partition, article_id)),
                client.hgetall(keys.timeline(site.key, partition, article_id)),
            )

    def _marks(self, site: Site, partition: int, article: "_Article") -> Iterator[Mismatch]:
        """Compare an open article's counts, and those of its tables' voters, with its marks."""
        counted = Counter(article.without_marks)
        held: Counter[int] = Counter()
        voters: Counter[str] = Counter()
        tables = tables_of(article.id, article.fields)
        for address, buckets, _ in tables:
            for status, choice in self._packed(site, partition, address, buckets):
                voters[address] += 1
                if choice and status == _COUNTED:
                    counted[choice] += 1
                elif choice and status == _HELD:
                    held[choice] += 1
        yield from _compare(f"article {article.id}, marks", counted, article.counts)
        yield from _compare(f"article {article.id}, held marks", held, article.held)
        stored = {address: count for address, _, count in tables}
        yield from _compare(f"article {article.id}, voters", voters, stored)

    def _packed(
        self, site: Site, partition: int, address: str, buckets: int
    ) -> Iterator[tuple[int, int]]:
        """Yield (status, choice) of each vote in a table of voters."""
        for number in range(buckets):
            bucket = keys.bucket(site.key, partition, address, number)
            for packed in self._connection.client.hvals(bucket):
                yield int(packed) // 16 % 4, int(packed) % 16

    def _rankings(
        self, site: Site, partition: int, sums: "_Sums", today: int
    ) -> Iterator[Mismatch]:
        """Compare the rankings of recent hours and of days with the articles' timelines."""
        for hour, expected in sums.by_hour.items():
            found = self._ranked(keys.hot(site.key, partition, hour))
            yield from _compare(f"partition {partition}, hour {hour}", expected, found)
        for (day, choice), expected in sums.by_day.items():
            if day > today - TOP_DAYS:
                found = self._ranked(keys.top(site.key, partition, day, choice))
                where = f"partition {partition}, day {day}, choice {choice}"
                yield from _compare(where, expected, found)

    def _ranked(self, key: str) -> dict[bytes, int]:
        ranked = self._connection.client.zrange(key, 0, -1, withscores=True)
        return {member: int(votes) for member, votes in ranked}

    def _totals(self, site: Site, partition: int, sums: "_Sums") -> Iterator[Mismatch]:
        """Compare the site's days, hours, sections and held votes with the articles' counts."""
        client = self._connection.client
        hours: Counter[int] = Counter()
        sections: Counter[str] = Counter()
        for day in sums.days:
            for field, votes in client.hgetall(keys.sections(site.key, partition, day)).items():
                sections[field.decode()] += int(votes)
            hours.update(_by_choice(client.hgetall(keys.hours(site.key, partition, day))))
        days = _by_choice(client.hgetall(keys.days(site.key, partition)))
        yield from _compare(f"partition {partition}, sum of days", sums.counts, days)
        yield from _compare(f"partition {partition}, sum of hours", sums.counts, hours)
        yield from _compare(f"partition {partition}, sections", sums.sections, sections)
        listed = dict(client.zscan_iter(keys.held(site.key, partition)))
        held = {member: int(votes) for member, votes in listed.items()}
        yield from _compare(f"partition {partition}, held", sums.held, held)


@dataclass(frozen=True, slots=True)
class _Article:
    """An article's hash and timeline as stored."""

    id: str
    fields: dict[bytes, bytes]
    timeline: dict[bytes, bytes]

    @property
    def counts(self) -> dict[int, int]:
        return {int(k): int(v) for k, v in self.fields.items() if k.isdigit()}

    @property
    def held(self) -> dict[int, int]:
        return self._numbered(b"h")

    @property
    def without_marks(self) -> dict[int, int]:
        """Votes of voters who were forgotten before the article was opened again, by choice."""
        return self._numbered(b"k")

    @property
    def is_question(self) -> bool:
        return b"q" in self.fields

    @property
    def section(self) -> str | None:
        return self.fields[b"c"].decode() if b"c" in self.fields else None

    def votes(self) -> Iterator[tuple[int, int, int]]:
        """Yield (hour since the epoch, choice, votes) of the timeline."""
        for field, votes in self.timeline.items():
            since, choice = divmod(int(field), 16)
            yield int(self.fields[b"f"]) + since, choice, int(votes)

    def _numbered(self, prefix: bytes) -> dict[int, int]:
        fields = self.fields.items()
        return {int(k[1:]): int(v) for k, v in fields if k[:1] == prefix and k[1:].isdigit()}


class _Sums:
    """What the articles of a partition add up to.

    ``by_hour`` has the votes of each article in each of the last 48 hours, also hours without any.
    ``by_day`` has the votes of each article by (day, choice); choice 0 is all choices.
    """

    def __init__(self, now_hour: int) -> None:
        self.counts: Counter[int] = Counter()
        self.held: Counter[bytes] = Counter()
        self.sections: Counter[str] = Counter()
        self.days: set[int] = set()
        hours = range(now_hour - HOT_HOURS + 1, now_hour + 1)
        self.by_hour: dict[int, Counter[bytes]] = {hour: Counter() for hour in hours}
        self.by_day: defaultdict[tuple[int, int], Counter[bytes]] = defaultdict(Counter)

    def add(self, article: _Article) -> None:
        self.held[article.id.encode()] = sum(article.held.values())
        if article.is_question:
            return  # an editor's own question is in no total of the site
        self.counts.update(article.counts)
        if article.section is not None:
            self.sections.update({f"{n}:{article.section}": v for n, v in article.counts.items()})
        for hour, choice, votes in article.votes():
            self._add_votes(article.id.encode(), hour, choice, votes)

    def _add_votes(self, article_id: bytes, hour: int, choice: int, votes: int) -> None:
        day = hour // 24
        self.days.add(day)
        self.by_day[day, choice][article_id] += votes
        self.by_day[day, 0][article_id] += votes
        if hour in self.by_hour:
            self.by_hour[hour][article_id] += votes


def tables_of(article_id: str, fields: dict[bytes, bytes]) -> list[tuple[str, int, int]]:
    """Return an article's tables of voters: its own, and one for each address that resolves to it.

    Shape: ``[(id of the address, buckets, voters), ...]``, including those that are just moving.
    """
    found = []
    for name, buckets in fields.items():
        if name == b"b" or name[:2] in (b"b:", b"w:"):
            address = name[2:].decode()
            voters = fields.get(f"v:{address}".encode() if address else b"v", b"0")
            found.append((address or article_id, int(buckets), int(voters)))
    return found


def _by_choice(packed: dict[bytes, bytes]) -> dict[int, int]:
    counts: Counter[int] = Counter()
    for field, votes in packed.items():
        counts[int(field) % 16] += int(votes)
    return counts


def _compare(where: str, expected: dict[Any, int], found: dict[Any, int]) -> Iterator[Mismatch]:
    expected = {k: v for k, v in expected.items() if v}
    found = {k: v for k, v in found.items() if v}
    if expected != found or any(v < 0 for v in found.values()):
        yield Mismatch(where, expected, found)
