"""Template filters that format times, browsers and emoji."""

import re

from flask import Flask
from markupsafe import Markup

from widget.domain.clock import now
from widget.domain.times import people_text
from widget.web.desk.zone import shown_zone

# Emoji that browsers draw as text unless told otherwise. Digits and # are emoji as well, and stay.
_TEXT_EMOJI = re.compile("([\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff])(?![\ufe0e\ufe0f])")
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def register(app: Flask) -> None:
    app.jinja_env.filters["moment"] = moment
    app.jinja_env.filters["time_of_day"] = time_of_day
    app.jinja_env.filters["since"] = since
    app.jinja_env.filters["clock"] = clock
    app.jinja_env.filters["browser"] = browser
    app.jinja_env.filters["with_emoji"] = with_emoji
    app.jinja_env.globals["shown_zone"] = shown_zone


def moment(at_s: int) -> Markup:
    """Return a ``<time>`` element that people and programs can read."""
    machine = shown_zone().time(at_s).isoformat()
    return Markup('<time datetime="{}">{}</time>').format(machine, clock(at_s))


def time_of_day(at_s: int) -> Markup:
    """Return a ``<time>`` element with ``09:00``, under a heading that has its day."""
    at = shown_zone().time(at_s)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        at.isoformat(), clock(at_s), f"{at:%H:%M}"
    )


def clock(at_s: int) -> str:
    """Return ``24 Nov 2026, 09:00 CET`` in the page's zone."""
    return people_text(at_s, shown_zone())


def since(at_s: int) -> Markup:
    """Return a ``<time>`` element with how long ago that was: ``5 h``. Its title has the time."""
    machine = shown_zone().time(at_s).isoformat()
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        machine, clock(at_s), age_text(int(now()) - at_s)
    )


def age_text(seconds: int) -> str:
    """Return a length of time in its largest unit, rounded down: ``12 min``, ``5 h``, ``3 d``."""
    minutes = max(0, seconds) // 60
    if minutes < 60:
        return f"{minutes or 1} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} d"


def browser(agent: str) -> str:
    """Return ``Firefox on Linux``. An unknown browser keeps the name it sent, shortened."""
    name = next((name for token, name in _BROWSERS if token in agent), None)
    system = next((name for token, name in _SYSTEMS if token in agent), None)
    if name is None:
        return re.split(r"[\s/(]", agent, maxsplit=1)[0][:30] or "A browser"
    return f"{name} on {system}" if system else name


def with_emoji(text: str) -> str:
    """Return the text with its emoji in colour, whatever style the browser would give them."""
    return _TEXT_EMOJI.sub("\\1\ufe0f", text)
