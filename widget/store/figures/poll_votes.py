"""The votes of editors' own questions, story by story. Reads only.

A question can be asked on any number of stories, and its votes on each are an article of their own.
The store has no total of a question, so its stories are read, the latest first, up to a bound.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from widget.domain.article import PARTITIONS, partition_of
from widget.domain.model import MAX_CHOICES, Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.scripts import store_errors

T = TypeVar("T")

MOST_IN_PARTITION = 200  # stories with a question
MOST_STORIES = MOST_IN_PARTITION * PARTITIONS
_AT_ONCE = 200
_NUMBERS = tuple(str(number) for number in range(1, MAX_CHOICES + 1))
_FIELDS = ("q", "f", "a", *_NUMBERS, *(f"h{number}" for number in _NUMBERS))


@dataclass(frozen=True, slots=True)
class PollStory:
    """The votes of one question on one story.

    :param counts: by choice number, number 1 first, of all numbers that a question can have.
    :param held: votes that wait for an editor; ``aside``: votes that one set aside.
    """

    article_id: str
    poll_key: str
    first_hour: int
    counts: tuple[int, ...]
    held: int
    aside: int


@dataclass(frozen=True, slots=True)
class PollStories:
    """:param is_all: whether these are all; otherwise there are older stories."""

    stories: list[PollStory]
    is_all: bool

    def of(self, poll_key: str) -> list[PollStory]:
        return [story for story in self.stories if story.poll_key == poll_key]


class PollVotes:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def stories(self, site: Site) -> PollStories:
        """Return the stories on which readers answered any question of the site.

        :raise StoreUnavailable: the store timed out or refused.
        """
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for partition in range(PARTITIONS):
                key = keys.polls(site.key, partition)
                pipe.zrevrange(key, 0, MOST_IN_PARTITION)
            listed = pipe.execute()
        is_all = all(len(ids) <= MOST_IN_PARTITION for ids in listed)
        found = [one.decode() for ids in listed for one in ids[:MOST_IN_PARTITION]]
        return PollStories(
            [story for some in _batches(found) for story in self._read(site, some)], is_all
        )

    def _read(self, site: Site, article_ids: Sequence[str]) -> Iterator[PollStory]:
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for one in article_ids:
                pipe.hmget(keys.article(site.key, partition_of(one), one), _FIELDS)
            replies = pipe.execute()
        for one, (poll_key, first, aside, *votes) in zip(article_ids, replies, strict=True):
            if poll_key is None or first is None:
                continue  # it was removed in between
            counts = [int(count or 0) for count in votes]
            yield PollStory(
                one,
                poll_key.decode(),
                int(first),
                tuple(counts[:MAX_CHOICES]),
                sum(counts[MAX_CHOICES:]),
                int(aside or 0),
            )

    def by_hour(self, site: Site, stories: Sequence[PollStory]) -> Mapping[int, list[int]]:
        """Return the stories' votes together, by choice number, of each hour that had any."""
        votes: dict[int, list[int]] = {}
        for some in _batches(stories):
            with store_errors():
                pipe = self._connection.client.pipeline(transaction=False)
                for one in some:
                    partition = partition_of(one.article_id)
                    pipe.hgetall(keys.timeline(site.key, partition, one.article_id))
                replies = pipe.execute()
            for story, line in zip(some, replies, strict=True):
                for field, count in line.items():
                    since, number = divmod(int(field), 16)
                    hour = votes.setdefault(story.first_hour + since, [0] * MAX_CHOICES)
                    hour[number - 1] += int(count)
        return votes


def _batches(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for at in range(0, len(items), _AT_ONCE):
        yield items[at : at + _AT_ONCE]
