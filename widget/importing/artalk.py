"""Reader of Artalk's export, an .artrans file: a list of comments whose values are all text."""

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
from widget.importing.times import seconds

_FIELDS = (
    "id",
    "rid",
    "content",
    "is_pending",
    "vote_up",
    "vote_down",
    "created_at",
    "nick",
    "page_key",
    "page_title",
    "page_admin_only",
    "site_urls",
)
_NO = ("", "false", "0")
ADMINS_ONLY = "only administrators could read its article there"


def read(path: Path, progress: Progress, zone: tzinfo) -> Records:
    """Read the articles and comments of the file.

    :param zone: the time zone of times without one.
    :raise BadFile: as :func:`json_records.read`, or it has no comment of Artalk.
    """
    is_empty = True
    for _, comment in json_records.read(path, {"item": _FIELDS}, progress):
        if "page_key" in comment:
            is_empty = False
            address = _address(comment)
            yield Thread(address, address, {"title": text_of(comment, "page_title").strip()})
            yield _found(comment, address, zone)
    if is_empty:
        raise BadFile(
            'is not an Artalk export: it must be a list of comments, each with a "page_key"'
        )


def _address(comment: dict[str, Any]) -> str:
    key = text_of(comment, "page_key").strip()
    site = text_of(comment, "site_urls").partition(",")[0].strip().rstrip("/")
    return site + key if key.startswith("/") else key


def _found(comment: dict[str, Any], address: str, zone: tzinfo) -> Found | Skipped:
    key, parent = key_of(comment, "id"), key_of(comment, "rid")
    source = f"artalk:{key}"
    if not key:
        return Skipped(source, NO_ID)
    if _flag(comment, "page_admin_only") not in _NO:
        return Skipped(source, ADMINS_ONLY)
    # Artalk puts a space before the offset of the zone.
    at_s = seconds(text_of(comment, "created_at").replace(" +", "+").replace(" -", "-"), zone)
    if at_s is None:
        return Skipped(source, NO_TIME)
    return Found(
        source,
        address,
        at_s,
        text_of(comment, "nick"),
        markdown_text(text_of(comment, "content")),
        f"artalk:{parent}" if parent not in ("", "0") else "",
        "published" if _flag(comment, "is_pending") in _NO else "held",
        brought=(bounded(comment.get("vote_up")), bounded(comment.get("vote_down"))),
    )


def _flag(comment: dict[str, Any], name: str) -> str:
    value = comment.get(name, "")
    return str(value).strip().lower()
