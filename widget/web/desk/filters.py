"""How times and browsers read on the desk: template filters."""

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
    """A time for people and for machines."""
    machine = datetime.fromtimestamp(at_s, UTC).isoformat()
    return Markup('<time datetime="{}">{}</time>').format(machine, people_text(at_s))


def browser(agent: str) -> str:
    """``Firefox on Linux``; what we do not know is shown as it named itself, shortened."""
    name = next((name for token, name in _BROWSERS if token in agent), None)
    system = next((name for token, name in _SYSTEMS if token in agent), None)
    if name is None:
        return re.split(r"[\s/(]", agent, maxsplit=1)[0][:30] or "A browser"
    return f"{name} on {system}" if system else name
