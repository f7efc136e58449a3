"""What gunicorn's event loop hands a request to: it reads the body, and picks who answers.

The loop itself answers what is in memory, and votes while the store is well. All else has threads:
probes their own, so that busy ones never keep these waiting.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from typing import Any, TypeVar

from widget.commands.asgi_environ import environ_of
from widget.commands.called import PLAIN, Answer, called
from widget.commands.lanes import LANES, lane
from widget.metrics.series import IN_HAND
from widget.store.connection.waiting import WouldWait
from widget.store.loop_calls import LoopCalls, NotNow
from widget.web.body import MAX_BODY_BYTES, MAX_PAGE_BYTES, stated_length
from widget.web.turn import Turn
from widget.web.watched import Watched

DESK = "/desk/"  # only its forms are longer than MAX_BODY_BYTES
PART_S = 10.0  # for each part of a body after the first one
WHOLE_S = 120.0
MOST_LARGE = 4  # bodies that are longer, read at once
UNREAD = "readback.unread"  # in the environment of a request whose body is not taken
# What is still taken of it after the answer, and how long it may stop meanwhile.
PASSED_S, PASSED_BYTES, STOPPED_S = 5.0, 16 << 20, 0.5

T = TypeVar("T")
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_TOO_SLOW = Answer(408, [*PLAIN, ("Connection", "close")], b"The body did not come in time.\n")


class Gateway:
    """The ASGI application of one worker.

    :param calls: the loop's calls of the store.
    :param threads: requests that are answered at once, beside those and probes.
    """

    def __init__(self, watched: Watched, calls: LoopCalls, *, threads: int) -> None:
        self._app = watched
        self._calls = calls
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads, "readback-request")
        self._lanes = [ThreadPoolExecutor(1, "readback-probe") for _ in LANES]
        self._large = asyncio.Semaphore(MOST_LARGE)
        self._in_hand = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await send({"type": "websocket.close"})
            return
        environ = environ_of(scope)
        status, headers, body = await self._answer(environ, receive)
        if environ["REQUEST_METHOD"] == "HEAD":
            body = b""  # gunicorn leaves it out too, with a warning
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})
        if UNREAD in environ and "HTTP_EXPECT" not in environ:
            await _pass_over(receive)

    async def _answer(self, environ: dict[str, Any], receive: Receive) -> Answer:
        if "CONTENT_LENGTH" not in environ and self._app.is_kept(environ):
            return called(self._app, environ)
        try:
            environ["wsgi.input"] = BytesIO(await self._body(environ, receive))
        except TimeoutError:
            return _TOO_SLOW
        turn = self._app.turn(environ) if self._calls.are_possible else None
        found = await self._taken(turn) if turn is not None else None
        if found is not None:
            return found
        environ["wsgi.input"].seek(0)
        own = lane(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        pool = self._pool if own is None else self._lanes[own]
        return await self._threaded(pool, called, self._app, environ)

    async def _taken(self, turn: Turn) -> Answer | None:
        """Return the answer to a vote; None if a thread has to begin anew with it."""
        try:
            call = turn.go_on()
            while call is not None:
                call = turn.go_on(await turn.replied(self._calls.reply(call)))
        except NotNow:
            await self._threaded(self._pool, turn.finish, call)
        except WouldWait:
            return None
        if turn.answer is None:
            await self._threaded(self._pool, turn.finish, None)
        assert turn.answer is not None
        status, headers, body = turn.answer
        return Answer(int(status[:3]), headers, body)

    async def _threaded(self, pool: ThreadPoolExecutor, act: Callable[..., T], *given: Any) -> T:
        """Have a thread do something, to its end even if the client hangs up."""
        self._count(1)
        done = asyncio.wrap_future(pool.submit(act, *given))
        done.add_done_callback(self._finished)
        return await asyncio.shield(done)

    async def _body(self, environ: dict[str, Any], receive: Receive) -> bytes:
        """Read the body that a request states, unless it is to be refused unread.

        :raise TimeoutError: it did not come in time, or not to its end.
        """
        length = stated_length(environ)
        is_form = environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"].startswith(DESK)
        if not length or length > (MAX_PAGE_BYTES if is_form else MAX_BODY_BYTES):
            if length or "HTTP_TRANSFER_ENCODING" in environ:
                environ[UNREAD] = True
            return b""
        if length <= MAX_BODY_BYTES:
            return await _whole(receive)
        async with self._large:
            return await _whole(receive)

    def _finished(self, _: object) -> None:
        self._count(-1)

    def _count(self, by: int) -> None:
        """Count requests in hand; those beyond the threads wait for one."""
        self._in_hand += by
        IN_HAND.put(min(self._in_hand, self._threads))


async def _whole(receive: Receive) -> bytes:
    """Read a body to its end; mostly it is there with the head.

    :raise TimeoutError: it did not come in time, or not to its end.
    """
    part, more = await _part(receive)
    if not more:
        return part
    parts = [part]
    async with asyncio.timeout(WHOLE_S):
        while more:
            async with asyncio.timeout(PART_S):
                part, more = await _part(receive)
            parts.append(part)
    return b"".join(parts)


async def _pass_over(receive: Receive) -> None:
    """Take the rest of a body. A client that is still sending when it is cut off sees no answer."""
    left, more = PASSED_BYTES, True
    with suppress(TimeoutError):
        async with asyncio.timeout(PASSED_S):
            while more and left > 0:
                async with asyncio.timeout(STOPPED_S):
                    part, more = await _part(receive)
                left -= len(part)


async def _part(receive: Receive) -> tuple[bytes, bool]:
    """Read a part of a body, and whether more comes. gunicorn waits for it for a while."""
    message = await receive()
    if message["type"] == "http.disconnect":
        raise TimeoutError
    return message["body"], message["more_body"]
