"""What keeps readers out of the log, whoever writes the line: our code, gunicorn or a library."""

import logging
import sys
import traceback
from types import TracebackType

from widget.domain.printable import printable
from widget.logs.exchange import current

_GUNICORN = "gunicorn.error"
_FLASKS = "Exception on %s [%s]"  # its first argument is the path
UNREADABLE = "Invalid request from"  # how gunicorn's line about a request it cannot parse begins


class Clean(logging.Filter):
    """A filter for every handler: it makes a record's text safe, and adds the request's id.

    A message becomes one line. An exception becomes its class and the places in the code: its own
    message may quote what a reader sent.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = printable(_message(record))
        record.args = None
        if record.exc_info:
            record.exc_text = _places(record.exc_info)
            record.exc_info = None
        exchange = current()
        record.request = exchange.id if exchange else ""
        return True


def _message(record: logging.LogRecord) -> str:
    if record.name == _GUNICORN and isinstance(record.msg, str):
        return _gunicorns(record)
    if record.msg == _FLASKS:
        return "A request failed, and so did the page that says so"
    try:
        return record.getMessage()
    except (TypeError, ValueError):
        return str(record.msg)


def _gunicorns(record: logging.LogRecord) -> str:
    """Return gunicorn's message without a client's address and without what the client sent."""
    if record.msg.startswith(UNREADABLE):
        problem = sys.exc_info()[0]
        kind = problem.__name__ if problem else "no reason given"
        return f"A request cannot be read, and gets an error: {kind}"
    if record.msg.startswith("Error handling request"):
        return "A request failed outside the application"
    lines = record.getMessage().splitlines()
    return lines[0] if lines else ""


_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def _places(exc_info: _ExcInfo) -> str:
    """Return where an exception and its causes were raised, the first cause first."""
    chain: list[BaseException] = []
    problem = exc_info[1]
    while problem is not None and problem not in chain:
        chain.append(problem)
        problem = problem.__cause__ or (
            None if problem.__suppress_context__ else problem.__context__
        )
    return "\n".join(_place(each) for each in reversed(chain))


def _place(problem: BaseException) -> str:
    kind = type(problem)
    lines = [
        f"  {frame.filename}:{frame.lineno} in {frame.name}"
        for frame in traceback.extract_tb(problem.__traceback__)
    ]
    # The system's own words: no file name, and nothing that was sent.
    why = f": {problem.strerror}" if isinstance(problem, OSError) and problem.strerror else ""
    return "\n".join([*lines, f"{kind.__module__}.{kind.__qualname__}{why}"])
