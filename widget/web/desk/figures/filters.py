"""How figures read on the desk: template filters."""

from flask import Flask

from widget.domain.figures.period import hour_time
from widget.domain.figures.statistics import Mean, Share

_MINUS = "\u2212"
_THIN = "\u202f"
_TIMES = "\u00d7"


def register(app: Flask) -> None:
    for shown in (count, percent, give, signed, change, times, tone, hour, age, plural):
        app.jinja_env.filters[shown.__name__] = shown


def count(n: int) -> str:
    """``12,480``"""
    return f"{n:,}"


def percent(share: Share) -> str:
    """``61 %``, with a decimal where a whole number would claim all or nothing."""
    value = share.value * 100
    digits = 1 if 0 < value < 1 or 99 < value < 100 else 0
    return f"{value:.{digits}f}{_THIN}%"


def give(share: Share) -> str:
    """``±4``: half the interval in percent points, never shown as 0 unless it is."""
    half = share.half_width * 100
    return f"±{half:.0f}" if half >= 0.95 else f"±{half:.1f}"


def signed(value: float) -> str:
    """``+0.12``, with a true minus."""
    text = f"{abs(value):.2f}"
    if float(text) == 0:
        return text
    return f"{'+' if value > 0 else _MINUS}{text}"


def change(part: float) -> str:
    """``+18 %``"""
    percents = round(part * 100)
    sign = "+" if percents > 0 else _MINUS if percents < 0 else "±"
    return f"{sign}{abs(percents):,}{_THIN}%"


def times(ratio: float) -> str:
    """``x 1.8``, ``x 30``, ``x 3,837``, with the sign of multiplication."""
    return f"{_TIMES}{_THIN}{ratio:,.{1 if ratio < 10 else 0}f}"


def tone(mean: Mean) -> str:
    """What a mean tone is called: only sure of its direction does it have one."""
    if mean.is_withheld:
        return "too few"
    if mean.low > 0.05:
        return "positive"
    if mean.high < -0.05:
        return "negative"
    return "unclear"


def hour(number: int) -> str:
    """``Tue 24 Nov, 08:00``: an hour since the epoch, UTC."""
    return hour_time(number).strftime("%a %-d %b, %H:%M")


def age(first_hour: int, now_s: int) -> str:
    """How long ago an hour began: ``3 h ago``, ``2 d ago``."""
    hours = now_s // 3600 - first_hour
    if hours < 1:
        return "this hour"
    if hours < 48:
        return f"{hours} h ago"
    return f"{hours // 24} d ago"


def plural(n: int, one: str, many: str = "") -> str:
    """``1 vote``, ``1,200 votes``"""
    return f"{n:,} {one if n == 1 else many or one + 's'}"
