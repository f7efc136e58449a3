"""Limits that all servers share: new readers of a network, allowances, and spent proofs of work.

A network is stored only as a hash under a random salt of the day. The salt expires with the next
day, and so does everything that names a network.

In a cluster, an allowance whose shard is away is counted at its second place (elsewhere.py). So a
network has at most two of each, and an outage of one shard refuses nobody.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec

from widget.domain.readers.network import WIDE_FACTOR, Allowance, Networks, networks
from widget.store import keys
from widget.store.connect import Connection
from widget.store.elsewhere import first_reachable, places
from widget.store.salts import Salts
from widget.store.scripts import ActScript, store_errors

ADMISSION = ("shared/allowance.lua", "shared/admission.lua")
WINDOW_S = 600  # a reader who comes again is counted once
MARK_BYTES = 8
_FREE_AGAIN_S = 7200  # a network's free new readers are all back after this


class Entry(IntEnum):
    """What lua/shared/admission.lua says of a new reader."""

    FREE = 0
    WORKED = 1
    HELD = 2
    PRICED = 3
    TOO_MANY_HELD = 4


@dataclass(frozen=True, slots=True)
class Newcomers:
    """How many new readers a network may bring.

    :param free: without work; they are free again after two hours.
    :param free_wide: the same for its /24; an IPv6 /48 has four times those of a network.
    :param worked: by a proof of work, until they are held.
    :param held: in ten minutes.
    """

    free: int
    free_wide: int
    worked: int
    held: int


class Entrance(NamedTuple):
    """What lua/reactions/enter.lua needs, beside a vote, to let its new reader in."""

    keys: tuple[str, ...]
    args: tuple[bytes, int, bytes]


class Limits:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._admit = ActScript(connection, *ADMISSION, "reactions/admit.lua")
        self._allow = ActScript(connection, "shared/allowance.lua", "reactions/allow.lua")
        self._salts = Salts(connection)
        self._keys_of = _KeysOfDay(b"")

    def admit(
        self,
        reader: bytes,
        address: str,
        most: Newcomers,
        *,
        now_s: float,
        paid: float = 0,
        is_wrong: bool = False,
        may_hold: bool = False,
    ) -> tuple[Entry, float]:
        """Let a new reader of a network in, and return how, or the price of work to pay first.

        A reader who comes again within the window, as in a retry, is counted once.

        :param paid: the price that a proof paid; 0 for none.
        :param is_wrong: the reader sent a proof that is void.
        :param may_hold: the reader accepts being held.
        :raise StoreFull: there is no room for what the reader wants to write.
        """
        self._connection.room.check()
        found = networks(address)
        near, wide = (self._hash(network, int(now_s)) for network in found)
        act = {
            **_act(found.is_wide_one_customer, most),
            "now_ms": int(now_s * 1000),
            "reader": _reader_hash(reader).hex(),
            "paid": paid,
            "is_wrong": is_wrong,
            "may_hold": may_hold,
        }

        def admit_at(place: str) -> tuple[int, int]:
            with store_errors():
                how, price = self._admit(_keys_of(found, near, place), act)
            return how, price

        how, price = first_reachable(places(self._connection, wide), admit_at)
        return Entry(how), price / 1000

    def entrance(
        self, reader: bytes, address: str, most: Newcomers, *, now_s: float
    ) -> Entrance | None:
        """Return what lets a new reader without a proof in, together with the vote they bring.

        None in a cluster: there the vote and the network are of different slots.
        """
        if self._connection.is_cluster:
            return None
        salt, keys_of = self._salts.of(int(now_s)).today, self._keys_of
        if keys_of.salt != salt:
            keys_of = self._keys_of = _KeysOfDay(salt)
        act = _encoded_act(networks(address).is_wide_one_customer, most)
        return Entrance(keys_of.of(address), (act, int(now_s * 1000), _reader_hash(reader)))

    def allow(
        self, site_key: str, act: str, allowances: Mapping[str, Allowance], *, now_s: float
    ) -> int:
        """Count one act in each allowance. Return 0, or if one has none left the seconds to wait.

        :param act: what is counted, such as "stories".
        :param allowances: by whose they are: "" for the site's, a hash for a reader or network.
        """
        each = [(of.burst, of.every_s * 1000) for of in allowances.values()]

        def allow_at(place: str) -> int:
            act_there = place.removeprefix(f"{site_key}:")
            names = [keys.allowance(site_key, act_there, whose) for whose in allowances]
            with store_errors():
                return int(self._allow(names, {"now_ms": int(now_s * 1000), "allowances": each}))

        return first_reachable(places(self._connection, f"{site_key}:{act}"), allow_at)

    def network_marks(self, address: str, subject: str, *, now_s: int) -> bytes:
        """Return an address's networks on one subject, as lua/shared/networks.lua reads them.

        :param subject: an article or a comment of a site. Marks on two of them cannot be joined.
        :return: for the network, and for an IPv6 /48 too, 8 bytes under today's salt and 8 under
            yesterday's; none without an address.
        """
        if not address:
            return b""
        salts, marks = self._salts.of(now_s), b""
        for network in networks(address).customers:
            named = f"{subject}|{network}".encode()
            marks += blake2b(named, key=salts.today, digest_size=MARK_BYTES).digest()
            marks += blake2b(named, key=salts.before, digest_size=MARK_BYTES).digest()
        return marks

    def customer_marks(self, address: str, subject: str, *, now_s: int) -> bytes:
        """Return of :meth:`network_marks` those of the widest network that is one customer's.

        For IPv6 that is the /48. None without an address.
        """
        return self.network_marks(address, subject, now_s=now_s)[-2 * MARK_BYTES :]

    def whose_networks(
        self, address: str, near: Allowance, wide: Allowance, *, now_s: int
    ) -> dict[str, Allowance]:
        """Return the allowances of an address's networks, for :meth:`allow`.

        :param wide: that of an IPv6 /48. An IPv4 /24 has none.
        """
        names = (self.salted(network, now_s=now_s) for network in networks(address).customers)
        return dict(zip(names, (near, wide), strict=False))

    def network_id(self, address: str, *, now_s: int) -> str:
        """Return the id of a network in a challenge: a hash under today's salt."""
        return self._hash(networks(address).near, now_s)

    def salted(self, text: str, *, now_s: int) -> str:
        """Return a text's hash under today's salt. It cannot be computed once the salt expires."""
        return self._hash(text, now_s)

    def spend(self, proof_id: str, *, ttl_s: int) -> bool:
        """Use up a proof of work, and return True only the first time."""

        def spend_at(place: str) -> bool:
            with store_errors():
                return bool(self._connection.client.set(place, 1, nx=True, ex=ttl_s))

        return first_reachable(places(self._connection, keys.spent_proof(proof_id)), spend_at)

    def _hash(self, text: str, now_s: int) -> str:
        return _hashed(text, self._salts.of(now_s).today)


