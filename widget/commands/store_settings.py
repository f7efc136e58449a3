"""``readback store settings``, and the same findings in the log of a start."""

import logging
import sys

import click

from widget.commands.configured import command_settings
from widget.commands.store import command_store
from widget.settings import SettingError
from widget.store.store_settings import UNKNOWN, findings

log = logging.getLogger("readback")


def warn_of_store_settings(url: str) -> None:
    """Log a line for each setting that the store should not have."""
    for line in findings(url):
        if line == UNKNOWN:
            log.info("%s", line)
        else:
            log.warning("%s", line)


@click.command("settings")
def store_settings() -> None:
    """Check the settings of your own store's servers. Exit 1 if one should be changed."""
    settings = command_settings()
    url = settings.redis_url
    if not url:
        raise SettingError(
            "READBACK_REDIS_URL is not set, so this is the embedded store; Readback sets it up"
        )
    command_store(settings, "Nothing was checked", counts_voters=False)
    found = findings(url)
    for line in found:
        click.echo(line)
    if not found:
        click.echo("No setting of the store needs to be changed.")
    sys.exit(1 if found else 0)
