"""``readback store``: its files, settings and schema, and the voter key that it remembers."""

import click

from widget.commands.adopt_key import adopt_key
from widget.commands.help import FullHelp
from widget.commands.store_files import check, new, repair_
from widget.commands.store_settings import store_settings
from widget.commands.upgrade_store import upgrade_store


@click.group("store", cls=FullHelp)
def store() -> None:
    """Check the store's files and settings, repair or upgrade it, or give up a lost voter key."""


for command in (check, repair_, new, store_settings, adopt_key, upgrade_store):
    store.add_command(command)
