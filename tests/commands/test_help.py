"""Help: whole sentences at 80 columns, and a word about each option."""

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from widget.assets import release
from widget.commands.__main__ import cli


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("path", list(commands(cli)), ids=" ".join)
def test_help_has_whole_sentences_and_a_word_about_each_option(path: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(cli, [*path, "--help"], prog_name="readback", terminal_width=80)
    assert shown.exit_code == 0 and shown.output.startswith(
        f"Usage: {' '.join(('readback', *path))} "
    )
    lines = shown.output.splitlines()
    assert max(map(len, lines)) <= 84, "an option with a list of values may be a little longer"
    assert not [line for line in lines if line.endswith("...") and line[0] == " "]
    command: click.Command = cli
    for name in path:
        assert isinstance(command, click.Group)
        command = command.get_command(click.Context(command), name) or cli
    assert command.help and command.help.partition("\n")[0].rstrip().endswith((".", "reactions."))
    for parameter in command.params:
        assert not isinstance(parameter, click.Option) or parameter.help, parameter.name


def test_the_version_is_the_releases() -> None:
    assert CliRunner().invoke(cli, ["--version"]).output == f"readback {release()}\n"
