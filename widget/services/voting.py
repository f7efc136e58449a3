"""One path for a vote: which question an article offers, and what a reader answers to it."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from widget.domain import clock
from widget.domain.article import ArticleRef
from widget.domain.errors import BadArticle, BadField, Closed, Moved, StoreFull, StoreUnavailable
from widget.domain.experiment import Arm
from widget.domain.integrity.evidence import Kind
from widget.domain.model import MAX_SEQ, Poll, Site, Tally
from widget.domain.page import Page
from widget.domain.readers.network import Allowance
from widget.domain.readers.reader import Readers
from widget.metrics.series import TAKEN_BACK, VOTES
from widget.services.articles import Articles
from widget.services.naming import StoryNames
from widget.services.new_stories import Author, NewStories
from widget.services.rates import Rate
from widget.services.sweeping import Sweeper
from widget.store.connection.waiting import WouldWait
from widget.store.limits import Entrance, Limits
from widget.store.reactions.evidence import Evidence
from widget.store.reactions.page_records import PageRecord
from widget.store.reactions.tallies import Source
from widget.store.reactions.votes import (
    Cast,
    Channel,
    NewStory,
    NotLetIn,
    OwnVote,
    Reactions,
    Voter,
)
from widget.store.steps import WAITS, Steps, run

NO_PAGE = Page()

Read = TypeVar("Read", bound=Tally | None)


class Ballot(msgspec.Struct, frozen=True):
    """One question on one article, as a reader may answer it now.

    :param poll: the question with the choices offered now.
    :param poll_key: the editor's own question, "" for the reactions.
    :param page: what is known about the article's page.
    :param keys: every choice key the question ever had, in the order of their numbers.
    :param is_own: the page is our own story's, as its file has it.
    """

    site: Site
    article: ArticleRef
    poll: Poll
    poll_key: str
    page: Page
    keys: tuple[str, ...]
    is_own: bool = False

    @property
    def is_closed(self) -> bool:
        """Whether an editor's own question takes no more votes, on this article or any other."""
        return self.poll.is_closed(clock.now())

    def choice_number(self, key: object) -> int:
        """Return the number of a choice that is offered now; 0 for None, which takes a vote back.

        :raise BadField: the question does not offer this choice.
        """
        if key is None:
            return 0
        offered = [choice.key for choice in self.poll.choices]
        if not isinstance(key, str) or key not in offered:
            raise BadField(f"reaction is null or one of: {', '.join(offered)}.")
        return self.keys.index(key) + 1

    def choice_key(self, number: int) -> str | None:
        """Return the key of a choice's number; None for 0."""
        return self.keys[number - 1] if number else None

    def counts(self, tally: Tally) -> dict[str, int]:
        """Return the votes of every choice offered, in the order shown, zeros included."""
        by_key = dict(zip(self.keys, tally.counts, strict=False))
        return {choice.key: by_key.get(choice.key, 0) for choice in self.poll.choices}


class Vote(msgspec.Struct, frozen=True):
    """One reader's answer to a ballot.

    :param reader: 16 bytes.
    :param choice: a number of :meth:`Ballot.choice_number`.
    :param seq: grows with each click; None follows the reader's last vote.
    :param address: the reader's network address, "" if there is none.
    :param origin: the origin of the reader's page.
    :param hold: keep a new reader's vote out of the counts until an editor releases it.
    :param may_name: the ballot's page is what the reader's own page says, and may help to name
        the story.
    :param may_begin: the story may begin with it.
    :param kind: how long the reader's token has been known.
    :param channel: how the vote came; "" by the embed's script without a proof of work.
    :param arm: of the site's experiment; "" outside it.
    :param entrance: lets a new reader in together with this vote.
    """

    reader: bytes
    choice: int
    seq: int | None = None
    address: str = ""
    origin: str = ""
    hold: bool = False
    may_name: bool = False
    may_begin: bool = False
    kind: Kind = Kind.NONE
    channel: Channel = ""
    arm: Arm = ""
    entrance: Entrance | None = None


