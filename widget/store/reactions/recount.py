"""A recount: are the totals the sums of their marks? It reads everything and changes nothing."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import msgspec

from widget.domain.article import PARTITIONS
from widget.domain.integrity.evidence import Kind
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.figures.headlines import voted_keys
from widget.store.reactions.evidence import counters
from widget.store.reactions.packed_votes import PackedVote, Status
from widget.store.scripts import store_errors
from widget.store.whole import PORTION, answers, hashes, pairs, ranking, rankings, whole_hash

MOST_READINGS = 20
_ARTICLES_AT_ONCE = 250
HOT_HOURS = 48  # of the three days that an hour's ranking is kept
TOP_DAYS = 399  # of the 400 days that a day's ranking is kept


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
            for raw_id, _ in self._connection.client.zscan_iter(key, count=PORTION):
                yield raw_id

    def _settled(self, site: Site, partition: int, now_s: int) -> list[Mismatch]:
        """Return a partition's mismatches.

        A vote cast during the reading looks like a mismatch, but not like the same one twice. So
        read again until nothing has changed.
        """
        found: list[Mismatch] = []
        for _ in range(MOST_READINGS):
            before, found = found, list(self._partition(site, partition, now_s))
            if not found or found == before:
                break
            time.sleep(0.05)
        return found

    def _partition(self, site: Site, partition: int, now_s: int) -> Iterator[Mismatch]:
        sums = _Sums(now_s // 3600)
        # A scan may return an article twice.
        voted = iter(dict.fromkeys(self._voted(site, partition)))
        while ids := list(islice(voted, _ARTICLES_AT_ONCE)):
            articles = self._articles(site, partition, ids)
            for article in articles:
                sums.add(article)
                where = f"article {article.id}, timeline"
                yield from _compare(where, article.counts, article.in_timeline())
                total = sum(article.aside.values())
                yield from _compare(
                    f"article {article.id}, set aside", {0: total}, article.all_aside
                )
            are_open = [one for one in articles if now_s < int(one.fields[b"x"])]
            yield from self._marks(site, partition, are_open)
        yield from self._rankings(site, partition, sums, now_s // 86400)
        yield from self._totals(site, partition, sums)

    def _articles(self, site: Site, partition: int, ids: list[bytes]) -> list["_Article"]:
        client, names = self._connection.client, [raw.decode() for raw in ids]
        hashes = [("HGETALL", keys.article(site.key, partition, one)) for one in names]
        timelines = [keys.timeline(site.key, partition, one) for one in names]
        fields = [pairs(flat) for flat in answers(client, hashes)]
        # A timeline has at most as many fields as the article has votes.
        votes = [sum(_counts(of).values()) for of in fields]
        short = [("HGETALL", t) for t, n in zip(timelines, votes, strict=True) if n <= PORTION]
        found = answers(client, short)
        return [
            _Article.of(
                name, of, pairs(next(found)) if n <= PORTION else whole_hash(client, timeline)
            )
            for name, of, timeline, n in zip(names, fields, timelines, votes, strict=True)
        ]

    def _marks(self, site: Site, partition: int, articles: list["_Article"]) -> Iterator[Mismatch]:
        """Compare open articles' counts, and those of their tables' voters, with their marks."""
        buckets = [
            (article, address, keys.bucket(site.key, partition, address, number))
            for article in articles
            for address, count, _ in article.tables
            for number in range(count)
        ]
        marks = {
            article.id: _Marks(
                Counter(article.without_marks), aside=Counter(article.aside_without_marks)
            )
            for article in articles
        }
        found = answers(self._connection.client, [("HVALS", key) for _, _, key in buckets])
        for (article, address, _), packed in zip(buckets, found, strict=True):
            marks[article.id].add(address, packed, article.base(address))
        yield from self._evidence(site, partition, articles, marks)
        for article in articles:
            of = marks[article.id]
            yield from _compare(f"article {article.id}, marks", of.counted, article.counts)
            yield from _compare(f"article {article.id}, held marks", of.held, article.held)
            yield from _compare(f"article {article.id}, marks set aside", of.aside, article.aside)
            stored = {address: count for address, _, count in article.tables}
            yield from _compare(f"article {article.id}, voters", of.voters, stored)

    def _evidence(
        self, site: Site, partition: int, articles: list["_Article"], marks: dict[str, "_Marks"]
    ) -> Iterator[Mismatch]:
        """Compare the evidence of each address with the marks of new and known readers."""
        tables = [(article, address) for article in articles for address, _, _ in article.tables]
        asked = [("HGETALL", keys.evidence(site.key, partition, one)) for _, one in tables]
        found = answers(self._connection.client, asked)
        for (article, address), raw in zip(tables, found, strict=True):
            evidence = pairs(raw)
            since = int(evidence.get(b"s", -1)) + 1  # before, voters were forgotten
            kept = {at: votes for at, votes in _by_kind(evidence).items() if at[1] // 16 >= since}
            of = {
                at: n for at, n in marks[article.id].seen[address].items() if at[1] // 16 >= since
            }
            yield from _compare(f"article {article.id}, evidence of {address}", of, kept)

    def _rankings(
        self, site: Site, partition: int, sums: "_Sums", today: int
    ) -> Iterator[Mismatch]:
        """Compare the rankings of recent hours and of days with the articles' timelines."""
        client, of = self._connection.client, (site.key, partition)
        hours = rankings(client, [keys.hot(*of, hour) for hour in sums.by_hour])
        for (hour, votes), ranked in zip(sums.by_hour.items(), hours, strict=True):
            yield from _compare(f"partition {partition}, hour {hour}", votes, ranked)
        expected = {at: votes for at, votes in sums.by_day.items() if at[0] > today - TOP_DAYS}
        # Where the store was of schema 1, each choice has a list, and the votes are those of both.
        lists = rankings(client, [keys.top(*of, *at) for at in expected])
        found = {at: Counter(ranked) for at, ranked in zip(expected, lists, strict=True)}
        days = list({day for day, _ in expected})
        mixes = hashes(client, [keys.mixes(*of, day) for day in days])
        for day, by_article in zip(days, mixes, strict=True):
            for article_id, packed in by_article.items():
                counts = msgspec.msgpack.decode(packed, type=list[int])
                for choice, number in enumerate(counts, 1):
                    found.setdefault((day, choice), Counter())[article_id] += number
        for (day, choice), of_articles in found.items():
            where = f"partition {partition}, day {day}, choice {choice}"
            filed = {article_id: number for article_id, number in of_articles.items() if number}
            yield from _compare(where, expected.get((day, choice), {}), filed)

    def _totals(self, site: Site, partition: int, sums: "_Sums") -> Iterator[Mismatch]:
        """Compare the site's days, hours, sections and held votes with the articles' counts."""
        client, of = self._connection.client, (site.key, partition)
        hours: Counter[int] = Counter()
        sections: Counter[str] = Counter()
        for hash_ in answers(client, [("HGETALL", keys.hours(*of, day)) for day in sums.days]):
            hours.update(_by_choice(pairs(hash_)))
        for day in sums.days:
            for name, votes in whole_hash(client, keys.sections(*of, day)).items():
                sections[name.decode()] += int(votes)
        days = _by_choice(whole_hash(client, keys.days(*of)))
        yield from _compare(f"partition {partition}, sum of days", sums.counts, days)
        yield from _compare(f"partition {partition}, sum of hours", sums.counts, hours)
        yield from _compare(f"partition {partition}, sections", sums.sections, sections)
        held = ranking(client, keys.held(*of))
        yield from _compare(f"partition {partition}, held", sums.held, held)
        behind = dict.fromkeys(client.smembers(keys.behind(*of)), 1)
        yield from _compare(f"partition {partition}, behind", sums.behind, behind)


