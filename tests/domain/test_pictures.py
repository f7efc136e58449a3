"""The size of a picture, from real files' first bytes and from damaged ones."""

import struct
from pathlib import Path

import pytest

from tests.support.server import ROOT
from widget.domain.pictures import MAX_BYTES, read_picture

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 1200, 675)
# A comment, a table, fill bytes and a progressive frame, as encoders write them.
JPEG = (
    b"\xff\xd8\xff\xfe\0\x04hi\xff\xc4\0\x03x\xff\xff\xc2\0\x0b\x08"
    + struct.pack(">HH", 675, 1200)
    + b"\x01"
)
WEBP = b"RIFF\0\0\0\0WEBP"
SAMPLES = {
    "png": PNG,
    "jpg": JPEG,
    "lossy": WEBP + b"VP8 " + bytes(10) + struct.pack("<HH", 1200 | 0x4000, 675),
    "lossless": WEBP + b"VP8L" + bytes(5) + struct.pack("<I", 1199 | 674 << 14),
    "extended": WEBP + b"VP8X" + bytes(8) + b"\xaf\x04\0" + b"\xa2\x02\0",
}


@pytest.mark.parametrize("kind", SAMPLES)
def test_each_format_is_read_and_no_cut_file_is(tmp_path: Path, kind: str) -> None:
    path = tmp_path / kind
    path.write_bytes(SAMPLES[kind])
    picture = read_picture(path, alt="A quay")
    suffix = kind if kind in ("png", "jpg") else "webp"
    assert (picture.suffix, picture.width, picture.height) == (suffix, 1200, 675)
    for size in range(len(SAMPLES[kind].rstrip(b"\x01"))):
        path.write_bytes(SAMPLES[kind][:size])
        with pytest.raises(ValueError, match=r"is not a whole PNG|pixels"):
            read_picture(path, alt="A quay")


def test_a_version_follows_the_bytes(tmp_path: Path) -> None:
    path = tmp_path / "p.png"
    versions = set()
    for end in (b"", b"1", b"2"):
        path.write_bytes(PNG + end)
        versions.add(read_picture(path, alt="A quay").version)
    assert len(versions) == 3


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (PNG + bytes(MAX_BYTES), "export it with at most 2,097,152"),
        (PNG[:16] + struct.pack(">II", 0, 9), "1 to 10,000 pixels"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is not a whole PNG"),
        (b"GIF89a", "is not a whole PNG"),
    ],
)
def test_other_files_are_refused(tmp_path: Path, data: bytes, why: str) -> None:
    path = tmp_path / "p"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=why):
        read_picture(path, alt="A quay")


def test_the_example_has_a_picture_for_page_and_previews() -> None:
    picture = read_picture(ROOT / "articles" / "riverside-library.png", alt="A library")
    assert (picture.width, picture.height) == (1200, 675)
