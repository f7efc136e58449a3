"""What `readback check` and a server agree on: a token, and what the server was started with.

Both have the secrets file, so the server knows an operator's question, and its answer shows that it
has the same file. Nothing is stored. docs/adr/0082-a-check-that-asks-the-server.md says why.
"""

import hmac

from itsdangerous import BadSignature, TimestampSigner

from widget.secrets import Secrets
from widget.settings import SETTINGS, Settings

PATH = "/checkz"
GOOD_FOR_S = 600  # long enough to open the address on a phone


class SelfCheck:
    """The maker and verifier of tokens, and the fingerprints of settings.

    :param secrets: the newest session key signs, and the older ones still verify.
    """

    def __init__(self, secrets: Secrets) -> None:
        self._signer = TimestampSigner([*secrets.session_keys], salt="readback check")
        self._key = secrets.vote_key.encode()

    def token(self) -> str:
        """Return a token that is good for ten minutes."""
        return self._signer.sign("check").decode()

    def is_good(self, token: str) -> bool:
        try:
            return self._signer.unsign(token, max_age=GOOD_FOR_S) == b"check"
        except BadSignature:
            return False

    def fingerprints(self, settings: Settings) -> dict[str, str]:
        """Return a keyed hash of each setting's value, by which two can be compared, not known."""
        return {
            setting.name: hmac.digest(
                self._key,
                f"setting|{setting.name}|{getattr(settings, setting.field)}".encode(),
                "sha256",
            ).hex()[:16]
            for setting in SETTINGS
        }
