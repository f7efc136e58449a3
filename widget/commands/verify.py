"""``readback verify``: every total recounted from the stored votes and comments."""

import sys
from collections.abc import Iterable

import click

from widget.commands.store import command_store, stored_sites
from widget.domain import clock
from widget.domain.model import Site
from widget.domain.printable import printable
from widget.settings import Settings
from widget.store.comments.recount import CommentMismatch, CommentRecount
from widget.store.reactions.recount import Mismatch, Recount


@click.command()
def verify() -> None:
    """Recount every total from the stored votes and comments. Exit 1 on a mismatch."""
    settings = Settings.from_env()
    connection = command_store(settings)
    votes, comments = Recount(connection), CommentRecount(connection)
    wrong = 0
    for site in stored_sites(connection, settings).all():
        wrong += _report(site, votes.mismatches(site, now_s=int(clock.now())))
        click.echo(f"{site.key}: {votes.articles(site)} articles recounted")
        if unfinished := votes.unfinished_moves(site):
            click.echo(
                f"{site.key}: {unfinished} moves of votes between articles are not finished; "
                "the next vote or correction there finishes them"
            )
        wrong += _report(site, comments.mismatches(site))
        click.echo(f"{site.key}: {comments.comments(site)} comments recounted")
    if wrong:
        click.echo(f"{wrong} totals are not the sum of their parts. Nothing was changed.")
        sys.exit(1)
    click.echo("Every total is the sum of its parts.")


def _report(site: Site, mismatches: Iterable[Mismatch | CommentMismatch]) -> int:
    """Print each mismatch, and return how many there are."""
    found = list(mismatches)
    for one in found:
        difference = f"{one.where}: expected {one.expected}, found {one.found}"
        click.echo(f"{site.key}: {printable(difference)}")
    return len(found)
