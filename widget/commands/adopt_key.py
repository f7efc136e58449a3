"""``readback store adopt-key``: another voter key for a store whose secrets file is lost."""

import click

from widget.commands.configured import command_settings
from widget.commands.logged import log
from widget.commands.store import command_store
from widget.domain.readers.reader import voters_fingerprint
from widget.secrets import open_secrets
from widget.store.desk.audit import ALL_SITES
from widget.store.identity import adopt, has_counted
from widget.store.scripts import store_errors


@click.command("adopt-key")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
def adopt_key(yes: bool) -> None:
    """Count readers with the current secrets file from now on.

    This is for a store whose secrets file is lost. Readers who have voted can then vote again, and
    cannot change or take back what they sent before. All counts stay as they are.
    """
    settings = command_settings()
    connection = command_store(settings, "No key was adopted", counts_voters=False)
    voters = voters_fingerprint(open_secrets(settings).vote_key)
    with store_errors():
        counted = has_counted(connection.client, voters)
    if counted:
        click.echo("This secrets file counts the store's readers already. Nothing was changed.")
        return
    if not yes:
        click.confirm(
            "Readers who have voted or commented will count as new ones: they can vote again, and "
            "can no longer change what they sent before. This cannot be undone without the old "
            "secrets file, so look for a copy of it first. Go on?",
            abort=True,
        )
    with store_errors():
        adopt(connection.client, voters)
    log(connection, ALL_SITES, "voter key adopted")
    click.echo("From now on, readers are counted with this secrets file.")
