"""The time that one request may spend waiting for the store, over all its calls together."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from types import TracebackType
from typing import Self

_current: ContextVar["deadline | None"] = ContextVar("deadline", default=None)


class deadline:
    """A budget of seconds for all calls to the store that are made within it.

    Only waiting for the store counts: a slow hash of a password takes nothing from it.
    """

    __slots__ = ("_token", "left_s", "mark_s")

    def __init__(self, seconds: float) -> None:
        self.left_s = seconds
        self.mark_s = 0.0
        self._token: Token[deadline | None] | None = None

    def __enter__(self) -> Self:
        self._token = _current.set(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._token is not None:
            _current.reset(self._token)

    def start(self) -> None:
        """Begin to wait."""
        self.mark_s = time.monotonic()

    def spend(self) -> None:
        """Take the time since the wait began, or since the latest answer."""
        now_s = time.monotonic()
        self.left_s -= now_s - self.mark_s
        self.mark_s = now_s


def current() -> deadline | None:
    """Return the deadline of the request that this thread serves, None outside requests."""
    return _current.get()


@contextmanager
def part_of_deadline(share: float) -> Iterator[None]:
    """Give a step of a request a share of what is left of its time, and no more.

    :param share: above 0, at most 1.
    """
    whole = current()
    if whole is None:
        yield
        return
    part = deadline(whole.left_s * share)
    given_s = part.left_s
    try:
        with part:
            yield
    finally:
        whole.left_s -= given_s - part.left_s
