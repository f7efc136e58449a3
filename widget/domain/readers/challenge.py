"""Proof of work: readers of a crowded network compute for a moment instead of being refused.

The altcha package makes and verifies challenges. This module binds them to a site, a network and a
price. No Flask, no redis: the store sees to it that a proof is used once, and sets the price.
"""

import secrets
import time
from dataclasses import dataclass
from typing import Any

import altcha

LIFETIME_S = 300
MAX_PAYLOAD_CHARS = 2048
ALGORITHM = "PBKDF2/SHA-256"  # WebCrypto derives it natively
# The answer is one of so many numbers, so that no reader is unlucky for long: the mean is half.
MOST_TRIES = 512


@dataclass(frozen=True, slots=True)
class Paid:
    """What a valid proof is worth.

    :param proof_id: an id by which the proof can be used once.
    :param price: in those of the cheapest challenge.
    """

    proof_id: str
    price: float


class Challenges:
    """The maker and verifier of challenges.

    :param cost: PBKDF2 rounds of one try at the price of 1; a reader's browser makes about 256.
    """

    def __init__(self, key: str, *, cost: int) -> None:
        self._key = key
        self._answer_key = f"{key}|answer"  # lets one HMAC check an answer, instead of a try
        self._cost = cost

    def new(self, site_key: str, network_id: str, *, price: float = 1) -> dict[str, Any]:
        """Make a challenge that only this site and network can use, for five minutes.

        :param price: 1 or more.
        """
        challenge = altcha.create_challenge(
            ALGORITHM,
            int(self._cost * price),
            counter=secrets.randbelow(MOST_TRIES),
            expires_at=int(time.time()) + LIFETIME_S,
            data={"site": site_key, "network": network_id},
            hmac_secret=self._key,
            hmac_key_secret=self._answer_key,
        )
        return dict(challenge.to_dict())

    def paid(self, payload: object, site_key: str, network_id: str) -> Paid | None:
        """Verify a proof. Return what it is worth, or None if it is invalid."""
        if not isinstance(payload, str) or not 0 < len(payload) <= MAX_PAYLOAD_CHARS:
            return None
        try:
            proof = altcha.Payload.from_base64(payload)
            parameters = proof.challenge.parameters
            if parameters.data != {"site": site_key, "network": network_id}:
                return None
            # Without a signed answer the package would try a number of the sender's choice.
            if not isinstance(parameters.key_signature, str):
                return None
            checked = altcha.verify_solution(proof, self._key, hmac_key_secret=self._answer_key)
            if not checked.verified:
                return None
            price = max(1.0, parameters.cost / self._cost)
            return Paid(str(proof.challenge.signature), price)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
            return None
