"""Connections to the store that the settings name: an operator's server, or the embedded one.

READBACK_REDIS_URL is one server, a unix socket, Sentinel or a cluster.
"""

import threading
from copy import copy
from typing import Any

from widget.settings import Settings
from widget.store.connection.address import read_address
from widget.store.connection.clients import Servers
from widget.store.embedded import EmbeddedStore
from widget.store.room import Room
from widget.store.state import StoreState

PATIENT_MS = 30_000


class Connection:
    """Clients of one store, one for each thread: no pool to lock, no connection to check out.

    ``state`` says whether the store answers.

    :param is_embedded: it is the embedded store, which may be asked how full it is.
    :raise SettingError: no client can use the address.
    """

    def __init__(self, url: str, *, timeout_ms: int, is_embedded: bool = False) -> None:
        self.state = StoreState()
        servers = Servers(read_address(url), self.state)
        self.room = Room((lambda: self.client) if is_embedded else None)
        self._use(servers, timeout_ms / 1000)

    def _use(self, servers: Servers, timeout_s: float, *, is_patient: bool = False) -> None:
        self._servers = servers
        self._timeout_s = timeout_s
        self._is_patient = is_patient
        self._local = threading.local()
        self._shared: Any = None  # a cluster's client, which serves all threads

    def patient(self) -> "Connection":
        """Return a connection that waits longer, for an editor's act on a very large article.

        It keeps to no request's deadline, but knows what this one knows of the servers.
        """
        patient = copy(self)
        patient.room = Room()
        patient._use(self._servers, PATIENT_MS / 1000, is_patient=True)
        return patient

    @property
    def client(self) -> Any:
        """Return the calling thread's client.

        :raise redis.RedisError: there is none yet, and the store does not answer.
        """
        client = getattr(self._local, "client", None)
        if client is None:
            client = self._local.client = self._connect()
        return client

    def _connect(self) -> Any:
        if not self._servers.is_cluster:
            return self._servers.client(self._timeout_s, is_patient=self._is_patient)
        # No lock: while no server answers, each thread would wait for the others' attempts.
        if self._shared is None:
            self._shared = self._servers.client(self._timeout_s, is_patient=self._is_patient)
        return self._shared


def open_store(settings: Settings) -> tuple[Connection, EmbeddedStore | None]:
    """Return a connection to the store, and the embedded server if that is the store.

    :raise SettingError: the address is wrong, or the embedded server does not start.
    """
    if settings.redis_url:
        return Connection(settings.redis_url, timeout_ms=settings.redis_timeout_ms), None
    embedded = EmbeddedStore(settings.data_dir, fsync=settings.fsync, memory_mb=settings.store_mb)
    embedded.start()
    connection = Connection(embedded.url, timeout_ms=settings.redis_timeout_ms, is_embedded=True)
    return connection, embedded
