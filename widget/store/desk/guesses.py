"""Limits on password attempts: on one account, and from one network on all accounts.

An attempt is counted before the password is checked, so that simultaneous ones count too, and
removed if the password was right. Names and networks are stored only as hashes under the day's
salt.
"""

import secrets
from dataclasses import dataclass

from widget.domain.errors import RateLimited
from widget.store import keys
from widget.store.connect import Connection
from widget.store.limits import Limits
from widget.store.scripts import ActScript, store_errors

WINDOW_S = 15 * 60
MOST_FOR_ACCOUNT = 5
MOST_FROM_NETWORK = 20


@dataclass(frozen=True, slots=True)
class Try:
    id: str
    counted_in: tuple[str, ...]


class Guesses:
    def __init__(self, connection: Connection, limits: Limits) -> None:
        self._connection = connection
        self._limits = limits
        self._guess = ActScript(connection, "desk/guess.lua")

    def begin(self, account: str, address: str, *, now_s: int) -> Try:
        """Count an attempt.

        :param account: the name, known or not; from a browser in which this editor signed in
            before, the name and that browser.
        :raise RateLimited: too many in 15 minutes; it has the time to wait.
        """
        try_id = secrets.token_hex(8)
        network = keys.wrong_passwords(self._limits.network_id(address, now_s=now_s))
        named = keys.wrong_passwords(self._limits.salted(account, now_s=now_s))
        act = {"id": try_id, "now": now_s, "window_s": WINDOW_S}
        counted: list[str] = []
        # The network comes first: a network over its limit must not lock an account.
        for key, most in ((network, MOST_FROM_NETWORK), (named, MOST_FOR_ACCOUNT)):
            with store_errors():
                wait_s = self._guess((key,), {**act, "most": most})
            if wait_s:
                raise RateLimited(retry_after_s=int(wait_s))
            counted.append(key)
        return Try(try_id, tuple(counted))

    def take_back(self, tried: Try) -> None:
        """Remove an attempt: the password was right, or was not checked."""
        with store_errors():
            for key in tried.counted_in:
                self._connection.client.zrem(key, tried.id)
