"""What commands change, in the log of the desk."""

import os
import pwd
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import click

from widget.domain import clock
from widget.domain.errors import StoreUnavailable
from widget.domain.model import Site
from widget.store.connect import Connection
from widget.store.connection.remedies import does
from widget.store.desk.audit import COMMAND_LINE, Audit


def command_actor() -> str:
    """Return who runs the command: ``command line (www-data)``, by the system's user."""
    user = os.geteuid()
    try:
        name = pwd.getpwuid(user).pw_name
    except KeyError:  # a container can run as a number that has no name
        name = f"user {user}"
    return f"{COMMAND_LINE} ({name})"


def log(
    connection: Connection,
    site: Site,
    action: str,
    subject: str = "",
    *,
    before: str = "",
    after: str = "",
) -> None:
    """Write what a command has changed to a site's log, or say that this could not be written.

    By now it is done, also where the shard of the log is away.
    """
    try:
        Audit(connection).append(
            site, command_actor(), action, subject, change=(before, after), at_s=int(clock.now())
        )
    except StoreUnavailable as outage:
        why = f"{outage.server} {does(outage.reason)}"
        click.echo(f"Stored, but not written to the desk's log: {why}.", err=True)


@contextmanager
def logged_at_end(
    connection: Connection, site: Site, action: str, said: Callable[[], str]
) -> Iterator[None]:
    """Log what long work has changed, also if it was interrupted.

    :param said: returns it in words; "" if nothing was changed.
    """
    try:
        yield
    finally:
        after = said()
        if after:
            with suppress(StoreUnavailable):  # a store that refused the work may refuse this too
                log(connection, site, action, after=after)
