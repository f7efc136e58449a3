"""Reader of JSON files of any size, packed with gzip or not, piece by piece.

A file may be one value, or several in a row. Whatever its size, only the values that a format
wants are kept, and only until their object ends.
"""

import gzip
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from io import BufferedReader
from pathlib import Path
from typing import Any

import ijson

from widget.importing.model import BadFile, CutFile, Progress

CHUNK_BYTES = 64 * 1024
MAX_VALUE_BYTES = 1024 * 1024
MAX_DEPTH = 50
MAX_NAME = 100
# Comments shrink to a fifth or a tenth. A file of zeros shrinks to a thousandth.
MAX_RATIO = 200
FREE_BYTES = 64 * 1024 * 1024  # a small file may shrink as much as it likes
TALLY = ".*"  # ends the name of a map whose booleans are counted

Shapes = Mapping[str, Iterable[str]]
Record = tuple[str, dict[str, Any]]


def read(path: Path, shapes: Shapes, progress: Progress, *, many: bool = False) -> Iterator[Record]:
    """Yield the wanted objects as (place, {name: value}) when each of them ends.

    :param shapes: the place of an object, and the names of its values to keep. Places and names
        are as ijson has them: ``{"comments.item": ["id", "user.name", "votes.*"]}``. A name
        that ends in ``.*`` gets a Counter of the booleans in that map.
    :param many: the file has several values in a row, such as one on each line.
    :raise CutFile: the file breaks off.
    :raise BadFile: not JSON, or hostile.
    """
    events = ijson.sendable_list()
    # Its own paths grow with the square of the depth, and its whole numbers of thousands of digits
    # end the process. As C's numbers, those are refused.
    parser = ijson.basic_parse_coro(events, multiple_values=many, use_float=True)
    collector = _Collector(shapes)
    silent_bytes = 0
    refusal: BadFile | None = None
    for chunk in _chunks(path, progress):
        try:
            parser.send(chunk) if chunk else parser.close()
        except ijson.JSONError as problem:
            refusal = _refusal(problem)
        silent_bytes = 0 if events else silent_bytes + len(chunk)
        if silent_bytes > MAX_VALUE_BYTES:
            raise BadFile(f"has a value of more than {MAX_VALUE_BYTES:,} bytes")
        yield from collector.take(events)
        del events[:]
        if refusal:
            raise refusal


class _Collector:
    """The wanted values of the objects that are open."""

    def __init__(self, shapes: Shapes) -> None:
        self._open: dict[str, dict[str, Any]] = {}
        self._places = frozenset(shapes)
        self._owners: dict[str, tuple[str, str]] = {}
        self._tallies: dict[str, tuple[str, str]] = {}
        for place, names in shapes.items():
            for name in names:
                where = _inside(place, name)
                if where.endswith(TALLY):
                    self._tallies[where.removesuffix(TALLY)] = (place, name)
                else:
                    self._owners[where] = (place, name)
        self._stack = [""]  # the place of the next value, after those of what it is in

    def take(self, events: Iterable[tuple[str, Any]]) -> Iterator[Record]:
        """Read events, and yield the wanted objects that they end."""
        stack = self._stack
        for event, value in events:
            if event == "map_key":
                # A longer name is not wanted, and would be in the place of all below it.
                stack[-1] = _inside(stack[-2], value if len(value) <= MAX_NAME else "?")
            elif event in ("start_map", "start_array"):
                place = stack[-1]
                if len(stack) > MAX_DEPTH:
                    raise BadFile(f"has values nested more than {MAX_DEPTH} deep")
                if event == "start_map" and place in self._places:
                    self._open[place] = {}
                stack.append(_inside(place, "item"))
            elif event in ("end_map", "end_array"):
                stack.pop()
                if event == "end_map" and stack[-1] in self._places:
                    yield stack[-1], self._open.pop(stack[-1], {})
            else:
                self._keep(value)

    def _keep(self, value: Any) -> None:
        place, name = self._owners.get(self._stack[-1], ("", ""))
        if name:
            self._open.get(place, {})[name] = value
        elif isinstance(value, bool) and len(self._stack) > 1:
            place, name = self._tallies.get(self._stack[-2], ("", ""))
            if name:
                self._open.get(place, {}).setdefault(name, Counter())[value] += 1


def _inside(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name


def _chunks(path: Path, progress: Progress) -> Iterator[bytes]:
    """Yield the file's bytes, unpacked, and b"" at its end."""
    with ExitStack() as stack:
        packed = stack.enter_context(path.open("rb"))
        start = packed.read(2)
        packed.seek(0)
        if not start:
            raise BadFile("is empty")
        if start in (b"PK", b"BZ"):
            raise BadFile("is compressed; unpack it first")
        file: gzip.GzipFile | BufferedReader = packed
        if start == b"\x1f\x8b":
            file = stack.enter_context(gzip.open(packed))
        done = unpacked = 0
        while True:
            try:
                chunk = file.read1(CHUNK_BYTES)
            except EOFError:
                raise CutFile("ends too early") from None
            except (gzip.BadGzipFile, zlib.error) as problem:
                raise BadFile(f"cannot be unpacked: {problem}") from None
            at = packed.tell()
            progress(at - done)
            yield chunk if unpacked else chunk.removeprefix(b"\xef\xbb\xbf")
            if not chunk:
                return
            done, unpacked = at, unpacked + len(chunk)
            if unpacked > FREE_BYTES and unpacked > at * MAX_RATIO:
                raise BadFile(f"unpacks to more than {MAX_RATIO} times its size")


def _refusal(problem: Exception) -> BadFile:
    """Return the refusal for an error of yajl, which shows the place below its first line."""
    said = problem.args[0]
    said = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    first = said.splitlines()[0]
    if "premature EOF" in first or "Incomplete JSON" in first:
        return CutFile("ends too early")
    return BadFile(f"is not JSON: {first.rstrip('.')}")


def text_of(record: Mapping[str, Any], name: str) -> str:
    """Return a value as text, "" for anything but text or a whole number."""
    value = record.get(name)
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def key_of(record: Mapping[str, Any], name: str) -> str:
    """Return an id of the file, not longer than any system's ids are."""
    return text_of(record, name).strip()[:64]
