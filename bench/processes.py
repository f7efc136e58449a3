"""The processor time and memory of a running server's processes, read from /proc."""

import os
import time
from contextlib import suppress
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def cpu_s(stat: str) -> float:
    """Return the processor time, user and system, in the text of /proc/<pid>/stat."""
    # The name, in parentheses, may contain spaces and parentheses itself; utime and stime are
    # fields 14 and 15 of proc(5), the 12th and 13th after it.
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S


def workers_cpu_s(master: int) -> float:
    """Return the processor time of all worker processes of a gunicorn.

    :raise RuntimeError: it has none.
    """
    pids = workers(master)
    if not pids:
        raise RuntimeError(f"gunicorn ({master}) has no worker")
    return sum(process_cpu_s(pid) for pid in pids)


def tree_cpu_s(root: int) -> float:
    """Return the processor time of a process and of all below it, also of those that have ended.

    :raise OSError: the process itself has ended.
    """
    while True:
        try:
            return sum(_with_ended_s(Path(f"/proc/{pid}/stat").read_text()) for pid in tree(root))
        except (FileNotFoundError, ProcessLookupError):
            os.kill(root, 0)  # it is there, so another has just ended: its parent has its time now


def tree(root: int) -> list[int]:
    """Return a process and all below it."""
    found = [root]
    for pid in found:
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(FileNotFoundError, ProcessLookupError):  # the thread has just ended
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def _with_ended_s(stat: str) -> float:
    # cutime and cstime, the two fields after stime: children that have ended and were waited for.
    fields = stat.rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15]) * TICK_S


class OtherWork:
    """Processor time that neither this process, nor what it waited for, nor given trees took.

    A rate says nothing where other work takes the processors.
    """

    def __init__(self, *roots: int) -> None:
        self._roots = roots
        self._began, self._before_s = time.perf_counter(), self._others_s()

    def processors(self) -> float:
        """Return how many processors other work has used on average since this was made."""
        spent_s = self._others_s() - self._before_s
        return max(0.0, spent_s / (time.perf_counter() - self._began))

    def _others_s(self) -> float:
        own = os.times()
        ours_s = own.user + own.system + own.children_user + own.children_system
        return machine_cpu_s() - ours_s - sum(tree_cpu_s(root) for root in self._roots)


def machine_cpu_s() -> float:
    """Return the time in which any processor worked, or was taken by another virtual machine."""
    user, nice, system, _, _, *more = Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
    return sum(int(ticks) for ticks in (user, nice, system, *more)) * TICK_S


def process_cpu_s(pid: int) -> float:
    """Return the processor time of one process."""
    return cpu_s(Path(f"/proc/{pid}/stat").read_text())


def workers(master: int) -> list[int]:
    """Return the workers of a gunicorn. Its embedded store is a child of it too, but no worker."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return [
        int(pid) for pid in children if b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]


def resident_bytes(pid: int) -> int:
    """Return the memory that a process holds now, its shared pages too."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES
