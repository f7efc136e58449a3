"""Every metric that workers count; docs/runbook.md says what to do about them."""

import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from widget.domain.errors import ERRORS
from widget.logs.routes import ROUTES
from widget.metrics.kinds import OTHER, Counter, Histogram, Passing

P = ParamSpec("P")
R = TypeVar("R")
COUNTED, CHANGED, TAKEN_BACK, REPEATED, HELD, REFUSED = OUTCOMES = (
    "counted",
    "changed",
    "taken_back",
    "repeated",
    "held",
    "refused",
)
# By the first digit of a status. An answer that did not come about is a failure.
STATUSES = {"2": "2xx", "3": "3xx", "4": "4xx", "5": "5xx", "": "5xx"}

VOTES = Counter("readback_votes", "Votes by outcome.", outcome=OUTCOMES)
COMMENTS = Counter(
    "readback_comments",
    "Comments sent by readers, by outcome.",
    outcome=("published", HELD, REPEATED, REFUSED),
)
REFUSALS = Counter(
    "readback_refusals",
    "Requests answered with an error, by its code.",
    code=[error.code for error in ERRORS] + [OTHER],
)
REQUEST_SECONDS = Histogram(
    "readback_request_seconds",
    "Time to answer a request, by class of address and of status.",
    route=ROUTES,
    status=sorted(set(STATUSES.values())),
)
STORE_SECONDS = Histogram(
    "readback_store_seconds", "Time that a request waits for the store, over all its calls."
)
STORE_FAILURES = Counter(
    "readback_store_failures",
    "Accesses to the store that failed, by what it said.",
    reason=(
        *("READONLY", "MASTERDOWN", "NOREPLICAS", "MISCONF", "CLUSTERDOWN", "LOADING", "OOM"),
        *("NOAUTH", "WRONGPASS", "NOPERM", "timeout", OTHER),
    ),
)
TONE_SECONDS = Histogram("readback_tone_seconds", "Time to score the tone of one comment.")
FLAGS = Counter(
    "readback_flags",
    "Windows of a story flagged for an editor, by signal.",
    signal=("odds", "networks"),
)
LOOK_SECONDS = Histogram(
    "readback_integrity_look_seconds", "Time to look at one site for votes that are not organic."
)
IN_HAND = Passing(
    "readback_threads_busy", "Requests that threads answer now, or that wait for one."
)

STARTED_S = time.time()  # of the master, which imports this before it forks

COUNTERS = (VOTES, COMMENTS, REFUSALS, STORE_FAILURES, FLAGS)
HISTOGRAMS = (REQUEST_SECONDS, STORE_SECONDS, TONE_SECONDS, LOOK_SECONDS)


def timed(histogram: Histogram, function: Callable[P, R]) -> Callable[P, R]:
    """Return the function, with the time of each call observed."""

    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        began = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            histogram.observe(time.perf_counter() - began)

    return run