@dataclass(frozen=True, slots=True)
class _Article:
    """An article's hash and timeline as stored.

    :param counts: votes by choice. ``held``: those held. ``aside``: those set aside.
        ``without_marks`` and ``aside_without_marks``: those of voters who were forgotten before the
        article was opened again.
    :param votes: ``[(hour since the epoch, choice, votes), ...]``, the timeline.
    :param filed: the same, as far as it is filed everywhere: lua/shared/catch_up.lua.
    """

    id: str
    fields: dict[bytes, bytes]
    votes: list[tuple[int, int, int]]
    filed: list[tuple[int, int, int]]
    counts: dict[int, int]
    held: dict[int, int]
    without_marks: dict[int, int]
    aside: dict[int, int]
    aside_without_marks: dict[int, int]

    @classmethod
    def of(
        cls, article_id: str, fields: dict[bytes, bytes], timeline: dict[bytes, bytes]
    ) -> "_Article":
        first = int(fields[b"f"]) * 16
        by_field = {int(since): int(votes) for since, votes in timeline.items()}
        behind = (one.split(b":") for one in fields.get(b"u", b"").split())
        filed = by_field | {int(since): int(votes) for since, votes in behind}
        votes, everywhere = (
            [((first + at) // 16, at % 16, number) for at, number in of.items() if number]
            for of in (by_field, filed)
        )
        numbered = (_numbered(fields, prefix) for prefix in (b"h", b"k", b"a", b"l"))
        return cls(article_id, fields, votes, everywhere, _counts(fields), *numbered)

    @property
    def is_question(self) -> bool:
        return b"q" in self.fields

    @property
    def section(self) -> str | None:
        return self.fields[b"c"].decode() if b"c" in self.fields else None

    @property
    def tables(self) -> list[tuple[str, int, int]]:
        return tables_of(self.id, self.fields)

    @property
    def all_aside(self) -> dict[int, int]:
        """The stored sum of the votes set aside."""
        return {0: int(self.fields.get(b"a", 0))}

    def base(self, address: str) -> int:
        """Return the hour from which the marks of an address count."""
        name = f"f:{'' if address == self.id else address}".encode()
        return int(self.fields.get(name) or self.fields[b"f"])

    def in_timeline(self) -> dict[int, int]:
        """Return the timeline's votes by choice."""
        found: dict[int, int] = {}
        for _, choice, votes in self.votes:
            found[choice] = found.get(choice, 0) + votes
        return found


@dataclass(slots=True)
class _Marks:
    """The marks of an article's voters, counted: those of each choice, and voters by address.

    ``seen`` has by address the votes by (kind, hour * 16 + choice) that are in the evidence.
    """

    counted: Counter[int]
    held: Counter[int] = field(default_factory=Counter)
    voters: Counter[str] = field(default_factory=Counter)
    aside: Counter[int] = field(default_factory=Counter)
    seen: defaultdict[str, Counter[tuple[int, int]]] = field(
        default_factory=lambda: defaultdict(Counter)
    )

    def add(self, address: str, packed: list[bytes], base: int) -> None:
        """Count a bucket's marks. ``base``: the hour from which its hours count."""
        self.voters[address] += len(packed)
        for vote in map(PackedVote.of, map(int, packed)):
            status, choice = vote.status, vote.choice
            if choice and status == Status.COUNTED:
                self.counted[choice] += 1
            elif choice and status == Status.HELD:
                self.held[choice] += 1
            elif choice and status == Status.ASIDE:
                self.aside[choice] += 1
            if choice and vote.kind and status in (Status.COUNTED, Status.ASIDE):
                self.seen[address][vote.kind, (base + vote.hours) * 16 + choice] += 1


class _Sums:
    """What the articles of a partition add up to.

    ``by_hour`` has the votes of each article in each of the last 48 hours, also hours without any.
    ``by_day`` has the votes of each article by (day, choice); choice 0 is all choices.
    """

    def __init__(self, now_hour: int) -> None:
        self.counts: Counter[int] = Counter()
        self.held: dict[bytes, int] = {}
        self.behind: dict[bytes, int] = {}
        self.sections: Counter[str] = Counter()
        self.days: set[int] = set()
        hours = range(now_hour - HOT_HOURS + 1, now_hour + 1)
        self.by_hour: dict[int, dict[bytes, int]] = {hour: {} for hour in hours}
        self.by_day: defaultdict[tuple[int, int], dict[bytes, int]] = defaultdict(dict)

    def add(self, article: _Article) -> None:
        article_id = article.id.encode()
        if article.held:
            self.held[article_id] = sum(article.held.values())
        if b"u" in article.fields:
            self.behind[article_id] = 1
        if article.is_question:
            return  # an editor's own question is in no total of the site
        for hour, choice, votes in article.filed:
            self.counts[choice] += votes
            if article.section is not None:
                self.sections[f"{choice}:{article.section}"] += votes
            day = hour // 24
            self.days.add(day)
            for ranking_ in (self.by_day[day, choice], self.by_day[day, 0]):
                ranking_[article_id] = ranking_.get(article_id, 0) + votes
            of_hour = self.by_hour.get(hour)
            if of_hour is not None:
                of_hour[article_id] = of_hour.get(article_id, 0) + votes


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


def _counts(fields: dict[bytes, bytes]) -> dict[int, int]:
    return {int(k): int(v) for k, v in fields.items() if k.isdigit()}


def _numbered(fields: dict[bytes, bytes], prefix: bytes) -> dict[int, int]:
    """Return the fields that are a letter and the number of a choice."""
    return {int(k[1:]): int(v) for k, v in fields.items() if k[:1] == prefix and k[1:].isdigit()}


def _by_kind(evidence: dict[bytes, bytes]) -> dict[tuple[int, int], int]:
    """Return the votes of an address's evidence by (kind, hour * 16 + choice)."""
    found: dict[tuple[int, int], int] = {}
    for name, raw in evidence.items():
        if name.isdigit() and int(name) % 16:
            new, known, _ = counters(raw)
            for kind, votes in ((Kind.NEW, new), (Kind.KNOWN, known)):
                if votes:
                    found[kind, int(name)] = votes
    return found


def _by_choice(packed: dict[bytes, bytes]) -> dict[int, int]:
    counts: Counter[int] = Counter()
    for name, votes in packed.items():
        counts[int(name) % 16] += int(votes)
    return counts


def _compare(where: str, expected: dict[Any, int], found: dict[Any, int]) -> Iterator[Mismatch]:
    if expected == found and min(found.values(), default=0) >= 0:
        return  # nearly all
    expected = {k: v for k, v in expected.items() if v}
    found = {k: v for k, v in found.items() if v}
    if expected != found or any(v < 0 for v in found.values()):
        yield Mismatch(where, expected, found)
