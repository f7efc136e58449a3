"""The request that a thread is answering: its id for the log, and how it ends."""

import random
import re
import threading
from dataclasses import dataclass

# As proxies make them: nginx's 32 hexadecimal digits, or a UUID. A reader's token is neither.
_ID = re.compile(r"[0-9a-f]{16,32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


@dataclass(slots=True)
class Exchange:
    """One request and its answer.

    :param id: names the request in the log and in the header X-Request-Id.
    :param route: the class of its address, of :func:`widget.logs.routes.route_of`.
    :param code: the code of the error that it was refused with, if any.
    :param store_s: seconds that it waited for the store.
    """

    id: str = ""
    route: str = ""
    status: str = ""
    code: str = ""
    store_s: float = 0.0

    def take_up(self) -> None:
        """Have this thread answer the request from now on."""
        _local.exchange = self


class _Local(threading.local):
    """The exchange of each thread. A context variable would cost a vote more."""

    exchange: Exchange | None = None


_local = _Local()


def begin(route: str, given_id: str = "") -> Exchange:
    """Return the exchange of a request that this thread begins to answer.

    :param given_id: as for :func:`id_of`.
    """
    exchange = _local.exchange = Exchange(id_of(given_id), route)
    return exchange


def id_of(given_id: str) -> str:
    """Return a request's id.

    :param given_id: the one that a trusted proxy gave it; one that is not well-formed is ignored.
    """
    return given_id if given_id and is_well_formed(given_id) else new_id()


def current() -> Exchange | None:
    """Return the exchange of this thread; None in a thread that answers no request."""
    return _local.exchange


def new_id() -> str:
    """Return 16 hexadecimal digits. They are no secret; random seeds itself anew in each fork."""
    return f"{random.getrandbits(64):016x}"


def is_well_formed(given_id: str) -> bool:
    return _ID.fullmatch(given_id) is not None
