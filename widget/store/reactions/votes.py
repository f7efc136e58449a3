"""Votes and tallies: the only access to the tables of voters. It returns the domain's values."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any, Literal

import msgspec
from msgspec.structs import replace
from redis.exceptions import ClusterCrossSlotError

from widget.domain.article import ArticleRef
from widget.domain.errors import Closed, Moved, RateLimited
from widget.domain.experiment import Arm
from widget.domain.integrity.evidence import Kind
from widget.domain.model import MAX_SEQ, Site, Tally
from widget.domain.page import Page
from widget.domain.readers.network import Allowance
from widget.store import keys
from widget.store.connect import Connection
from widget.store.limits import ADMISSION, Entrance
from widget.store.reactions.packed_votes import PackedVote, Status
from widget.store.reactions.page_records import (
    PageRecord,
    agreed,
    claim_digest,
    has_provisional_name,
    has_provisional_section,
    shown,
)
from widget.store.reactions.tallies import Replies, Wanted, tally_of
from widget.store.scripts import Script, store_errors
from widget.store.steps import Steps, run

CAST_SCRIPT = (
    "shared/allowance.lua",
    "shared/networks.lua",
    "shared/marks.lua",
    "shared/ledger.lua",
    "shared/catch_up.lua",
    "shared/evidence.lua",
    "reactions/cast.lua",
)
# A new reader is let in first; the vote's files follow.
ENTER_SCRIPT = (*ADMISSION, "reactions/enter.lua", *(n for n in CAST_SCRIPT if n not in ADMISSION))
_CLOSED, _RATE_LIMITED, _MOVED, _REPEATED, _NEW, _NEWS, _CHANGED, _SAME = 1, 2, 3, 4, 5, 6, 7, 8
_NOT_LET_IN = [9]
# A reader's marks under several addresses: (id of the address, mark), ...
Marks = Sequence[tuple[str, bytes]]
_NO_PAGE = Page()
_NO_ALLOWANCE = Allowance(0, 0)
Channel = Literal["", "form", "work", "openheart"]
_CHANNELS: dict[Channel, int] = {"": 0, "form": 1, "work": 2, "openheart": 3}


class Voter(msgspec.Struct, frozen=True):
    """One reader on one article.

    :param mark: 8 bytes, the reader under the article's requested address and nowhere else.
    :param others: the same reader's marks under the article's other addresses.
    """

    mark: bytes
    others: Marks = ()


class Cast(msgspec.Struct, frozen=True):
    """ "My choice on this article is ``choice``": idempotent, ordered by ``seq``.

    :param choice: number of the choice; 0 takes the vote back.
    :param now_s: seconds since the epoch; the caller's clock, so that tests can pin it.
    :param choices: how many choice numbers the poll has ever had; the length of the counts.
    :param is_too_often: the reader casts too often; only a repeat is answered.
    :param may_begin: this vote may be the article's first.
    :param goes_after_s: seconds after which a new article goes unless confirmed; 0: never.
    :param networks: the reader's networks on this article, of :meth:`Limits.network_marks`.
    :param allowance: voters of one network that are counted; each further one is held.
    :param page: what the reader's page says about itself; stored with the article's first vote.
    :param may_name: ask to record what the page says, if the story's name may depend on it.
    :param origin: origin of the reader's page; a new voter is counted for it.
    :param hold: keep a new reader's vote out of the counts until an editor releases it.
    :param kind: how long the reader's token has been known; None in a store of schema 1, which
        keeps no evidence, and in which everything is filed at once.
    :param channel: how it came: "" by the embed's script without a proof of work.
    :param arm: of the site's experiment; "" outside it.
    """

    seq: int
    choice: int
    now_s: int
    choices: int
    is_too_often: bool = False
    may_begin: bool = True
    goes_after_s: int = 0
    networks: bytes = b""
    allowance: Allowance = _NO_ALLOWANCE
    page: Page = _NO_PAGE
    may_name: bool = False
    origin: str = ""
    hold: bool = False
    kind: Kind | None = Kind.NONE
    channel: Channel = ""
    arm: Arm = ""


class NewStory(Exception):
    """The vote is the first of a new story, and was not allowed to be. Nothing was written."""


class NotLetIn(Exception):
    """The vote is a new reader's, who is not let in free with it. Nothing was written."""


@dataclass(frozen=True, slots=True)
class OwnVote:
    """A reader's own choice number, 0 for none, and the ``seq`` that set it, 0 before any."""

    choice: int = 0
    seq: int = 0
    is_held: bool = False

    @property
    def next_seq(self) -> int:
        """Return the ``seq`` of this reader's next vote, for clients that do not count clicks."""
        return min(self.seq + 1, MAX_SEQ)


