"""Reader of the JSON that Isso imports as "generic": a list of threads, each with its comments."""

from collections.abc import Iterator
from datetime import tzinfo
from pathlib import Path
from typing import Any

from widget.importing import json_records
from widget.importing.html_text import decoded, markdown_text
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

_THREAD, _COMMENT = "item", "item.comments.item"
_FIELDS = ("id", "author", "text", "created", "parent")


def read(path: Path, progress: Progress, zone: tzinfo) -> Records:
    """Read the threads and comments of the file.

    :param zone: the time zone of Isso's server: times have none.
    :raise BadFile: as :func:`json_records.read`, or it has no thread with comments.
    """
    # A thread's id may follow its comments, and a comment's own id is unique only with it.
    with Names() as addresses:
        for number, thread in enumerate(_threads(path)):
            address = text_of(thread, "id").strip()
            addresses.put(str(number), address)
            yield Thread(str(number), address, {"title": text_of(thread, "title").strip()})
        is_empty, number = True, 0
        shapes = {_THREAD: (), _COMMENT: _FIELDS}
        for place, record in json_records.read(path, shapes, progress):
            if place == _THREAD:
                number += 1
            else:
                is_empty = False
                yield _found(record, str(number), addresses.get(str(number)), zone)
    if is_empty:
        raise BadFile(
            "has no comments of Isso's generic format: it must be a list of threads, each with an "
            "id and a list of comments"
        )


def _threads(path: Path) -> Iterator[dict[str, Any]]:
    records = json_records.read(path, {_THREAD: ("id", "title")}, lambda _: None)
    return (thread for _, thread in records)


def _found(comment: dict[str, Any], thread: str, address: str, zone: tzinfo) -> Found | Skipped:
    stem = f"isso-generic:{address}#"
    key, parent = key_of(comment, "id"), key_of(comment, "parent")
    if not key:
        return Skipped(stem, NO_ID)
    at_s = seconds(text_of(comment, "created"), zone)
    if at_s is None:
        return Skipped(stem + key, NO_TIME)
    return Found(
        stem + key,
        thread,
        at_s,
        decoded(text_of(comment, "author")),  # Isso shows it as HTML
        markdown_text(text_of(comment, "text")),
        stem + parent if parent else "",
    )
