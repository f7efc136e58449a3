"""Hashing of passwords with argon2id: few at once, and as slow for an unknown name as for any."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from widget.domain.errors import Busy

MEMORY_KIB, PASSES, LANES = 19456, 2, 1  # OWASP's password storage cheat sheet, 2023
AT_ONCE = 2  # at most 38 MB and two threads of a worker; its other threads serve votes

# A hash of no password: verifying against it costs as much as against a real one, and always fails.
_NO_HASH = f"$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${'A' * 22}${'A' * 43}"


class Passwords:
    """The hasher of passwords.

    :param at_once: how many passwords a worker hashes at the same time.
    """

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._hasher = PasswordHasher(
            time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES, type=Type.ID
        )
        self._places = threading.BoundedSemaphore(at_once)

    def hash(self, password: str) -> str:
        """Hash a password.

        :raise Busy: the limit of passwords hashed at once is reached.
        """
        with self._place():
            return self._hasher.hash(password)

    def is_right(self, password_hash: str, password: str) -> bool:
        """Return whether a password is right; take as long where there is no hash to compare.

        :raise Busy: the limit of passwords hashed at once is reached.
        """
        with self._place():
            try:
                return self._hasher.verify(password_hash or _NO_HASH, password)
            except (VerificationError, InvalidHashError):
                return False

    def is_outdated(self, password_hash: str) -> bool:
        """Return whether a right password should be hashed again, with the current parameters."""
        return self._hasher.check_needs_rehash(password_hash)

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise Busy(retry_after_s=1)
        try:
            yield
        finally:
            self._places.release()
