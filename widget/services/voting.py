"""What the blueprints work with, wired once by create_app."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import cast

from flask import current_app

from widget.domain.article import ArticleRef, partition_of, resolve_for
from widget.domain.comments.comment import Scorer
from widget.domain.errors import BadField, Challenged, Moved, RateLimited
from widget.domain.model import MAX_SEQ, Poll, Site, Tally
from widget.domain.page import Page
from widget.domain.readers.challenge import Challenges
from widget.domain.readers.reader import Readers
from widget.domain.stories import Story
from widget.settings import Settings
from widget.store.comments.comments import Comments
from widget.store.comments.threads import Threads
from widget.store.limits import WINDOW_S, Crowding, Limits
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.moves import Moves
from widget.store.reactions.votes import Cast, Reactions, Voter
from widget.store.sites import Sites

MOVE_RETRIES = 3  # where an address leads that is just moving
HOME = "home"  # the site of the stories served here


class Admission(Enum):
    """How a new reader was let in."""

    FREE = "free"
    WORKED = "worked"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Services:
    settings: Settings
    sites: Sites
    reactions: Reactions
    aliases: Aliases
    moves: Moves
    limits: Limits
    readers: Readers
    challenges: Challenges
    comments: Comments
    threads: Threads
    score: Scorer
    stories: dict[str, Story]
    stories_by_id: dict[str, Story]

    def cast(
        self,
        site: Site,
        article: ArticleRef,
        poll_key: str,
        reader: bytes,
        seq: int,
        choice: int,
        *,
        page: Page,
        origin: str,
        hold: bool,
    ) -> Tally:
        """One reader's vote, from the API or from a form: the same limits, the same script."""
        for _ in range(MOVE_RETRIES):
            voter = self.voter(site, article, reader)
            try:
                return self.reactions.cast(
                    site,
                    article,
                    voter,
                    Cast(
                        seq,
                        choice,
                        now_s=int(time.time()),
                        choices=len(site.choice_keys(poll_key)),
                        rate_id=self.readers.mark(site.key, "", reader).hex(),
                        casts_a_minute=self.settings.casts,
                        page=page,
                        origin=origin,
                        hold=hold,
                    ),
                )
            except Moved:
                article = self.where_now(site, article)
        raise Moved(retry_after_s=1)

    def take_back(self, site: Site, article: ArticleRef, poll_key: str, reader: bytes) -> bool:
        """Take a reader's vote back, whatever it is; False if none stands."""
        for _ in range(MOVE_RETRIES):
            voter = self.voter(site, article, reader)
            try:
                return self.reactions.take_back(
                    site,
                    article,
                    voter,
                    choices=len(site.choice_keys(poll_key)),
                    now_s=int(time.time()),
                )
            except Moved:
                article = self.where_now(site, article)
        raise Moved(retry_after_s=1)

    def voter(self, site: Site, article: ArticleRef, reader: bytes) -> Voter:
        """A reader's mark under the address asked for, and those under the article's others."""
        mark = self.readers.mark(site.key, article.alias or article.id, reader)
        if not article.others:
            return Voter(mark)
        return Voter(mark, [(i, self.readers.mark(site.key, i, reader)) for i in article.others])

    def article(self, site: Site, named: str, poll_key: str = "") -> ArticleRef:
        """The article that an address or id leads to.

        :raise BadArticle: it names none of this site.
        """
        return self.aliases.follow(site.key, resolve_for(site, named, poll_key))

    def address(self, site: Site, named: str) -> ArticleRef:
        """The address itself, wherever it leads.

        :raise BadArticle: it names no article of this site.
        """
        return resolve_for(site, named)

    def tallies(
        self, site: Site, articles: Sequence[tuple[ArticleRef, int]], *, now_s: int
    ) -> list[Tally]:
        """As :meth:`Reactions.tallies`, wherever the articles' addresses lead at this moment."""
        found = self.reactions.tallies(site, articles, now_s=now_s)
        if any(tally.is_moved for tally in found):
            self.aliases.forget_cached(site.key)
            again = [(self._as_asked(site, article), n) for article, n in articles]
            found = self.reactions.tallies(site, again, now_s=now_s)
        return found

    def where_now(self, site: Site, article: ArticleRef) -> ArticleRef:
        """Where an address leads that was just moved, finishing the move if nobody did."""
        self.aliases.forget_cached(site.key)
        found = self._as_asked(site, article)
        if found == article:
            self.moves.finish(site)
            self.aliases.forget_cached(site.key)
            found = self._as_asked(site, article)
        return found

    def _as_asked(self, site: Site, article: ArticleRef) -> ArticleRef:
        asked = article.alias or article.id
        return self.aliases.follow(
            site.key, ArticleRef(asked, partition_of(asked), article.address)
        )

    def admit(
        self, site: Site, reader: bytes, address: str, *, proof: object = None, hold: bool = False
    ) -> Admission:
        """Let a new reader in, and say how.

        :param hold: the reader cannot do the work a crowded network is asked for; the vote may be
            held for an editor instead.
        :raise Challenged: the network brought many new readers; the challenge is in ``extra``.
        :raise RateLimited: it brought too many held ones as well.
        """
        now_s = int(time.time())
        network = self.limits.network_id(address, now_s=now_s)
        if proof is not None:
            proof_id = self.challenges.proof_id(proof, site.key, network)
            if proof_id is not None and self.limits.spend(proof_id, ttl_s=WINDOW_S):
                return Admission.WORKED
        most, most_wide = self.settings.new_readers, self.settings.new_readers_wide
        crowding = self.limits.admit(reader, address, most=most, most_wide=most_wide, now_s=now_s)
        if not crowding and proof is None:
            return Admission.FREE
        if hold:
            most = self.settings.held_readers
            if self.limits.admit_held(reader, address, most=most, most_wide=most * 3, now_s=now_s):
                raise RateLimited(retry_after_s=WINDOW_S)
            return Admission.HELD
        double = crowding == Crowding.WIDE_NETWORK
        raise Challenged(challenge=self.challenges.new(site.key, network, double=double))

    def page_of(self, site: Site, article: str, claimed: Page) -> Page:
        """What is known of an article: our own story's, else what the reader's page claims."""
        story = self.stories_by_id.get(article) if site.key == HOME else None
        if story is None and "/" in article:  # a URL, found to be the site's
            return replace(claimed, url=article.partition("#")[0])
        if story is None:
            return claimed
        url = f"{self.settings.public_url}/articles/{story.slug}"
        return Page(story.title, story.section, story.author, story.tags, url)

    def section_of(self, site: Site, article: ArticleRef, claimed: str) -> str:
        """The section that decides which reactions are offered: the stored one before a claim."""
        if not site.section_reactions:
            return claimed
        stored = self.reactions.section(site, article)
        return claimed if stored is None else stored


