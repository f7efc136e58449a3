"""Processes that end with their parent. On Linux the kernel sees to it."""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
# Looked up before any fork: in the child, another thread's lock on the loader would stay locked.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def end_with_parent(parent: int, how: signal.Signals) -> None:
    """Have this process get a signal when the thread of its parent that forked it ends.

    macOS has no such call: there, gunicorn's workers look once a second whether their master lives.

    :param parent: the process that forked this one. If it has ended already, so does this one.
    """
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, int(how))
    if os.getppid() != parent:
        os._exit(1)
