"""What a running server's processes have used, read from /proc."""

import os
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")


def cpu_s(stat: str) -> float:
    """Processor time, user and system, from the text of /proc/<pid>/stat."""
    # The name, in parentheses, may hold spaces and parentheses itself; utime and stime are
    # fields 14 and 15 of proc(5), 12th and 13th after it.
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S


def workers_cpu_s(master: int) -> float:
    """Processor time of a gunicorn's worker processes together."""
    return sum(cpu_s(Path(f"/proc/{pid}/stat").read_text()) for pid in workers(master))


def workers(master: int) -> list[int]:
    """The workers of a gunicorn; its embedded store is a child of it too, and is none."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    return [
        int(pid) for pid in children if b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]
