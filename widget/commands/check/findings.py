"""What a check finds, and how it is printed."""

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from shutil import get_terminal_size

import click

from widget.domain.printable import printable

_WIDEST = 100
_INDENT = 19  # of the text, after level and subject


class Level(StrEnum):
    OK = "ok"
    NOTE = "note"
    PROBLEM = "PROBLEM"


_COLOURS = {Level.OK: "green", Level.NOTE: "yellow", Level.PROBLEM: "red"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one subject.

    :param remedy: what to do about it, as a sentence.
    """

    level: Level
    text: str
    remedy: str = ""


def ok(text: str) -> Finding:
    return Finding(Level.OK, text)


def note(text: str, remedy: str = "") -> Finding:
    return Finding(Level.NOTE, text, remedy)


def problem(text: str, remedy: str) -> Finding:
    return Finding(Level.PROBLEM, text, remedy)


def show(subject: str, findings: Iterable[Finding]) -> int:
    """Print findings as they are made, and return how many are problems."""
    problems = 0
    width = min(get_terminal_size().columns, _WIDEST)
    for finding in findings:
        level = click.style(f"{finding.level:8}", fg=_COLOURS[finding.level])
        lines = _wrapped(finding.text, width)
        if finding.remedy:
            lines += _wrapped(f"-> {finding.remedy}", width)
        click.echo(f"{level} {subject:10}" + f"\n{' ' * _INDENT}".join(lines))
        subject = ""
        problems += finding.level is Level.PROBLEM
    return problems


def _wrapped(text: str, width: int) -> list[str]:
    # An address is never cut: it is copied.
    return textwrap.wrap(
        printable(text), max(width - _INDENT, 30), break_long_words=False, break_on_hyphens=False
    )
