"""How many new readers a network brought, and proofs of work already spent.

Networks are kept only as a hash under a random salt of the day, which is gone two days later.
"""

import hmac
import secrets
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from . import keys
from .connect import Connection
from .reactions import store_errors

WINDOW_S = 600
SALT_TTL_S = 48 * 3600


class Limits:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._salts: dict[int, bytes] = {}

    def new_reader(self, address: str, *, now_s: int) -> tuple[int, int]:
        """Count one new reader. (readers of the network, readers of the wide one) in 10 minutes."""
        near, wide = (self._hash(network, now_s) for network in networks(address))
        window = now_s // WINDOW_S
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for network in (near, wide):
                key = keys.network_rate(window, network)
                pipe.incr(key)
                pipe.expire(key, WINDOW_S)
            replies = pipe.execute()
        return int(replies[0]), int(replies[2])

    def network_id(self, address: str, *, now_s: int) -> str:
        """The network as a challenge names it: a hash under today's salt."""
        return self._hash(networks(address)[0], now_s)

    def spend(self, proof_id: str, *, ttl_s: int) -> bool:
        """True the first time, False ever after: a proof of work is accepted once."""
        with store_errors():
            key = keys.spent_proof(proof_id)
            return bool(self._connection.client.set(key, 1, nx=True, ex=ttl_s))

    def _hash(self, network: str, now_s: int) -> str:
        digest = hmac.digest(self._salt(now_s // 86400), network.encode(), "sha256")
        return digest[:12].hex()

    def _salt(self, day: int) -> bytes:
        if day not in self._salts:
            with store_errors():
                client = self._connection.client
                client.set(keys.salt(day), secrets.token_bytes(16), nx=True, ex=SALT_TTL_S)
                salt = client.get(keys.salt(day))
            self._salts = {day: bytes(salt)}
        return self._salts[day]


def networks(address: str) -> tuple[str, str]:
    """The network an address counts for, and the wide one: IPv4 /32 and /24, IPv6 /64 and /48."""
    try:
        ip: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return "unknown", "unknown"
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    near, wide = (32, 24) if ip.version == 4 else (64, 48)
    return str(ip_network((ip, near), strict=False)), str(ip_network((ip, wide), strict=False))
