"""The metrics of all workers of this server in Prometheus' text form."""

import platform
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4 as CONTENT_TYPE
from prometheus_client.registry import Collector

from widget.assets import release
from widget.metrics.kinds import BOUNDS_S
from widget.metrics.series import COUNTERS, HISTOGRAMS, IN_HAND, STARTED_S
from widget.services.registry import Services

__all__ = ["CONTENT_TYPE", "exposition"]

_BOUNDS = [*map(str, BOUNDS_S), "+Inf"]


def exposition(services: Services) -> bytes:
    """Return every metric. What only the store knows is read at most once a second."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_All(services))
    return generate_latest(registry)


_GAUGES = (
    "readback_build_info",
    "readback_start_time_seconds",
    "readback_threads",
    "readback_ready",
    "readback_store_up",
    "readback_store_used_bytes",
    "readback_store_bound_bytes",
    "readback_votes_waiting",
    "readback_comments_waiting",
)


def names(*, parts: bool = True) -> set[str]:
    """Return the name of every metric.

    :param parts: name the three parts of a histogram instead of the whole.
    """
    found = {*_GAUGES, IN_HAND.name, *(f"{counter.name}_total" for counter in COUNTERS)}
    endings = ("_bucket", "_count", "_sum") if parts else ("",)
    return found | {f"{each.name}{ending}" for each in HISTOGRAMS for ending in endings}


class _All(Collector):
    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterator[Metric]:
        yield from _counters()
        yield from _histograms()
        yield from _server(self._services)
        yield from _store(self._services)


def _counters() -> Iterator[Metric]:
    for counter in COUNTERS:
        family = CounterMetricFamily(counter.name, counter.help, labels=counter.labels)
        for values, total in counter.totals():
            # Of a table of two labels most places stay empty, so only used ones are shown.
            if total or len(counter.labels) < 2:
                family.add_metric(values, total)
        yield family


def _histograms() -> Iterator[Metric]:
    for histogram in HISTOGRAMS:
        family = HistogramMetricFamily(histogram.name, histogram.help, labels=histogram.labels)
        for values, buckets, total_s in histogram.totals():
            if any(buckets) or not histogram.labels:
                counted = zip(_BOUNDS, map(float, accumulate(buckets)), strict=True)
                family.add_metric(values, list(counted), total_s)
        yield family


def _server(services: Services) -> Iterator[Metric]:
    settings = services.settings
    build = GaugeMetricFamily(
        "readback_build_info", "The release that runs.", labels=("version", "python")
    )
    build.add_metric((release(), platform.python_version()), 1)
    yield build
    yield _gauge("readback_start_time_seconds", "When the server started.", STARTED_S)
    threads = settings.workers * settings.threads
    yield _gauge("readback_threads", "Threads of all workers.", threads)
    yield _gauge(IN_HAND.name, IN_HAND.help, IN_HAND.total())


def _store(services: Services) -> Iterator[Metric]:
    found = services.prober.look()
    yield _gauge("readback_ready", "Whether any vote can be taken.", int(found.is_ready))
    up = GaugeMetricFamily(
        "readback_store_up", "Whether a primary of the store takes a write.", labels=("node",)
    )
    for node, reason in found.away.items():
        up.add_metric((node,), int(not reason))
    yield up
    if found.room.bound_bytes:
        used, bound = found.room.used_bytes, found.room.bound_bytes
        yield _gauge("readback_store_used_bytes", "Memory that the store uses.", used)
        yield _gauge("readback_store_bound_bytes", "Memory that it may use.", bound)
    waiting = services.waiting.counts() if found.is_ready else None
    if waiting is not None:
        yield _gauge("readback_votes_waiting", "Votes held for an editor.", waiting[0])
        yield _gauge("readback_comments_waiting", "Comments that wait for an editor.", waiting[1])


def _gauge(name: str, help: str, value: float) -> Metric:
    return GaugeMetricFamily(name, help, value)
