"""Template filters that format figures."""

from flask import Flask

from widget.domain.figures import absent
from widget.domain.figures.sections import Different
from widget.domain.figures.statistics import MIN_RANKED_N, Mean, Share, share
from widget.domain.figures.tone import Direction
from widget.web.desk.figures.request import period_problem
from widget.web.desk.zone import shown_zone

_MINUS = "\u2212"
_THIN = "\u202f"
_TIMES = "\u00d7"
_DIRECTIONS = {
    "below": "more negative than usual",
    "above": "more positive than usual",
    "usual": "as usual",
}


def register(app: Flask) -> None:
    functions = (
        share_of,
        count,
        percent,
        low_end,
        margin,
        signed,
        change,
        times,
        expected,
        points,
        usually,
        direction,
        why_no_direction,
        hour,
        age,
        plural,
    )
    app.jinja_env.globals["period_problem"] = period_problem
    for function in functions:
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.globals["absent"] = absent


def share_of(votes: int, n: int) -> Share:
    return share(votes, n)


def count(n: int) -> str:
    """Return ``12,480``."""
    return f"{n:,}"


def percent(share: Share) -> str:
    """Return ``61 %``, with a decimal where a whole number would claim all or nothing."""
    value = share.value * 100
    digits = 1 if 0 < value < 1 or 99 < value < 100 else 0
    return f"{value:.{digits}f}{_THIN}%"


def low_end(share: Share) -> str:
    """Return ``41 %``: what a share is at least, rounded down, since it is a promise."""
    return f"{int(share.low * 100)}{_THIN}%"


def margin(share: Share) -> str:
    """Return ``±4``: half the interval in percentage points, shown as 0 only if it is 0."""
    half = share.half_width * 100
    return f"±{half:.0f}" if half >= 0.95 else f"±{half:.1f}"


def signed(value: float) -> str:
    """Return ``+0.12``, or with a true minus sign below zero."""
    text = f"{abs(value):.2f}"
    if float(text) == 0:
        return text
    return f"{'+' if value > 0 else _MINUS}{text}"


def change(ratio: float) -> str:
    """Return ``+18 %`` for 0.18."""
    percents = round(ratio * 100)
    sign = "+" if percents > 0 else _MINUS if percents < 0 else "±"
    return f"{sign}{abs(percents):,}{_THIN}%"


def times(ratio: float) -> str:
    """Return ``x 1.8``, ``x 30`` or ``x 3,837``, with a multiplication sign."""
    return f"{_TIMES}{_THIN}{ratio:,.{1 if ratio < 10 else 0}f}"


def expected(votes: float) -> str:
    """Return ``15 expected``, ``none expected`` if that rounds to 0."""
    return f"{round(votes):,} expected" if round(votes) else "none expected"


def points(difference: float) -> str:
    """Return ``6 points`` for 0.068: percentage points, rounded down, since it is a promise."""
    whole = int(difference * 100)
    return plural(whole, "point") if whole else "less than 1 point"


def usually(one: Different) -> str:
    """Return ``Usually 14 to 21 %``, the range of the weeks before, or ``Usually 17 %``."""
    if one.band is None:
        return f"Usually {percent(one.usual)}"
    low, high = (round(end * 100) for end in one.band)
    span = f"{low} to {high}" if low != high else f"{low}"
    return f"Usually {span}{_THIN}%"


def direction(side: Direction) -> str:
    """Say where a tone is beside what is usual; "" where nothing is compared."""
    return _DIRECTIONS.get(side, "")


def why_no_direction(mean: Mean) -> str:
    """Say what is missing for a direction."""
    return absent.TOO_FEW_SCORED if mean.n < MIN_RANKED_N else absent.NO_USUAL_TONE


def hour(number: int) -> str:
    """Return ``Tue 24 Nov, 08:00`` in the page's zone for an hour of UTC since the epoch."""
    return f"{shown_zone().time(number * 3600):%a %-d %b, %H:%M}"


def age(first_hour: int, now_s: int) -> str:
    """Say how long ago an hour began: ``3 h ago``, ``2 d ago``."""
    hours = now_s // 3600 - first_hour
    if hours < 1:
        return "this hour"
    if hours < 48:
        return f"{hours} h ago"
    return f"{hours // 24} d ago"


def plural(n: int, one: str, many: str = "") -> str:
    """Return ``1 vote`` or ``1,200 votes``."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"
