"""``readback story``: stories on the sites, named by their addresses."""

from pathlib import Path

import click

from widget.commands.configured import command_settings
from widget.commands.help import FullHelp
from widget.commands.logged import command_actor, log
from widget.commands.name_pairs import pairs_in
from widget.commands.standard_input import local_file
from widget.commands.store import command_store, find_site
from widget.domain import clock
from widget.domain.article import resolve_for
from widget.domain.errors import BadArticle, CannotCorrect
from widget.domain.model import Site
from widget.domain.printable import printable
from widget.importing import story_addresses
from widget.importing.model import BadFile
from widget.services.joining import Joining
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.corrections import Actor
from widget.store.reactions.unconfirmed import Unconfirmed


@click.group(cls=FullHelp)
def story() -> None:
    """Say which stories are real, and which are the same."""


@story.command()
@click.argument("site_key", metavar="SITE")
@click.argument(
    "file", type=click.Path(path_type=Path, exists=True, dir_okay=False, allow_dash=True)
)
def confirm(site_key: str, file: Path) -> None:
    """Keep the stories in FILE, even if only one network has voted on them.

    FILE is a sitemap, an RSS or Atom feed, or a list of addresses, one per line; - reads
    standard input. Readback never fetches it itself:

        curl -s https://news.example/sitemap.xml | readback story confirm news -
    """
    settings = command_settings()
    connection = command_store(settings, "No story was confirmed")
    site = find_site(connection, settings, site_key)
    with local_file(file) as path:
        try:
            addresses = story_addresses.read(path)
        except BadFile as problem:
            raise BadFile(printable(f"{file.name} {problem}. Nothing was changed.")) from None
    ids = _ids(site, Aliases(connection), addresses)
    confirmed = Unconfirmed(connection).confirm(site, ids)
    if confirmed:
        log(connection, site, "stories confirmed", after=f"{confirmed:,} that were not before")
    click.echo(f"{len(addresses):,} addresses read, {len(ids):,} of them articles of {site.key}.")
    click.echo(f"Stories that were not confirmed before: {confirmed:,}.")


@story.command()
@click.argument("site_key", metavar="SITE")
@click.argument(
    "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False
)
@click.option(
    "--dry-run", is_flag=True, help="Show what would be joined, without changing anything."
)
def join(site_key: str, file: Path | None, dry_run: bool) -> None:
    """Join stories whose address is now written differently.

    Run it after an upgrade or after a change of the site's parameters or origins. With FILE, join
    the stories that your pages used to name differently: CSV of the old and the new name, one pair
    per line. Each join is a merge in the site's log, and can be undone at the desk.
    """
    settings = command_settings()
    connection = command_store(settings, "No story was joined").patient()
    site = find_site(connection, settings, site_key)
    joining = Joining(connection, site)
    try:
        found = list(joining.paired(pairs_in(file)) if file else joining.renamed())
    except BadArticle:
        raise BadFile(
            f"{printable(str(file))} has a name that is neither an id nor an address of "
            f"{site.key}. Nothing was changed."
        ) from None
    joined = 0
    for rename in found:
        said = printable(f"{rename.old.address} -> {rename.new.address}")
        if dry_run:
            click.echo(said)
            continue
        try:
            joined += joining.join(
                rename, by=Actor(command_actor(), int(clock.now()), "One story, one name")
            )
        except CannotCorrect as problem:
            click.echo(f"{said}: not joined. {problem}")
    click.echo(f"{len(found):,} stories now have another name; {joined:,} were joined.")


def _ids(site: Site, aliases: Aliases, addresses: list[str]) -> set[str]:
    """Return the articles of those addresses that are on the site's origins."""
    found = set()
    for address in addresses:
        try:
            found.add(aliases.follow(site.key, resolve_for(site, address)).id)
        except BadArticle:
            continue
    return found