def _hashed(text: str, salt: bytes) -> str:
    return hmac.digest(salt, text.encode(), "sha256")[:12].hex()


def _act(is_customer: bool, most: Newcomers) -> dict[str, Any]:
    """Return what admission.lua needs to know about a network and a reader without a proof."""
    free_wide = most.free * WIDE_FACTOR if is_customer else most.free_wide
    held = most.held * (WIDE_FACTOR if is_customer else 1)
    return {
        "free": most.free,
        "every_ms": _FREE_AGAIN_S * 1000 / most.free,
        "free_wide": free_wide,
        "every_wide_ms": _FREE_AGAIN_S * 1000 / free_wide,
        "held": held,
        "every_held_ms": WINDOW_S * 1000 / max(1, held),
        "most": most.worked,
        "window_s": WINDOW_S,
        "is_wide_one_customer": is_customer,
        "paid": 0,
        "is_wrong": False,
        "may_hold": False,
    }


@cache  # for IPv4 and IPv6
def _encoded_act(is_customer: bool, most: Newcomers) -> bytes:
    return msgspec.json.encode(_act(is_customer, most))


class _KeysOfDay:
    """The keys of lua/shared/admission.lua for each address, known for as long as a day's salt."""

    def __init__(self, salt: bytes) -> None:
        self.salt = salt

        @lru_cache(maxsize=2048)
        def keys_of(address: str) -> tuple[str, ...]:
            found = networks(address)
            return _keys_of(found, *(_hashed(network, salt) for network in found))

        self.of = keys_of


def _reader_hash(reader: bytes) -> bytes:
    return hashlib.sha256(reader).digest()[:MARK_BYTES]


def _keys_of(found: Networks, near: str, wide: str) -> tuple[str, ...]:
    """Return :func:`admit_keys` of networks, by their hashes."""
    return admit_keys(wide, near, wide if found.is_wide_one_customer else near)


def admit_keys(wide: str, near: str, holding: str) -> tuple[str, ...]:
    """Return the keys of lua/shared/admission.lua for one network.

    :param holding: the one of both whose held readers are counted.
    """
    return (
        keys.new_readers(wide, near),
        keys.new_readers_wide(wide),
        keys.let_in(wide, near),
        keys.held_readers(wide, holding),
        keys.let_in_held(wide, holding),
    )
