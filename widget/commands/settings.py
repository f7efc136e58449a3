"""``readback settings`` and ``readback secrets``: what a server is configured with."""

from pathlib import Path

import click

from widget.commands.configured import command_settings
from widget.commands.help import FullHelp
from widget.domain.printable import printable
from widget.environment.environment import Environment, read_environment
from widget.environment.masking import STARS, masked
from widget.environment.places import ENV_FILE, places
from widget.secrets import add_ledger_key, new_secrets_file
from widget.settings import SETTINGS, Setting, SettingError, Settings


@click.command("settings")
def show_settings() -> None:
    """Print every setting: its value, where it comes from, and what it means.

    Passwords are shown as ***.
    """
    settings = command_settings()
    environment = read_environment()
    click.echo(_files(environment))
    for setting in SETTINGS:
        click.echo(f"{setting.name}={_shown(setting, settings)}")
        click.echo(f"    from {environment.source(setting.name)}")
        click.echo(f"    {setting.help}")


def _files(environment: Environment) -> str:
    if environment.file:
        return f"# Settings file: {environment.file.path}"
    if environment.process.get(ENV_FILE):
        return f"# No settings file, as {ENV_FILE} says."
    return f"# No settings file. Looked for: {', '.join(map(str, places()))}"


def _shown(setting: Setting, settings: Settings) -> str:
    value = str(getattr(settings, setting.field))
    if not setting.is_secret:
        return printable(value)
    return printable(masked(value)) if setting.name.endswith("_URL") else STARS if value else ""


@click.group(cls=FullHelp)
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
    except OSError as problem:
        raise SettingError(
            f"{path}: {problem.strerror}; choose a path in a folder that you can write to"
        ) from None
    click.echo(
        f"Wrote {path}. Keep a copy: without its vote_key, every reader counts as a new one."
    )


@secrets.command("ledger-key")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--rotate", is_flag=True, help="Add a new key behind the one that is there.")
def secrets_ledger_key(path: Path, rotate: bool) -> None:
    """Add a key that signs the ledger to the secrets file at PATH.

    A server does this by itself if it may change the file. With --rotate, the old key announces the
    new one when the server next writes after a restart. Keep the old key in the file until then.
    """
    try:
        is_added = add_ledger_key(path, rotates=rotate)
    except OSError as problem:
        raise SettingError(
            f"{path}: {problem.strerror}; run this as the user whose file it is"
        ) from None
    if is_added:
        click.echo(
            f"Added a key to {path}. Restart the server, and give the file to every other server "
            "on the same store."
        )
    else:
        click.echo(f"{path} has a key already. Nothing was changed.")