def services() -> Services:
    return cast(Services, current_app.extensions["readback"])


def poll_or_error(site: Site, poll_key: str, section: str = "") -> Poll:
    """:raise BadField: the site has no such poll."""
    poll = site.poll(poll_key, section)
    if poll is None:
        raise BadField(f"This site has no poll named {poll_key[:40]!r}.")
    return poll


def choice_number(site: Site, poll_key: str, poll: Poll, key: object) -> int:
    """The number of a choice key that is offered now; 0 for None, which takes a vote back.

    :raise BadField: not a choice of this poll.
    """
    if key is None:
        return 0
    if not isinstance(key, str) or key not in {c.key for c in poll.choices}:
        offered = ", ".join(c.key for c in poll.choices)
        raise BadField(f"reaction is null or one of: {offered}.")
    return site.choice_keys(poll_key).index(key) + 1


def valid_seq(seq: object) -> int:
    """:raise BadField: not an integer from 1 to 2147483646."""
    if type(seq) is not int or not 1 <= seq <= MAX_SEQ:
        raise BadField(f"seq is a whole number from 1 to {MAX_SEQ} that grows with each click.")
    return seq


def counts_by_key(site: Site, poll_key: str, poll: Poll, tally: Tally) -> dict[str, int]:
    """Votes of every choice offered, in the order shown, zeros included."""
    by_key = dict(zip(site.choice_keys(poll_key), tally.counts, strict=False))
    return {c.key: by_key.get(c.key, 0) for c in poll.choices}


def choice_key(site: Site, poll_key: str, number: int) -> str | None:
    return site.choice_keys(poll_key)[number - 1] if number else None
