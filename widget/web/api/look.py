"""One look a second at what has changed, in one thread of a worker.

It asks the store for the figures of the answers that are being read, in few round trips, and makes
only those anew whose figures or settings have changed. docs/adr/0144-one-look-a-second.md says why.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping

from widget.domain import clock
from widget.domain.errors import ReadbackError, StoreUnavailable
from widget.store.connection.deadline import deadline
from widget.store.reactions.tallies import Replies, Reply, Wanted
from widget.web.api.answers import Answers, Basis, Kept
from widget.web.api.query import Query

log = logging.getLogger(__name__)

EVERY_S = 0.8  # less than answers are fresh, so most never wait for the look
PORTION = 20  # questions asked at once: no request waits for the interpreter for long

Given = Mapping[Wanted, Reply | None]


class Look:
    """The thread that looks. It ends when nobody reads; :meth:`ensure` begins it again.

    :param settings: returns what the answer to a query is made of besides replies.
    :param remake: makes an answer anew from these replies, which were read at this time.
    :param store_s: the longest wait for the store.
    :param clock: as for :class:`Answers`.
    """

    def __init__(
        self,
        answers: Answers,
        replies: Replies,
        settings: Callable[[Query], object],
        remake: Callable[[Kept, Given, float], None],
        *,
        store_s: float,
        clock: Callable[[], float],
    ) -> None:
        self._answers = answers
        self._replies = replies
        self._settings = settings
        self._remake = remake
        self._store_s = store_s
        self._clock = clock
        self._thread: threading.Thread | None = None

    def ensure(self) -> None:
        """Have the thread run."""
        thread = self._thread
        if thread is None or not thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="readback-look", daemon=True)
            self._thread.start()

    def once(self) -> int:
        """Look at every answer that is being read, and return how many there are.

        :raise StoreUnavailable: the store does not answer. What was not looked at expires.
        """
        began_s = self._clock()
        found: dict[Wanted, Reply | None] = {}
        portion: list[tuple[Kept, Basis]] = []
        lacking: dict[Wanted, None] = {}
        read_often = self._answers.to_look_at()
        for kept, basis in read_often:
            new = [one for one in basis.replies if one not in found and one not in lacking]
            kept.credit -= 1 + len(new)
            lacking.update(dict.fromkeys(new))
            portion.append((kept, basis))
            if len(lacking) >= PORTION:
                self._look_at(portion, list(lacking), found, began_s)
                portion, lacking = [], {}
        self._look_at(portion, list(lacking), found, began_s)
        return len(read_often)

    def _look_at(
        self,
        portion: list[tuple[Kept, Basis]],
        lacking: list[Wanted],
        found: dict[Wanted, Reply | None],
        began_s: float,
    ) -> None:
        with deadline(self._store_s):
            if lacking:
                found.update(zip(lacking, self._replies.reachable(lacking), strict=True))
            for kept, basis in portion:
                try:
                    self._settle(kept, basis, found, began_s)
                except StoreUnavailable:
                    continue  # this one expires
                except ReadbackError:
                    self._answers.drop(kept)  # the next read is refused
                except Exception:
                    self._answers.drop(kept)  # or no look would get past it
                    raise

    def _settle(self, kept: Kept, basis: Basis, found: Given, began_s: float) -> None:
        if any(found[one] is None for one in basis.replies):
            return  # its shard is away: it expires
        if self._is_right(kept.key[1], basis, found):
            self._answers.unchanged(kept, began_s)
        else:
            self._remake(kept, found, began_s)

    def _is_right(self, query: Query, basis: Basis, found: Given) -> bool:
        return (
            all(found[one] == reply for one, reply in basis.replies.items())
            and clock.now() < basis.until_s
            and self._settings(query) == basis.settings
        )

    def _run(self) -> None:
        is_needed, took_s = True, 0.0
        while is_needed:
            time.sleep(max(EVERY_S - took_s, took_s / 2))
            began_s = time.monotonic()
            try:
                is_needed = self.once() > 0
            except StoreUnavailable:
                pass
            except Exception:
                log.exception("The look at what has changed failed; the next is in %s s.", EVERY_S)
            took_s = time.monotonic() - began_s
