"""Evidence: what an hour's votes say about themselves. lua/shared/evidence.lua writes it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from widget.domain.article import partition_of
from widget.domain.integrity.evidence import ChoiceEvidence, HourEvidence
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.scripts import ActScript, store_errors
from widget.store.whole import answers, pairs

COUNTER_BITS = 21
MOST_COUNTED = (1 << COUNTER_BITS) - 1

_Hash = dict[bytes, bytes]


class Evidence:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._refused = ActScript(connection, "reactions/article_refused.lua")

    def of(self, site: Site, article_id: str) -> list[HourEvidence]:
        """Return the hours of a story that have evidence, the earliest first.

        :raise NotFound: not an article's id.
        """
        return self.of_many(site, [article_id])[article_id]

    def of_many(self, site: Site, article_ids: Sequence[str]) -> dict[str, list[HourEvidence]]:
        """Return the hours of each story, those of all addresses that resolve to it added up."""
        client = self._connection.client
        with store_errors():
            partitions = [partition_of(one) for one in article_ids]
            asked = zip(partitions, article_ids, strict=True)
            named = [("HKEYS", keys.article(site.key, p, one)) for p, one in asked]
            tables = [
                (one, keys.evidence(site.key, p, address))
                for one, p, fields in zip(
                    article_ids, partitions, answers(client, named), strict=True
                )
                for address in _addresses(one, fields)
            ]
            found = answers(client, [("HGETALL", key) for _, key in tables])
            of_story: defaultdict[str, list[_Hash]] = defaultdict(list)
            for (one, _), raw in zip(tables, found, strict=True):
                of_story[one].append(pairs(raw))
        return {one: _hours(of_story[one]) for one in article_ids}

    def note_refused(self, site: Site, article_id: str, *, asked_to_work: bool, now_s: int) -> None:
        """Count a reader whom the gate asked for a proof of work, or turned away.

        A story without votes keeps no such count, so that nobody makes keys by asking.
        """
        partition = partition_of(article_id)
        names = keys.article(site.key, partition, article_id), keys.stem(site.key, partition)
        counter = 1 if asked_to_work else 2
        with store_errors():
            self._refused(names, {"id": article_id, "hour": now_s // 3600, "counter": counter})


def counters(raw: bytes) -> tuple[int, int, int]:
    """Return the three counters of one field, lowest first."""
    number = int(raw)
    return (
        number & MOST_COUNTED,
        number >> COUNTER_BITS & MOST_COUNTED,
        number >> 2 * COUNTER_BITS & MOST_COUNTED,
    )


def _addresses(article_id: str, fields: Iterable[bytes]) -> list[str]:
    """Return the article's own id and the addresses that resolve to it."""
    others = [name[2:].decode() for name in fields if name[:2] == b"b:"]
    return [article_id, *others]


class _Hour:
    """One hour while it is added up."""

    def __init__(self) -> None:
        self.choices: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
        self.channels, self.held, self.refused = [0, 0, 0], [0, 0, 0], [0, 0, 0]
        self.origins: defaultdict[str, int] = defaultdict(int)

    def value(self, hour: int) -> HourEvidence:
        forms, worked, open_hearts = self.channels
        at_gate, of_network, by_alarm = self.held
        return HourEvidence(
            hour,
            {number: ChoiceEvidence(*found) for number, found in sorted(self.choices.items())},
            forms=forms,
            worked=worked,
            open_hearts=open_hearts,
            held_at_gate=at_gate,
            held_of_network=of_network,
            held_by_alarm=by_alarm,
            asked_to_work=self.refused[0],
            turned_away=self.refused[1],
            origins=dict(self.origins),
        )


def _hours(hashes: Iterable[_Hash]) -> list[HourEvidence]:
    hours: defaultdict[int, _Hour] = defaultdict(_Hour)
    for one in hashes:
        for name, raw in one.items():
            _add(hours, name, raw)
    return [hours[hour].value(hour) for hour in sorted(hours)]


def _add(hours: defaultdict[int, _Hour], name: bytes, raw: bytes) -> None:
    if name == b"s":
        return
    if name[:1] == b"@":
        hour, _, origin = name[1:].partition(b":")
        hours[int(hour)].origins[origin.decode(errors="replace")] += int(raw)
        return
    if name[:1] in (b"g", b"r"):
        of = hours[int(name[1:])]
        into = of.held if name[:1] == b"g" else of.refused
    else:
        of, choice = hours[int(name) // 16], int(name) % 16
        into = of.choices[choice] if choice else of.channels
    for at, number in enumerate(counters(raw)):
        into[at] += number
