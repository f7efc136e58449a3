"""``readback story``: stories on the sites, named by their addresses."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from widget.commands.store import command_store, find_site
from widget.domain.article import resolve_for
from widget.domain.errors import BadArticle
from widget.domain.model import Site
from widget.domain.printable import printable
from widget.importing import story_addresses
from widget.importing.model import BadFile
from widget.settings import Settings
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.unconfirmed import Unconfirmed


@click.group()
def story() -> None:
    """Say which stories are real."""


@story.command()
@click.argument("site_key", metavar="SITE")
@click.argument(
    "file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True)
)
def confirm(site_key: str, file: Path) -> None:
    """Let the stories in FILE stay, even if only one network has voted on them.

    FILE is a sitemap, an RSS or Atom feed, or a list of addresses, one on each line; - reads the
    standard input. Readback never fetches it itself:

        curl -s https://news.example/sitemap.xml | readback story confirm news -
    """
    settings = Settings.from_env()
    connection = command_store(settings)
    site = find_site(connection, settings, site_key)
    with _local(file) as path:
        try:
            addresses = story_addresses.read(path)
        except BadFile as problem:
            raise BadFile(printable(f"{file.name} {problem}. Nothing was changed.")) from None
    ids = _ids(site, Aliases(connection), addresses)
    confirmed = Unconfirmed(connection).confirm(site, ids)
    click.echo(f"{len(addresses):,} addresses read, {len(ids):,} of them articles of {site.key}.")
    click.echo(f"Stories that were not confirmed before: {confirmed:,}.")


def _ids(site: Site, aliases: Aliases, addresses: list[str]) -> set[str]:
    """Return the articles of those addresses that are on the site's origins."""
    found = set()
    for address in addresses:
        try:
            found.add(aliases.follow(site.key, resolve_for(site, address)).id)
        except BadArticle:
            continue
    return found


@contextmanager
def _local(file: Path) -> Iterator[Path]:
    """Give a file's path; the standard input is first copied to a temporary file."""
    if str(file) != "-":
        yield file
        return
    with tempfile.NamedTemporaryFile() as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
        copy.flush()
        yield Path(copy.name)
