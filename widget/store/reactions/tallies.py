"""Tallies as the store has them: one reply for each question on an article, and what it means."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from widget.domain.article import ArticleRef
from widget.domain.model import Site, Tally
from widget.store import keys
from widget.store.connect import Connection
from widget.store.connection.waiting import WouldWait
from widget.store.reactions.page_records import has_provisional_section
from widget.store.replication import Command
from widget.store.scripts import store_errors
from widget.store.shards import reachable

_MERGED = b"m"
_FIELDS = ("f", "x", "s", "c", "d", "n", "a", "ad")
_CLOSES = _FIELDS.index("x")

Reply = list[bytes | None]  # the values of _FIELDS, then the votes of each choice


class Wanted(NamedTuple):
    """A question on an article, to be read.

    :param key: of the article's hash.
    :param choices: how many choice numbers the question ever had.
    """

    key: str
    choices: int

    @classmethod
    def of(cls, site: Site, article: ArticleRef, choices: int) -> "Wanted":
        return cls(keys.article(site.key, article.partition, article.id), choices)

    @property
    def command(self) -> Command:
        return ("HMGET", self.key, *_FIELDS, *map(str, range(1, self.choices + 1)))


class Source(Protocol):
    """Whatever tallies are read from: the store, or replies of it that were read a moment ago."""

    def tallies(
        self, site: Site, articles: Sequence[tuple[ArticleRef, int]], *, now_s: int
    ) -> list[Tally]: ...

    def reachable_tallies(
        self, site: Site, articles: Sequence[tuple[ArticleRef, int]], *, now_s: int
    ) -> list[Tally | None]: ...


@dataclass(frozen=True, slots=True)
class Question:
    """Figures that an event loop asks for: see :mod:`widget.store.steps`."""

    wanted: tuple[Wanted, ...]
    replies: "Replies" = field(compare=False)

    waits = False
    is_shared = True

    @property
    def commands(self) -> list[Command]:
        return [one.command for one in self.wanted]

    def reply_of(self, replies: Sequence[Reply | None]) -> Mapping[Wanted, Reply | None]:
        return dict(zip(self.wanted, replies, strict=True))

    def ask(self) -> Mapping[Wanted, Reply | None]:
        return self.reply_of(self.replies.reachable(self.wanted))


class Lacking(WouldWait):
    """A thread that must not wait has to read figures. ``question`` asks for them."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question


class Replies:
    """Replies of the store, which tell whether a tally has changed without a tally being made."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def read(self, wanted: Sequence[Wanted]) -> list[Reply]:
        """Return the reply for each question, in one round trip.

        :raise StoreUnavailable: the store does not answer.
        :raise Lacking: this thread must not wait for it.
        """
        try:
            with store_errors():
                pipe = self._connection.client.pipeline(transaction=False)
                for one in wanted:
                    pipe.execute_command(*one.command)
                replies: list[Reply] = pipe.execute()
            return replies
        except WouldWait:
            raise Lacking(Question(tuple(wanted), self)) from None

    def reachable(self, wanted: Sequence[Wanted]) -> list[Reply | None]:
        """Return the replies as :meth:`read`; None for those whose shard is away.

        :raise StoreUnavailable: none can be read.
        """

        def read(indexes: Sequence[int]) -> list[Reply]:
            return self.read([wanted[index] for index in indexes])

        return reachable(self._connection, [[one.key] for one in wanted], read)


class Reading:
    """A source that takes the replies it is given, reads the others, and keeps what it used.

    :param given: replies that were read a moment ago.
    """

    def __init__(self, replies: Replies, given: Mapping[Wanted, Reply | None]) -> None:
        self._replies = replies
        self._given = given
        self.used: dict[Wanted, Reply | None] = {}

    def tallies(
        self, site: Site, articles: Sequence[tuple[ArticleRef, int]], *, now_s: int
    ) -> list[Tally]:
        """Return tallies as :meth:`Reactions.tallies` does."""
        found = self._found(site, articles, self._replies.read)
        return [tally_of(reply, now_s) for reply in found if reply is not None]

    def reachable_tallies(
        self, site: Site, articles: Sequence[tuple[ArticleRef, int]], *, now_s: int
    ) -> list[Tally | None]:
        """Return tallies as :meth:`Reactions.reachable_tallies` does."""
        found = self._found(site, articles, self._replies.reachable)
        return [None if reply is None else tally_of(reply, now_s) for reply in found]

    def _found(
        self,
        site: Site,
        articles: Sequence[tuple[ArticleRef, int]],
        read: Callable[[Sequence[Wanted]], Sequence[Reply | None]],
    ) -> list[Reply | None]:
        wanted = [Wanted.of(site, article, choices) for article, choices in articles]
        lacking = [one for one in dict.fromkeys(wanted) if self._given.get(one) is None]
        more = dict(zip(lacking, read(lacking), strict=True)) if lacking else {}
        found = [more[one] if one in more else self._given[one] for one in wanted]
        self.used.update(zip(wanted, found, strict=True))
        return found


def tally_of(reply: Reply, now_s: int) -> Tally:
    """Return the tally of a reply."""
    first, closes, state, section, naming, note, aside, aside_hour, *counts = reply
    return Tally(
        tuple(int(n or 0) for n in counts),
        is_open=state in (None, _MERGED) and not (closes and now_s >= int(closes)),
        section=None if first is None else (section or b"").decode(),
        is_section_settled=first is not None and not has_provisional_section(naming),
        note=note.decode() if note else "",
        is_moved=state == _MERGED,
        aside=int(aside or 0),
        aside_hour=int(aside_hour or 0) if aside else 0,
    )


def closes_s(reply: Reply) -> int:
    """Return when the article takes no more votes, in seconds since the epoch; 0 if never."""
    return int(reply[_CLOSES] or 0)
