"""The store of a command, its sites, and the refusal of a key that no site has."""

import click

from widget.domain import clock
from widget.domain.errors import StoreFull, StoreUnavailable, UnknownSite
from widget.domain.model import Site
from widget.domain.printable import printable
from widget.services.home import home_site
from widget.settings import SettingError, Settings
from widget.store.clock import StoreClock
from widget.store.connect import Connection, open_store
from widget.store.embedded import EmbeddedStore
from widget.store.sites import Sites


def command_store(settings: Settings, *, counts_voters: bool = True) -> Connection:
    """Connect to the store. If no server runs, start the embedded one until the command ends.

    A store that this command started forgets what has expired, as a server's does every day.

    :param counts_voters: False for a command that works with any voter key.
    :raise SettingError: as :func:`open_store`, or the store is of another voter key or schema.
    """
    return open_command_store(settings, counts_voters=counts_voters)[0]


def open_command_store(
    settings: Settings, *, counts_voters: bool = True
) -> tuple[Connection, EmbeddedStore | None]:
    """Connect as :func:`command_store`, and return the embedded store too, if it is that."""
    connection, embedded = open_store(settings, counts_voters=counts_voters)
    if embedded:
        click.get_current_context().call_on_close(lambda: end_embedded(embedded))
        if embedded.is_new:
            click.echo(f"A new, empty store begins in {settings.data_dir}.", err=True)
    connection.check_at_start()
    if embedded:
        embedded.forget(now_s=clock.now())
    StoreClock(connection).measure()
    return connection, embedded


def end_embedded(embedded: EmbeddedStore) -> None:
    """Stop the store that a command started.

    :raise SettingError: what the command has stored may not be on disk.
    """
    stopped = embedded.stop()
    if stopped.trouble:
        raise SettingError(
            f"What this command has stored may not be on disk: {stopped.trouble}. Make sure that "
            "the disk of READBACK_DATA_DIR has room and is sound, then repeat the command"
        )


def store_trouble(problem: StoreUnavailable) -> str:
    """Return what a long command says of a store that refused: the trouble, and the remedy."""
    if isinstance(problem, StoreFull):
        return (
            "the store is full; raise READBACK_STORE_MB, or maxmemory of a store of your own, "
            "then repeat this command"
        )
    return f"{_what_the_store_did(problem)}; check that it runs, then repeat this command"


def store_refusal(problem: StoreUnavailable) -> str:
    """Return what a short command says of a store that refused."""
    if isinstance(problem, StoreFull):
        return store_trouble(problem)
    return f"{_what_the_store_did(problem)}. Check that it runs, and READBACK_REDIS_URL"


def _what_the_store_did(problem: StoreUnavailable) -> str:
    """Return ``the store does not answer (127.0.0.1:6379): connection refused``."""
    has_code = problem.reason[:4].isupper()
    did = "refuses" if has_code else "does not answer"
    where = f" ({problem.server})" if problem.server else ""
    return f"the store {did}{where}" + (f": {problem.reason}" if problem.reason else "")


def stored_sites(connection: Connection, settings: Settings) -> Sites:
    """Return the sites of a store."""
    return Sites(connection, home_site(settings))


def find_site(connection: Connection, settings: Settings, key: str) -> Site:
    """Return one site.

    :raise SettingError: no site has this key.
    """
    try:
        return stored_sites(connection, settings).get(key)
    except UnknownSite:
        raise no_site(key) from None


def no_site(key: str) -> SettingError:
    """Return the refusal of a key that no site has."""
    return SettingError(f'No site "{printable(key)}". `readback site list` shows all keys.')
