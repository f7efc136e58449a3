"""``readback backup`` and ``readback restore``: everything that a store has, in one file."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import click

from widget.commands.configured import command_settings
from widget.commands.logged import log
from widget.commands.standard_input import local_file
from widget.commands.store import (
    command_store,
    end_embedded,
    name_store,
    refuse_away,
    store_trouble,
)
from widget.domain.errors import StoreUnavailable
from widget.domain.printable import printable
from widget.secrets import Secrets, load_secrets, open_secrets, secrets_path
from widget.services import backups
from widget.settings import SettingError, Settings
from widget.store.backup.errors import BackupError
from widget.store.connect import open_store
from widget.store.desk.audit import ALL_SITES

SHOWN_EVERY_S = 1.0


@click.command()
@click.argument("path", type=click.Path(path_type=Path, allow_dash=True))
def backup(path: Path) -> None:
    """Write everything in the store to a new file, even while readers vote.

    It has sites, votes, comments, editors, settings, corrections and the desk's log. Each partition
    of a site is as it was at one moment. PATH appears once it is complete; - writes to standard
    output. The file has password hashes, so only you can read it. Keep the secrets file beside it:
    a back-up cannot be restored without it.
    """
    settings = command_settings()
    connection = command_store(settings, "No back-up was made")
    secrets = open_secrets(settings, makes_new=False)
    shown = _Progress("keys")
    began_s = time.monotonic()
    try:
        if str(path) == "-":
            copied = backups.write_backup(connection, secrets, sys.stdout.buffer, shown)
            sys.stdout.buffer.flush()
        else:
            with backups.new_file(path) as file:
                copied = backups.write_backup(connection, secrets, file, shown)
    except StoreUnavailable as problem:
        raise BackupError(f"No back-up was kept: {store_trouble(problem)}") from None
    except BrokenPipeError:
        raise BackupError("the program that reads the back-up ended too early") from None
    shown.end()
    took_s = time.monotonic() - began_s
    click.echo(f"{copied:,} keys in {took_s:.1f} s: {printable(str(path))}", err=True)


@click.command()
@click.argument(
    "path", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True)
)
def restore(path: Path) -> None:
    """Write a file from `readback backup` into an empty store.

    Stop every server of the store first. READBACK_REDIS_URL or READBACK_DATA_DIR names the store,
    which may be of another kind than the one that was backed up; READBACK_SECRETS names the secrets
    file of the one that was backed up. - reads standard input. The file is checked before anything
    is written.
    """
    settings = command_settings()
    name_store(settings)
    secrets = _secrets(settings)
    # Also where the files of an earlier store are missing, which may be why it is restored.
    connection, embedded = open_store(settings, counts_voters=False, may_be_new=True)
    if embedded:
        click.get_current_context().call_on_close(lambda: end_embedded(embedded))
    refuse_away(connection, settings, "Nothing was restored")
    shown = _Progress("parts")
    try:
        with local_file(path) as file:
            head = backups.restore(connection, secrets, file, shown)
    except StoreUnavailable as problem:
        raise BackupError(f"The restore is not complete: {store_trouble(problem)}") from None
    shown.end()
    made = f"{datetime.fromtimestamp(head.made_s, UTC):%Y-%m-%d at %H:%M} UTC"
    log(connection, ALL_SITES, "store restored", after=f"as it was on {made}")
    click.echo(f"Restored the store as it was on {made}.")
    click.echo("`readback verify` recounts it. Then start the server.")


class _Progress:
    """One line of a terminal that counts what is done."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._next_s = time.monotonic() + SHOWN_EVERY_S
        self._is_shown = False

    def __call__(self, done: int) -> None:
        if sys.stderr.isatty() and time.monotonic() >= self._next_s:
            self._next_s = time.monotonic() + SHOWN_EVERY_S
            self._is_shown = True
            click.echo(f"\r{done:,} {self._what} ...", nl=False, err=True)

    def end(self) -> None:
        if self._is_shown:
            click.echo(err=True)


def _secrets(settings: Settings) -> Secrets:
    """Return the secrets, and make none: new ones could not be those of the back-up.

    :raise SettingError: there are none, or they are weak.
    """
    path = secrets_path(settings)
    if not path.exists():
        raise SettingError(
            f"there is no secrets file at {path}. Put the backed-up store's there, or set its "
            "path in READBACK_SECRETS"
        )
    return load_secrets(path)
