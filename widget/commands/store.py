"""The store of a `readback` command: the one a live server uses, or started for the command."""

import click

from widget.settings import Settings
from widget.store.connect import Connection
from widget.store.opening import open_store


def command_store(settings: Settings) -> Connection:
    """A connection to the store. An embedded server started for it ends with the command.

    :raise SettingError: as :func:`open_store`.
    """
    connection, embedded = open_store(settings)
    if embedded:
        click.get_current_context().call_on_close(embedded.stop)
    return connection
