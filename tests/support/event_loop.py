"""An event loop that asks the store, in a test."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from widget.store.connect import Connection
from widget.store.loop_calls import LoopCalls

T = TypeVar("T")


def in_own_thread(work: Coroutine[Any, Any, T]) -> T:
    """Run a loop in a thread of its own: that of the tests may have Playwright's."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def in_loop(
    connection: Connection,
    act: Callable[[LoopCalls], Coroutine[Any, Any, Any]],
    timeout_s: float = 10,
) -> Any:
    """Run something in a loop whose calls are possible."""

    async def main() -> Any:
        calls = LoopCalls(connection, timeout_s=timeout_s)
        while not calls.are_possible:
            await asyncio.sleep(0.01)
        try:
            return await act(calls)
        finally:
            calls.close()
            await asyncio.sleep(0)

    return in_own_thread(main())
