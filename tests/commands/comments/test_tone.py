"""``readback tone``: the words coloured on a terminal, plain in a pipe."""

import re
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner
from rich.console import Console

from widget.commands.__main__ import cli
from widget.commands.comments.tone import show
from widget.tone import Label

TEXT = "awful photos but great story"


def on_a_terminal(text: str) -> str:
    console = Console(force_terminal=True, color_system="standard", no_color=False, width=80)
    with console.capture() as captured:
        show(text, console)
    return captured.get()


def test_words_are_coloured_by_their_contribution() -> None:
    shown = on_a_terminal(TEXT)
    assert "\x1b[31mawful\x1b[0m photos but \x1b[32mgreat\x1b[0m story" in shown
    assert "\x1b[32m+4.650" in shown


def test_a_pipe_gets_plain_text() -> None:
    result = CliRunner().invoke(cli, ["tone", TEXT])
    assert result.exit_code == 0
    shown, verdict, likelihoods, compound, *table = result.output.splitlines()
    assert (shown, verdict) == (TEXT, "positive, high confidence")
    chances = [int(percent) for percent in re.findall(r"(\d+) %", likelihoods)]
    assert len(chances) == 3 and sum(chances) == pytest.approx(100, abs=2)
    lean = float(likelihoods.rpartition(" ")[2])
    assert lean == pytest.approx((chances[2] - chances[0]) / 100, abs=0.011)
    assert compound == "VADER's compound +0.6858, from these words:"
    assert [line.split() for line in table] == [
        ["word", "adds"],
        ["awful", "-1.000"],
        ["great", "+4.650"],
    ]


def test_no_color_turns_colours_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[3" in CliRunner().invoke(cli, ["tone", TEXT], color=True).output
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in CliRunner().invoke(cli, ["tone", TEXT], color=True).output


def test_standard_input_is_read_and_cannot_control_the_terminal() -> None:
    result = CliRunner().invoke(cli, ["tone", "-"], input=b"this is \xff awful \x1b[2J [red]x")
    assert "this is \ufffd awful \ufffd[2J [red]x" in result.output
    assert "negative" in result.output


def test_a_long_line_is_not_broken() -> None:
    text = "this is a good story " * 20
    assert text.strip() in CliRunner().invoke(cli, ["tone", text]).output


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Das ist doch dumm", "not scored: not known to be English (de)"),
        ("", "not scored: nothing to read"),
        ("Trams depart hourly from platform four", "platform four\nno known words\n"),
        ("Is this true?", "\nVADER knows no word of it."),
        ("I love this story. " * 4, "the mean of 4 sentences"),
    ],
)
def test_the_verdict_names_the_label_and_the_reason(text: str, verdict: str) -> None:
    assert verdict in CliRunner().invoke(cli, ["tone", text]).output


def test_the_page_about_tone_shows_what_the_command_prints(root: Path) -> None:
    page = (root / "docs" / "tone.md").read_text()
    shown = CliRunner().invoke(cli, ["tone", "I don't like this, but the photos are GREAT!!"])
    assert "".join(f"    {line.rstrip()}\n" for line in shown.output.splitlines()) in page
    for label in get_args(Label):
        assert label in page
