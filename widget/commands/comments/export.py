"""``readback export``: a site's articles and comments as JSONL, to a file or standard output."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from widget.commands.configured import command_settings
from widget.commands.store import command_store, find_site
from widget.domain import clock
from widget.services.transfer.exporter import Export
from widget.settings import SettingError


@click.command()
@click.option("--site", "site_key", default="home", show_default=True, help="Key of the site.")
@click.option(
    "--to",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; default: standard output.",
)
def export(site_key: str, to: Path | None) -> None:
    """Write every article and comment of a site as JSONL, which `readback import` can read.

    The file appears once it is complete. Only you can read it, because it contains readers' texts.
    """
    settings = command_settings()
    connection = command_store(settings, "Nothing was exported", counts_voters=False)
    site = find_site(connection, settings, site_key)
    work = Export(connection.patient(), site, now_s=int(clock.now()))
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("Comments", total=work.comments())
        lines = work.lines(lambda written: progress.advance(task, written))
        if to is None:
            for line in lines:
                sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
            return
        try:
            _write(to, lines)
        except OSError as problem:
            raise SettingError(f"--to {to}: {problem.strerror}") from None
    click.echo(f"Wrote {to}.")


def _write(to: Path, lines: Iterator[bytes]) -> None:
    part = to.with_name(f"{to.name}.part")
    part.unlink(missing_ok=True)  # left by a run that was killed
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)
