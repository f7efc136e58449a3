"""What a start says that cannot go on. It imports nothing of the application."""

from collections.abc import Iterator
from contextlib import contextmanager

from widget.domain.errors import OperatorError
from widget.logs.lines import end_with


@contextmanager
def start_or_say_why() -> Iterator[None]:
    """End the process with one line if a setting or a file keeps Readback from starting."""
    try:
        yield
    except OperatorError as problem:
        end_with(f"Readback does not start. {problem}")
