"""``readback tone``: the tone of a text, and the words that weighed."""

import os
import sys

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from widget.domain.printable import printable
from widget.tone import Contribution, Tone, score

_COLOURS = {"positive": "green", "negative": "red", "mixed": "yellow"}
_NAMES = {"no_opinion_words": "no known words", "not_scored": "not scored"}
_CLASSES = ("negative", "neutral", "positive")


@click.command()
@click.argument("text")
def tone(text: str) -> None:
    """Print the tone of TEXT as the shipped scorer reads it. If TEXT is "-", read standard input.

    It prints the label, how likely each opinion is, the lean (positive less negative), and the
    words that weighed: what each adds to VADER's compound. A newsroom's own labels change nothing
    here.
    """
    if text == "-":
        text = sys.stdin.buffer.read().decode(errors="replace")
    show(text, Console(highlight=False, no_color="NO_COLOR" in os.environ or None))


def show(text: str, console: Console) -> None:
    """Print a text with its contributions in colour, the verdict and the table of words."""
    found = score(text)
    console.print(_coloured(printable(text, keep="\n"), found.contributions), soft_wrap=True)
    console.print(_verdict(found), soft_wrap=True)
    if found.probabilities and found.lean is not None:
        console.print(_likelihoods(found), soft_wrap=True)
    if found.contributions:
        console.print(_compound(found), soft_wrap=True)
        console.print(_table(found))
    elif found.lean is not None:
        console.print("VADER knows no word of it.")


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
    label = _NAMES.get(found.label, found.label)
    if found.reason == "language":
        return Text(f"{label}: not known to be English ({found.language})", "yellow")
    if found.reason == "empty":
        return Text(f"{label}: nothing to read", "yellow")
    is_opinion = found.label in _CLASSES
    detail = f", {found.confidence} confidence" if is_opinion else ""
    return Text.assemble((label, f"bold {_COLOURS.get(found.label, '')}"), detail)


def _likelihoods(found: Tone) -> str:
    assert found.probabilities and found.lean is not None
    each = zip(_CLASSES, found.probabilities, strict=True)
    likely = ", ".join(f"{name} {probability * 100:.0f} %" for name, probability in each)
    return f"{likely}: lean {found.lean:+.2f}"


def _compound(found: Tone) -> str:
    how = f"the mean of {found.parts} sentences" if found.parts > 1 else "from these words"
    return f"VADER's compound {found.compound:+.4f}, {how}:"


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
