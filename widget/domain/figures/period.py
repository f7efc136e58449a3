"""Periods: the days the desk shows and the days it compares them with, in a site's zone. Pure."""

from dataclasses import dataclass
from typing import Any

from widget.domain.errors import BadField
from widget.domain.zones import UTC_ZONE, Zone, day_date, day_number, day_text

PRESETS = {"today": 1, "7d": 7, "30d": 30, "90d": 90}
DEFAULT = "7d"
MAX_DAYS = 366
HOURLY_DAYS = 7


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of a zone, including both ends. The last one may be today, so incomplete.

    Hours are of UTC, since the epoch.

    :param name: a preset's name, or ``""`` for days from a query.
    """

    name: str
    first_day: int
    last_day: int
    now_s: int
    zone: Zone = UTC_ZONE

    @property
    def days(self) -> int:
        return self.last_day - self.first_day + 1

    @property
    def is_hourly(self) -> bool:
        """Whether it is short enough to draw each hour."""
        return self.days <= HOURLY_DAYS

    @property
    def first_hour(self) -> int:
        return self.zone.first_hour(self.first_day)

    @property
    def last_end_hour(self) -> int:
        """The hour after the last day, which may be ahead."""
        return self.zone.first_hour(self.last_day + 1)

    @property
    def end_hour(self) -> int:
        """The hour after the last one that can have votes."""
        return min(self.last_end_hour, self.now_s // 3600 + 1)

    @property
    def over_hour(self) -> int:
        """The end of the complete hours: only those are compared."""
        return min(self.end_hour, self.now_s // 3600)

    @property
    def day_bounds(self) -> list[int]:
        """The first hour of each day, and :attr:`end_hour`. A day can have 23 or 25 hours."""
        return [*self.zone.bounds(self.first_day, self.last_day)[:-1], self.end_hour]

    @property
    def before_hours(self) -> tuple[int, int]:
        """The first and end of the same hours in the period before.

        The last day has as many hours in both, so a clock that was changed moves none.
        """
        first, last = self.first_day - self.days, self.last_day - self.days
        passed = self.over_hour - self.zone.first_hour(self.last_day)
        if self.over_hour == self.last_end_hour:
            return self.zone.first_hour(first), self.zone.first_hour(last + 1)
        end = min(self.zone.first_hour(last) + passed, self.zone.first_hour(last + 1))
        return self.zone.first_hour(first), end

    @property
    def query(self) -> dict[str, Any]:
        """The query parameters that select this period; none for the default."""
        if self.name:
            return {} if self.name == DEFAULT else {"period": self.name}
        return {"from": day_text(self.first_day), "to": day_text(self.last_day)}

    @property
    def first_text(self) -> str:
        return day_text(self.first_day)

    @property
    def last_text(self) -> str:
        return day_text(self.last_day)

    @property
    def days_text(self) -> str:
        """Return ``19 to 25 November``, with the years where they differ or are not this one."""
        first, last = day_date(self.first_day), day_date(self.last_day)
        this_year = day_date(self.zone.day_of(self.now_s)).year
        ends = f"{last:%-d %B}" if last.year == this_year else f"{last:%-d %B %Y}"
        if first == last:
            return ends
        if first.year != last.year:
            return f"{first:%-d %B %Y} to {last:%-d %B %Y}"
        begins = f"{first:%-d}" if first.month == last.month else f"{first:%-d %B}"
        return f"{begins} to {ends}"

    @property
    def zone_note(self) -> str:
        """Say what is inexact about the days, or "": in some zones they begin between two hours."""
        begins = self.zone.day_begins(self.last_day)
        if begins.endswith(":00"):
            return ""
        return f"Days begin at {begins}, because votes are counted by full hours of UTC."

    @property
    def label(self) -> str:
        if self.name == "today":
            return "Today"
        if self.name:
            return f"Last {self.days} days"
        first, last = day_date(self.first_day), day_date(self.last_day)
        if first == last:
            return f"{first:%-d %b %Y}"
        return f"{first:%-d %b %Y} to {last:%-d %b %Y}"

    @property
    def before_label(self) -> str:
        """Return a name for :attr:`before_hours`, such as ``the same hours last week``."""
        if self.name == "today":
            return "the same hours yesterday"
        if self.name == "7d":
            return "the same hours last week"
        days = "day" if self.days == 1 else f"{self.days} days"
        is_over = self.over_hour == self.last_end_hour
        return f"the previous {days}" if is_over else f"the same hours of the previous {days}"


def period_from(name: str, first: str, last: str, *, now_s: int, zone: Zone = UTC_ZONE) -> Period:
    """Parse the period of a query: a preset, or two days as YYYY-MM-DD.

    :raise BadField: no such preset, not two days in order, or more than a year and a day.
    """
    today = zone.day_of_hour(now_s // 3600)
    if not first and not last:
        name = name or DEFAULT
        if name not in PRESETS:
            raise BadField(f"period must be one of {', '.join(PRESETS)}; or send from and to.")
        return Period(name, today - PRESETS[name] + 1, today, now_s, zone)
    try:
        first_day, last_day = day_number(first or last), day_number(last or first)
    except ValueError:
        raise BadField("from and to must be days such as 2026-11-24.") from None
    if not 0 <= first_day <= last_day:
        raise BadField("from must not be after to.")
    if last_day > today:
        raise BadField("to must not be after today.")
    if last_day - first_day >= MAX_DAYS:
        raise BadField(f"A period can have at most {MAX_DAYS} days.")
    return Period("", first_day, last_day, now_s, zone)
