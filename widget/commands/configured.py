"""The settings of a command, and what it says on standard error about their variables."""

from functools import cache

import click

from widget.domain.printable import printable
from widget.settings import Settings, complaints


def command_settings() -> Settings:
    """Return the settings, after a word about each variable that does nothing.

    :raise SettingError: a setting is wrong.
    """
    _complain()
    return Settings.from_env()


@cache
def _complain() -> None:
    """Say it once, however often a command reads its settings."""
    for line in complaints():
        click.echo(f"readback: {printable(line.text)}", err=True)
