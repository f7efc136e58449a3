"""How a new reader gets in: free, by a proof of work, or held for an editor."""

from enum import Enum

import msgspec

from widget.domain import clock
from widget.domain.errors import Challenged, RateLimited
from widget.domain.model import Site
from widget.domain.readers.challenge import LIFETIME_S, Challenges
from widget.services.rates import Rate
from widget.settings import Settings
from widget.store.limits import WINDOW_S, Entrance, Entry, Limits, Newcomers


class Admission(Enum):
    """How a new reader was admitted."""

    FREE = "free"
    WORKED = "worked"
    HELD = "held"


class Newcomer(msgspec.Struct, frozen=True):
    """A reader without a token, who asks to act for the first time.

    :param reader: 16 bytes.
    :param address: the client's network address.
    :param proof: the proof of work sent with the request, as it was sent.
    :param may_be_held: the reader cannot do a proof of work, and accepts being held instead.
    """

    reader: bytes
    address: str
    proof: object = None
    may_be_held: bool = False


class Gate:
    """Lets readers in. A crowded network pays with proofs of work; nobody is shut out."""

    def __init__(self, limits: Limits, challenges: Challenges, settings: Settings) -> None:
        self._limits = limits
        self._challenges = challenges
        self._reads = Rate("reads", settings.reads)
        self._writes = Rate("writes", settings.writes)
        self._most = Newcomers(
            free=settings.new_readers,
            free_wide=settings.new_readers_wide,
            worked=settings.worked_readers,
            held=settings.held_readers,
        )

    def count_read(self, address: str) -> None:
        """Count a read or a page that a client of this address requests.

        :raise RateLimited: its network requests more in a minute than a crowd of people.
        """
        self._reads.count_network(address)

    def count_write(self, address: str) -> None:
        """Count anything that a reader of this address sends.

        :raise RateLimited: its network sends more in a minute than a crowd of people.
        """
        self._writes.count_network(address)

    def give_back_write(self, address: str) -> None:
        """Uncount what was sent, as it will be counted again."""
        self._writes.give_back_network(address)

    def admit(self, site: Site, newcomer: Newcomer) -> Admission:
        """Admit a new reader, and return how.

        :raise Challenged: the network brought many new readers; ``extra`` has the challenge.
        :raise RateLimited: the network brought too many held readers as well.
        """
        now_s = clock.now()
        paid = self._paid(site, newcomer, now_s)
        how, price = self._limits.admit(
            newcomer.reader,
            newcomer.address,
            self._most,
            now_s=now_s,
            paid=paid,
            is_wrong=newcomer.proof is not None and not paid,
            may_hold=newcomer.may_be_held,
        )
        if how is Entry.PRICED:
            network = self._limits.network_id(newcomer.address, now_s=int(now_s))
            raise Challenged(challenge=self._challenges.new(site.key, network, price=price))
        if how is Entry.TOO_MANY_HELD:
            raise RateLimited(retry_after_s=WINDOW_S)
        return _ADMISSIONS[how]

    def entrance(self, newcomer: Newcomer) -> Entrance | None:
        """Return what lets a new reader in free, together with the vote they bring.

        None for one whom only :meth:`admit` can let in.
        """
        if newcomer.proof is not None:
            return None
        return self._limits.entrance(
            newcomer.reader, newcomer.address, self._most, now_s=clock.now()
        )

    def _paid(self, site: Site, newcomer: Newcomer, now_s: float) -> float:
        """Return the price that a proof paid, the first time that it is used; else 0."""
        if newcomer.proof is None:
            return 0
        network = self._limits.network_id(newcomer.address, now_s=int(now_s))
        paid = self._challenges.paid(newcomer.proof, site.key, network)
        if paid is None or not self._limits.spend(paid.proof_id, ttl_s=LIFETIME_S):
            return 0
        return paid.price


_ADMISSIONS = {
    Entry.FREE: Admission.FREE,
    Entry.WORKED: Admission.WORKED,
    Entry.HELD: Admission.HELD,
}
