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
    "set_aside": "set votes aside",
    "release": "released held votes",
    "reset": "reset the counts",
    "merge": "merged stories",
    "alias": "redirected an address",
    "explain": "explained flagged votes",
    "restore": "let explained votes wait again",
    "undo": "undid a correction",
}
# The action of an entry on the site itself -> its group, and what was done.
_ON_SITES = {
    "settings changed": ("settings", "changed settings"),
    "site added": ("settings", "added a site"),
    "comments labelled": ("comments", "labelled comments"),
    "note added": ("stories", "added a note to a timeline"),
    "note removed": ("stories", "removed a note from a timeline"),
    "stories confirmed": ("stories", "confirmed stories"),
    "share link made": ("sharing", "made a share link"),
    "share link revoked": ("sharing", "revoked a share link"),
    "API key made": ("sharing", "made an API key"),
    "API key revoked": ("sharing", "revoked an API key"),
    "alerts changed": ("sharing", "changed where alerts go"),
    "alert secret replaced": ("sharing", "replaced the secret of alerts"),
    "alert test sent": ("sharing", "sent a test alert"),
    "morning mail changed": ("sharing", "changed the morning mail"),
    "first admin added": ("people", "became the first admin"),
    "editor added": ("people", "added an editor"),
    "editor removed": ("people", "removed an editor"),
    "roles changed": ("people", "changed an editor\u2019s roles"),
    "one-time link made": ("people", "made a one-time link"),
    "password set": ("people", "set a password"),
    "password changed": ("people", "changed a password"),
    "sessions ended": ("people", "ended sessions"),
    "signed in": ("people", "signed in"),
    "to-do done": ("todos", "ticked off a to-do"),
    "to-do snoozed": ("todos", "snoozed a to-do"),
    "to-do brought back": ("todos", "brought back a to-do"),
    "tone scorer changed": ("data", "let another tone scorer speak"),
    "tone scorer refused": ("data", "found the site\u2019s own tone scorer no better"),
    "comments imported": ("data", "imported comments"),
    "comments rescored": ("data", "scored comments again"),
    "article forgotten": ("data", "forgot a story"),
    "site forgotten": ("data", "forgot a site"),
    "simulated newsroom loaded": ("data", "loaded a simulated newsroom"),
    "store restored": ("data", "restored the store"),
    "voter key adopted": ("data", "adopted a voter key"),
    "ledger key adopted": ("data", "adopted another key for the ledger"),
    "denied": ("denied", "was refused"),
}
_OTHER = ("settings", "")  # an action of another release


def deed(kind: str, action: str) -> str:
    """Return what was done, to follow after a name: ``discarded votes``."""
    if kind == "article":
        return _ON_STORIES.get(action, action)
    if kind == "site":
        return _ON_SITES.get(action, _OTHER)[1] or action
    return _ON_COMMENTS.get(action, action)


def group_of(kind: str, action: str) -> str:
    """Return the group of an entry: one of ``GROUPS``."""
    if kind == "article":
        return "stories"
    return _ON_SITES.get(action, _OTHER)[0] if kind == "site" else "comments"
