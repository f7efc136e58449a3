"""Ed25519, by the cryptography package: the only module that knows it. Pure."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from widget.domain.ledger.texts import KEY_BYTES, SIGNATURE_BYTES, as_bytes, as_text


class Signer:
    """A private key.

    :param seed: 32 random bytes as text.
    :raise ValueError: it is not.
    """

    def __init__(self, seed: str) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(as_bytes(seed, KEY_BYTES))
        self.public = as_text(self._key.public_key().public_bytes_raw())

    def sign(self, body: bytes) -> str:
        return as_text(self._key.sign(body))


def is_signed(body: bytes, signature: str, public: str) -> bool:
    """Return whether the holder of a key has signed these bytes."""
    try:
        key = Ed25519PublicKey.from_public_bytes(as_bytes(public, KEY_BYTES))
        key.verify(as_bytes(signature, SIGNATURE_BYTES), body)
    except (InvalidSignature, ValueError):
        return False
    return True
