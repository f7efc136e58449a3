"""Running a Lua file, and the one way redis' errors leave the store."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from typing import Any

import redis

from ..errors import StoreUnavailable
from .connect import Connection


@contextmanager
def store_errors() -> Iterator[None]:
    """redis' errors leave the store only as :class:`StoreUnavailable`."""
    try:
        yield
    except (redis.RedisError, OSError) as problem:
        raise StoreUnavailable(retry_after_s=2) from problem


class Script:
    """Lua, sent by digest. The server learns its text the first time it asks for it.

    :param names: files that run as one script, what they share first.
    """

    def __init__(self, connection: Connection, *names: str) -> None:
        self._connection = connection
        folder = resources.files(__package__) / "lua"
        self._text = "".join((folder / name).read_text() for name in names)
        self._local = threading.local()

    def digest(self) -> str:
        """Have the server learn the text, for calls in a pipeline, which cannot send it again."""
        return str(self._connection.client.script_load(self._text))

    def __call__(self, script_keys: Sequence[str], args: Sequence[Any]) -> Any:
        script = getattr(self._local, "script", None)
        client = self._connection.client
        if script is None or script.registered_client is not client:
            script = self._local.script = client.register_script(self._text)
        return script(keys=script_keys, args=args)
