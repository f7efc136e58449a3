"""The request that a thread is answering: its id for the log, and how it ends."""

import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass

# As proxies make them: nginx's 32 hexadecimal digits, or a UUID. A reader's token is neither.
_ID = re.compile(r"[0-9a-f]{16,32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


@dataclass(slots=True)
class Exchange:
    """One request and its answer.

    :param id: names the request in the log and in the header X-Request-Id.
    :param route: the class of its address, of :func:`widget.logs.routes.route_of`.
    :param code: the code of the error that it was refused with, if any.
    """

    id: str
    route: str
    status: str = ""
    code: str = ""


_current: ContextVar[Exchange | None] = ContextVar("exchange", default=None)


def begin(route: str, given_id: str = "") -> Exchange:
    """Make the exchange of a request that this thread begins to answer.

    :param given_id: the id that a trusted proxy gave it; one that is not well-formed is ignored.
    """
    exchange = Exchange(given_id if is_well_formed(given_id) else new_id(), route)
    _current.set(exchange)
    return exchange


def current() -> Exchange | None:
    """Return the exchange of this thread; None in a thread that answers no request."""
    return _current.get()


def new_id() -> str:
    return secrets.token_hex(8)


def is_well_formed(given_id: str) -> bool:
    return bool(given_id) and _ID.fullmatch(given_id) is not None
