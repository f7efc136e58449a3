"""The words of a to-do: verb first, then what it is about."""

from flask import Flask

from widget.domain.figures import absent
from widget.domain.figures.statistics import Share
from widget.domain.times import machine_text
from widget.domain.todos import ToDo
from widget.web.desk.figures.filters import percent, plural
from widget.web.desk.zone import shown_zone


def register(app: Flask) -> None:
    app.jinja_env.filters["todo_title"] = title_of
    app.jinja_env.filters["todo_meta"] = meta_of
    app.jinja_env.filters["waited"] = waited
    app.jinja_env.filters["machine_time"] = machine_text


def title_of(todo: ToDo) -> str:
    """Return what to do: ``Review 17 comments``."""
    if todo.kind == "flag":
        return f"Decide on {plural(todo.n, 'vote')} for {todo.reaction}"
    if todo.kind == "votes":
        return f"Decide on {plural(todo.n, 'held vote')}"
    if todo.kind == "comments":
        return f"Review {plural(todo.n, 'comment')}"
    if todo.kind == "turned":
        return "Look at a story that turned"
    if todo.kind == "talk":
        return f"Read {plural(todo.n, 'comment')}"
    return f"See why {todo.about} is angrier"


def meta_of(todo: ToDo) -> str:
    """Return why it waits, without the title of the story, which is in its reader's script."""
    if todo.kind == "flag":
        until = f"{shown_zone().time(todo.until_s):%H:%M}" if todo.until_s else ""
        held = f"; more from new readers are held until {until}" if until else ""
        return f"They may not be organic{held}"
    if todo.kind == "votes":
        return f"On {plural(todo.stories, 'story', 'stories')}; {absent.NOT_COUNTED}"
    if todo.kind == "comments":
        return "Held, reported, or up for a second look"
    if todo.kind == "talk":
        return (
            "Readers warm, comments critical" if todo.is_warm else "Readers cold, comments friendly"
        )
    if todo.kind == "turned":
        return f"{todo.reaction} from {_percent(todo.before)} to {_percent(todo.now)}"
    return f"{todo.reaction} {_percent(todo.now)}, usually {_percent(todo.before)}"


def waited(since_s: int, now_s: int) -> str:
    """Return how long something has waited: ``12 min``, ``5 h``, ``2 d``; "" if nobody knows."""
    if not since_s:
        return ""
    minutes = max(0, now_s - since_s) // 60
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} d"


def _percent(share: Share | None) -> str:
    return percent(share) if share else ""
