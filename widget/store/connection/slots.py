"""A client of a cluster that never asks for the slots within a request."""

import os
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import redis
from redis.cluster import ClusterNode, RedisCluster
from redis.exceptions import ClusterDownError, RedisClusterException, SlotNotCoveredError

from widget.store.connection.address import Address
from widget.store.connection.errors import Dropped
from widget.store.connection.guarded import GuardedTcp, GuardedTls, once_more
from widget.store.connection.node import Node
from widget.store.state import StoreState

ASK_EVERY_S = 0.5


class AtShard(GuardedTcp):
    """A connection to one server of a cluster, for whose answers only some threads may wait.

    So a server that stops answering takes no more than these from the others.
    """

    _is_waiting = False

    def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        if not self._is_waiting:
            self.node.enter()
            self._is_waiting = True
        try:
            super().send_packed_command(command, check_health)
        except BaseException:
            self._leave()
            raise

    def read_response(self, *args: Any, **options: Any) -> Any:
        try:
            return super().read_response(*args, **options)
        finally:
            self._leave()

    def disconnect(self, *args: Any, **options: Any) -> None:
        self._leave()
        super().disconnect(*args, **options)

    def _leave(self) -> None:
        if self._is_waiting:
            self._is_waiting = False
            self.node.leave()


class AtShardTls(AtShard, GuardedTls):
    """The same with TLS."""


@contextmanager
def _some_slot() -> Iterator[None]:
    """Translate what redis-py makes of a cluster in which no server has a slot yet.

    :raise redis.ResponseError: that is so.
    """
    try:
        yield
    except IndexError:
        raise redis.ResponseError("CLUSTERDOWN no server of the cluster has a slot") from None


class Cluster(RedisCluster):
    """redis-py's client; a thread learns the slots while a primary is away, or when they moved."""

    # redis-py's own, without its TimeoutError; it types them one by one.
    ERRORS_ALLOW_RETRY: Any = (
        redis.ConnectionError,
        Dropped,
        ClusterDownError,
        SlotNotCoveredError,
    )

    def __init__(self, address: Address, nodes: "ClusterNodes", **options: Any) -> None:
        self._servers = nodes
        places = nodes.well_first(address.nodes)
        host, port = places[0]
        shown = f"[{host}]" if ":" in host else host
        client: Any = super()
        node: Any = ClusterNode
        with _some_slot():
            client.__init__(
                # Only for an address does redis-py let us choose the class of connections.
                url=f"redis://{shown}:{port}",
                startup_nodes=[node(*place) for place in places[1:]],
                connection_class=partial(
                    AtShard if address.tls is None else AtShardTls, **options, **(address.tls or {})
                ),
                retry=once_more(),
                require_full_coverage=False,
                **address.login.options(),
            )
        self._learn = self.nodes_manager.initialize
        # What redis-py does after an error, with the request waiting for it.
        self.nodes_manager.initialize = nodes.learn_soon  # type: ignore[method-assign]
        parser: Any = self.commands_parser
        parser.get_keys = partial(_keys_of, parser.get_keys)
        nodes.add(self)

    def command(self, **options: Any) -> Any:
        """Return what commands there are. redis-py asks this once, and only one server, the first.

        :raise redis.RedisError: of the last server, if none answers.
        """
        own: Any = self  # redis-py leaves these untyped
        *others, last = self._servers.well_first([(n.host, n.port) for n in own.get_primaries()])
        for place in others:
            with suppress(redis.RedisError, OSError):
                return self._commands_of(place, options)
        return self._commands_of(last, options)

    def _commands_of(self, place: tuple[str, int], options: dict[str, Any]) -> Any:
        own: Any = self
        node = own.get_node(*place)
        return super().command(target_nodes=node, **options)

    def learn(self) -> None:
        """Ask a server which slots each has."""
        with _some_slot():
            self._learn(disconnect_startup_nodes_pools=False)


def _keys_of(ask: Callable[..., Any], server: Any, *command: Any) -> Any:
    """Return the keys of a command.

    Those of a script in a pipeline redis-py asks for at the first server, which may be away.
    """
    if command[0] == "EVALSHA":
        return command[3 : 3 + int(command[2])]
    return ask(server, *command)


class ClusterNodes:
    """The servers of a cluster by address, and the thread that learns who has which slots."""

    def __init__(self, state: StoreState) -> None:
        self._state = state
        self._lock = threading.Lock()
        self._nodes: dict[tuple[str, int], Node] = {}
        self._clients: weakref.WeakSet[Cluster] = weakref.WeakSet()
        self._learning_pid = 0

    def at(self, host: str, port: int) -> Node:
        """Return the node of an address."""
        node = self._nodes.get((host, port))
        if node is None:
            name = f"{host}:{port}"
            made = Node(name, self._state, label=name, on_trouble=self.learn_soon)
            node = self._nodes.setdefault((host, port), made)
        return node

    def well_first(self, places: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
        """Sort addresses: a server that hangs would use up the time of the request that asks it."""
        return sorted(places, key=lambda place: self.at(*place).is_troubled)

    def add(self, client: Cluster) -> None:
        """Keep a client's slots current."""
        self._clients.add(client)
        if any(node.is_troubled for node in list(self._nodes.values())):
            self.learn_soon()

    def learn_soon(self, *_: Any, **__: Any) -> None:
        """Have the slots learned by a thread, until every primary answers."""
        with self._lock:
            if self._learning_pid == os.getpid() or not self._clients:
                return
            self._learning_pid = os.getpid()
        threading.Thread(target=self._learn_until_well, name="readback-slots", daemon=True).start()

    def _learn_until_well(self) -> None:
        try:
            while not self._learn_once():
                time.sleep(ASK_EVERY_S)
        finally:
            self._learning_pid = 0

    def _learn_once(self) -> bool:
        """Return whether all slots are known and every primary answers."""
        primaries: set[Node] = set()
        for client in list(self._clients):
            try:
                client.learn()
            except (redis.RedisError, RedisClusterException, OSError):
                return False
            found = client.nodes_manager.get_nodes_by_server_type("primary")
            for node in found:
                if self.at(node.host, node.port).is_troubled:
                    with suppress(redis.RedisError, RedisClusterException, OSError):
                        client.ping(target_nodes=node)  # so no request has to find out
            primaries |= {self.at(node.host, node.port) for node in found}
        for node in list(self._nodes.values()):
            if node.is_troubled and node not in primaries:
                node.retire()
        return not any(node.is_troubled for node in primaries)
