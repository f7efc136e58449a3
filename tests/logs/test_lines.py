"""Lines of the log: one record, one line, and nothing of a reader in it."""

import io
import json
import logging
import logging.config
from collections.abc import Callable, Iterator

import pytest

from widget.logs import lines
from widget.logs.exchange import begin, is_well_formed
from widget.logs.flood import A_SECOND, BURST, Flood

HOSTILE = "tok\n2026-01-01 root signed in\r\x1b[2J\u202e\ud800\x00\u2028end"
TOKEN = "Zm9vYmFyYmF6cXV4.c2lnbmF0dXJl"
Log = Callable[[], str]


@pytest.fixture(params=lines.FORMS)
def written(request: pytest.FixtureRequest) -> Iterator[Log]:
    """Log in one form, as a server does, and return what was written so far."""
    stream, root = io.StringIO(), logging.getLogger()
    before = root.handlers[:], root.level
    config = lines.log_config(request.param)
    config["handlers"]["stderr"]["stream"] = stream
    logging.config.dictConfig(config)
    yield stream.getvalue
    root.handlers[:], root.level = before
    logging.getLogger("gunicorn.error").filters.clear()


def test_a_hostile_text_is_one_printable_line(written: Log) -> None:
    logging.getLogger("readback").warning("said %s", HOSTILE)
    assert written().count("\n") == 1 and written()[:-1].isprintable()


def test_an_exception_is_its_class_and_its_places_without_its_message(written: Log) -> None:
    try:
        try:
            raise KeyError(TOKEN)
        except KeyError as first:
            raise ValueError(f"reader wrote {TOKEN}") from first
    except ValueError:
        logging.getLogger("widget.anything").exception("request %s failed", "abc")
    assert TOKEN not in written() and "reader wrote" not in written()
    assert "KeyError" in written() and "ValueError" in written() and __file__ in written()


def test_a_system_error_keeps_the_systems_words(written: Log) -> None:
    try:
        open("/nonexistent/Zm9v")
    except OSError:
        logging.getLogger("readback").exception("cannot write")
    assert "No such file or directory" in written() and "Zm9v" not in written()


@pytest.mark.parametrize(
    "message",
    [
        f"Invalid request from ip=203.0.113.7: Invalid HTTP method: {TOKEN}",
        f"Invalid request from ip=2001:db8::7: {HOSTILE}",
    ],
)
def test_gunicorns_line_about_an_unreadable_request_has_only_its_kind(
    written: Log, message: str
) -> None:
    try:
        raise ConnectionResetError
    except ConnectionResetError:
        logging.getLogger("gunicorn.error").warning(message)
    assert "ConnectionResetError" in written()
    for secret in ("203.0.113.7", "2001:db8", TOKEN, "root signed in"):
        assert secret not in written()


@pytest.mark.parametrize(
    ("logger", "message", "given"),
    [
        ("gunicorn.error", "Error handling request %s %s", ("GET", f"/desk/welcome/{TOKEN}?q=1")),
        ("gunicorn.error", "Error handling request %s", (f"/v1/bar?article={TOKEN}",)),
        ("widget.web.application", "Exception on %s [%s]", (f"/desk/welcome/{TOKEN}", "GET")),
    ],
)
def test_a_failed_requests_address_is_left_out(
    written: Log, logger: str, message: str, given: tuple[str, ...]
) -> None:
    logging.getLogger(logger).error(message, *given)
    assert written() and TOKEN not in written() and "q=1" not in written()


def test_other_lines_of_gunicorn_stay(written: Log) -> None:
    logging.getLogger("gunicorn.error").error("Worker (pid:%s) was sent %s!", 42, "SIGKILL")
    assert "Worker (pid:42) was sent SIGKILL!" in written()


def test_a_line_has_the_id_of_the_request_that_its_thread_answers(written: Log) -> None:
    exchange = begin("vote")
    logging.getLogger("readback").warning("something")
    assert exchange.id in written()


def test_json_is_one_object_a_line_with_time_level_and_extra_fields() -> None:
    formatter = lines.JsonFormatter()
    record = logging.makeLogRecord(
        {"name": "readback", "levelname": "INFO", "msg": "refused", "created": 0.25, "msecs": 250.0}
    )
    record.request, record.code = "abc", "closed"
    found = json.loads(formatter.format(record))
    assert found.pop("pid")
    assert found == {
        "time": "1970-01-01T00:00:00.250Z",
        "level": "INFO",
        "logger": "readback",
        "message": "refused",
        "request": "abc",
        "code": "closed",
    }


def test_a_flood_of_lines_is_cut_and_the_next_line_says_by_how_much() -> None:
    now_s = 0.0
    flood = Flood(clock=lambda: now_s)
    record = logging.makeLogRecord({"msg": "refused"})
    assert sum(flood.filter(record) for _ in range(BURST + 30)) == BURST
    now_s = 1.0
    assert flood.filter(record) and vars(record)["lines_left_out"] == 30
    assert sum(flood.filter(record) for _ in range(50)) == A_SECOND - 1


def test_other_lines_pass_a_flood() -> None:
    flood = Flood(about="Invalid request")
    flooding, other = (logging.makeLogRecord({"msg": m}) for m in ("Invalid request x", "Worker"))
    for _ in range(BURST + 10):
        flood.filter(flooding)
    assert not flood.filter(flooding) and flood.filter(other)


@pytest.mark.parametrize(
    ("given", "fits"),
    [
        ("0123456789abcdef", True),
        ("0123456789abcdef0123456789abcdef", True),
        ("0b7ad1f0-6b8e-4f8c-9d3a-2f1f0a9b8c7d", True),
        ("0123456789ABCDEF", False),
        ("0123456789abcde", False),
        ("0123456789abcdef\n", False),
        ("0123456789abcdef0", True),
        ("a" * 33, False),
        (TOKEN, False),
        ("", False),
        ("\u0660" * 16, False),
        ("203.0.113.7", False),
    ],
)
def test_only_ids_as_proxies_make_them_are_well_formed(given: str, fits: bool) -> None:
    assert is_well_formed(given) is fits
    assert (begin("vote", given).id == given) is fits
