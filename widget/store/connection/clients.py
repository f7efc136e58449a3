"""Clients for each kind of address."""

from functools import partial
from typing import Any

import redis

from widget.store.connection.address import Address
from widget.store.connection.guarded import GuardedSocket, GuardedTcp, GuardedTls, once_more
from widget.store.connection.node import Node
from widget.store.connection.sentinels import AtPrimary, AtPrimaryTls, Sentinels
from widget.store.connection.slots import Cluster, ClusterNodes
from widget.store.state import StoreState


class Servers:
    """The servers of one address, as all threads of a process know them."""

    def __init__(self, address: Address, state: StoreState) -> None:
        self._address = address
        self._cluster = ClusterNodes(state) if address.kind == "cluster" else None
        self._node = Node(_name(address), state)
        self._sentinels = Sentinels(address, self._node) if address.kind == "sentinel" else None

    @property
    def is_cluster(self) -> bool:
        """Whether one client serves all threads."""
        return self._cluster is not None

    @property
    def has_plain_sockets(self) -> bool:
        """Whether anything but redis-py can speak on a connection."""
        return self._cluster is None and self._address.tls is None

    def client(self, timeout_s: float, *, ping_s: float = 0.0) -> Any:
        """Return a client; it is for one thread only unless the store is a cluster.

        :raise redis.RedisError: the store does not answer.
        """
        if self._cluster is not None:
            return Cluster(
                self._address,
                self._cluster,
                node_at=self._cluster.at,
                timeout_s=timeout_s,
                ping_s=ping_s,
            )
        pool = redis.ConnectionPool(
            connection_class=partial(
                self._kind(),
                node_at=lambda *_: self._node,
                timeout_s=timeout_s,
                ping_s=ping_s,
                **self._place(),
                **(self._address.tls or {}),
            ),
            db=self._address.db,
            retry=once_more(),
            **self._address.login.options(),
        )
        return redis.Redis(connection_pool=pool, single_connection_client=True)

    def _kind(self) -> Any:
        if self._address.kind == "socket":
            return GuardedSocket
        if self._sentinels is not None:
            return AtPrimary if self._address.tls is None else AtPrimaryTls
        return GuardedTcp if self._address.tls is None else GuardedTls

    def _place(self) -> dict[str, Any]:
        if self._address.kind == "socket":
            return {"path": self._address.path}
        if self._sentinels is not None:
            return {"sentinels": self._sentinels}
        host, port = self._address.nodes[0]
        return {"host": host, "port": port}


def _name(address: Address) -> str:
    """Return what messages call the store."""
    if address.kind == "socket":
        return address.path
    if address.kind == "sentinel":
        return address.name
    return ",".join(f"{host}:{port}" for host, port in address.nodes)
