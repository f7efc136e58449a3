"""Reader of Waline's export: all comments, then the readers who have an account."""

from datetime import tzinfo
from pathlib import Path
from typing import Any

from widget.domain.comments.brought import bounded
from widget.importing import json_records
from widget.importing.html_text import markdown_text
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

_COMMENT, _USER = "data.Comment.item", "data.Users.item"
_FIELDS = (
    "objectId",
    "comment",
    "nick",
    "user_id",
    "url",
    "pid",
    "rid",
    "status",
    "like",
    "insertedAt",
    "insertedAt.iso",  # as LeanCloud keeps a time
    "createdAt",
    "createdAt.iso",
)
# Comments without a status are from before Waline had any. It shows them.
_STATES = {"approved": "published", None: "published", "": "published", "spam": "spam"}


def read(path: Path, progress: Progress, zone: tzinfo) -> Records:
    """Read the articles and comments of the file.

    :param zone: the time zone of times without one, as some databases of Waline have them.
    :raise BadFile: as :func:`json_records.read`, or it has no comment of Waline.
    """
    is_empty = True
    with Names() as names:
        _read_names(path, names)
        for _, comment in json_records.read(path, {_COMMENT: _FIELDS}, progress):
            is_empty = False
            address = text_of(comment, "url").strip()
            yield Thread(address, address)
            yield _found(comment, address, names, zone)
    if is_empty:
        raise BadFile('is not a Waline export: it has no comments in "data", "Comment"')


def _read_names(path: Path, names: Names) -> None:
    shapes = {"": ("type",), _USER: ("objectId", "display_name")}
    for place, record in json_records.read(path, shapes, lambda _: None):
        if place == _USER:
            names.put(key_of(record, "objectId"), text_of(record, "display_name"))
        elif record.get("type") != "waline":
            raise BadFile('is not a Waline export: its "type" is not "waline"')


def _found(comment: dict[str, Any], address: str, names: Names, zone: tzinfo) -> Found | Skipped:
    key = key_of(comment, "objectId")
    parent = key_of(comment, "pid") or key_of(comment, "rid")
    source = f"waline:{key}"
    if not key:
        return Skipped(source, NO_ID)
    at_s = _time(comment, zone)
    if at_s is None:
        return Skipped(source, NO_TIME)
    return Found(
        source,
        address,
        at_s,
        names.get(key_of(comment, "user_id")) or text_of(comment, "nick"),
        markdown_text(text_of(comment, "comment")),
        f"waline:{parent}" if parent else "",
        _STATES.get(comment.get("status"), "held"),
        brought=(bounded(comment.get("like")), 0),
    )


def _time(comment: dict[str, Any], zone: tzinfo) -> int | None:
    for name in ("insertedAt", "insertedAt.iso", "createdAt", "createdAt.iso"):
        at_s = seconds(text_of(comment, name), zone)
        if at_s is not None:
            return at_s
    return None
