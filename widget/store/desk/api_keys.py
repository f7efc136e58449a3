"""API keys, with which a program reads a site's figures. Shown once and stored as a hash."""

import secrets
from dataclasses import dataclass

import msgspec

from widget.store import keys
from widget.store.connect import Connection
from widget.store.desk.editors import digest
from widget.store.scripts import store_errors, written

USED_EVERY_S = 60  # how old the time of last use may be


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key as stored.

    :param digest: hash of the secret; identifies the key when an editor revokes it.
    :param used_s: time of last use, 0 before any.
    """

    digest: str
    label: str
    made_by: str
    made_s: int
    used_s: int = 0


class ApiKeys:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def make(self, site_key: str, label: str, *, who: str, now_s: int) -> str:
        """Make a new key, and return its secret, which cannot be read again."""
        secret = f"rbk_{secrets.token_urlsafe(32)}"
        record = msgspec.json.encode(ApiKey(digest(secret), label, who, now_s))
        with store_errors():
            written(self._connection, ("HSET", keys.api_keys(site_key), digest(secret), record))
        return secret

    def of(self, site_key: str) -> list[ApiKey]:
        """Return a site's keys, newest first."""
        with store_errors():
            client = self._connection.client
            records = client.hvals(keys.api_keys(site_key))
            used = client.hgetall(keys.api_keys_used(site_key))
        found = [_decode(record, used) for record in records]
        return sorted(found, key=lambda key: (key.made_s, key.digest), reverse=True)

    def find(self, site_key: str, secret: str, *, now_s: int) -> ApiKey | None:
        """Return the site's key with this secret, if there is one, and note its use."""
        name = digest(secret)
        with store_errors():
            client = self._connection.client
            record = client.hget(keys.api_keys(site_key), name)
            if record is None:
                return None
            used = {name.encode(): client.hget(keys.api_keys_used(site_key), name) or b"0"}
            key = _decode(record, used)
            if now_s - key.used_s >= USED_EVERY_S:
                client.hset(keys.api_keys_used(site_key), name, now_s)
        return key

    def revoke(self, site_key: str, name: str) -> ApiKey | None:
        """Revoke a key by its digest, and return it; None if there is none."""
        with store_errors():
            client = self._connection.client
            record = client.hget(keys.api_keys(site_key), name)
            if record is None:
                return None
            [was_there] = written(self._connection, ("HDEL", keys.api_keys(site_key), name))
            if not was_there:
                return None
            client.hdel(keys.api_keys_used(site_key), name)
        return _decode(record, {})


def _decode(record: bytes, used: dict[bytes, bytes]) -> ApiKey:
    key = msgspec.json.decode(record, type=ApiKey)
    used_s = int(used.get(key.digest.encode(), 0))
    return ApiKey(key.digest, key.label, key.made_by, key.made_s, used_s)
