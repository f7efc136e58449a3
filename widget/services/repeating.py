"""Background threads: each process of a server repeats a step in one."""

import logging
import os
import threading
import time
from collections.abc import Callable

from widget.domain.errors import StoreUnavailable

log = logging.getLogger(__name__)


def repeat(step: Callable[[], None], *, name: str, every_s: float, failure: str) -> None:
    """Run a step again and again, in this process and in its forks, which do not inherit a thread.

    A step that the store was away for is left out: what is due stays due.

    :param failure: the line of the log about any other error; ``%s`` is ``every_s``.
    """

    def run() -> None:
        while True:
            time.sleep(every_s)
            try:
                step()
            except StoreUnavailable:
                pass
            except Exception:
                log.exception(failure, every_s)

    def start() -> None:
        threading.Thread(target=run, name=name, daemon=True).start()

    os.register_at_fork(after_in_child=start)
    start()
