"""Threads that must never wait for the store: a worker's event loop, which serves everybody."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, NoReturn


class WouldWait(BaseException):
    """A thread that must not wait was about to ask the store. Nothing was sent.

    Like a cancellation, it is no failure that anything on its way may answer for.
    """


class NoClient:
    """Takes the place of a client in a thread that must not wait for the store."""

    def __getattr__(self, name: str) -> NoReturn:
        raise WouldWait


NO_CLIENT: Any = NoClient()


def beside(act: Callable[..., object], *given: Any) -> None:
    """Have another thread do what would wait. Its errors are its own to handle."""
    _threads().submit(act, *given)


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(2, "readback-beside")
