"""Template filters that format times and browsers."""

import re
from datetime import UTC, datetime

from flask import Flask
from markupsafe import Markup

from widget.domain.times import people_text

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
    app.jinja_env.filters["clock"] = people_text
    app.jinja_env.filters["browser"] = browser


def moment(at_s: int) -> Markup:
    """Return a ``<time>`` element that people and programs can read."""
    machine = datetime.fromtimestamp(at_s, UTC).isoformat()
    return Markup('<time datetime="{}">{}</time>').format(machine, people_text(at_s))


def browser(agent: str) -> str:
    """Return ``Firefox on Linux``. An unknown browser keeps the name it sent, shortened."""
    name = next((name for token, name in _BROWSERS if token in agent), None)
    system = next((name for token, name in _SYSTEMS if token in agent), None)
    if name is None:
        return re.split(r"[\s/(]", agent, maxsplit=1)[0][:30] or "A browser"
    return f"{name} on {system}" if system else name
