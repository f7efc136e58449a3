"""Shorter runs of long measurements: BENCH_SHARE=0.1 does a tenth of the kills, and of the time."""

import os
import sys


def share() -> float:
    """Return the share, more than 0 and at most 1. End the process if it is none."""
    text = os.environ.get("BENCH_SHARE", "1")
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1:
        sys.exit(f"BENCH_SHARE={text!r} must be more than 0 and at most 1")
    return value


def times(full: int) -> int:
    """Return how often to do something that the whole run does ``full`` times: once at least."""
    return max(1, round(full * share()))


def seconds(full: float, *, least: float) -> float:
    """Return for how long to do something that takes ``full`` seconds in the whole run."""
    return max(least, full * share())
