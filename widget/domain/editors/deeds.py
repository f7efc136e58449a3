"""What editors and commands do, in words, and the groups by which the log is filtered. Pure.

An entry keeps the code or words it was written with; only a page says it better.
"""

GROUPS = {
    "comments": "Comments",
    "stories": "Stories and votes",
    "settings": "Settings",
    "sharing": "Links, keys and alerts",
    "people": "Editors and sign-ins",
    "todos": "To-dos",
    "data": "Imports, restores and the like",
    "denied": "Refused attempts",
}
_ON_COMMENTS = {
    "publish": "published a comment",
    "hold": "held a comment",
    "hide": "removed a comment",
    "delete": "deleted a comment",
    "correct": "set a comment\u2019s label",
    "edit": "edited a comment",
    "undo": "undid an action on a comment",
}
_ON_STORIES = {
    "close": "closed a story",
    "reopen": "opened a story again",
    "name": "set a story\u2019s title and section",
    "keep": "kept a story",
    "note": "set a note to readers",
    "void": "discarded votes",
    "release": "released held votes",
    "reset": "reset the counts",
    "merge": "merged stories",
    "alias": "redirected an address",
    "undo": "undid a correction",
}
_BEGINNINGS = (
    ("note ", "stories"),
    ("stories ", "stories"),
    ("article forgotten", "data"),
    ("comments ", "data"),
    ("store ", "data"),
    ("simulated ", "data"),
    ("site forgotten", "data"),
    ("voter key", "data"),
    ("settings ", "settings"),
    ("site ", "settings"),
    ("share link ", "sharing"),
    ("API key ", "sharing"),
    ("alert", "sharing"),
    ("morning mail", "sharing"),
    ("to-do ", "todos"),
    ("denied", "denied"),
)


def deed(kind: str, action: str) -> str:
    """Return what was done, to follow after a name: ``discarded votes``."""
    if kind == "article":
        return _ON_STORIES.get(action, action)
    return action if kind == "site" else _ON_COMMENTS.get(action, action)


def group_of(kind: str, action: str) -> str:
    """Return the group of an entry: one of ``GROUPS``."""
    if kind == "article":
        return "stories"
    if kind != "site":
        return "comments"
    return next((group for start, group in _BEGINNINGS if action.startswith(start)), "people")
