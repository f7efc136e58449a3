"""Reader of pairs of names of stories: CSV, an address or id and the one that replaces it."""

import csv
from pathlib import Path

from widget.importing.model import BadFile

MOST_CHARS = 4096


def read(path: Path) -> list[tuple[str, str]]:
    """Return the pairs in a file, as they are written there.

    :raise BadFile: a line has not two names, or the file is not text.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return [
                _pair(number, row) for number, row in enumerate(csv.reader(file), 1) if any(row)
            ]
    except UnicodeDecodeError:
        raise BadFile("is not text in UTF-8") from None
    except csv.Error as problem:
        raise BadFile(f"is not CSV: {problem}") from None


def _pair(number: int, row: list[str]) -> tuple[str, str]:
    names = [name.strip() for name in row]
    if len(names) != 2 or not all(0 < len(name) <= MOST_CHARS for name in names):
        raise BadFile(f"needs two names in row {number}, as in https://news.example/bread,story-5")
    return names[0], names[1]
