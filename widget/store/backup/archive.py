"""The file of a back-up: a line that names it, its head as JSON, compressed records, a hash.

    readback backup 1
    {"made_s": 1762934400, "release": "2.0.0", ...}
    frames: length (4 bytes, big-endian), then as many bytes: zlib over records, each of which is
        its length (the same way) and then msgpack
    a frame of length 0, then the SHA-256 of every byte before it

Writing and reading keep one frame in memory. No redis here.
"""

import hashlib
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, TypeVar

import msgspec

from widget.store.backup.errors import BackupError

MAGIC = b"readback backup "
VERSION = 1
MAX_LINE_BYTES = 10_000
FRAME_BYTES = 256 * 1024  # of records, before compression; a larger record has a frame of its own
MAX_FRAME_BYTES = 1 << 30  # a string of the store has 512 MB at most
_LEVEL = 3
T = TypeVar("T")
_LENGTH = struct.Struct(">I")


class Head(msgspec.Struct, frozen=True):
    """What is known of a back-up before its records.

    :param voter_key: fingerprint of the voter key, without which no reader is recognised.
    :param schema: the store's, a number that says how its keys are to be read.
    """

    made_s: int
    release: str
    voter_key: str
    schema: int


class Writer:
    """A writer of one back-up into an open binary file.

    Its methods raise :class:`BackupError` if the file cannot be written.
    """

    def __init__(self, file: IO[bytes], head: Head) -> None:
        self._file = file
        self._hash = hashlib.sha256()
        self._buffer = bytearray()
        self._encoder = msgspec.msgpack.Encoder()
        self.bytes = 0
        self._write(MAGIC + f"{VERSION}\n".encode())
        self._write(msgspec.json.encode(head) + b"\n")

    def add(self, record: Any) -> None:
        """Add a record: any value that msgpack holds."""
        packed = self._encoder.encode(record)
        self._buffer += _LENGTH.pack(len(packed))
        self._buffer += packed
        if len(self._buffer) >= FRAME_BYTES:
            self._end_frame()

    def close(self) -> None:
        """Write what is left, and the hash. Without it the file is refused as incomplete."""
        if self._buffer:
            self._end_frame()
        self._write(_LENGTH.pack(0))
        self._write(self._hash.digest())

    def _end_frame(self) -> None:
        packed = zlib.compress(self._buffer, _LEVEL)
        self._buffer.clear()
        self._write(_LENGTH.pack(len(packed)))
        self._write(packed)

    def _write(self, data: bytes) -> None:
        self._hash.update(data)
        try:
            self._file.write(data)
        except OSError as problem:
            raise BackupError(
                f"the back-up could not be written ({problem.strerror}); "
                "nothing was kept. Make room, or name another place"
            ) from None
        self.bytes += len(data)


class Archive:
    """A back-up on disk."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def check(self) -> Head:
        """Read the whole file, and return its head.

        :raise BackupError: it is no back-up, was made by a newer version, is incomplete or changed.
        """
        with self._opened() as file:
            head = self._head(file)
            for _ in self._frames(file):
                pass
        return head

    def records(self, kind: type[T]) -> Iterator[T]:
        """Yield every record. :meth:`check` comes first.

        :raise BackupError: as :meth:`check`; the file was changed since.
        """
        decoder = msgspec.msgpack.Decoder(kind)
        with self._opened() as file:
            self._head(file)
            for packed in self._frames(file):
                try:
                    yield from _unpacked(decoder, zlib.decompress(packed))
                except (zlib.error, msgspec.DecodeError, struct.error):
                    raise self._damaged() from None

    def _opened(self) -> IO[bytes]:
        try:
            return self._path.open("rb")
        except OSError as problem:
            raise BackupError(f"{self._path}: {problem.strerror}") from None

    def _head(self, file: IO[bytes]) -> Head:
        first = file.readline(MAX_LINE_BYTES)
        version = first.removeprefix(MAGIC).strip()
        if not first.startswith(MAGIC) or not version.isdigit():
            raise BackupError(f"{self._path} is not a file from `readback backup`.")
        if int(version) > VERSION:
            raise BackupError(
                f"{self._path} was made by a newer release of Readback (format "
                f"{int(version)}; this release reads up to {VERSION}). Install that release."
            )
        self._hash = hashlib.sha256(first)
        line = file.readline(MAX_LINE_BYTES)
        self._hash.update(line)
        try:
            return msgspec.json.decode(line, type=Head)
        except msgspec.DecodeError:
            raise self._damaged() from None

    def _frames(self, file: IO[bytes]) -> Iterator[bytes]:
        """Yield each frame; the hash is checked after the last one."""
        while True:
            length = self._read(file, _LENGTH.size)
            self._hash.update(length)
            size = _LENGTH.unpack(length)[0]
            if not size:
                break
            if size > MAX_FRAME_BYTES:
                raise self._damaged()
            packed = self._read(file, size)
            self._hash.update(packed)
            yield packed
        if self._read(file, 32) != self._hash.digest() or file.read(1):
            raise self._damaged()

    def _read(self, file: IO[bytes], size: int) -> bytes:
        data = file.read(size)
        if len(data) < size:
            raise BackupError(
                f"{self._path} is incomplete: its end is missing. Take another copy of the file."
            )
        return data

    def _damaged(self) -> BackupError:
        return BackupError(
            f"{self._path} was changed since it was written: its hash is wrong. "
            "Take another copy of the file."
        )


def _unpacked(decoder: msgspec.msgpack.Decoder[T], data: bytes) -> Iterator[T]:
    """Yield the records of a frame."""
    at = 0
    while at < len(data):
        size = _LENGTH.unpack_from(data, at)[0]
        at += _LENGTH.size
        yield decoder.decode(memoryview(data)[at : at + size])
        at += size
