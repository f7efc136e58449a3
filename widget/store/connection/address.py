"""READBACK_REDIS_URL: its six forms, read and checked before anything connects.

A message about it never shows the password, nor any part of the address that may hold one.
"""

import os
import ssl
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from widget.domain.host_names import can_be_looked_up
from widget.settings import SettingError, in_address

LOOPBACK = ("localhost", "127.0.0.1", "::1")
SCHEMES = (
    "redis",
    "rediss",
    "unix",
    "redis+sentinel",
    "rediss+sentinel",
    "redis+cluster",
    "rediss+cluster",
)
TLS_FILES = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")
SENTINEL_USER = ("sentinel_username", "sentinel_password")
NODE_PORT, SENTINEL_PORT = 6379, 26379
_LONGEST_PATH = 107 if sys.platform == "linux" else 103  # bytes


@dataclass(frozen=True, slots=True)
class Login:
    """The user and password that a server asks for."""

    username: str | None = None
    password: str | None = field(default=None, repr=False)

    def options(self) -> dict[str, Any]:
        return {"username": self.username, "password": self.password}


@dataclass(frozen=True, slots=True)
class Address:
    """Where the store is, and how to speak to it.

    :param kind: "server", "socket", "sentinel" or "cluster".
    :param nodes: servers, or sentinels: ``[(host, port), ...]``; none for a socket.
    :param name: the primary's name among the sentinels.
    :param tls: options of redis-py's TLS connections; None without TLS.
    """

    kind: str
    nodes: tuple[tuple[str, int], ...] = ()
    path: str = ""
    name: str = ""
    db: int = 0
    login: Login = field(default_factory=Login)
    sentinel_login: Login = field(default_factory=Login)
    tls: dict[str, Any] | None = None

    @property
    def shown(self) -> str:
        """The address without its login and its parameters, for messages."""
        if self.kind == "socket":
            return f"unix://{self.path}"
        scheme = ("redis" if self.tls is None else "rediss") + (
            "" if self.kind == "server" else f"+{self.kind}"
        )
        nodes = ",".join(f"{in_address(host)}:{port}" for host, port in self.nodes)
        name = f"/{self.name}" if self.name else ""
        return f"{scheme}://{nodes}{name}" + ("" if self.kind == "cluster" else f"/{self.db}")


def read_address(url: str) -> Address:
    """Read an address.

    :raise SettingError: no client can use it, or it names a server on the network without a
        password. The message says why, in one line.
    """
    parts = _split(url)
    kind = {"unix": "socket"}.get(parts.scheme) or parts.scheme.partition("+")[2] or "server"
    is_tls = parts.scheme.startswith("rediss")
    query = _query(parts, kind, is_tls=is_tls)
    login = _login(parts)
    if kind == "socket":
        path = _unescaped(parts.path, "path")
        if not path or parts.netloc.rpartition("@")[2]:
            raise _refusal("unix:// needs the path of a socket, such as unix:///run/valkey.sock")
        if len(os.fsencode(path)) > _LONGEST_PATH:
            raise _refusal(f"the path of a socket has at most {_LONGEST_PATH} bytes")
        return Address(kind, path=path, login=login, db=_db(query.get("db", "")))
    nodes = _nodes(parts, SENTINEL_PORT if kind == "sentinel" else NODE_PORT)
    name, db = _path(parts, kind)
    if login.password is None and not {host for host, _ in nodes} <= set(LOOPBACK):
        raise _refusal(
            "it has no password for a server on the network: set one on the server and write "
            "redis://USER:PASSWORD@HOST:PORT/0, with @ : / ? # & % in the password as "
            "%40 %3A %2F %3F %23 %26 %25"
        )
    return Address(
        kind,
        nodes,
        name=name,
        db=_db(db or query.get("db", "")),
        login=login,
        sentinel_login=Login(*(query.get(key) for key in SENTINEL_USER)),
        tls=_tls(query) if is_tls else None,
    )


def _split(url: str) -> SplitResult:
    if any(not sign.isprintable() or sign == " " for sign in url):
        raise _refusal("it has a space or a control character; escape it, as %20")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise _refusal("a host in [ ] must be an IPv6 address") from None
    if parts.scheme not in SCHEMES:
        raise _refusal(f"it must begin with one of {', '.join(s + '://' for s in SCHEMES)}")
    if "@" not in parts.netloc and "@" in parts.path + parts.query:
        raise _refusal("a password has a / or a ?; escape them, as %2F and %3F")
    if parts.fragment or "#" in url:
        raise _refusal("it has a #; escape it in the password, as %23")
    return parts


def _query(parts: SplitResult, kind: str, *, is_tls: bool) -> dict[str, str]:
    known = [
        *(TLS_FILES if is_tls else ()),
        *(SENTINEL_USER if kind == "sentinel" else ()),
        *(("db",) if kind in ("server", "socket") else ()),
    ]
    _unescaped(parts.query, "query")
    try:
        pairs = parse_qsl(
            parts.query.replace("+", "%2B"),
            keep_blank_values=True,
            strict_parsing=bool(parts.query),
        )
    except ValueError:
        raise _refusal("after the ?, write NAME=VALUE, joined by &") from None
    for key, value in pairs:
        if key not in known:
            raise _refusal(_why_unknown(key, known, is_tls=is_tls))
        if not value:
            raise _refusal(f"{key} is empty")
    query = dict(pairs)
    if len(query) < len(pairs):
        raise _refusal("a parameter appears twice after the ?")
    return query


