"""A connection of a back-up's own to one primary, which tells of every key that is written.

CLIENT TRACKING in broadcasting mode (Redis 6.0 and newer, any Valkey) sends the names of written
keys on the same connection as the replies. The server sends those of one turn of its event loop
together, at the end of the turn, so their order among the replies says what was written before a
read and what after it.
"""

from collections.abc import Sequence
from typing import Any

import redis
from redis.cluster import RedisCluster

from widget.store import keys
from widget.store.backup.errors import BackupError
from widget.store.connect import Connection


class Wire:
    """One primary.

    :ivar written: names of the keys that were written, one list for each turn of the server.
    """

    def __init__(self, pool: Any) -> None:
        self._connection = pool.connection_class(**{**pool.connection_kwargs, "protocol": 3})
        self._socket: Any = None
        self.written: list[list[bytes]] = []
        self._is_emptied = False

    def open(self) -> None:
        """Connect, and have the server tell what is written from now on.

        :raise BackupError: the server cannot.
        """
        self._connection.connect()
        self._socket = self._connection._sock
        self._connection._parser.set_invalidation_push_handler(self._take)
        try:
            self.ask(("CLIENT", "TRACKING", "ON", "BCAST", "PREFIX", keys.PREFIX))
        except redis.ResponseError as problem:
            raise BackupError(
                f"the store refuses CLIENT TRACKING, which a back-up needs ({problem}); it takes "
                "Redis 6.2 or newer, or Valkey, and a user with +@connection"
            ) from None

    def close(self) -> None:
        self._connection.disconnect()

    def ask(self, command: Sequence[Any]) -> Any:
        """Send one command, and return its reply."""
        [reply] = self.ask_all([command])
        if isinstance(reply, Exception):
            raise reply
        return reply

    def ask_all(self, commands: Sequence[Sequence[Any]]) -> list[Any]:
        """Send commands at once, and return their replies; an error is returned, not raised.

        :raise BackupError: somebody emptied the store.
        """
        self._connection.send_packed_command(self._connection.pack_commands(commands))
        if self._connection._sock is not self._socket:
            raise redis.ConnectionError("connected anew, so what was written is not known")
        replies = [self._reply() for _ in commands]
        if self._is_emptied:
            raise BackupError("the store was emptied during the back-up; nothing was kept")
        return replies

    def take_written(self) -> list[list[bytes]]:
        """Return what was written before the latest reply, turn by turn, and forget it."""
        written, self.written = self.written, []
        return written

    def _reply(self) -> Any:
        try:
            return self._connection.read_response()
        except redis.ConnectionError:
            raise
        except redis.ResponseError as problem:
            return problem

    def _take(self, message: Any) -> None:
        if message[1] is None:
            self._is_emptied = True
        else:
            self.written.append(message[1])


def wires(connection: Connection) -> list[Wire]:
    """Return one wire for each primary of a store."""
    client: Any = connection.client
    if isinstance(client, RedisCluster):
        cluster: Any = client  # redis-py leaves these untyped
        nodes = cluster.get_primaries()
        return [Wire(client.get_redis_connection(node).connection_pool) for node in nodes]
    return [Wire(client.connection_pool)]
