"""What can go wrong between a client and a server, and its reason in a few words.

A reason goes to the log, to metrics and to the command line: it has no password and no text of a
reader, and two failures of the same kind have the same reason.
"""

import re
from typing import Any

import redis
from redis.exceptions import RedisClusterException

from widget.domain.printable import printable

# Codes of a server that is not, or no longer, the one that takes this command from this user.
MAY_NOT = "NOPERM"
NO_WRITES = ("READONLY", "MASTERDOWN", "NOREPLICAS", "MISCONF", MAY_NOT)
# Codes of a server that serves nothing to this connection.
NO_SERVICE = ("LOADING", "NOAUTH", "WRONGPASS")
# Redis 6.2 wraps what a script meets: "Error running script (...): @user_script:1: -READONLY You".
_IN_A_SCRIPT = re.compile(rf"-({'|'.join((*NO_WRITES, *NO_SERVICE))}) ")
_LONGEST = 160


class NodeError(redis.RedisError):
    """An error of one server that nothing below us repeats; ``node`` is added to it."""


class NoAnswer(NodeError):
    """A server did not answer in time. It may or may not have done what it was sent."""


class NodeAway(NodeError):
    """The breaker of a server refuses the call."""


class NoTimeLeft(NodeError):
    """The request has spent its time for the store."""


class Dropped(redis.ConnectionError):
    """A server refused, its connection has been dropped, and the call may be sent once more."""


def tagged(problem: Exception, node: Any) -> Exception:
    """Note on an error which server it is from."""
    problem.node = node  # type: ignore[attr-defined]  # read by node_of
    return problem


def node_of(problem: BaseException) -> Any:
    """Return the server that an error is from; None if it is from none, or from no single one."""
    found = getattr(problem, "node", None)
    cause = problem.__cause__
    return found if found is not None or cause is None else getattr(cause, "node", None)


def code_of(problem: BaseException) -> str:
    """Return the code with which a server refused; "" if it is not one that we act on."""
    code = getattr(problem, "status_code", None) or str(problem).partition(" ")[0]
    if code in NO_WRITES or code in NO_SERVICE:
        return str(code)
    wrapped = _IN_A_SCRIPT.search(str(problem))
    return wrapped[1] if wrapped else ""


def reason_of(problem: BaseException) -> str:
    """Return why a call failed: ``connection refused``, ``LOADING Valkey is loading``."""
    if isinstance(problem, NodeError):
        return str(problem)
    if isinstance(problem, redis.ConnectionError | RedisClusterException):
        deeper = problem.__cause__ or problem.__context__
        if isinstance(deeper, OSError) and not getattr(problem, "status_code", None):
            return _of_system(deeper)
        if isinstance(deeper, RedisClusterException):
            return reason_of(deeper)
        if isinstance(problem, RedisClusterException) and deeper is not None:
            return f"no node of the cluster answers: {reason_of(deeper)}"
    if isinstance(problem, OSError):
        return _of_system(problem)
    code = getattr(problem, "status_code", None)
    if code == "NOAUTH":
        return "NOAUTH authentication required"  # what the server says is advice to a client
    text = f"{code} {problem}" if code else str(problem)
    text = re.split(r"\. | script: |, on @user_script", text)[0]
    wrapped = _IN_A_SCRIPT.search(text)
    if wrapped:
        text = text[wrapped.start() + 1 :]
    return _short(text)


def _of_system(problem: OSError) -> str:
    text = getattr(problem, "verify_message", "") or problem.strerror or type(problem).__name__
    return _short(re.sub(r"^\[SSL: \w+\] | \(_ssl\.c:\d+\)$", "", text)).lower()


def _short(text: str) -> str:
    text = printable(text).rstrip(". ")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
