"""What a start says that cannot go on. It imports nothing of the application."""

from collections.abc import Iterator
from contextlib import contextmanager

from widget.domain.errors import OperatorError
from widget.environment.environment import read_environment
from widget.logs.lines import configure, end_with


def configure_log() -> None:
    """Have this process log in the form of READBACK_LOG, before the settings are checked."""
    try:
        configure(read_environment().get("READBACK_LOG"))
    except OperatorError:
        configure("")


@contextmanager
def start_or_say_why() -> Iterator[None]:
    """End the process with one line if a setting or a file keeps Readback from starting."""
    try:
        yield
    except OperatorError as problem:
        end_with(f"Readback does not start. {problem}")
