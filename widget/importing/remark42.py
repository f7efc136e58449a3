"""Reader of Remark42's backup: a line about the site, then a comment on each line; usually packed.

Remark42 keeps a comment as the HTML it shows. Names, titles and addresses are HTML too.
"""

from pathlib import Path
from typing import Any

from widget.domain.comments.brought import bounded
from widget.importing import json_records
from widget.importing.html_text import decoded, plain_text
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
from widget.importing.times import seconds

_VERSIONS = (0, 1)
_FIELDS = (
    "version",
    "id",
    "pid",
    "text",
    "orig",
    "user.name",
    "user.block",
    "locator.url",
    "title",
    "score",
    "votes.*",
    "time",
    "edit.time",
    "delete",
)


def read(path: Path, progress: Progress) -> Records:
    """Read the articles and comments of the file.

    :raise BadFile: as :func:`json_records.read`, or it has no comment of Remark42.
    """
    is_empty = True
    for _, line in json_records.read(path, {"": _FIELDS}, progress, many=True):
        if "version" in line and "id" not in line:
            _check(line["version"])
        elif "locator.url" in line:
            is_empty = False
            yield from _records(line)
    if is_empty:
        raise BadFile(
            "has no comments of Remark42: no line of it has an id, a locator and a time. Make the "
            "file with Remark42's backup command"
        )


def _check(version: Any) -> None:
    if version not in _VERSIONS:
        raise BadFile(f"is a Remark42 backup of version {version}; only version 1 can be read")


def _records(line: dict[str, Any]) -> Records:
    # Remark42 writes each "&" of an address as HTML. Other entities would be a part of it.
    address = text_of(line, "locator.url").strip().replace("&amp;", "&")
    yield Thread(address, address, {"title": decoded(text_of(line, "title")).strip()})
    yield _found(line, address)


def _found(line: dict[str, Any], address: str) -> Found | Skipped:
    key, parent = key_of(line, "id"), key_of(line, "pid")
    source = f"remark42:{key}"
    if not key:
        return Skipped(source, NO_ID)
    at_s = seconds(text_of(line, "time"))
    if at_s is None:
        return Skipped(source, NO_TIME)
    return Found(
        source,
        address,
        at_s,
        decoded(text_of(line, "user.name")),
        plain_text(text_of(line, "text")) or text_of(line, "orig"),
        f"remark42:{parent}" if parent else "",
        _state(line),
        edited_s=seconds(text_of(line, "edit.time")) or 0,
        brought=_votes(line),
    )


def _state(line: dict[str, Any]) -> str:
    """Return the state. Remark42 shows nothing of a reader who is blocked."""
    flags = (line.get("delete", False), line.get("user.block", False))
    if True in flags:
        return "deleted"
    return "published" if flags == (False, False) else "held"


def _votes(line: dict[str, Any]) -> tuple[int, int]:
    """Return the votes for and against. The score is their difference; a comment that Remark42
    imported itself has only that.
    """
    votes = line.get("votes.*", {})
    ups, downs = bounded(votes.get(True, 0)), bounded(votes.get(False, 0))
    return max(ups, bounded(line.get("score"))), downs
