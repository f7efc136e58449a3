"""Work in steps: it hands out each call of the store, and goes on with the reply.

A thread runs such work to its end. An event loop has other work done while it waits for a reply
(widget/web/turn.py), and leaves to a thread what waits for the store in any other way.
"""

from collections.abc import Generator
from typing import TypeVar

from widget.store.scripts import Call

T = TypeVar("T")
Reply = object
# In place of a call: what follows waits for the store by itself.
WAITS = None
Steps = Generator[Call | None, Reply, T]


def run(steps: Steps[T], call: Call | None = None) -> T:
    """Do it here and now, from its beginning or from the call that it has handed out."""
    try:
        while True:
            call = _answered(steps, call)
    except StopIteration as end:
        result: T = end.value
        return result


def _answered(steps: Steps[T], call: Call | None) -> Call | None:
    if call is None:
        return steps.send(None)
    try:
        reply = call.script(call.keys, call.args)
    except Exception as problem:
        return steps.throw(problem)
    return steps.send(reply)
