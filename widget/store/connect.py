"""Connections to the store that the settings name: an operator's server, or the embedded one.

READBACK_REDIS_URL is one server, a unix socket, Sentinel or a cluster.
"""

import threading
from typing import Any
from urllib.parse import unquote, urlsplit

import redis
from redis.backoff import ExponentialBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.retry import Retry
from redis.sentinel import Sentinel

from widget.domain.readers.reader import voters_fingerprint
from widget.secrets import open_secrets
from widget.settings import SettingError, Settings
from widget.store.embedded import EmbeddedStore
from widget.store.identity import Identity
from widget.store.room import Room
from widget.store.state import StoreState

PATIENT_MS = 30_000
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Connection:
    """Clients of one store, one for each thread: no pool to lock, no connection to check out.

    :param is_embedded: it is the embedded store, which may be asked how full it is.
    :param identity: what the store must be before it is used.
    """

    def __init__(
        self,
        url: str,
        *,
        timeout_ms: int,
        is_embedded: bool = False,
        identity: Identity | None = None,
    ) -> None:
        self._url = url
        self._timeout_s = timeout_ms / 1000
        self._local = threading.local()
        self._cluster: RedisCluster | None = None
        self.state = StoreState()
        self._identity = identity
        self.room = Room((lambda: self.client) if is_embedded else None)
        check_url(url)

    def patient(self) -> "Connection":
        """Return a connection that waits longer, for an editor's act on a very large article."""
        return Connection(self._url, timeout_ms=PATIENT_MS, identity=self._identity)

    def check_at_start(self) -> None:
        """Refuse a store of another voter key or schema. One that is away is checked when it answers.

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
    def client(self) -> Any:
        """The calling thread's client.

        :raise WrongStore: the store is another than the settings are for.
        """
        if self._identity is not None and not self._identity.is_ours:
            self._identity.check(self.unchecked_client)
        return self.unchecked_client

    @property
    def unchecked_client(self) -> Any:
        """The calling thread's client, whatever store it is."""
        client = getattr(self._local, "client", None)
        if client is None:
            client = self._local.client = self._connect()
        return client

    def _connect(self) -> Any:
        options: dict[str, Any] = {
            "socket_timeout": self._timeout_s,
            "socket_connect_timeout": self._timeout_s,
            # A vote is idempotent, so it can be sent again, once, if the connection drops.
            "retry": Retry(ExponentialBackoff(cap=0.05, base=0.01), 1),
        }
        parts = urlsplit(self._url)
        credentials: dict[str, Any] = {
            "username": unquote(parts.username) if parts.username else None,
            "password": unquote(parts.password) if parts.password else None,
        }
        if parts.scheme == "redis+sentinel":
            name, _, db = parts.path.strip("/").partition("/")
            sentinel_class: Any = Sentinel  # redis-py leaves these constructors untyped
            sentinel = sentinel_class(_nodes(parts.netloc), **options)
            return sentinel.master_for(name, db=int(db or 0), **credentials, **options)
        if parts.scheme in ("redis+cluster", "rediss+cluster"):
            if self._cluster is None:
                node: Any = ClusterNode
                self._cluster = RedisCluster(
                    startup_nodes=[node(host, port) for host, port in _nodes(parts.netloc)],
                    ssl=parts.scheme == "rediss+cluster",
                    **credentials,
                    **options,
                )
            return self._cluster
        pool = redis.ConnectionPool.from_url(self._url, **options)
        return redis.Redis(connection_pool=pool, single_connection_client=True)


def open_store(
    settings: Settings, *, counts_voters: bool = True
) -> tuple[Connection, EmbeddedStore | None]:
    """Return a connection to the store, and the embedded server if that is the store.

    :param counts_voters: False for a command that works with any voter key.
    :raise SettingError: the address or the secrets file is wrong, or the embedded server does not
        start.
    """
    embedded = None
    if not settings.redis_url:
        embedded = EmbeddedStore(
            settings.data_dir, fsync=settings.fsync, memory_mb=settings.store_mb
        )
        embedded.start()
    vote_key = open_secrets(settings).vote_key if counts_voters else ""
    connection = Connection(
        embedded.url if embedded else settings.redis_url,
        timeout_ms=settings.redis_timeout_ms,
        is_embedded=embedded is not None,
        identity=Identity(voters_fingerprint(vote_key) if vote_key else ""),
    )
    return connection, embedded


def check_url(url: str) -> None:
    """Refuse an address that no client can use, or of a server on the network without a password.

    :raise SettingError: the message says why.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port if parts.netloc.count(",") == 0 else None
    except ValueError as problem:
        raise SettingError(f"READBACK_REDIS_URL: {problem}") from None
    schemes = ("redis", "rediss", "unix", "redis+sentinel", "redis+cluster", "rediss+cluster")
    if parts.scheme not in schemes:
        raise SettingError(
            f"READBACK_REDIS_URL must begin with one of {', '.join(s + '://' for s in schemes)}"
        )
    if parts.scheme == "unix":
        if not parts.path:
            raise SettingError("READBACK_REDIS_URL: unix:// needs the path of a socket")
        return
    if not parts.netloc.rpartition("@")[2]:
        raise SettingError("READBACK_REDIS_URL names no host: redis://HOST:PORT/0")
    if parts.scheme == "redis+sentinel" and not parts.path.strip("/"):
        raise SettingError("READBACK_REDIS_URL: redis+sentinel://HOST:PORT/NAME needs the NAME")
    database = parts.path.strip("/")
    if parts.scheme in ("redis", "rediss") and database and not database.isdecimal():
        raise SettingError(
            "READBACK_REDIS_URL: what follows the port is a database's number, as /0"
        )
    hosts = {host for host, _ in _nodes(parts.netloc)}
    if parts.password is None and not hosts <= set(LOOPBACK):
        raise SettingError(
            "READBACK_REDIS_URL has no password for a server on the network: "
            "set one on the server and write redis://USER:PASSWORD@HOST:PORT/0"
        )


def _nodes(netloc: str) -> list[tuple[str, int]]:
    nodes = []
    for node in netloc.rpartition("@")[2].split(","):
        parts = urlsplit(f"//{node}")
        try:
            nodes.append((parts.hostname or "", parts.port or 6379))
        except ValueError as problem:
            raise SettingError(f"READBACK_REDIS_URL: {node}: {problem}") from None
    return nodes
