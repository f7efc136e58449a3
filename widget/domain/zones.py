"""Time zones: the days and hours of a site. Pure.

The store counts votes by the hours of UTC. A local day is made of whole hours of UTC, so where a
zone's midnight is not on one (Kathmandu, Lord Howe), the day begins with the hour that midnight is
in. docs/adr/0089-days-of-a-time-zone.md explains why.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

_EPOCH = date(1970, 1, 1)
_MINUS = "\u2212"
_NOT_PLACES = frozenset(("Factory", "localtime", "posixrules"))


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone by its IANA name.

    A day is a number: days since the epoch, as its date says them. An hour is an hour of UTC, since
    the epoch.
    """

    name: str

    @property
    def is_utc(self) -> bool:
        return self.name == "UTC"

    @property
    def label(self) -> str:
        """Return ``Berlin time``, or ``UTC``."""
        area, _, place = self.name.rpartition("/")
        return f"{place.replace('_', ' ')} time" if area and area != "Etc" else self.name

    @property
    def slug(self) -> str:
        """Return the name for a column of a table: ``europe_berlin``."""
        return self.name.lower().replace("/", "_")

    def time(self, at_s: float) -> datetime:
        """Return the aware local time."""
        return datetime.fromtimestamp(at_s, UTC).astimezone(_info(self.name))

    def day_of(self, at_s: float) -> int:
        """Return the local day of a time."""
        return (self.time(at_s).date() - _EPOCH).days

    def day_of_hour(self, hour: int) -> int:
        """Return the local day that an hour's votes count for: see :meth:`first_hour`."""
        day = self.day_of(hour * 3600)
        return day + 1 if self.first_hour(day + 1) <= hour else day

    def first_hour(self, day: int) -> int:
        """Return the hour with which a local day begins."""
        return _first_hour(self.name, day)

    def midnight_s(self, day: int) -> int:
        """Return the time with which a local day begins by the clock, for what has exact times."""
        return _midnight_s(self.name, day)

    def bounds(self, first_day: int, last_day: int) -> list[int]:
        """Return the first hour of each day, and the hour after the last day."""
        return [self.first_hour(day) for day in range(first_day, last_day + 2)]

    def seconds(self, local: datetime) -> int:
        """Return the time of a naive local one. Of a repeated hour it is the first."""
        return int(local.replace(tzinfo=_info(self.name)).timestamp())

    def abbreviation(self, at_s: float) -> str:
        """Return ``CET``, or ``UTC+5:45`` for a zone that only has an offset."""
        at = self.time(at_s)
        name = at.tzname() or ""
        return name if name.isalpha() else f"UTC{_offset_text(at)}"

    def day_begins(self, day: int) -> str:
        """Return the local time of the first hour of a day: ``23:45`` in Kathmandu."""
        return f"{self.time(self.first_hour(day) * 3600):%H:%M}"


UTC_ZONE = Zone("UTC")


def zone(name: str) -> Zone:
    """Return a site's zone, or UTC if this server no longer knows it."""
    return Zone(name) if name in zone_names() else UTC_ZONE


@lru_cache(1)
def zone_names() -> frozenset[str]:
    """Return the names that this server knows. Without the system's tzdata that is UTC alone."""
    return frozenset(available_timezones() - _NOT_PLACES | {"UTC"})


def day_date(day: int) -> date:
    return _EPOCH + timedelta(days=day)


def day_text(day: int) -> str:
    return day_date(day).isoformat()


def day_number(text: str) -> int:
    """:raise ValueError: the text is no ISO 8601 date."""
    return (date.fromisoformat(text) - _EPOCH).days


@lru_cache(4096)
def _first_hour(name: str, day: int) -> int:
    return _midnight_s(name, day) // 3600


def _midnight_s(name: str, day: int) -> int:
    # A midnight that a clock skips begins when the clock is changed; one that it repeats, with the
    # first. fold=0 means both (PEP 495).
    return int(datetime.combine(day_date(day), time.min, _info(name)).timestamp())


@lru_cache(64)
def _info(name: str) -> tzinfo:
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _offset_text(at: datetime) -> str:
    minutes = int((at.utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    sign = _MINUS if minutes < 0 else "+"
    return f"{sign}{hours}" + (f":{rest:02}" if rest else "")
