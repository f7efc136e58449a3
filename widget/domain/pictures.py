"""Pictures of stories: what a file's own bytes say of its format and size. No Flask, no redis."""

import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path

MAX_BYTES = 2 << 20
MAX_PX = 10_000
_PNG = b"\x89PNG\r\n\x1a\n"
# Frames of a JPEG that begin with its size; the other markers of this row are tables.
_JPEG_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture above a story.

    :param suffix: its format: png, jpg or webp.
    :param version: changes with the file's bytes.
    :param alt: what it shows, for those who cannot see it.
    """

    path: Path
    suffix: str
    width: int
    height: int
    version: str
    alt: str
    caption: str = ""

    @property
    def media_type(self) -> str:
        return "image/jpeg" if self.suffix == "jpg" else f"image/{self.suffix}"


def read_picture(path: Path, *, alt: str, caption: str = "") -> Picture:
    """Read a picture's format and size from its file.

    :raise ValueError: it is missing, too large, or in none of the formats that every browser and
        every preview of a link shows.
    """
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise ValueError(f"cannot be read: {problem.strerror}") from None
    if len(data) > MAX_BYTES:
        raise ValueError(f"has {len(data):,} bytes; export it with at most {MAX_BYTES:,}")
    suffix, (width, height) = _format(data)
    if not (0 < width <= MAX_PX and 0 < height <= MAX_PX):
        raise ValueError(f"must be 1 to {MAX_PX:,} pixels wide and high")
    version = hashlib.blake2b(data, digest_size=6).hexdigest()
    return Picture(path, suffix, width, height, version, alt, caption)


def _format(data: bytes) -> tuple[str, tuple[int, int]]:
    """Return the suffix, the width and the height in pixels."""
    try:
        if data.startswith(_PNG) and data[12:16] == b"IHDR":
            return "png", struct.unpack_from(">II", data, 16)
        if data.startswith(b"\xff\xd8\xff"):
            return "jpg", _jpeg_size(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return "webp", _webp_size(data)
    except (struct.error, IndexError):
        pass
    raise ValueError("is not a whole PNG, JPEG or WebP picture")


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        is_filling = marker == 0xFF
        at += 1 if is_filling else 2 + struct.unpack_from(">H", data, at + 2)[0]
    raise IndexError


def _webp_size(data: bytes) -> tuple[int, int]:
    kind = data[12:16]
    if kind == b"VP8X":  # extended: 24 bits each, less one
        width, high, height, top = struct.unpack_from("<HBHB", data, 24)
        return width + (high << 16) + 1, height + (top << 16) + 1
    if kind == b"VP8L":  # lossless: 14 bits each, less one
        (bits,) = struct.unpack_from("<I", data, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", data, 26)  # lossy
    return width & 0x3FFF, height & 0x3FFF
