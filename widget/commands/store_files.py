"""``readback store``: the files of the embedded store, while no server runs on them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click

from widget.commands.configured import command_settings
from widget.commands.store import name_store
from widget.secrets import open_secrets
from widget.settings import SettingError, Settings
from widget.store.append_only import DamagedFiles, has_files
from widget.store.embedded import EmbeddedStore
from widget.store.repair import Plan, between, plan_of, repair


@click.command()
def check() -> None:
    """Check whether the files of a stopped store are intact. Exit 1 if they are not."""
    settings = _settings()
    with _unused(settings):
        plan = plan_of(settings.data_dir)
        for line in _findings(settings, plan):
            click.echo(line)
    if plan.is_needed:
        raise DamagedFiles("The files are damaged; `readback store repair` can repair them")
    click.echo(f"The files of the store in {settings.data_dir} are intact.")


@click.command("repair")
def repair_() -> None:
    """Cut unreadable data off the files of a stopped store, and keep a copy.

    Everything after the first unreadable command is lost to the store. Restore a back-up instead
    if it has more.
    """
    settings = _settings()
    with _unused(settings):
        plan = plan_of(settings.data_dir)
        if not plan.is_needed:
            click.echo("The files are intact. Nothing was changed.")
            return
        findings = _findings(settings, plan)
        copy = repair(settings.data_dir, plan, now=datetime.now(UTC))
    for line in findings:
        click.echo(line)
    click.echo(f"A copy of the files as they were: {copy}")
    click.echo("The copy keeps what the store forgets: delete it within two days.")
    _start_once(_store(settings), "repaired")
    click.echo("The store starts again. Run `readback verify` to recount its totals.")


@click.command()
def new() -> None:
    """Make an empty store in READBACK_DATA_DIR, as the first start of the server does.

    This also works where an earlier store's files are missing. It creates the secrets file too,
    unless there is one.
    """
    settings = _settings()
    if has_files(settings.data_dir):
        raise SettingError(
            f"READBACK_DATA_DIR: {settings.data_dir} has files of a store. Nothing was changed"
        )
    _start_once(_store(settings, may_be_new=True), "new")
    open_secrets(settings)
    click.echo(f"{settings.data_dir} has an empty store.")


def _settings() -> Settings:
    settings = command_settings()
    name_store(settings)
    if settings.redis_url:
        raise SettingError(
            "READBACK_REDIS_URL names a store of your own, whose files Readback does not touch"
        )
    return settings


def _store(settings: Settings, *, may_be_new: bool = False) -> EmbeddedStore:
    return EmbeddedStore(
        settings.data_dir, fsync=settings.fsync, memory_mb=settings.store_mb, may_be_new=may_be_new
    )


def _start_once(store: EmbeddedStore, which: str) -> None:
    """Start a store and stop it, so that its files are as the server leaves them.

    :raise SettingError: it does not start, or its files may not be on disk.
    """
    store.start()
    stopped = store.stop()
    if stopped.trouble:
        raise SettingError(f"The {which} store may not be on disk: {stopped.trouble}")


@contextmanager
def _unused(settings: Settings) -> Iterator[None]:
    if not settings.data_dir.is_dir():
        raise SettingError(
            f"READBACK_DATA_DIR: {settings.data_dir} is not a folder; name the one that has the "
            "store's files, as `readback settings` of the server shows it"
        )
    with _store(settings).unused():
        yield


def _findings(settings: Settings, plan: Plan) -> list[str]:
    lines = []
    if plan.is_rebuilt:
        lines.append("The manifest is damaged or missing; the other files show what it said.")
    for cut in plan.cuts:
        lines.append(
            f"{cut.name}: {cut.lost_bytes:,} of {cut.size_bytes:,} bytes cannot be read or follow "
            f"what cannot be read, from byte {cut.at_byte:,} on."
        )
    if plan.cuts:
        began, ended = between(settings.data_dir, plan)
        share = sum(cut.lost_bytes for cut in plan.cuts) / max(
            1, sum(cut.size_bytes for cut in plan.cuts)
        )
        lines.append(
            f"That is {share:.1%} of what those files have. By their times, they were written "
            f"between {began:%Y-%m-%d %H:%M} and {ended:%Y-%m-%d %H:%M} UTC."
        )
    return lines