class Voting:
    """Casts votes, takes them back and counts them.

    :param allowance: the votes of one network on a story that are counted; 0 at once: no limit.
    :param casts: the votes of one reader in a minute.
    """

    def __init__(
        self,
        articles: Articles,
        reactions: Reactions,
        readers: Readers,
        limits: Limits,
        stories: NewStories,
        names: StoryNames,
        sweeper: Sweeper,
        evidence: Evidence,
        *,
        allowance: Allowance,
        casts: Rate,
    ) -> None:
        self._articles = articles
        self._reactions = reactions
        self._readers = readers
        self._limits = limits
        self._stories = stories
        self._names = names
        self._sweeper = sweeper
        self._evidence = evidence
        self._allowance = allowance
        self._casts = casts

    def ballot(
        self, site: Site, name: str, poll_key: str = "", *, claimed: Page = NO_PAGE
    ) -> Ballot:
        """Return the question as this article offers it now.

        :param name: an article's id or URL.
        :param claimed: what the reader's page says about itself.
        :raise BadField: the site has no such question.
        :raise BadArticle: the name is neither an id nor a URL of this site.
        """
        article = self.article(site, name, poll_key)
        stored = None
        if site.section_reactions and not poll_key and self._articles.story(site, name) is None:
            stored = self._reactions.section(site, article)
        return self._ballot(site, name, article, stored, claimed, poll_key)

    def article(self, site: Site, name: str, poll_key: str = "") -> ArticleRef:
        """Return the article of a question, whatever choices it offers now.

        :raise BadField, BadArticle: as :meth:`ballot`.
        """
        _poll(site, poll_key)
        return self._articles.find(site, name, poll_key)

    def has_article(self, site: Site, name: str, poll_key: str = "") -> bool:
        """Say whether the name is an article's of this site.

        :raise BadField: the site has no such question.
        """
        try:
            self.article(site, name, poll_key)
        except BadArticle:
            return False
        return True

    def tallies(
        self,
        site: Site,
        names: Sequence[str],
        poll_key: str = "",
        *,
        claimed: Page = NO_PAGE,
        source: Source | None = None,
    ) -> list[tuple[Ballot, Tally]]:
        """Return each article's ballot with its tally now, in one round trip.

        Parameters and errors are those of :meth:`ballot`.

        :param source: what the tallies are read from; None: the store.
        """
        articles = [self.article(site, name, poll_key) for name in names]
        found = self._tallies(site, articles, poll_key, (source or self._reactions).tallies)
        return [
            self._with_ballot(site, name, article, tally, claimed, poll_key)
            for name, article, tally in zip(names, articles, found, strict=True)
        ]

    def reachable_tallies(
        self,
        site: Site,
        names: Sequence[str],
        poll_key: str = "",
        *,
        claimed: Page = NO_PAGE,
        source: Source | None = None,
    ) -> dict[str, tuple[Ballot, Tally]]:
        """Return by name what :meth:`tallies` does, without the articles whose shard is away.

        :raise StoreUnavailable: the figures of no article can be read.
        """
        articles = [self.article(site, name, poll_key) for name in names]
        read = (source or self._reactions).reachable_tallies
        found = self._tallies(site, articles, poll_key, read)
        return {
            name: self._with_ballot(site, name, article, tally, claimed, poll_key)
            for name, article, tally in zip(names, articles, found, strict=True)
            if tally is not None
        }

    def tally(self, ballot: Ballot) -> Tally:
        """Return the tally of one ballot now."""
        [tally] = self._tallies(
            ballot.site, [ballot.article], ballot.poll_key, self._reactions.tallies
        )
        return _as_open(ballot, tally)

    def page_record(self, site: Site, article: ArticleRef) -> PageRecord | None:
        """Return the page as it is shown; None before the article's first vote or comment."""
        return self._reactions.page(site, article)

    def tallies_of(self, site: Site, articles: Sequence[ArticleRef]) -> list[Tally]:
        """Return the tallies of articles in one round trip, of questions not asked any longer too.

        :param articles: where their addresses resolve, as :class:`Aliases` says.
        """
        wanted = [(one, len(site.choice_keys(one.poll_key))) for one in articles]
        return self._reactions.tallies(site, wanted, now_s=int(clock.now()))

    def settled_page(self, site: Site, article: ArticleRef) -> PageRecord | None:
        """Return of the page only what several networks or an editor agree on."""
        [record] = self.settled_pages(site, [article])
        return record

    def settled_pages(self, site: Site, articles: Sequence[ArticleRef]) -> list[PageRecord | None]:
        """Return of each page only what several networks or an editor agree on."""
        return self._reactions.settled_pages(site, articles)

    def own_vote(self, ballot: Ballot, reader: bytes) -> OwnVote:
        """Return this reader's own vote; the empty one if there is none."""
        voter = self._voter(ballot.site, ballot.article, reader)
        return self._reactions.own_vote(ballot.site, ballot.article, voter)

    def cast(self, ballot: Ballot, reader: bytes, choice: int, **more: Any) -> Tally:
        """Do :meth:`casting` here and now; ``more`` are the other fields of :class:`Vote`."""
        return run(self.casting(ballot, Vote(reader, choice, **more)))

    def casting(self, ballot: Ballot, vote: Vote) -> Steps[Tally]:
        """Make the choice this reader's vote, and return the tally with it.

        A vote whose ``seq`` is not newer than the stored one changes nothing.

        :raise NotLetIn: that reader is not let in free. Nothing was written.
        :raise Closed: article or question no longer take votes; ``extra["tally"]`` has the counts.
        :raise RateLimited: the reader casts too many votes, or begins too many stories.
        :raise Moved: the article keeps moving. Casting again is safe.
        :raise StoreUnavailable: the vote may or may not be saved; casting it again is safe.
        """
        if ballot.is_closed:
            raise Closed(tally=self.tally(ballot))
        if vote.seq is None:
            vote = replace(vote, seq=self.own_vote(ballot, vote.reader).next_seq)
        reader_id = f"{ballot.site.key}|{vote.reader.hex()}"
        is_too_often = not self._casts.take(reader_id)
        try:
            tally = yield from self._cast_where_it_is(ballot, vote, is_too_often)
        except (NotLetIn, WouldWait):
            self._casts.give_back(reader_id)
            raise
        if tally.is_repeat:
            self._casts.give_back(reader_id)
        VOTES.add(tally.outcome)
        return tally

    def _cast_where_it_is(self, ballot: Ballot, vote: Vote, is_too_often: bool) -> Steps[Tally]:
        for place in self._articles.places(ballot.site, ballot.article):
            try:
                return (yield from self._cast_or_begin(place, ballot, vote, is_too_often))
            except Moved:
                yield WAITS
        raise AssertionError("the last place raises")

    def _cast_or_begin(
        self, article: ArticleRef, ballot: Ballot, vote: Vote, is_too_often: bool
    ) -> Steps[Tally]:
        try:
            return (yield from self._cast_at(article, ballot, vote, is_too_often))
        except NewStory:
            yield WAITS
        self._stories.begin(ballot.site, Author(vote.reader, vote.address))
        self._sweeper.sweep_beside(ballot.site, article.partition, now_s=int(clock.now()))
        beginning = replace(vote, may_begin=True)
        return (yield from self._cast_at(article, ballot, beginning, is_too_often))

    def _cast_at(
        self, article: ArticleRef, ballot: Ballot, vote: Vote, is_too_often: bool
    ) -> Steps[Tally]:
        now_s, site, address = int(clock.now()), ballot.site, vote.address
        hold, page = vote.hold, ballot.page
        cast = Cast(
            seq=vote.seq or 0,
            choice=vote.choice,
            now_s=now_s,
            choices=len(ballot.keys),
            is_too_often=is_too_often,
            may_begin=vote.may_begin or not address,
            networks=self._networks(site, article, address, now_s),
            allowance=self._allowance,
            goes_after_s=self._goes_after_s(ballot, address),
            page=Page(url=page.url) if hold and not ballot.is_own else page,
            may_name=ballot.is_own or (vote.may_name and not hold),
            origin=vote.origin,
            hold=hold,
            kind=vote.kind,
            channel=vote.channel,
            arm=vote.arm,
        )
        voter = self._voter(site, article, vote.reader)
        tally = yield from self._reactions.casting(site, article, voter, cast, vote.entrance)
        if tally.is_news:
            yield WAITS
            self._names.hear(site, article, page, address=address, is_own=ballot.is_own)
        return tally

    def _networks(self, site: Site, article: ArticleRef, address: str, now_s: int) -> bytes:
        """Return the marks of the reader's networks on an article; none without a limit."""
        if not self._allowance.burst:
            return b""
        return self._limits.network_marks(address, f"{site.key}|{article.id}", now_s=now_s)

    def _goes_after_s(self, ballot: Ballot, address: str) -> int:
        """Return the seconds after which a story goes that begins with this vote; 0: never.

        Without an address, or a limit on networks, nobody could tell a second network.
        """
        is_known = ballot.is_own or not address or not self._allowance.burst
        return 0 if is_known else self._sweeper.after_s

    def note_refused(self, ballot: Ballot, *, asked_to_work: bool) -> None:
        """Count for the story that the gate let a reader of it wait; never fail for that."""
        with suppress(StoreUnavailable, StoreFull):
            self._evidence.note_refused(
                ballot.site, ballot.article.id, asked_to_work=asked_to_work, now_s=int(clock.now())
            )

    def take_back(self, site: Site, article: ArticleRef, reader: bytes) -> bool:
        """Take a reader's vote back, counted or held; False if there is none.

        :raise Moved: the article keeps moving. Taking it back again is safe.
        """
        choices = len(site.choice_keys(article.poll_key))
        had_one = self._articles.retry_moved(
            site,
            article,
            lambda article: self._reactions.take_back(
                site,
                article,
                self._voter(site, article, reader),
                choices=choices,
                now_s=int(clock.now()),
            ),
        )
        if had_one:
            VOTES.add(TAKEN_BACK)
        return had_one

    def _voter(self, site: Site, article: ArticleRef, reader: bytes) -> Voter:
        """Return the reader's marks under the requested address and the article's others.

        A reader has one mark for each address that resolves to the article, because marks are
        made from the address that the vote came in under.
        """
        mark = self._readers.mark(site.key, article.alias or article.id, reader)
        others = [(i, self._readers.mark(site.key, i, reader)) for i in article.others]
        return Voter(mark, others)

    def _with_ballot(
        self, site: Site, name: str, article: ArticleRef, tally: Tally, claimed: Page, poll_key: str
    ) -> tuple[Ballot, Tally]:
        """Return the ballot of an article whose tally was read, and the tally as it is offered."""
        ballot = self._ballot(site, name, article, _settled(tally), claimed, poll_key)
        return ballot, _as_open(ballot, tally)

    def _ballot(
        self,
        site: Site,
        name: str,
        article: ArticleRef,
        stored: str | None,
        claimed: Page,
        poll_key: str,
    ) -> Ballot:
        """Apply the rule for the reaction set that an article offers.

        Our own story's file decides. For any other article the section decides that several
        networks or an editor agreed on, and before that the one that the page claims.
        """
        page = self._articles.page(site, name, claimed)
        is_own = self._articles.story(site, name) is not None
        section = page.section if is_own or stored is None else stored
        poll, keys = _poll(site, poll_key, section), site.choice_keys(poll_key)
        return Ballot(site, article, poll, poll_key, page, keys, is_own)

    def _tallies(
        self,
        site: Site,
        articles: Sequence[ArticleRef],
        poll_key: str,
        read: Callable[..., list[Read]],
    ) -> list[Read]:
        """Read the tallies, wherever the articles' addresses resolve at this moment.

        :param read: one of the two readings of :class:`Reactions`.
        """
        choices, now_s = len(site.choice_keys(poll_key)), int(clock.now())
        found = read(site, [(a, choices) for a in articles], now_s=now_s)
        if any(tally is not None and tally.is_moved for tally in found):
            again = self._articles.find_again(site, articles)
            found = read(site, [(a, choices) for a in again], now_s=now_s)
        return found


def _as_open(ballot: Ballot, tally: Tally) -> Tally:
    return replace(tally, is_open=False) if ballot.is_closed else tally


def _settled(tally: Tally) -> str | None:
    return tally.section if tally.is_section_settled else None


def _poll(site: Site, poll_key: str, section: str = "") -> Poll:
    """:raise BadField: the site has no such question."""
    poll = site.poll(poll_key, section)
    if poll is None:
        raise BadField(f"This site has no poll named {poll_key[:40]!r}.")
    return poll


def valid_seq(seq: object) -> int:
    """Return ``seq`` if it is an integer from 1 to 2147483646.

    :raise BadField: it is not.
    """
    if type(seq) is not int or not 1 <= seq <= MAX_SEQ:
        raise BadField(f"seq is a whole number from 1 to {MAX_SEQ} that grows with each click.")
    return seq
