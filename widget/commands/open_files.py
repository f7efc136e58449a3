"""How many files a server may have open: each connection is one."""

import resource
from contextlib import suppress

_MOST_FILES = 65536


def allow_many_files() -> None:
    """Let workers have connections of many readers, and to the store one in each thread."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(_MOST_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError):  # the unit for systemd forbids it, and sets the limit itself
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
