"""Receivers of each site's alerts. They are not in the site itself, since every vote reads that."""

import hashlib

import msgspec

from widget.alerts.receivers import Receivers
from widget.domain.errors import Stale
from widget.store import keys
from widget.store.connect import Connection
from widget.store.scripts import Field, Swap, store_errors


class ReceiverBook:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._swap = Swap(connection)

    def of(self, site_key: str) -> tuple[Receivers, str]:
        """Return a site's receivers, and their version for :meth:`put`."""
        raw = self._raw(site_key)
        return _decode(raw), _version(raw)

    def all(self) -> dict[str, Receivers]:
        """Return the receivers of every site that has any."""
        with store_errors():
            stored = self._connection.client.hgetall(keys.receivers())
        return {key.decode(): _decode(raw) for key, raw in stored.items()}

    def put(self, site_key: str, receivers: Receivers, *, version: str) -> None:
        """Replace a site's receivers.

        :raise Stale: somebody else has changed them since ``version``. Nothing is stored.
        """
        raw = self._raw(site_key)
        if _version(raw) != version:
            raise Stale
        new = msgspec.json.encode(receivers) if receivers.channels else b""
        with store_errors():
            if not self._swap(keys.receivers(), Field(site_key, raw), new):
                raise Stale

    def _raw(self, site_key: str) -> bytes:
        with store_errors():
            return self._connection.client.hget(keys.receivers(), site_key) or b""


def _decode(raw: bytes) -> Receivers:
    return msgspec.json.decode(raw, type=Receivers) if raw else Receivers()


def _version(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()[:16]
