"""Write the figures of docs/tone-card.md. ``script/train-tone`` does it after the training.

A set that is not there keeps the lines that it has.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from bench.tone.accuracy import plain
from bench.tone.checklist import TESTS, failures, readback, upstream
from bench.tone.measuring import Measured, measured, sets

CARD = Path(__file__).resolve().parents[2] / "docs" / "tone-card.md"


def main() -> None:
    """Write the lines of every set that is there, and of the checklist."""
    text = CARD.read_text("utf-8")
    for lines in figures():
        text = put(text, lines)
    CARD.write_text(text, "utf-8")


def figures() -> Iterable[Mapping[str, str]]:
    """Yield the lines of each set, and of the checklist, by their beginnings."""
    for one in sets():
        yield set_lines(measured(*one))
    yield checklist_lines()


def put(card: str, lines: Mapping[str, str]) -> str:
    """Replace the lines of the card that begin as ``lines`` do."""
    for beginning, line in lines.items():
        replacement = line.replace("\\", r"\\")
        card, count = re.subn(rf"^{re.escape(beginning)}.*$", replacement, card, flags=re.MULTILINE)
        if count != 1:
            raise ValueError(f"the card has {count} lines that begin with {beginning!r}")
    return card


def set_lines(one: Measured) -> dict[str, str]:
    """Return a set's lines in the tables of labels, of precision and of levels."""
    rows = {
        "F1": (one.f1.old, plain(one.supplemented), one.f1.new, one.f1.gain),
        "precision": (
            *one.labels,
            *(f"{100 * theirs.share:.0f} %" for theirs in one.upstream_labels),
        ),
        "level": (
            plain(one.calibration),
            f"{one.bias:+.2f}",
            f"{one.upstream_bias:+.2f}",
            f"{one.stories.wrong} of {one.stories.beyond}" if one.stories else "-",
            f"{100 * one.left_out / one.texts:.1f} %",
        ),
    }
    return {
        f"| {table} | {one.name} |": _row(table, one.name, cells) for table, cells in rows.items()
    }


def checklist_lines() -> dict[str, str]:
    """Return the lines of the invariance tests."""
    lines = {}
    for test in TESTS:
        ours, theirs = failures(test, readback), failures(test, upstream)
        cells = (f"{ours.cases:,}", f"{100 * ours.rate:.1f} %", f"{100 * theirs.rate:.1f} %")
        lines[f"| test | {test} |"] = _row("test", test, cells)
    return lines


def _row(table: str, name: str, cells: Iterable[object]) -> str:
    return f"| {table} | {name} | {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    main()
