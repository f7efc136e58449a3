"""``readback tone``: the tone of a text, and the words that make it."""

import os
import sys

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from widget.domain.printable import printable
from widget.tone import Contribution, Tone, score

_COLOURS = {"positive": "green", "negative": "red", "mixed": "yellow"}


@click.command()
@click.argument("text")
def tone(text: str) -> None:
    """Print the tone of TEXT with its words coloured. If TEXT is "-", read standard input."""
    if text == "-":
        text = sys.stdin.buffer.read().decode(errors="replace")
    show(text, Console(highlight=False, no_color="NO_COLOR" in os.environ or None))


def show(text: str, console: Console) -> None:
    """Print a text with its contributions in colour, the verdict and the table of words."""
    found = score(text)
    console.print(_coloured(printable(text, keep="\n"), found.contributions), soft_wrap=True)
    console.print(_verdict(found), soft_wrap=True)
    if found.contributions:
        console.print(_table(found))


def _coloured(text: str, contributions: tuple[Contribution, ...]) -> Text:
    """Colour each contributing word. One that the normaliser rewrote stays plain."""
    shown = Text(text)
    end = 0
    for contribution in contributions:
        start = text.find(contribution.word, end)
        if start >= 0:
            end = start + len(contribution.word)
            shown.stylize(_style(contribution.value), start, end)
    return shown


def _verdict(found: Tone) -> Text:
    label = found.label.replace("_", " ")
    if found.reason == "language":
        return Text(f"{label}: not known to be English ({found.language})", "yellow")
    if found.compound is None:
        return Text(f"{label}: nothing to read", "yellow")
    detail = f"  {found.compound:+.4f}, confidence {found.confidence}"
    if found.parts > 1:
        detail += f", mean of {found.parts} sentences"
    return Text.assemble((label, f"bold {_COLOURS.get(found.label, '')}"), detail)


def _table(found: Tone) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("word")
    table.add_column("adds", justify="right")
    if found.parts > 1:
        table.add_column("sentence", justify="right")
    for contribution in found.contributions:
        value = Text(f"{contribution.value:+.3f}", _style(contribution.value))
        sentence = [str(contribution.part + 1)] if found.parts > 1 else []
        table.add_row(Text(printable(contribution.word, keep="\n")), value, *sentence)
    return table


def _style(value: float) -> str:
    return "green" if value > 0 else "red"
