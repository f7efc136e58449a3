"""A recount: are the totals the sums of their marks? It reads everything and changes nothing."""

import re
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
_KEPT = re.compile(rb"k\d+").fullmatch


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
        client = self._connection.client
        site_sum: Counter[int] = Counter()
        site_hours: Counter[int] = Counter()
        site_days: Counter[int] = Counter()
        site_held: Counter[bytes] = Counter()
        sections: Counter[str] = Counter()
        days: set[int] = set()
        hot: dict[int, Counter[bytes]] = {
            hour: Counter() for hour in range(now_s // 3600 - HOT_HOURS + 1, now_s // 3600 + 1)
        }
        tops: defaultdict[tuple[int, int], Counter[bytes]] = defaultdict(Counter)
        for raw_id in self._voted(site, partition):
            article_id = raw_id.decode()
            fields = client.hgetall(keys.article(site.key, partition, article_id))
            counts = {int(k): int(v) for k, v in fields.items() if k.isdigit()}
            line = client.hgetall(keys.timeline(site.key, partition, article_id))
            if b"q" not in fields:  # an editor's own question is in no total of the site
                site_sum.update(counts)
                for field, votes in line.items():
                    hour, choice = int(fields[b"f"]) + int(field) // 16, int(field) % 16
                    days.add(hour // 24)
                    tops[hour // 24, choice][raw_id] += int(votes)
                    tops[hour // 24, 0][raw_id] += int(votes)
                    if hour in hot:
                        hot[hour][raw_id] += int(votes)
                if b"c" in fields:
                    sections.update({f"{n}:{fields[b'c'].decode()}": counts[n] for n in counts})
            held = {
                int(k[1:]): int(v) for k, v in fields.items() if k[:1] == b"h" and k[1:].isdigit()
            }
            site_held[raw_id] = sum(held.values())
            yield from _compare(f"article {article_id}, timeline", counts, _by_choice(line))
            if now_s < int(fields[b"x"]):
                # Votes of voters who were forgotten before the article opened again have no marks.
                marks = Counter({int(k[1:]): int(v) for k, v in fields.items() if _KEPT(k)})
                held_marks: Counter[int] = Counter()
                voters: Counter[str] = Counter()
                tables = tables_of(article_id, fields)
                for address, buckets, _ in tables:
                    for number in range(buckets):
                        bucket = keys.bucket(site.key, partition, address, number)
                        for packed in client.hvals(bucket):
                            voters[address] += 1
                            status, choice = int(packed) // 16 % 4, int(packed) % 16
                            if choice and status in (_COUNTED, _HELD):
                                (marks if status == _COUNTED else held_marks)[choice] += 1
                yield from _compare(f"article {article_id}, marks", marks, counts)
                yield from _compare(f"article {article_id}, held marks", held_marks, held)
                yield from _compare(
                    f"article {article_id}, voters",
                    voters,
                    {address: count for address, _, count in tables},
                )
        for hour, expected in hot.items():
            ranked = client.zrange(keys.hot(site.key, partition, hour), 0, -1, withscores=True)
            yield from _compare(
                f"partition {partition}, hour {hour}", expected, {k: int(v) for k, v in ranked}
            )
        for (day, choice), expected in tops.items():
            if day > now_s // 86400 - TOP_DAYS:
                ranked = client.zrange(
                    keys.top(site.key, partition, day, choice), 0, -1, withscores=True
                )
                yield from _compare(
                    f"partition {partition}, day {day}, choice {choice}",
                    expected,
                    {k: int(v) for k, v in ranked},
                )
        site_sections: Counter[str] = Counter()
        for day in days:
            for field, votes in client.hgetall(keys.sections(site.key, partition, day)).items():
                site_sections[field.decode()] += int(votes)
            site_hours.update(_by_choice(client.hgetall(keys.hours(site.key, partition, day))))
        site_days.update(_by_choice(client.hgetall(keys.days(site.key, partition))))
        yield from _compare(f"partition {partition}, sum of days", site_sum, site_days)
        yield from _compare(f"partition {partition}, sum of hours", site_sum, site_hours)
        yield from _compare(f"partition {partition}, sections", sections, site_sections)
        listed = dict(client.zscan_iter(keys.held(site.key, partition)))
        yield from _compare(
            f"partition {partition}, held", site_held, {k: int(v) for k, v in listed.items()}
        )


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
