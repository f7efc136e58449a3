"""The two forms of a line: text for a terminal, JSON for a collector of logs."""

import logging
import logging.config
import sys
import threading
import time
from typing import Any, NoReturn

from pythonjsonlogger.msgspec import MsgspecFormatter

from widget.logs.cleaning import UNREADABLE, Clean
from widget.logs.flood import Flood

FORMS = ("text", "json")
log = logging.getLogger("readback")
# Lines about single requests, of which strangers can cause any number.
REQUESTS = "readback.requests"
_NAMES = {
    "levelname": "level",
    "name": "logger",
    "asctime": "time",
    "exc_info": "places",
    "process": "pid",
}
_FIELDS = "%(asctime)s %(levelname)s %(name)s %(process)d %(message)s"


class TextFormatter(logging.Formatter):
    """``2026-11-26 04:00:00 WARNING store 10.0.0.5:7000 away: timeout [request id]``; UTC."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(record.created))

    def format(self, record: logging.LogRecord) -> str:
        level = "" if record.levelno == logging.INFO else f"{record.levelname} "
        request = getattr(record, "request", "")
        left_out = getattr(record, "lines_left_out", 0)
        line = f"{self.formatTime(record)} {level}{record.getMessage()}"
        line += f" [{request}]" if request else ""
        line += f" ({left_out} lines like this left out)" if left_out else ""
        return f"{line}\n{record.exc_text}" if record.exc_text else line


class JsonFormatter(MsgspecFormatter):
    """One JSON object a line; docs/deploy.md lists its fields."""

    def __init__(self) -> None:
        super().__init__(_FIELDS, rename_fields=_NAMES, rename_fields_keep_missing=False)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        return f"{at}.{int(record.msecs):03d}Z"

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Leave out what a line does not have."""
        return {name: value for name, value in log_data.items() if value not in ("", None)}


def log_config(form: str) -> dict[str, Any]:
    """Return what ``logging.config.dictConfig`` needs, gunicorn's own lines included."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "clean": {"()": Clean},
            "flood": {"()": Flood},
            "unreadable": {"()": Flood, "about": UNREADABLE},
        },
        "formatters": {"text": {"()": TextFormatter}, "json": {"()": JsonFormatter}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": form, "filters": ["clean"]}
        },
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {
            "readback": {"level": "INFO"},
            "widget": {"level": "INFO"},
            REQUESTS: {"level": "INFO", "filters": ["flood"]},
            "gunicorn.error": {
                "level": "WARNING",
                "handlers": [],
                "filters": ["unreadable"],
                "propagate": True,
            },
        },
    }


def configure(form: str) -> None:
    """Have this process log in one form, also what ends a thread or the process.

    :param form: one of :data:`FORMS`; anything else is text, until the settings refuse it.
    """
    logging.config.dictConfig(log_config(form if form in FORMS else "text"))
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a line that cannot be written must not write another
    threading.excepthook = _thread_failed
    sys.excepthook = _failed


def end_with(problem: str) -> NoReturn:
    """End the process with one line, in the form of the log."""
    handlers = logging.getLogger().handlers
    if any(isinstance(handler.formatter, JsonFormatter) for handler in handlers):
        log.critical("%s", problem)
        sys.exit(1)
    sys.exit(problem)


def _thread_failed(failure: threading.ExceptHookArgs) -> None:
    name = failure.thread.name if failure.thread else "unnamed"
    problem = failure.exc_value or failure.exc_type()
    log.error("The thread %s ended by an error", name, exc_info=problem)


def _failed(kind: type[BaseException], problem: BaseException, _: object) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.exit(130)
    log.critical("The process ended by an error", exc_info=problem)
