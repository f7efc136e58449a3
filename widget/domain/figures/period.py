"""Periods: the days the desk shows and the days it compares them with. Pure; all times are UTC."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from widget.domain.errors import BadField

PRESETS = {"today": 1, "7d": 7, "30d": 30, "90d": 90}
DEFAULT = "7d"
MAX_DAYS = 366
HOURLY_DAYS = 7
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days since the epoch, including both ends. The last one may be today, so incomplete.

    :param name: a preset's name, or ``""`` for days from a query.
    """

    name: str
    first_day: int
    last_day: int
    now_s: int

    @property
    def days(self) -> int:
        return self.last_day - self.first_day + 1

    @property
    def is_hourly(self) -> bool:
        """Whether it is short enough to draw each hour."""
        return self.days <= HOURLY_DAYS

    @property
    def first_hour(self) -> int:
        return self.first_day * 24

    @property
    def end_hour(self) -> int:
        """The hour after the last one that can have votes."""
        return min((self.last_day + 1) * 24, self.now_s // 3600 + 1)

    @property
    def over_hour(self) -> int:
        """The end of the complete hours: only those are compared."""
        return min(self.end_hour, self.now_s // 3600)

    @property
    def before_hours(self) -> tuple[int, int]:
        """The first and end of the same hours in the period before."""
        earlier = self.days * 24
        return self.first_hour - earlier, self.over_hour - earlier

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
    def axis(self) -> list[str]:
        """The labels below a chart of the period: its start, middle and end."""
        if self.is_hourly:
            hours = (self.first_hour, (self.first_hour + self.end_hour) // 2, self.end_hour)
            return [hour_time(hour).strftime("%a %-d %b, %H:%M") for hour in hours]
        return self.days_axis

    @property
    def days_axis(self) -> list[str]:
        days = sorted({self.first_day, (self.first_day + self.last_day) // 2, self.last_day})
        return [day_date(day).strftime("%a %-d %b") for day in days]

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
        is_over = self.over_hour == (self.last_day + 1) * 24
        return f"the previous {days}" if is_over else f"the same hours of the previous {days}"


def period_from(name: str, first: str, last: str, *, now_s: int) -> Period:
    """Parse the period of a query: a preset, or two days as YYYY-MM-DD.

    :raise BadField: no such preset, not two days in order, or more than a year and a day.
    """
    today = now_s // 86400
    if not first and not last:
        name = name or DEFAULT
        if name not in PRESETS:
            raise BadField(f"period must be one of {', '.join(PRESETS)}; or send from and to.")
        return Period(name, today - PRESETS[name] + 1, today, now_s)
    try:
        first_day, last_day = _day(first or last), _day(last or first)
    except ValueError:
        raise BadField("from and to must be days such as 2026-11-24.") from None
    if not 0 <= first_day <= last_day:
        raise BadField("from must not be after to.")
    if last_day > today:
        raise BadField("to must not be after today.")
    if last_day - first_day >= MAX_DAYS:
        raise BadField(f"A period can have at most {MAX_DAYS} days.")
    return Period("", first_day, last_day, now_s)


def day_date(day: int) -> date:
    return _EPOCH + timedelta(days=day)


def day_text(day: int) -> str:
    return day_date(day).isoformat()


def hour_time(hour: int) -> datetime:
    return datetime.fromtimestamp(hour * 3600, UTC)


def _day(text: str) -> int:
    return (date.fromisoformat(text) - _EPOCH).days
