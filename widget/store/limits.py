"""Limits: new readers of a network, acts of a reader a minute, and proofs of work already spent.

A network is stored only as a hash under a random salt of the day. The salt expires after two days.
"""

import hashlib
import hmac
import secrets
from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Lock

from cachetools import LRUCache, cachedmethod

from widget.domain.errors import RateLimited
from widget.store import keys
from widget.store.connect import Connection
from widget.store.scripts import ActScript, store_errors

WINDOW_S = 600
MINUTE_S = 60
SALT_TTL_S = 48 * 3600


class Crowding(IntEnum):
    NONE = 0
    NETWORK = 1
    WIDE_NETWORK = 2


class Limits:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._admit = ActScript(connection, "reactions/admit.lua")
        self._salts: LRUCache[int, bytes] = LRUCache(1)  # a day's, until the next day begins
        self._lock = Lock()

    def admit(
        self, reader: bytes, address: str, *, most: int, most_wide: int, now_s: int
    ) -> Crowding:
        """Count a new reader of a network, unless it or the wide network is crowded already.

        A reader who comes again within the window, as in a retry, is counted once.
        """
        near, wide = (self._hash(network, now_s) for network in networks(address))
        window = now_s // WINDOW_S
        counted = keys.network_readers(window, wide, near), keys.wide_readers(window, wide)
        return self._count(counted, reader, most, most_wide)

    def admit_held(
        self, reader: bytes, address: str, *, most: int, most_wide: int, now_s: int
    ) -> Crowding:
        """Count a new reader of a crowded network whose vote will be held for an editor."""
        near, wide = (self._hash(network, now_s) for network in networks(address))
        window = now_s // WINDOW_S
        counted = keys.network_held(window, wide, near), keys.wide_held(window, wide)
        return self._count(counted, reader, most, most_wide)

    def _count(
        self, counted: tuple[str, str], reader: bytes, most: int, most_wide: int
    ) -> Crowding:
        act = {
            "reader": hashlib.sha256(reader).digest()[:8].hex(),
            "most": most,
            "most_wide": most_wide,
            "window_s": WINDOW_S,
        }
        with store_errors():
            return Crowding(self._admit(counted, act))

    def count_act(self, site_key: str, reader_mark: str, act: str, *, most: int) -> None:
        """Count an act of a reader. With ``most`` 0 there is no limit.

        :raise RateLimited: the reader did this more than ``most`` times in a minute.
        """
        if not most:
            return
        key = keys.act_rate(site_key, reader_mark, act)
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            pipe.set(key, 0, nx=True, ex=MINUTE_S)
            pipe.incr(key)
            pipe.ttl(key)
            _, count, left_s = pipe.execute()
        if count > most:
            message = f"At most {most} {act} a minute. Wait a moment, then send it again."
            raise RateLimited(message, retry_after_s=max(1, left_s))

    def network_id(self, address: str, *, now_s: int) -> str:
        """Return the id of a network in a challenge: a hash under today's salt."""
        return self._hash(networks(address)[0], now_s)

    def salted(self, text: str, *, now_s: int) -> str:
        """Return a text's hash under today's salt. It cannot be computed once the salt expires."""
        return self._hash(text, now_s)

    def spend(self, proof_id: str, *, ttl_s: int) -> bool:
        """Use up a proof of work, and return True only the first time."""
        with store_errors():
            key = keys.spent_proof(proof_id)
            return bool(self._connection.client.set(key, 1, nx=True, ex=ttl_s))

    def _hash(self, network: str, now_s: int) -> str:
        digest = hmac.digest(self._salt(now_s // 86400), network.encode(), "sha256")
        return digest[:12].hex()

    @cachedmethod(lambda self: self._salts, key=lambda _, day: day, lock=lambda self: self._lock)
    def _salt(self, day: int) -> bytes:
        with store_errors():
            client = self._connection.client
            client.set(keys.salt(day), secrets.token_bytes(16), nx=True, ex=SALT_TTL_S)
            return bytes(client.get(keys.salt(day)))


def networks(address: str) -> tuple[str, str]:
    """Return an address's network and wide network: IPv4 /32 and /24, IPv6 /64 and /48."""
    try:
        ip: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return "unknown", "unknown"
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    near, wide = (32, 24) if ip.version == 4 else (64, 48)
    return str(ip_network((ip, near), strict=False)), str(ip_network((ip, wide), strict=False))