class Reactions:
    """The votes of every site in one store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._cast = Script(connection, *CAST_SCRIPT, is_replicated=True)
        self._replies = Replies(connection)
        self._enter = Script(connection, *ENTER_SCRIPT, is_replicated=True)
        self._may_enter = True

    def cast(
        self,
        site: Site,
        article: ArticleRef,
        voter: Voter,
        cast: Cast,
        entrance: Entrance | None = None,
    ) -> Tally:
        """Do :meth:`casting` here and now."""
        return run(self.casting(site, article, voter, cast, entrance))

    def casting(
        self,
        site: Site,
        article: ArticleRef,
        voter: Voter,
        cast: Cast,
        entrance: Entrance | None = None,
    ) -> Steps[Tally]:
        """Make ``cast.choice`` this reader's choice, and return the article's tally.

        A cast whose ``seq`` is not newer than the stored one changes nothing and returns the
        present tally.

        :param entrance: of a new reader, who is let in by the same script.
        :raise NotLetIn: the new reader is not let in free. Nothing was written.
        :raise Moved: the address now resolves to another article. Nothing was written.
        :raise Closed: the article no longer takes votes; ``extra["tally"]`` has its counts.
        :raise RateLimited: ``is_too_often``, and the cast would change something.
        :raise NewStory: not ``may_begin``, and the article has no vote yet.
        :raise StoreFull: there is no room for it. Nothing was written.
        :raise StoreUnavailable: the vote may or may not be counted; casting it again is safe.
        """
        self._connection.room.check()
        cast_keys, arguments = self._call(site, article, voter, cast)
        reply: Any
        with store_errors():
            if entrance is None:
                reply = yield self._cast.call(cast_keys, arguments)
            else:
                reply = yield from self._entering(cast_keys, arguments, entrance)
        if reply == _NOT_LET_IN:
            raise NotLetIn
        code, choice, seq, status, aside, aside_hour, *counts = reply
        tally = Tally(
            tuple(counts),
            choice,
            seq,
            code != _CLOSED,
            is_held=status == Status.HELD,
            is_repeat=code == _REPEATED,
            is_news=code == _NEWS,
            outcome=_outcome(code, cast.choice, status),
            aside=aside,
            aside_hour=aside_hour if aside else 0,
        )
        if code == _MOVED:
            raise Moved
        if code == _CLOSED:
            raise Closed(tally=tally)
        if code == _RATE_LIMITED:
            raise RateLimited(retry_after_s=60)
        if code == _NEW:
            raise NewStory
        return tally

    def _entering(
        self, cast_keys: tuple[str, ...], arguments: tuple[Any, ...], entrance: Entrance
    ) -> Steps[Any]:
        """Let a new reader in and cast their vote; where keys need one slot, do neither."""
        if not self._may_enter:
            return _NOT_LET_IN
        try:
            return (
                yield self._enter.call((*cast_keys, *entrance.keys), (*arguments, *entrance.args))
            )
        except ClusterCrossSlotError:  # a cluster under the address of one server
            self._may_enter = False
            return _NOT_LET_IN

    def _call(
        self, site: Site, article: ArticleRef, voter: Voter, cast: Cast
    ) -> tuple[tuple[str, ...], tuple[Any, ...]]:
        """Return :func:`cast_call`, without a kind where the store keeps none."""
        if not self._connection.keeps_kinds:
            cast = replace(cast, kind=None)
        return cast_call(site, article, voter, cast)

    def take_back(
        self, site: Site, article: ArticleRef, voter: Voter, *, choices: int, now_s: int
    ) -> bool:
        """Take back this reader's vote, counted or held; return False if there is none.

        It works on an article that an editor closed too. Once an article's voting time is over,
        its voters are forgotten, and nobody's vote can be found. ``choices`` and ``now_s`` are
        those of :class:`Cast`.

        :raise Moved: the address now resolves to another article. Nothing was written.
        :raise StoreUnavailable: it may or may not be taken back; trying again is safe.
        """
        nothing = Cast(0, 0, now_s, choices)
        with store_errors():
            code, choice, *_ = self._cast(*self._call(site, article, voter, nothing))
        if code == _MOVED:
            raise Moved
        return bool(choice)

    def tallies(
        self, site: Site, articles: Sequence[tuple[ArticleRef, int]], *, now_s: int
    ) -> list[Tally]:
        """Return the tallies of articles, in one round trip.

        :param articles: ``[(article, number of choices), ...]``.
        """
        found = self._replies.read([Wanted.of(site, one, choices) for one, choices in articles])
        return [tally_of(reply, now_s) for reply in found]

    def reachable_tallies(
        self, site: Site, articles: Sequence[tuple[ArticleRef, int]], *, now_s: int
    ) -> list[Tally | None]:
        """Return the tallies of articles as :meth:`tallies`; None for those whose shard is away.

        :raise StoreUnavailable: none can be read.
        """

        wanted = [Wanted.of(site, one, choices) for one, choices in articles]
        found = self._replies.reachable(wanted)
        return [None if reply is None else tally_of(reply, now_s) for reply in found]

    def section(self, site: Site, article: ArticleRef) -> str | None:
        """Return the article's section; None before its first vote and while it is provisional."""
        key = keys.article(site.key, article.partition, article.id)
        with store_errors():
            first, section, naming = self._connection.client.hmget(key, ["f", "c", "d"])
        is_settled = first is not None and not has_provisional_section(naming)
        return (section or b"").decode() if is_settled else None

    def page(self, site: Site, article: ArticleRef) -> PageRecord | None:
        """Return an article's page as shown; None before its first vote or comment."""
        with store_errors():
            raw = self._connection.client.get(keys.page(site.key, article.partition, article.id))
        return shown(raw) if raw else None

    def settled_pages(self, site: Site, articles: Sequence[ArticleRef]) -> list[PageRecord | None]:
        """Return of each article's page only what several networks or an editor agree on.

        It is None before the article's first vote or comment.
        """
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for article in articles:
                pipe.get(keys.page(site.key, article.partition, article.id))
                pipe.hget(keys.article(site.key, article.partition, article.id), "d")
            replies = iter(pipe.execute())
        return [
            (agreed(raw) if has_provisional_name(naming) else shown(raw)) if raw else None
            for raw, naming in zip(replies, replies, strict=True)
        ]

    def own_vote(self, site: Site, article: ArticleRef, voter: Voter) -> OwnVote:
        """Return one reader's own vote on an article."""
        with store_errors():
            vote = self._stored(site, article, article.alias or article.id, voter.mark)
            choice, is_held = vote.choice, vote.status == Status.HELD
            for address, other in voter.others:
                if not choice:
                    elsewhere = self._stored(site, article, address, other)
                    choice = elsewhere.choice
                    is_held = is_held or elsewhere.status == Status.HELD
        return OwnVote(choice, vote.seq, is_held)

    def _stored(self, site: Site, article: ArticleRef, address: str, mark: bytes) -> PackedVote:
        client = self._connection.client
        field = "b" if address == article.id else f"b:{address}"
        buckets = client.hget(keys.article(site.key, article.partition, article.id), field)
        if buckets is None:
            return PackedVote.of(0)
        number = bucket_of(mark, int(buckets))
        key = keys.bucket(site.key, article.partition, address, number)
        return PackedVote.of(int(client.hget(key, mark) or 0))


