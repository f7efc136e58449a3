"""How this process's memory allocator keeps what threads have freed."""

import ctypes

_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8  # mallopt(3), glibc's malloc.h
_LARGE_BYTES = 1 << 20


def keep_little_memory() -> None:
    """Have large blocks returned to the system when they are freed, and threads share the rest.

    Left alone, glibc raises its own threshold with the first large block that is freed, and keeps
    later ones for the thread that asked. Hashing a password takes 19 MB: each thread of a worker
    would keep that for good after its first sign-in. It also gives each thread an arena of its own,
    where what one thread has freed is of no use to the others; Python's lock lets only one of them
    allocate at a time anyway. Other C libraries have no such call and no such habits.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
        mallopt(_M_ARENA_MAX, 1)
