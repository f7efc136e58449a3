"""The file of a back-up: whole, or refused before anything is read from it."""

from pathlib import Path

import pytest

from widget.store.backup import archive
from widget.store.backup.archive import MAGIC, Archive, Head, Writer
from widget.store.backup.errors import BackupError
from widget.store.backup.values import Part

HEAD = Head(1_762_934_400, "2.0.0", "0123", 1)
PARTS = [Part(b"rb:\xff%d" % n, "string", 0, True, [b"\x00" * n]) for n in range(3000)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "kept"
    with path.open("wb") as file:
        writer = Writer(file, HEAD)
        for part in PARTS:
            writer.add(part)
        writer.close()
    return path


def refusal(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    with pytest.raises(BackupError) as refused:
        Archive(path).check()
    return str(refused.value)


def test_what_was_written_is_read(path: Path) -> None:
    assert path.stat().st_size > 3 * 1000 and path.read_bytes().count(b"\n") >= 2
    assert Archive(path).check() == HEAD
    assert list(Archive(path).records(Part)) == PARTS


def test_a_record_larger_than_a_frame_is_read(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    part = Part(b"rb:sites", "string", 0, True, [b"x" * (archive.FRAME_BYTES * 3)])
    with path.open("wb") as file:
        writer = Writer(file, HEAD)
        writer.add(part)
        writer.close()
    Archive(path).check()
    assert list(Archive(path).records(Part)) == [part]


def test_a_file_without_records_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    with path.open("wb") as file:
        Writer(file, HEAD).close()
    assert Archive(path).check() == HEAD and list(Archive(path).records(Part)) == []


def test_a_file_cut_anywhere_is_refused(path: Path) -> None:
    data = path.read_bytes()
    for length in (*range(200), len(data) // 2, len(data) - 36, len(data) - 32, len(data) - 1):
        assert "Take another copy" in refusal(path, data[:length]) or length < len(MAGIC) + 2


def test_a_file_changed_anywhere_is_refused(path: Path) -> None:
    data = path.read_bytes()
    for at in (*range(0, 200), len(data) // 2, len(data) - 40, len(data) - 1):
        changed = bytearray(data)
        changed[at] ^= 1
        refusal(path, bytes(changed))
    assert "changed" in refusal(path, data + b"\n")


@pytest.mark.parametrize(
    "data", [b"", b"\n", b"REDIS0011", b"\x1f\x8b\x08\x00", b"readback backup one\n"]
)
def test_another_file_is_refused(tmp_path: Path, data: bytes) -> None:
    assert "not a file from `readback backup`" in refusal(tmp_path / "kept", data)


def test_a_file_of_a_newer_release_is_refused_with_the_remedy(path: Path) -> None:
    data = path.read_bytes().replace(MAGIC + b"1", MAGIC + b"2", 1)
    assert "Install that release" in refusal(path, data)
