"""The check of a ledger's files: signatures, the chain of hashes, and what each says. Pure.

It trusts nothing of a file but what the key has signed. static/ledger/check.js does the same in a
browser; a test gives both the same files.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from widget.domain.ledger.block import FORMAT, hash_of
from widget.domain.ledger.signing import is_signed

_HOUR = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:00Z")
_HASH = re.compile(r"(?:[0-9a-f]{64})?")
_BEGINNING = b'{"signature":'
_LINE_OF_SIGNATURE = re.compile(rb'\{"signature":"[A-Za-z0-9_-]{86}"\}')


class BadLedger(Exception):
    """A ledger that is not as it was signed; the message says where, and what is wrong."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line about a story, in the hour of its block. ``line``: as the file has it."""

    hour: str
    story: str
    line: Mapping[str, Any]


@dataclass(slots=True)
class Ledger:
    """What files say that follow one another.

    :param key: the public key that signs after them. ``keys``: all that signed, oldest first.
    :param known: keys that may take over although the key before did not announce them.
    :param before: hash of the block before the first one; "" if that is the ledger's very first.
    :param last: hash of the last block.
    :param latest: each story's last line. ``asked``: all lines of the story that was asked for.
    """

    site: str = ""
    key: str = ""
    before: str = ""
    last: str = ""
    first_hour: str = ""
    hour: str = ""
    lines: int = 0
    keys: list[str] = field(default_factory=list)
    known: Collection[str] = ()
    hashes: set[str] = field(default_factory=set)
    latest: dict[str, Entry] = field(default_factory=dict)
    asked: list[Entry] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Block:
    """:param where: the file, and the line of the head."""

    where: str
    head: Mapping[str, Any]
    stories: list[Mapping[str, Any]]
    body: bytes
    signature: str


def check(
    files: Mapping[str, bytes], *, key: str = "", known: Collection[str] = (), story: str = ""
) -> Ledger:
    """Check files of one ledger, in whichever order they are given.

    :param files: by their name.
    :param key: the public key that must sign the first block; "" takes the one that it names.
    :param known: as for :class:`Ledger`.
    :param story: the story to collect all lines of.
    :raise BadLedger: a signature, a hash or a form is wrong, or a file between them is missing.
    """
    ledger = Ledger(key=key, known=known)
    for name in sorted(files, key=lambda name: _first_hour(name, files[name])):
        add(ledger, name, files[name], story=story)
    return ledger


def add(ledger: Ledger, name: str, text: bytes, *, story: str = "") -> None:
    """Check one more file, which must follow those before it.

    :raise BadLedger: as :func:`check`.
    """
    for block in _blocks(name, text):
        _add(ledger, block)
        for line in block.stories:
            entry = Entry(block.head["hour"], line["story"], line)
            ledger.latest[entry.story] = entry
            if entry.story == story:
                ledger.asked.append(entry)


def _first_hour(name: str, text: bytes) -> str:
    if not text:
        raise BadLedger(f"{name}: the file is empty")
    head = _parsed(text[: text.find(b"\n") + 1], f"{name}, line 1", is_head=True)
    return str(head["hour"])


def _add(ledger: Ledger, block: _Block) -> None:
    """Add a block that follows those before it.

    :raise BadLedger: it does not.
    """
    head, where = block.head, block.where
    is_first = not ledger.hashes
    if is_first:
        ledger.site, ledger.before, ledger.first_hour = head["site"], head["before"], head["hour"]
        ledger.key = ledger.key or head["key"]
        ledger.keys.append(ledger.key)
    if head["site"] != ledger.site:
        raise BadLedger(f"{where}: of another site, {head['site']}")
    if head["key"] != ledger.key and head["key"] in ledger.known and not is_first:
        ledger.key = head["key"]
        ledger.keys.append(ledger.key)
    if head["key"] != ledger.key:
        raise BadLedger(f"{where}: signed with another key, {head['key']}")
    if not is_signed(block.body, block.signature, ledger.key):
        raise BadLedger(f"{where}: changed since it was signed, or signed by somebody else")
    if not is_first and head["before"] != ledger.last:
        raise BadLedger(
            f"{where}: does not follow the block before it: that one was changed, or one between "
            "them is missing"
        )
    if head["hour"] < ledger.hour:
        raise BadLedger(f"{where}: its hour is before that of the block before it")
    if head["stories"] != len(block.stories):
        raise BadLedger(f"{where}: names {head['stories']} stories and has {len(block.stories)}")
    ledger.lines += len(block.stories)
    ledger.hour, ledger.last = head["hour"], hash_of(block.body)
    ledger.hashes.add(ledger.last)
    if "next_key" in head:
        ledger.key = head["next_key"]
        ledger.keys.append(ledger.key)


def _blocks(name: str, text: bytes) -> Iterator[_Block]:
    """Read the blocks of one file, without trusting them.

    :raise BadLedger: it is not such a file, or ends within a block.
    """
    lines: list[bytes] = []
    parsed: list[Mapping[str, Any]] = []
    began = 1
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        if line.startswith(_BEGINNING) and lines:
            if not (line.endswith(b"\n") and _LINE_OF_SIGNATURE.fullmatch(line[:-1])):
                raise BadLedger(f"{name}, line {number}: not a signature")
            head, *stories = parsed
            body = b"".join(lines)
            yield _Block(f"{name}, line {began}", head, stories, body, line[14:-3].decode())
            lines, parsed, began = [], [], number + 1
            continue
        lines.append(line)
        parsed.append(_parsed(line, f"{name}, line {number}", is_head=number == began))
    if lines:
        raise BadLedger(f"{name}: ends within the block that begins in line {began}")


def _parsed(line: bytes, where: str, *, is_head: bool) -> Mapping[str, Any]:
    try:
        value = msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise BadLedger(f"{where}: not a line of a ledger") from None
    if not (_is_head(value) if is_head else isinstance(value.get("story"), str)):
        raise BadLedger(f"{where}: not the {'head of a block' if is_head else 'line of a story'}")
    return value


def _is_head(value: Mapping[str, Any]) -> bool:
    names = ("site", "hour", "key", "before")
    texts = [value.get(name) for name in names] + [value.get("next_key", "")]
    return (
        value.get("ledger") == FORMAT
        and all(isinstance(text, str) for text in texts)
        and type(value.get("stories")) is int
        and _HOUR.fullmatch(value["hour"]) is not None
        and _HASH.fullmatch(value["before"]) is not None
    )
