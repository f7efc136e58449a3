"""Reader of Commento's export, version 1: all comments, then all commenters; usually packed."""

from pathlib import Path
from typing import Any

from widget.domain.comments.brought import bounded
from widget.importing import json_records
from widget.importing.html_text import plain_text
from widget.importing.json_records import key_of, text_of
from widget.importing.model import (
    NO_ID,
    NO_TIME,
    BadFile,
    Found,
    Progress,
    Records,
    Skipped,
    Thread,
)
from widget.importing.names import Names
from widget.importing.times import seconds

_COMMENT, _COMMENTER = "comments.item", "commenters.item"
_FIELDS = (
    "commentHex",
    "domain",
    "url",
    "commenterHex",
    "markdown",
    "html",
    "parentHex",
    "score",
    "state",
    "creationDate",
    "deleted",
)
_REMOVED = "[deleted]"  # the text of a deleted comment; the export does not say more
_ROOT = "root"


def read(path: Path, progress: Progress) -> Records:
    """Read the articles and comments of the file.

    :raise BadFile: as :func:`json_records.read`, or it has no comment of Commento.
    """
    is_empty = True
    with Names() as names:
        _read_names(path, names)
        for _, comment in json_records.read(path, {_COMMENT: _FIELDS}, progress):
            is_empty = False
            address = _address(comment)
            yield Thread(address, address)
            yield _found(comment, address, names.get(key_of(comment, "commenterHex")))
    if is_empty:
        raise BadFile('is not a Commento export: it has no "comments"')


def _read_names(path: Path, names: Names) -> None:
    shapes = {"": ("version",), _COMMENTER: ("commenterHex", "name")}
    for place, record in json_records.read(path, shapes, lambda _: None):
        if place == _COMMENTER:
            names.put(key_of(record, "commenterHex"), text_of(record, "name"))
        elif record.get("version") != 1:
            said = text_of(record, "version") or "none"
            raise BadFile(f"is not a Commento export of version 1: its version is {said}")


def _address(comment: dict[str, Any]) -> str:
    domain, path = text_of(comment, "domain").strip("/ "), text_of(comment, "url").strip()
    if "://" in path:
        return path
    path = path if path.startswith("/") else f"/{path}"
    if not domain:
        return path
    return domain + path if "://" in domain else f"https://{domain}{path}"


def _found(comment: dict[str, Any], address: str, name: str) -> Found | Skipped:
    key, parent = key_of(comment, "commentHex"), key_of(comment, "parentHex")
    source = f"commento:{key}"
    if not key:
        return Skipped(source, NO_ID)
    at_s = seconds(text_of(comment, "creationDate"))
    if at_s is None:
        return Skipped(source, NO_TIME)
    return Found(
        source,
        address,
        at_s,
        name,
        text_of(comment, "markdown") or plain_text(text_of(comment, "html")),
        f"commento:{parent}" if parent not in ("", _ROOT) else "",
        _state(comment),
        brought=(bounded(comment.get("score")), 0),
    )


def _state(comment: dict[str, Any]) -> str:
    """Return the state. A flagged comment looks like spam, and waits there for an editor."""
    if comment.get("deleted", False) is not False or comment.get("markdown") == _REMOVED:
        return "deleted"
    return "published" if comment.get("state") == "approved" else "held"
