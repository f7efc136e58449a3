"""How a new reader gets in: free, by a proof of work, or held for an editor."""

import time
from dataclasses import dataclass
from enum import Enum

from widget.domain.errors import Challenged, RateLimited
from widget.domain.model import Site
from widget.domain.readers.challenge import Challenges
from widget.settings import Settings
from widget.store.limits import WINDOW_S, Crowding, Limits


class Admission(Enum):
    """How a new reader was admitted."""

    FREE = "free"
    WORKED = "worked"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Newcomer:
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
    """Lets new readers in. A crowded network pays with proofs of work; nobody is shut out."""

    def __init__(self, limits: Limits, challenges: Challenges, settings: Settings) -> None:
        self._limits = limits
        self._challenges = challenges
        self._settings = settings

    def admit(self, site: Site, newcomer: Newcomer) -> Admission:
        """Admit a new reader, and return how.

        :raise Challenged: the network brought many new readers; ``extra`` has the challenge.
        :raise RateLimited: the network brought too many held readers as well.
        """
        now_s = int(time.time())
        network = self._limits.network_id(newcomer.address, now_s=now_s)
        if newcomer.proof is not None:
            proof_id = self._challenges.proof_id(newcomer.proof, site.key, network)
            if proof_id is not None and self._limits.spend(proof_id, ttl_s=WINDOW_S):
                return Admission.WORKED
        crowding = self._limits.admit(
            newcomer.reader,
            newcomer.address,
            most=self._settings.new_readers,
            most_wide=self._settings.new_readers_wide,
            now_s=now_s,
        )
        if not crowding and newcomer.proof is None:
            return Admission.FREE
        if newcomer.may_be_held:
            return self._hold(newcomer, now_s)
        is_wide = crowding == Crowding.WIDE_NETWORK
        raise Challenged(challenge=self._challenges.new(site.key, network, double=is_wide))

    def _hold(self, newcomer: Newcomer, now_s: int) -> Admission:
        most = self._settings.held_readers
        if self._limits.admit_held(
            newcomer.reader, newcomer.address, most=most, most_wide=most * 3, now_s=now_s
        ):
            raise RateLimited(retry_after_s=WINDOW_S)
        return Admission.HELD
