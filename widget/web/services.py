"""What the blueprints work with, wired once by create_app."""

import time
from dataclasses import dataclass
from typing import cast

from flask import current_app

from ..article import ArticleRef, resolve_for
from ..challenge import Challenges
from ..errors import BadField, Challenged
from ..model import MAX_SEQ, Poll, Site, Standing, Vote
from ..reader import Readers
from ..settings import Settings
from ..store.limits import Crowding, Limits
from ..store.reactions import Reactions
from ..store.sites import Sites
from ..stories import Story


@dataclass(frozen=True, slots=True)
class Services:
    settings: Settings
    sites: Sites
    reactions: Reactions
    limits: Limits
    readers: Readers
    challenges: Challenges
    stories: dict[str, Story]

    def cast(
        self, site: Site, article: ArticleRef, poll_key: str, reader: bytes, seq: int, choice: int
    ) -> Standing:
        """One reader's vote, from the API or from a form: the same limits, the same script."""
        mark = self.readers.mark(site.key, article.id, reader)
        return self.reactions.cast(
            site,
            article,
            Vote(mark, seq, choice),
            choices=len(site.numbers(poll_key)),
            now_s=int(time.time()),
            rate_id=self.readers.mark(site.key, "", reader).hex(),
            casts_a_minute=self.settings.casts,
        )

    def admit(self, site: Site, reader: bytes, address: str, proof: object) -> bool:
        """Let a new reader in. True if a proof of work was paid.

        :raise Challenged: the network brought many new readers; the challenge is in ``extra``.
        """
        now_s = int(time.time())
        network = self.limits.network_id(address, now_s=now_s)
        if proof is not None:
            proof_id = self.challenges.proof_id(proof, site.key, network)
            if proof_id is not None and self.limits.spend(proof_id, ttl_s=600):
                return True
        crowding = self.limits.admit(
            reader,
            address,
            most=self.settings.new_readers,
            most_wide=self.settings.new_readers_wide,
            now_s=now_s,
        )
        if crowding or proof is not None:
            double = crowding == Crowding.WIDE_NETWORK
            raise Challenged(challenge=self.challenges.new(site.key, network, double=double))
        return False


def services() -> Services:
    return cast(Services, current_app.extensions["readback"])


def poll_or_error(site: Site, poll_key: str) -> Poll:
    """:raise BadField: the site has no such poll."""
    poll = site.poll(poll_key)
    if poll is None:
        raise BadField(f"This site has no poll named {poll_key[:40]!r}.")
    return poll


def choice_number(site: Site, poll_key: str, key: object) -> int:
    """The number of a choice key that is offered now; 0 for None, which takes a vote back.

    :raise BadField: not a choice of this poll.
    """
    if key is None:
        return 0
    poll = poll_or_error(site, poll_key)
    if not isinstance(key, str) or key not in {c.key for c in poll.choices}:
        offered = ", ".join(c.key for c in poll.choices)
        raise BadField(f"reaction is null or one of: {offered}.")
    return site.numbers(poll_key).index(key) + 1


def valid_seq(seq: object) -> int:
    """:raise BadField: not an integer from 1 to 2147483646."""
    if type(seq) is not int or not 1 <= seq <= MAX_SEQ:
        raise BadField(f"seq is a whole number from 1 to {MAX_SEQ} that grows with each click.")
    return seq


def counts_by_key(site: Site, poll_key: str, standing: Standing) -> dict[str, int]:
    """Votes of every choice offered, in the order shown, zeros included."""
    by_key = dict(zip(site.numbers(poll_key), standing.counts, strict=False))
    poll = site.poll(poll_key)
    return {c.key: by_key.get(c.key, 0) for c in poll.choices} if poll else {}


def choice_key(site: Site, poll_key: str, number: int) -> str | None:
    return site.numbers(poll_key)[number - 1] if number else None


def find(site: Site, article: str, poll_key: str = "") -> ArticleRef:
    return resolve_for(site, article, poll_key)
