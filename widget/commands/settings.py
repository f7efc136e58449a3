"""``readback settings`` and ``readback secrets``: what a server is configured with."""

import re
from pathlib import Path

import click

from widget.secrets import new_secrets_file
from widget.settings import SETTINGS, SettingError, Settings

_PASSWORDS = (
    (re.compile(r"(//[^/@:]*:).*@"), r"\1***@"),
    (re.compile(r"(sentinel_password=)[^&]*"), r"\1***"),
)


@click.command("settings")
def show_settings() -> None:
    """Print every setting, its present value and its meaning."""
    settings = Settings.from_env()
    for setting in SETTINGS:
        shown = str(getattr(settings, setting.field))
        for password, stars in _PASSWORDS:
            shown = password.sub(stars, shown)
        click.echo(f"{setting.name}={shown}\n    {setting.help}")


@click.group()
def secrets() -> None:
    """Manage the secrets file."""


@secrets.command("new")
@click.argument("path", type=click.Path(path_type=Path))
def secrets_new(path: Path) -> None:
    """Write new random keys to PATH, readable by you alone."""
    try:
        new_secrets_file(path)
    except FileExistsError:
        raise SettingError(
            f"{path} already exists, and is never overwritten; choose another path"
        ) from None
    click.echo(
        f"Wrote {path}. Keep a copy: without its vote_key, every reader counts as a new one."
    )