def _why_unknown(key: str, known: list[str], *, is_tls: bool) -> str:
    shown = key if key.isidentifier() and key.isascii() and len(key) < 40 else "a parameter"
    if key in TLS_FILES and not is_tls:
        return f"{shown} needs an address with TLS, such as rediss://"
    if not known:
        return f"{shown} is unknown; this form takes no parameters"
    return f"{shown} is unknown; this form takes {', '.join(known)}"


def _login(parts: SplitResult) -> Login:
    user, has_login, _ = parts.netloc.rpartition("@")
    if "@" in user:
        raise _refusal("a password has an @; escape it, as %40")
    name, colon, password = user.partition(":")
    if not has_login:
        return Login()
    return Login(
        _unescaped(name, "user") or None, _unescaped(password, "password") if colon else None
    )


def _unescaped(text: str, what: str) -> str:
    """:raise SettingError: a % does not begin an escape of a character in UTF-8."""
    at = text.find("%")
    while at >= 0:
        if not (len(text[at + 1 : at + 3]) == 2 and _is_hex(text[at + 1 : at + 3])):
            raise _refusal(f"a % in the {what} does not begin an escape; write it as %25")
        at = text.find("%", at + 1)
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise _refusal(f"an escape in the {what} is not UTF-8") from None


def _is_hex(text: str) -> bool:
    return all(sign in "0123456789abcdefABCDEF" for sign in text)


def _nodes(parts: SplitResult, default_port: int) -> tuple[tuple[str, int], ...]:
    named = parts.netloc.rpartition("@")[2]
    if not named:
        raise _refusal("it has no host: redis://HOST:PORT/0")
    nodes = tuple(_node(text, default_port) for text in named.split(","))
    is_one = "+" not in parts.scheme
    if is_one and len(nodes) > 1:
        raise _refusal(
            f"{parts.scheme}:// takes one host; for several, use a form with +sentinel or +cluster"
        )
    return nodes


def _node(text: str, default_port: int) -> tuple[str, int]:
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        raise _refusal(
            "the port of a host must be a number up to 65535, and an IPv6 address in [ ]"
        ) from None
    if not host or port == 0 or (text.count(":") > 1 and not text.startswith("[")):
        raise _refusal("a host is missing, or an IPv6 address is not in [ ]")
    host = host.replace("%25", "%")  # RFC 6874: before the zone of an IPv6 address
    if not can_be_looked_up(host):
        raise _refusal("a part of a host's name is empty or longer than 63 characters")
    return host, default_port if port is None else port


def _path(parts: SplitResult, kind: str) -> tuple[str, str]:
    """Return the primary's name and the database's number, as written."""
    first, _, second = _unescaped(parts.path.strip("/"), "path").partition("/")
    if kind == "sentinel":
        if not first:
            raise _refusal(f"{parts.scheme}://HOST:PORT/NAME needs the NAME of the primary")
        return first, second
    if second or (kind == "cluster" and first not in ("", "0")):
        raise _refusal(
            "a cluster has only database 0"
            if kind == "cluster"
            else "after the port, write a database number such as /0"
        )
    return "", first


def _db(text: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdecimal() and len(text) <= 5):
        raise _refusal("after the port, write a database number such as /0")
    return int(text)


def _tls(query: dict[str, str]) -> dict[str, Any]:
    """Return the options of TLS, after a look into their files.

    :raise SettingError: a file is missing or is not what it should be.
    """
    files = {key: query[key] for key in TLS_FILES if key in query}
    for key, path in files.items():
        try:
            Path(path).read_bytes()
        except OSError as problem:
            raise _refusal(f"{key}: {path}: {problem.strerror}") from None
    if "ssl_keyfile" in files and "ssl_certfile" not in files:
        raise _refusal("ssl_keyfile needs ssl_certfile, the certificate of that key")
    context = ssl.create_default_context()
    if "ssl_ca_certs" in files:
        _load("ssl_ca_certs", lambda: context.load_verify_locations(files["ssl_ca_certs"]))
    if "ssl_certfile" in files:
        _load(
            "ssl_certfile",
            lambda: context.load_cert_chain(
                files["ssl_certfile"],
                files.get("ssl_keyfile"),
                password=lambda: "",  # or OpenSSL would ask for it on the terminal
            ),
        )
    return files


def _load(key: str, load: Callable[[], None]) -> None:
    try:
        load()
    except (ssl.SSLError, ValueError):
        detail = {
            "ssl_ca_certs": "the file has no certificate in PEM form",
            "ssl_certfile": "the files have no certificate and its key, without a passphrase, "
            "in PEM form",
        }
        raise _refusal(f"{key}: {detail[key]}") from None


def _refusal(why: str) -> SettingError:
    return SettingError(f"READBACK_REDIS_URL: {why}")
