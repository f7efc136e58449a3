"""Does the ledger fit the store? It reads everything and changes nothing.

A count of now may differ from that of a story's last line, since votes come in. But it cannot have
grown by more than was filed since, unless an editor did something; nor can that of a closed story
differ.
"""

import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from widget.domain.article import PARTITIONS
from widget.domain.ledger.block import StoryLine, hour_text
from widget.domain.ledger.checking import BadLedger, Entry, Ledger, add
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.ledger.chain import Chain, ChainHead
from widget.store.ledger.moved import MovedStories
from widget.store.scripts import store_errors
from widget.store.whole import answers, whole_hash

MOST_READINGS = 5
_Last = Mapping[str, tuple[int, StoryLine]]


class LedgerComparison:
    """:param days: how many days of a ledger are kept. ``own``: public keys of the secrets file."""

    def __init__(self, connection: Connection, *, days: int, own: Collection[str] = ()) -> None:
        self._connection, self._own = connection, own
        self._chain = Chain(connection, days=days)
        self._stories = MovedStories(connection)

    def misfits(self, site: Site, *, now_s: int) -> list[str]:
        """Return a sentence about each thing that does not fit; none without a ledger."""
        for _ in range(MOST_READINGS):
            head = self._chain.head(site)
            found = list(self._misfits(site, head, now_s))
            if not found or self._chain.head(site) == head:
                break
            time.sleep(0.05)  # an hour was written meanwhile
        return found

    def _misfits(self, site: Site, head: ChainHead, now_s: int) -> Iterator[str]:
        ledger = Ledger(known=self._own)
        try:
            for day in sorted(self._chain.days(site, now_s=now_s)):
                add(ledger, f"day {day}", b"".join(self._chain.text(site, day)))
        except BadLedger as problem:
            yield f"the ledger is not as it was signed: {problem}"
            return
        is_last = ledger.last == head.hash and head.key in (ledger.key, *self._own)
        if ledger.hashes and not is_last:
            yield "the ledger's last block is not the one that the next would follow"
        just_said = {one for marks in head.marks.values() for one in marks[::2]}
        for partition in range(PARTITIONS):
            last = self._stories.marked(site, partition)
            for story, (hour, line) in last.items():
                said = ledger.latest.get(story)
                if said and story not in just_said and not _is_same(said, hour, line):
                    yield f"story {story}: its last line is of {said.hour}, {said.line['counts']}"
                    yield f"story {story}: what is marked is of {hour_text(hour)}, {line.counts}"
            yield from self._counts(site, partition, last)

    def _counts(self, site: Site, partition: int, last: _Last) -> Iterator[str]:
        client = self._connection.client
        names = list(last)
        with store_errors():
            hashes = [("HGETALL", keys.article(site.key, partition, one)) for one in names]
            for story, reply in zip(names, answers(client, hashes), strict=True):
                fields = reply if isinstance(reply, dict) else _paired(reply)
                if b"f" not in fields or fields.get(b"s") == b"m":
                    continue  # it was removed or merged, and the next line will say so
                hour, line = last[story]
                grown = _grown(site, fields, line)
                if grown and self._is_unexplained(site, partition, story, fields, hour, grown):
                    yield (
                        f"story {story}: its counts differ from its last line, of "
                        f"{hour_text(hour)}, by {dict(grown)}, and neither votes nor the log "
                        "explain it"
                    )

    def _is_unexplained(
        self,
        site: Site,
        partition: int,
        story: str,
        fields: Mapping[bytes, bytes],
        hour: int,
        grown: Mapping[str, int],
    ) -> bool:
        """Return whether neither votes nor an editor can have made this difference."""
        is_closed = int(fields[b"x"]) <= hour * 3600
        if not is_closed and max(grown.values()) < 0:
            return False  # readers took votes back
        if self._is_logged(site, partition, story):
            return False
        if is_closed:
            return True
        names, first = _names(site, fields), int(fields[b"f"])
        filed: Counter[str] = Counter()
        timeline = whole_hash(self._connection.client, keys.timeline(site.key, partition, story))
        for packed, votes in timeline.items():
            since, choice = divmod(int(packed), 16)
            if first + since > hour:
                filed[names.get(choice, str(choice))] += int(votes)
        return any(by > filed[name] for name, by in grown.items())

    def _is_logged(self, site: Site, partition: int, story: str) -> bool:
        """Return whether the audit log has something about a story that the ledger has not said."""
        client = self._connection.client
        entries = keys.ledger_entries(site.key, partition)
        last = client.hget(entries, "@")
        after = f"({last.decode()}" if last else "-"
        stream = client.xrange(keys.audit(site.key, partition), after, "+")
        return any(fields.get(b"object") == story.encode() for _, fields in stream)


def _is_same(said: Entry, hour: int, line: StoryLine) -> bool:
    of = said.line
    return (said.hour, of["counts"], of.get("held", {}), of.get("aside", {}), of["entries"]) == (
        hour_text(hour),
        line.counts,
        line.held,
        line.aside,
        line.entries,
    )


def _grown(site: Site, fields: Mapping[bytes, bytes], line: StoryLine) -> Counter[str]:
    """Return by how much each count differs from a line, without those that do not."""
    names = _names(site, fields)
    grown: Counter[str] = Counter()
    for choice in range(1, 16):
        name = names.get(choice, str(choice))
        grown[name] += int(fields.get(str(choice).encode(), 0)) - line.counts.get(name, 0)
    return Counter({name: by for name, by in grown.items() if by})


def _names(site: Site, fields: Mapping[bytes, bytes]) -> dict[int, str]:
    return dict(enumerate(site.choice_keys(fields.get(b"q", b"").decode()), 1))


def _paired(flat: list[bytes]) -> dict[bytes, bytes]:
    return dict(zip(flat[::2], flat[1::2], strict=True))
