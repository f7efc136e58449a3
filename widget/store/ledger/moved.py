"""Which stories of a site have other numbers than the ledger's last line about them.

The store's scripts compare every story, in portions, so nothing has to be written with a vote, and
no way to change a count can be forgotten.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from widget.domain.article import PARTITIONS
from widget.domain.ledger.block import StoryLine
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.figures.portions import Portions, Run
from widget.store.ledger.chain import Marks
from widget.store.scripts import ActScript, pipelined, store_errors
from widget.store.whole import whole_hash

AT_ONCE = 4  # partitions whose stories are in memory together
REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Moved:
    """A story that moved.

    :param state: as ledger/mark.lua has it; "" for a story that is gone.
    :param into: the story that a gone one was merged into, or "".
    """

    id: str
    partition: int
    state: str
    into: str = ""

    def line(self, site: Site) -> StoryLine:
        """Return what the ledger says."""
        if not self.state:
            return StoryLine(self.id, gone=self.into or REMOVED)
        return line_of(site, self.id, self.state)

    def mark(self, hour: int) -> str:
        """Return what to mark, "" for a story that is gone."""
        return f"{hour} {self.state}" if self.state else ""


class MovedStories:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._portions = Portions(connection)
        self._entries = ActScript(connection, "ledger/entries.lua")
        self._mark = ActScript(connection, "ledger/mark.lua", is_replicated=True)

    def since(self, site: Site, hour: int) -> Iterator[Moved]:
        """Yield the stories that moved, without those that have a line of this hour already.

        :raise StoreUnavailable: the store timed out or refused.
        """
        self._count_entries(site)
        for first in range(0, PARTITIONS, AT_ONCE):
            yield from self._moved(site, range(first, first + AT_ONCE), hour)

    def latest_marked(self, site: Site) -> dict[int, int]:
        """Return, by partition, the number of the last block that was marked there."""
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for partition in range(PARTITIONS):
                pipe.hget(keys.ledger_marks(site.key, partition), "#")
            found = pipe.execute()
        return {partition: int(number or 0) for partition, number in enumerate(found)}

    def forget(self, site: Site, partition: int) -> None:
        """Forget what was said of a partition's stories, so that each gets a line again."""
        with store_errors():
            self._connection.client.unlink(keys.ledger_marks(site.key, partition))

    def mark(self, site: Site, block: int, marks: Marks) -> None:
        """Mark what a block said. Doing it again, or after a later block, changes nothing."""
        with store_errors():
            calls = [
                self._mark.call(
                    (keys.ledger_marks(site.key, partition),), {"n": block, "marks": marked}
                )
                for partition, marked in marks.items()
            ]
            if calls:
                pipelined(self._connection, calls)

    def marked(self, site: Site, partition: int) -> dict[str, tuple[int, StoryLine]]:
        """Return the hour and the numbers of each story's last line, of one partition."""
        with store_errors():
            stored = whole_hash(self._connection.client, keys.ledger_marks(site.key, partition))
        found = {}
        for raw_id, raw in stored.items():
            article_id, (hour, _, state) = raw_id.decode(), raw.decode().partition(" ")
            if article_id != "#":
                found[article_id] = int(hour), line_of(site, article_id, state)
        return found

    def _count_entries(self, site: Site) -> None:
        """Count the audit entries that are new since the last time."""
        left = list(range(PARTITIONS))
        while left:
            names = [(keys.stem(site.key, p), keys.guard(site.key, p)) for p in left]
            with store_errors():
                more = pipelined(self._connection, self._entries.calls(names, {}))
            left = [partition for partition, is_more in zip(left, more, strict=True) if is_more]

    def _moved(self, site: Site, partitions: range, hour: int) -> Iterator[Moved]:
        act = {"hour": hour, "choices": _most_choices(site)}
        runs = [
            Run(partition, "ledger/moved.lua", {**act, "list": name}, in_portions=True)
            for name in ("all", "polls")
            for partition in partitions
        ]
        self._portions.read(site, runs)
        listed = dict.fromkeys(partitions, 0)
        for run in runs:
            for article_id, state in _pairs(run.answer):
                if article_id:
                    yield Moved(article_id, run.partition, state)
                else:
                    listed[run.partition] += state
        yield from self._gone(site, listed, hour)

    def _gone(self, site: Site, listed: dict[int, int], hour: int) -> Iterator[Moved]:
        """Yield stories with a line that are not there any more.

        :param listed: by partition, how many stories that are there have a line.
        """
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for partition in listed:
                pipe.hlen(keys.ledger_marks(site.key, partition))
            marked = pipe.execute()
        runs = [
            Run(partition, "ledger/gone.lua", {"hour": hour}, in_portions=True)
            for partition, marks in zip(listed, marked, strict=True)
            if marks - 1 > listed[partition]  # one of the fields is the number of the block
        ]
        self._portions.read(site, runs)
        for run in runs:
            for article_id, into in dict(_pairs(run.answer)).items():
                yield Moved(article_id, run.partition, "", into)


def line_of(site: Site, article_id: str, state: str) -> StoryLine:
    """Return what the ledger says of a story in this state."""
    poll, counts, held, aside, entries = state.split(";")
    names = site.choice_keys(poll)
    return StoryLine(
        article_id,
        _votes(counts, names),
        _votes(held, names),
        _votes(aside, names),
        entries=int(entries),
    )


def _votes(text: str, names: tuple[str, ...]) -> dict[str, int]:
    found = {}
    for part in filter(None, text.split(",")):
        number, _, votes = part.partition("=")
        name = names[int(number) - 1] if int(number) <= len(names) else number
        found[name] = int(votes)
    return found


def _most_choices(site: Site) -> int:
    return max(len(site.choice_keys(poll)) for poll in ("", *site.register, *site.polls))


def _pairs(flat: list[Any]) -> Iterator[tuple[str, Any]]:
    return zip(flat[::2], flat[1::2], strict=True)
