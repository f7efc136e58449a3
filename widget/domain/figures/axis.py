"""The time axis of a chart: slots of an hour or a day, their ticks, bands and labels. Pure.

Places on the axis are per cent of its length, or slots.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from widget.domain.zones import Zone, day_date

LEAST_HOURS = 24  # a shorter time has room beside it, so that one hour is a bar and no wall
LEAST_DAYS = 7
_NIGHT_ENDS = 6
_MOST_DAYS = {"each": 10, "week": 45, "weekend": 100}
_HOURS_BY_DAY = 48  # more hours have a tick for each day


@dataclass(frozen=True, slots=True)
class Tick:
    """A label below a chart, from ``start`` over ``width`` per cent; ``short`` is for a phone."""

    start: float
    width: float
    text: str
    short: str


@dataclass(frozen=True, slots=True)
class Band:
    """Slots of the night or of a weekend."""

    start: int
    slots: int


@dataclass(frozen=True, slots=True)
class Axis:
    """
    :param bounds: the first hour of each slot in hours of UTC since the epoch, then the end.
    :param unit: ``"hour"`` or ``"day"``.
    """

    bounds: list[int]
    unit: str
    zone: Zone

    @property
    def slots(self) -> int:
        return len(self.bounds) - 1

    @property
    def labels(self) -> list[str]:
        """Return each slot's name, such as ``Mon 23 Nov, 15:00 to 16:00``."""
        name = self._hour_name if self.unit == "hour" else self._day_name
        return [name(at) for at in range(self.slots)]

    @property
    def ticks(self) -> list[Tick]:
        if self.unit == "hour":
            by_day = self.slots > _HOURS_BY_DAY
            return list(self._ticks(self._begins_day if by_day else self._begins_quarter))
        if self.slots <= _MOST_DAYS["each"]:
            return list(self._ticks(lambda at: True))
        if self.slots <= _MOST_DAYS["week"]:
            return list(self._ticks(lambda at: self._day(at).weekday() == 0))
        return list(self._ticks(lambda at: self._day(at).day == 1))

    @property
    def bands(self) -> list[Band]:
        """Nights of a chart by hour, weekends of one by day; none where they would be too thin."""
        if self.unit == "hour":
            return list(_runs(self.slots, lambda at: self._local(at).hour < _NIGHT_ENDS))
        if self.slots > _MOST_DAYS["weekend"]:
            return []
        return list(_runs(self.slots, lambda at: self._day(at).weekday() >= 5))

    @property
    def bands_name(self) -> str:
        return "0:00 to 6:00" if self.unit == "hour" else "weekends"

    def place(self, at_s: float) -> float | None:
        """Return the place of a time in per cent; None beyond the ends."""
        at = slot_place(self.bounds, at_s)
        return None if at is None else round(at / self.slots * 100, 2)

    def middle(self, slot: int) -> float:
        """Return the middle of a slot in per cent."""
        return round((slot + 0.5) / self.slots * 100, 2)

    def _ticks(self, begins: Callable[[int], bool]) -> Iterator[Tick]:
        starts = [at for at in range(self.slots) if at == 0 or begins(at)]
        for start, end in zip(starts, [*starts[1:], self.slots], strict=True):
            text, short = self._tick_texts(start)
            yield Tick(
                round(start / self.slots * 100, 2),
                round((end - start) / self.slots * 100, 2),
                text,
                short,
            )

    def _tick_texts(self, at: int) -> tuple[str, str]:
        if self.unit == "hour":
            local = self._local(at)
            if self.slots > _HOURS_BY_DAY:
                return f"{local:%a %-d %b}", f"{local:%a}"
            if at and not self._begins_day(at):
                return f"{local:%H:%M}", f"{local:%-H}"
            return f"{local:%a %-d %b, %H:%M}", f"{local:%a}"
        day = self._day(at)
        if self.slots <= _MOST_DAYS["each"]:
            return f"{day:%a %-d %b}", f"{day:%a}"
        if self.slots <= _MOST_DAYS["week"]:
            return f"{day:%a %-d %b}", f"{day:%-d %b}"
        if day.month == 1 or at == 0:
            return f"{day:%B %Y}", f"{day:%b}"
        return f"{day:%B}", f"{day:%b}"

    def _begins_day(self, at: int) -> bool:
        return self._day_number(at) != self._day_number(at - 1)

    def _begins_quarter(self, at: int) -> bool:
        hour = self._local(at).hour
        return self._begins_day(at) or (hour % 6 == 0 and self._local(at - 1).hour != hour)

    def _local(self, at: int) -> datetime:
        """Return when a slot begins; in a zone between two hours, the hour that is most of it."""
        local = self.zone.time(self.bounds[at] * 3600)
        return local + timedelta(minutes=60 - local.minute) if local.minute >= 30 else local

    def _day_number(self, at: int) -> int:
        return self.zone.day_of_hour(self.bounds[at])

    def _day(self, at: int) -> datetime:
        return datetime.combine(day_date(self._day_number(at)), datetime.min.time())

    def _hour_name(self, at: int) -> str:
        begins, ends = (self.zone.time(hour * 3600) for hour in self.bounds[at : at + 2])
        # On the days when the clock changes, an hour comes twice or not at all.
        changes = f" {begins:%Z}" if begins.utcoffset() != ends.utcoffset() or begins.fold else ""
        return f"{begins:%a %-d %b, %H:%M} to {ends:%H:%M}{changes}"

    def _day_name(self, at: int) -> str:
        hours = self.bounds[at + 1] - self.bounds[at]
        text = f"{self._day(at):%a %-d %b}"
        return f"{text}, a day of {hours} hours" if hours in (23, 25) else text


def axis(bounds: Sequence[int], unit: str, zone: Zone, *, until: int = 0) -> Axis:
    """Make an axis. A short one, or one that ends before ``until``, goes on beyond its votes."""
    bounds = list(bounds)
    if unit == "hour":
        bounds += range(bounds[-1] + 1, max(until, bounds[0] + LEAST_HOURS) + 1)
    else:
        last = zone.day_of_hour(bounds[-1] - 1)
        missing = max(0, LEAST_DAYS + 1 - len(bounds))
        whole = zone.first_hour(last + 1)  # the last day may have been cut at the present hour
        bounds = [*bounds[:-1], whole, *(zone.first_hour(last + 2 + at) for at in range(missing))]
    return Axis(bounds, unit, zone)


def slot_place(bounds: Sequence[int], at_s: float) -> float | None:
    """Return the place of a time in slots; None beyond the ends."""
    hour = at_s / 3600
    if not bounds[0] <= hour <= bounds[-1]:
        return None
    at = min(bisect_right(bounds, hour), len(bounds) - 1) - 1
    start, end = bounds[at : at + 2]
    return round(at + (hour - start) / (end - start), 2)


def _runs(slots: int, belongs: Callable[[int], bool]) -> Iterator[Band]:
    start = None
    for at in range(slots + 1):
        if at < slots and belongs(at):
            start = at if start is None else start
        elif start is not None:
            yield Band(start, at - start)
            start = None
