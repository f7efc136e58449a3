"""``readback store upgrade``: raise the schema of a store that an earlier release made."""

import click

from widget.commands.configured import command_settings
from widget.commands.logged import log
from widget.commands.store import command_store
from widget.store.desk.audit import ALL_SITES
from widget.store.identity import SCHEMA, upgrade
from widget.store.scripts import store_errors


@click.command("upgrade")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
def upgrade_store(yes: bool) -> None:
    """Let the store keep what this release adds to each vote.

    Run it once every server is of this release: servers of an earlier one stop using the store.
    Until then all works as before, but for the evidence of the Integrity page.
    """
    connection = command_store(command_settings(), "The store was not upgraded")
    if connection.schema == SCHEMA:
        click.echo(f"The store has schema {SCHEMA} already. Nothing was changed.")
        return
    if not yes:
        click.confirm(
            "Servers of an earlier release will stop using this store, and only a back-up leads "
            "back. Are all servers of this release, and do you have a back-up?",
            abort=True,
        )
    with store_errors():
        upgrade(connection.client)
    log(connection, ALL_SITES, f"store upgraded to schema {SCHEMA}")
    click.echo(f"The store has schema {SCHEMA} now. Servers follow within ten seconds.")
