"""A vote or read that an event loop answers, and others while it waits for the store."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from widget.logs.exchange import Exchange
from widget.store.connection.deadline import deadline
from widget.store.loop_calls import NotNow
from widget.store.steps import Call, Steps, run

Answer = tuple[str, list[tuple[str, str]], bytes]  # status, headers, body


class Turn:
    """One vote or read.

    :param steps: the work on it.
    :param ended: is given the answer and the seconds that it took; returns it as it is sent.
    :param store_s: the most that it may wait for the store.
    :ivar answer: None until it has ended.
    """

    def __init__(
        self,
        steps: Steps[Answer],
        exchange: Exchange,
        ended: Callable[[Answer, float], Answer],
        *,
        store_s: float,
    ) -> None:
        self._steps = steps
        self._exchange = exchange
        self._ended = ended
        self._store_s = self._left_s = store_s
        self._began_s = time.perf_counter()
        self.answer: Answer | None = None

    def go_on(self, reply: Any = None) -> Call | None:
        """Go on with a reply until the next call. Without an answer, None is for :meth:`finish`.

        :param reply: that of the last call; None to begin.
        :raise WouldWait: it needs the store otherwise. Nothing was written for it.
        """
        self._exchange.take_up()
        try:
            return self._steps.send(reply)
        except StopIteration as end:
            self._end(end.value)
            return None

    async def replied(self, reply: Awaitable[Any]) -> Any:
        """Wait for a reply, at most for what is left of the time, and take the wait from that.

        :raise NotNow: there is none in time, or as :meth:`LoopCalls.reply` has it.
        """
        began_s = time.perf_counter()
        try:
            if self._left_s == self._store_s:  # as long as any reply may take
                return await reply
            async with asyncio.timeout(max(0.0, self._left_s)):
                return await reply
        except TimeoutError:
            raise NotNow from None
        finally:
            waited_s = time.perf_counter() - began_s
            self._exchange.store_s += waited_s
            self._left_s -= waited_s

    def finish(self, call: Call | None) -> None:
        """Do the rest in this thread, which may wait, from a call that was not answered."""
        self._exchange.take_up()
        with deadline(self._left_s) as budget:
            answer = run(self._steps, call)
        self._exchange.store_s += self._left_s - budget.left_s
        self._end(answer)

    def _end(self, answer: Answer) -> None:
        self.answer = self._ended(answer, time.perf_counter() - self._began_s)
