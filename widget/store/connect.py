"""Connections to the store that the settings name: an operator's server, or the embedded one.

READBACK_REDIS_URL is one server, a unix socket, Sentinel or a cluster.
"""

import threading
from copy import copy
from socket import socket as Socket
from typing import Any

import redis
from redis.exceptions import RedisClusterException

from widget.domain.readers.reader import voters_fingerprint
from widget.secrets import open_secrets
from widget.settings import Settings
from widget.store.connection.address import read_address
from widget.store.connection.clients import Servers
from widget.store.connection.errors import reason_of
from widget.store.connection.node import Node
from widget.store.connection.waiting import NO_CLIENT
from widget.store.embedded import EmbeddedStore
from widget.store.identity import SCHEMA, Identity, touch
from widget.store.replication import Replication
from widget.store.room import Room
from widget.store.state import StoreState

PATIENT_MS = 30_000


class Connection:
    """Clients of one store, one for each thread: no pool to lock, no connection to check out.

    ``state`` says whether the store answers.

    :param is_embedded: it is the embedded store, which may be asked how full it is.
    :param replicas: number of replicas that must have a write before it is acknowledged.
    :param identity: what the store must be before it is used; None: anything.
    :raise SettingError: no client can use the address.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout_ms: int,
        is_embedded: bool = False,
        replicas: int = 0,
        identity: Identity | None = None,
    ) -> None:
        address = read_address(url)
        self.state = StoreState(address.shown)
        self._identity = identity
        self.replication = Replication(replicas, timeout_ms / 1000, self.state)
        servers = Servers(address, self.state)
        self.room = Room((lambda: self.client) if is_embedded else None)
        self._use(servers, timeout_ms / 1000)

    def _use(self, servers: Servers, timeout_s: float, *, ping_s: float = 0.0) -> None:
        self._servers = servers
        self._timeout_s = timeout_s
        self._ping_s = ping_s
        self._local = threading.local()
        self._shared: Any = None  # a cluster's client, which serves all threads

    def patient(self) -> "Connection":
        """Return a connection that waits longer, for an editor's act on a very large article.

        It keeps to no request's deadline, but knows what this one knows of the servers, and does
        not wait for one that answers nothing at all.
        """
        patient = copy(self)
        patient.room = Room()
        patient._use(self._servers, PATIENT_MS / 1000, ping_s=self._timeout_s)
        return patient

    def why_away(self) -> str:
        """Return why the store does not answer now; "" if it does."""
        try:
            touch(self.unchecked_client)
        except (redis.RedisError, RedisClusterException, OSError) as problem:
            return reason_of(problem)
        return ""

    def check_at_start(self) -> None:
        """Refuse a store of another voter key or schema; one that is away is checked later.

        :raise SettingError: the message has the remedy.
        """
        if self._identity is not None:
            self._identity.check_at_start(lambda: self.unchecked_client)

    def check_again(self) -> None:
        """Look whether the store is still ours: another release or a new key may have come to it.

        :raise WrongStore: it is not. From now on every use of the store raises this.
        """
        if self._identity is not None:
            self._identity.check(self.unchecked_client)

    @property
    def schema(self) -> int:
        """Return the schema of the store, as it was when we last looked (identity.py)."""
        return SCHEMA if self._identity is None else self._identity.schema

    @property
    def keeps_kinds(self) -> bool:
        """Say whether the store's votes tell new readers from known ones (docs/adr/0130)."""
        return self.schema == SCHEMA

    @property
    def is_cluster(self) -> bool:
        """Say whether keys of two slots may be at two servers."""
        return self._servers.is_cluster

    @property
    def client(self) -> Any:
        """Return the calling thread's client.

        :raise WrongStore: the store is another than the settings are for.
        :raise redis.RedisError: there is no client yet, and the store does not answer.
        """
        if self._identity is not None and not self._identity.is_ours:
            self._identity.check(self.unchecked_client)
        return self.unchecked_client

    @property
    def unchecked_client(self) -> Any:
        """Return the calling thread's client, whatever store it is."""
        client = getattr(self._local, "client", None)
        if client is None:
            client = self._local.client = self._connect()
        return client

    @property
    def is_ours(self) -> bool:
        """Say whether the store is known to be the one that the settings are for."""
        return self._identity is None or self._identity.is_ours

    def socket(self) -> tuple[Socket, Node] | None:
        """Return a new connection's socket and its server, for an event loop.

        None where only redis-py can speak on it, as with TLS or a cluster.

        :raise redis.RedisError: the store does not answer.
        """
        if not self._servers.has_plain_sockets:
            return None
        own: tuple[Socket, Node] = self._servers.client(self._timeout_s).connection.hand_over()
        return own

    def never_wait_here(self) -> None:
        """Have the calling thread raise :class:`WouldWait` where it would wait for the store."""
        self._local.client = NO_CLIENT

    def _connect(self) -> Any:
        if not self._servers.is_cluster:
            return self._servers.client(self._timeout_s, ping_s=self._ping_s)
        # No lock: while no server answers, each thread would wait for the others' attempts.
        if self._shared is None:
            self._shared = self._servers.client(self._timeout_s, ping_s=self._ping_s)
        return self._shared


def place_of(settings: Settings) -> str:
    """Return what messages call the store: its address without any password, or its folder.

    :raise SettingError: no client can use the address.
    """
    if settings.redis_url:
        return read_address(settings.redis_url).shown
    return f"the embedded one in {settings.data_dir}"


def open_store(
    settings: Settings,
    *,
    counts_voters: bool = True,
    makes_secrets: bool = True,
    may_be_new: bool = False,
) -> tuple[Connection, EmbeddedStore | None]:
    """Return a connection to the store, and the embedded server if that is the store.

    :param counts_voters: False for a command that works with any voter key.
    :param makes_secrets: False for a command that must not begin with new keys.
    :param may_be_new: as for :class:`EmbeddedStore`.
    :raise SettingError: the address or the secrets file is wrong, or the embedded server does not
        start.
    """
    embedded = None
    if settings.redis_url:
        read_address(settings.redis_url)  # a wrong address is said first
    else:
        embedded = EmbeddedStore(
            settings.data_dir,
            fsync=settings.fsync,
            memory_mb=settings.store_mb,
            may_be_new=may_be_new,
        )
        embedded.start()
    vote_key = ""
    if counts_voters:
        vote_key = open_secrets(settings, makes_new=makes_secrets).vote_key
    connection = Connection(
        embedded.url if embedded else settings.redis_url,
        timeout_ms=settings.redis_timeout_ms,
        is_embedded=embedded is not None,
        replicas=settings.replicate,
        identity=Identity(voters_fingerprint(vote_key) if vote_key else ""),
    )
    return connection, embedded
