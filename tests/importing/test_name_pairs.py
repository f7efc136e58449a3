"""Pairs of names of stories: read from CSV, or refused as a whole."""

from pathlib import Path

import pytest

from widget.importing.model import BadFile
from widget.importing.name_pairs import read

BREAD = "https://news.example/bread,with,commas"


def test_pairs_are_read_as_spreadsheets_write_them(tmp_path: Path) -> None:
    file = tmp_path / "pairs.csv"
    file.write_text(f'\ufeff"{BREAD}", story-5 \r\n\r\n,\r\nwp-6,https://news.example/6\n')
    assert read(file) == [(BREAD, "story-5"), ("wp-6", "https://news.example/6")]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"https://news.example/bread", "two names in row 1"),
        (b"a,b\na,b,c", "row 2"),
        (b"a,", "row 1"),
        (b"a," + b"x" * 5000, "row 1"),
        (b"\xff\xfea", "not text in UTF-8"),
        (b"a," + b"x" * 200_000, "not CSV"),
    ],
)
def test_a_file_that_is_not_pairs_is_refused(tmp_path: Path, content: bytes, problem: str) -> None:
    file = tmp_path / "pairs.csv"
    file.write_bytes(content)
    with pytest.raises(BadFile, match=problem):
        read(file)
