"""Recounts: are the totals the sum of their marks? Reads everything, changes nothing."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from ..article import PARTITIONS
from ..model import Site
from . import keys
from .connect import Connection
from .scripts import store_errors

_COUNTED = 0


@dataclass(frozen=True, slots=True)
class Mismatch:
    where: str
    expected: dict[int, int]
    found: dict[int, int]


class Recount:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def mismatches(self, site: Site, *, now_s: int) -> Iterator[Mismatch]:
        """Each place where a count is not what its parts add up to.

        Marks of a closed article have expired, so its counts are compared with its timeline only.
        """
        for partition in range(PARTITIONS):
            with store_errors():
                yield from self._partition(site, partition, now_s)

    def articles(self, site: Site) -> int:
        with store_errors():
            client = self._connection.client
            return sum(int(client.zcard(keys.articles(site.key, p))) for p in range(PARTITIONS))

    def _partition(self, site: Site, partition: int, now_s: int) -> Iterator[Mismatch]:
        client = self._connection.client
        site_sum: Counter[int] = Counter()
        site_hours: Counter[int] = Counter()
        site_days: Counter[int] = Counter()
        days: set[int] = set()
        for raw_id, score in client.zscan_iter(keys.articles(site.key, partition)):
            article_id = raw_id.decode()
            fields = client.hgetall(keys.article(site.key, partition, article_id))
            counts = {int(k): int(v) for k, v in fields.items() if k.isdigit()}
            site_sum.update(counts)
            yield from _compare(f"article {article_id}, ranking", {0: sum(counts.values())},
                                {0: int(score)})  # fmt: skip
            line = client.hgetall(keys.timeline(site.key, partition, article_id))
            for field in line:
                days.add((int(fields[b"f"]) + int(field) // 16) // 24)
            yield from _compare(f"article {article_id}, timeline", counts, _by_choice(line))
            if now_s < int(fields[b"x"]):
                marks: Counter[int] = Counter()
                voters = 0
                for number in range(int(fields[b"b"])):
                    for packed in client.hvals(
                        keys.bucket(site.key, partition, article_id, number)
                    ):
                        voters += 1
                        if int(packed) // 16 % 4 == _COUNTED and int(packed) % 16:
                            marks[int(packed) % 16] += 1
                yield from _compare(f"article {article_id}, marks", marks, counts)
                yield from _compare(f"article {article_id}, voters", {0: voters},
                                    {0: int(fields.get(b"v", 0))})  # fmt: skip
        for day in days:
            site_hours.update(_by_choice(client.hgetall(keys.hours(site.key, partition, day))))
        site_days.update(_by_choice(client.hgetall(keys.days(site.key, partition))))
        found = client.hgetall(keys.totals(site.key, partition))
        total = {int(k): int(v) for k, v in found.items()}
        yield from _compare(f"partition {partition}, sum of articles", site_sum, total)
        yield from _compare(f"partition {partition}, sum of hours", total, site_hours)
        yield from _compare(f"partition {partition}, sum of days", total, site_days)


def _by_choice(packed: dict[bytes, bytes]) -> dict[int, int]:
    counts: Counter[int] = Counter()
    for field, votes in packed.items():
        counts[int(field) % 16] += int(votes)
    return counts


def _compare(where: str, expected: dict[int, int], found: dict[int, int]) -> Iterator[Mismatch]:
    expected = {k: v for k, v in expected.items() if v}
    found = {k: v for k, v in found.items() if v}
    if expected != found or any(v < 0 for v in found.values()):
        yield Mismatch(where, expected, found)
