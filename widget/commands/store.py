"""The store of a command, its sites, and the refusal of a key that no site has."""

import time

import click

from widget.domain.errors import StoreFull, StoreUnavailable, UnknownSite
from widget.domain.model import Site
from widget.domain.printable import printable
from widget.services.home import home_site
from widget.settings import SettingError, Settings
from widget.store.connect import Connection, open_store
from widget.store.sites import Sites


def command_store(settings: Settings) -> Connection:
    """Connect to the store. If no server runs, start the embedded one until the command ends.

    A store that this command started forgets what has expired, as a server's does every day.

    :raise SettingError: as :func:`open_store`.
    """
    connection, embedded = open_store(settings)
    if embedded:
        click.get_current_context().call_on_close(embedded.stop)
        embedded.forget(now_s=time.time())
    return connection


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
