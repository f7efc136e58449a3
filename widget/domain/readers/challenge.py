"""Proof of work: readers of a crowded network compute for a moment instead of being refused.

The altcha package makes and verifies challenges. This module binds them to a site and a network.
No Flask, no redis: the store sees to it that a proof is used once.
"""

import time
from typing import Any

import altcha

LIFETIME_S = 300
MAX_PAYLOAD_CHARS = 2048
ALGORITHM = "PBKDF2/SHA-256"  # WebCrypto derives it natively
PREFIX = "00"  # one key in 256 has it


class Challenges:
    """The maker and verifier of challenges.

    :param cost: PBKDF2 iterations of one try; a reader's browser makes about 256 tries.
    """

    def __init__(self, key: str, *, cost: int) -> None:
        self._key = key
        self._cost = cost

    def new(self, site_key: str, network_id: str, *, double: bool = False) -> dict[str, Any]:
        """Make a challenge that only this site and network can use, for five minutes."""
        challenge = altcha.create_challenge(
            ALGORITHM,
            self._cost * (2 if double else 1),
            key_prefix=PREFIX,
            expires_at=int(time.time()) + LIFETIME_S,
            data={"site": site_key, "network": network_id},
            hmac_secret=self._key,
        )
        return dict(challenge.to_dict())

    def proof_id(self, payload: object, site_key: str, network_id: str) -> str | None:
        """Verify a proof. Return an id by which it can be used once, or None if it is invalid."""
        if not isinstance(payload, str) or not 0 < len(payload) <= MAX_PAYLOAD_CHARS:
            return None
        try:
            proof = altcha.Payload.from_base64(payload)
            data = proof.challenge.parameters.data
            if data != {"site": site_key, "network": network_id}:
                return None
            if not altcha.verify_solution(proof, self._key).verified:
                return None
            signature = proof.challenge.signature
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
            return None
        return signature
