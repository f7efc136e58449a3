"""Running a Lua file, and the one way redis' errors leave the store."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from typing import Any

import redis
from redis.exceptions import RedisClusterException

from widget.domain.errors import StoreUnavailable
from widget.store.connect import Connection


@contextmanager
def store_errors() -> Iterator[None]:
    """redis' errors leave the store only as :class:`StoreUnavailable`."""
    try:
        yield
    except (redis.RedisError, RedisClusterException, OSError) as problem:
        raise StoreUnavailable(retry_after_s=2) from problem


def lua_text(name: str) -> str:
    """Read a file of widget/store/lua."""
    return (resources.files(__package__) / "lua" / name).read_text()


class Script:
    """Lua, sent by digest. The server learns its text the first time it asks for it.

    :param names: files that run as one script, what they share first.
    """

    def __init__(self, connection: Connection, *names: str) -> None:
        self._connection = connection
        self._text = "".join(lua_text(name) for name in names)
        self._local = threading.local()

    def digest(self) -> str:
        """Have the server learn the text, for calls in a pipeline, which cannot send it again."""
        return str(self._connection.client.script_load(self._text))

    def __call__(self, script_keys: Sequence[str], args: Sequence[Any]) -> Any:
        script = getattr(self._local, "script", None)
        client = self._connection.client
        if script is None or script.registered_client is not client:
            script = self._local.script = client.register_script(self._text)
        # One server's client is this thread's own connection: asking it directly spares redis-py's
        # work on each command. What goes wrong there, redis-py's way sets right: it connects again.
        own = getattr(client, "connection", None)
        if own is not None:
            try:
                own.send_command("EVALSHA", script.sha, len(script_keys), *script_keys, *args)
                return own.read_response()
            except (redis.ConnectionError, redis.exceptions.NoScriptError):
                pass
        return script(keys=script_keys, args=args)
