"""Blocks of a ledger: a head, one line for each story that moved, and a signature. Pure.

A block is lines of JSON, each ended by a line feed. What is signed, and hashed into the head of the
next block, is the bytes of all its lines but the last: nothing has to be written in the same form
again to be checked. docs/ledger.md describes every member.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from widget.domain.ledger.signing import Signer

FORMAT = 1
MOST_STORIES = 500  # of one block


@dataclass(frozen=True, slots=True)
class StoryLine:
    """What the ledger says about one story.

    :param counts: votes by choice key; a choice without any is left out. ``held`` and ``aside``:
        those held out of the counts, and those set aside.
    :param entries: number of entries about the story in the audit log so far.
    :param gone: "" for a story that is there; else the story it was merged into, or "removed".
    """

    story: str
    counts: Mapping[str, int] = field(default_factory=dict)
    held: Mapping[str, int] = field(default_factory=dict)
    aside: Mapping[str, int] = field(default_factory=dict)
    entries: int = 0
    gone: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The first line of a block.

    :param hour: the hour that was over, since the epoch.
    :param hours: hours up to it that the block covers; more than 1 if it was written late, 0 for a
        ledger's first.
    :param written_s: when.
    :param key: the public key that signs.
    :param before: the hash of the block before; "" in a ledger's first block.
    :param next_key: the public key that signs from the next block on; "" for the same.
    """

    site: str
    hour: int
    hours: int
    written_s: int
    key: str
    before: str
    next_key: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A block as bytes.

    :param text: all its lines. ``hash``: of all but its signature.
    """

    head: Head
    stories: int
    text: bytes
    hash: str


def sealed(head: Head, stories: Sequence[StoryLine], signer: Signer) -> Block:
    """Sign a block."""
    lines = [_head(head, len(stories)), *map(_line, stories)]
    body = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
    text = body + msgspec.json.encode({"signature": signer.sign(body)}) + b"\n"
    return Block(head, len(stories), text, hash_of(body))


def hash_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _head(head: Head, stories: int) -> dict[str, Any]:
    line = {
        "ledger": FORMAT,
        "site": head.site,
        "hour": hour_text(head.hour),
        "hours": head.hours,
        "written": time_text(head.written_s),
        "stories": stories,
        "key": head.key,
        "before": head.before,
    }
    return line | {"next_key": head.next_key} if head.next_key else line


def _line(of: StoryLine) -> dict[str, Any]:
    line: dict[str, Any] = {"story": of.story, "counts": of.counts}
    if of.held:
        line["held"] = of.held
    if of.aside:
        line["aside"] = of.aside
    line["entries"] = of.entries
    if of.gone:
        line["gone"] = of.gone
    return line


def hour_text(hour: int) -> str:
    """Return an hour as heads have it: ``2026-11-24T09:00Z``."""
    return f"{datetime.fromtimestamp(hour * 3600, UTC):%Y-%m-%dT%H:00Z}"


def time_text(at_s: int) -> str:
    return f"{datetime.fromtimestamp(at_s, UTC):%Y-%m-%dT%H:%M:%SZ}"
