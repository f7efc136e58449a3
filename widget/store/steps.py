"""Work in steps: it hands out each call of the store, and goes on with the reply.

A thread runs such work to its end. An event loop has other work done while it waits for a reply
(widget/web/turn.py), and leaves to a thread what waits for the store in any other way.
"""

from collections.abc import Generator, Sequence
from typing import Any, Protocol, TypeVar

from widget.store.replication import Command

T = TypeVar("T")
Reply = object


class Call(Protocol):
    """One question to the store: a run of a script, or figures that are read.

    :ivar waits: its commands have to wait for replicas.
    :ivar is_shared: one reply serves all who ask the same at the same time; then it is hashable.
    """

    @property
    def waits(self) -> bool: ...

    @property
    def is_shared(self) -> bool: ...

    @property
    def commands(self) -> Sequence[Command]: ...

    def reply_of(self, replies: Sequence[Any]) -> Any:
        """Return the reply from those to its commands."""
        ...

    def ask(self) -> Any:
        """Ask here and now, in a thread that may wait."""
        ...


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
        reply = call.ask()
    except Exception as problem:
        return steps.throw(problem)
    return steps.send(reply)