def _outcome(code: int, choice: int, status: int) -> str:
    """Return what a cast that was not refused did, as the metrics name it."""
    if code in (_REPEATED, _SAME):
        return "repeated"
    if not choice:
        return "taken_back"
    if status != Status.COUNTED:
        return "held"
    return "changed" if code == _CHANGED else "counted"


def cast_call(
    site: Site, article: ArticleRef, voter: Voter, cast: Cast
) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    """Return the keys and arguments of lua/reactions/cast.lua for one cast."""
    stem = keys.stem(site.key, article.partition)
    return (f"{stem}a:{article.id}", stem), (
        voter.mark,
        cast.seq,
        cast.choice,
        cast.now_s,
        site.open_days * 86400,
        article.id,
        cast.choices,
        int(cast.is_too_often),
        cast.goes_after_s if cast.may_begin else "",
        cast.page.section,
        _page_json(article.address, cast.page),
        cast.origin,
        int(cast.hold),
        article.poll_key,
        cast.networks,
        *cast.allowance,
        claim_digest(cast.page) if cast.may_name else "",
        _about(site, cast),
        *((article.alias, *chain.from_iterable(voter.others)) if article.others else ()),
    )


@lru_cache(maxsize=256)  # a page and its address have 4 KB at most
def _page_json(address: str, page: Page) -> bytes:
    return msgspec.json.encode(PageRecord.of(address, page))


def _about(site: Site, cast: Cast) -> str:
    """Return what cast.lua is told about a new voter."""
    if cast.kind is None:
        return ""
    is_elsewhere = cast.origin not in ("", *site.origins[:1])
    if not (cast.channel or is_elsewhere or cast.arm):
        return str(int(cast.kind))
    return f"{int(cast.kind)}{_CHANNELS[cast.channel]}{int(is_elsewhere)}{cast.arm}"


def bucket_of(mark: bytes, buckets: int) -> int:
    """Return the number of a mark's bucket. bucket_number in lua/shared/marks.lua does the same."""
    level = 1 << (buckets.bit_length() - 1)
    number = int.from_bytes(mark[:4], "big") % (level * 2)
    return number if number < buckets else number % level
