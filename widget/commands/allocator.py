"""How this process's memory allocator gives large blocks back."""

import ctypes

_M_MMAP_THRESHOLD = -3  # mallopt(3), glibc's malloc.h
_LARGE_BYTES = 1 << 20


def give_back_large_blocks() -> None:
    """Have every block of a megabyte or more returned to the system when it is freed.

    Left alone, glibc raises its own threshold with the first large block that is freed, and keeps
    later ones for the thread that asked. Hashing a password takes 19 MB: each thread of a worker
    would keep that for good after its first sign-in. Other C libraries have no such call and no
    such habit.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
