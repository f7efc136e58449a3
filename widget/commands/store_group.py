"""``readback store``: its files, and the voter key that it remembers."""

import click

from widget.commands.adopt_key import adopt_key
from widget.commands.store_files import check, new, repair_


@click.group("store")
def store() -> None:
    """Check and repair the embedded store's files, or give up a lost voter key."""


for command in (check, repair_, new, adopt_key):
    store.add_command(command)
