"""WSGI's environment of a request that came as ASGI's scope."""

from functools import lru_cache
from typing import Any
from urllib.parse import unquote_to_bytes

from widget.commands.called import SAME


def environ_of(scope: dict[str, Any]) -> dict[str, Any]:
    """Return the environment, without the body. Fields of one name are joined by commas."""
    environ = dict(SAME)
    environ["REQUEST_METHOD"] = scope["method"]
    environ["PATH_INFO"] = _path(scope["raw_path"])
    environ["QUERY_STRING"] = scope["query_string"].decode("latin-1")
    environ["SERVER_PROTOCOL"] = f"HTTP/{scope['http_version']}"
    environ["wsgi.url_scheme"] = scope["scheme"]
    environ["SERVER_NAME"], environ["SERVER_PORT"] = _place(scope["server"])
    environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = _place(scope["client"])
    for name, value in scope["headers"]:
        variable, text = _variable(name), value.decode("latin-1")
        before = environ.get(variable)
        environ[variable] = text if before is None else f"{before},{text}"
    return environ


def _path(raw: bytes) -> str:
    return (unquote_to_bytes(raw) if b"%" in raw else raw).decode("latin-1")


def _place(place: tuple[str, int | None] | None) -> tuple[str, str]:
    """Return host and port; a unix socket has neither."""
    host, port = place or ("", None)
    return host, "" if port is None else str(port)


@lru_cache(maxsize=256)
def _variable(name: bytes) -> str:
    variable = name.decode("latin-1").upper().replace("-", "_")
    return variable if variable in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{variable}"
