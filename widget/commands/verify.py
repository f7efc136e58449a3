"""``readback verify``: every total recounted from the stored votes and comments."""

import sys
from collections.abc import Iterable

import click

from widget.commands.configured import command_settings
from widget.commands.store import command_store, stored_sites
from widget.domain import clock
from widget.domain.ledger.signing import Signer
from widget.domain.model import Site
from widget.domain.printable import printable
from widget.domain.readers.reader import voters_fingerprint
from widget.secrets import load_secrets, secrets_path
from widget.settings import Settings
from widget.store.comments.recount import CommentMismatch, CommentRecount
from widget.store.connect import Connection
from widget.store.identity import has_counted
from widget.store.ledger.comparison import LedgerComparison
from widget.store.reactions.recount import Mismatch, Recount
from widget.store.scripts import store_errors


@click.command()
def verify() -> None:
    """Recount every total from the stored votes and comments. Exit 1 on a mismatch."""
    settings = command_settings()
    connection = command_store(settings, "Nothing was recounted", counts_voters=False)
    votes, comments = Recount(connection), CommentRecount(connection)
    is_same_key = _report_key(connection, settings)
    ledgers = LedgerComparison(connection, days=settings.ledger_days, own=_ledger_keys(settings))
    wrong = misfits = 0
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
        for misfit in (found := ledgers.misfits(site, now_s=int(clock.now()))):
            click.echo(f"{site.key}: {printable(misfit)}")
        misfits += len(found)
    if wrong:
        click.echo(f"{wrong} totals are not the sum of their parts. Nothing was changed.")
        sys.exit(1)
    click.echo("Every total is the sum of its parts.")
    if misfits:
        click.echo("The ledger does not fit the counts (docs/ledger.md). Nothing was changed.")
    if misfits or not is_same_key:
        sys.exit(1)


def _report_key(connection: Connection, settings: Settings) -> bool:
    """Print whose voter key counted the store's readers, and return False if it is another one."""
    path = secrets_path(settings)
    if not settings.secrets and not path.exists():
        click.echo(f"There is no secrets file at {path} to compare these readers with.")
        return True
    with store_errors():
        counted = has_counted(connection.client, voters_fingerprint(load_secrets(path).vote_key))
    if counted is None:
        click.echo("No voter key is recorded yet; the next start of the server records its own.")
    elif counted:
        click.echo(
            f"Readers are counted with this secrets file. The schema is {connection.schema}."
        )
    else:
        click.echo(
            "Readers were counted with another secrets file, so a server refuses to start with "
            "this one. Put the other back, or run `readback store adopt-key`."
        )
    return counted is not False


def _ledger_keys(settings: Settings) -> set[str]:
    """Return the public keys of the secrets file, if there is one."""
    path = secrets_path(settings)
    seeds = load_secrets(path).ledger_keys if path.exists() else ()
    return {Signer(seed).public for seed in seeds}


def _report(site: Site, mismatches: Iterable[Mismatch | CommentMismatch]) -> int:
    """Print each mismatch, and return how many there are."""
    found = list(mismatches)
    for one in found:
        difference = f"{one.where}: expected {one.expected}, found {one.found}"
        click.echo(f"{site.key}: {printable(difference)}")
    return len(found)
