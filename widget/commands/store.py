"""The store of a command, its sites, and the refusal of a key that no site has."""

import os
import pwd

import click

from widget.domain import clock
from widget.domain.errors import StoreFull, StoreUnavailable, UnknownSite
from widget.domain.model import Site
from widget.domain.printable import printable
from widget.environment.environment import read_environment
from widget.environment.places import ENV_FILE, places
from widget.services.home import home_site
from widget.settings import SettingError, Settings
from widget.store.append_only import had_store, has_files
from widget.store.clock import StoreClock
from widget.store.connect import Connection, open_store, place_of
from widget.store.connection.remedies import does, remedy
from widget.store.embedded import EmbeddedStore, answers, socket_path
from widget.store.sites import Sites


def command_store(settings: Settings, undone: str, *, counts_voters: bool = True) -> Connection:
    """Connect to the store. If no server runs, start the embedded one until the command ends.

    A store that this command started forgets what has expired, as a server's does every day.

    :param undone: what has not been done if the store is away: ``No site was added``.
    :param counts_voters: False for a command that works with any voter key.
    :raise SettingError: as :func:`open_store`, or there is no store, it does not answer, or it is
        of another voter key or schema.
    """
    return open_command_store(settings, undone, counts_voters=counts_voters)[0]


def open_command_store(
    settings: Settings, undone: str, *, counts_voters: bool = True
) -> tuple[Connection, EmbeddedStore | None]:
    """Connect as :func:`command_store`, and return the embedded store too, if it is that."""
    name_store(settings)
    refuse_missing_store(settings, undone)
    connection, embedded = open_store(settings, counts_voters=counts_voters, makes_secrets=False)
    if embedded:
        click.get_current_context().call_on_close(lambda: end_embedded(embedded))
    refuse_away(connection, settings, undone)
    connection.check_at_start()
    if embedded:
        embedded.forget(now_s=clock.now())
    StoreClock(connection).measure()
    return connection, embedded


def name_store(settings: Settings) -> None:
    """Say on standard error which store the command works on, and who says so."""
    click.echo(f"Store: {printable(place_of(settings))} (from {_source(settings)})", err=True)


def _source(settings: Settings) -> str:
    named = "READBACK_REDIS_URL" if settings.redis_url else "READBACK_DATA_DIR"
    return read_environment().source(named)


def refuse_missing_store(settings: Settings, undone: str) -> None:
    """Refuse to begin an embedded store: only a start of the server does.

    :raise SettingError: there is none, or it is another user's.
    """
    folder = settings.data_dir
    if settings.redis_url:
        return
    try:
        is_there = has_files(folder) or had_store(folder)
    except PermissionError:
        raise SettingError(
            f"{undone}. READBACK_DATA_DIR: {folder}: Permission denied. {as_owner(settings)}"
        ) from None
    if not is_there:
        raise SettingError(
            f"{undone}. There is no store in {folder}. If the server runs, it has other settings: "
            f"put them in the {_file_places()}. If it has never run, start it with "
            "`readback serve`, or make an empty store with `readback store new`"
        )
    if os.geteuid() == 0 and folder.stat().st_uid and not answers(socket_path(folder)):
        # The files that root would write are closed to the service.
        raise SettingError(f"{undone}. No server runs on {folder}. {as_owner(settings)}")


def _file_places() -> str:
    return f"file that {ENV_FILE} names, or in {' or '.join(map(str, places()))}"


def as_owner(settings: Settings) -> str:
    """Return what to do as a user who may not read the data of the service."""
    try:
        owner = pwd.getpwuid(settings.data_dir.stat().st_uid).pw_name
    except (OSError, KeyError):
        owner = "readback"
    return f"Run this as its user: `runuser -u {owner} -- readback ...`"


def refuse_away(connection: Connection, settings: Settings, undone: str) -> None:
    """Refuse to go on with a store that does not answer.

    :raise SettingError: it does not. The message says why, and what to do.
    """
    reason = connection.why_away()
    if reason:
        raise SettingError(
            f"{undone}. The store ({place_of(settings)}) {does(reason)}. {remedy(reason)}"
        )


def end_embedded(embedded: EmbeddedStore) -> None:
    """Stop the store that a command started.

    :raise SettingError: what the command has stored may not be on disk.
    """
    stopped = embedded.stop()
    if stopped.trouble:
        raise SettingError(
            f"What this command has stored may not be on disk: {stopped.trouble}. Make sure that "
            "the disk of READBACK_DATA_DIR has room and is healthy, then repeat the command"
        )


def store_trouble(problem: StoreUnavailable) -> str:
    """Return what a long command says of a store that refused: the trouble, and the remedy."""
    if isinstance(problem, StoreFull):
        return (
            "the store is full; raise READBACK_STORE_MB, or maxmemory of a store of your own, "
            "then repeat this command"
        )
    return f"{_what_the_store_did(problem)}. {remedy(problem.reason)}. Then repeat this command"


def store_refusal(problem: StoreUnavailable) -> str:
    """Return what a short command says of a store that refused."""
    if isinstance(problem, StoreFull):
        return store_trouble(problem)
    return f"{_what_the_store_did(problem)}. {remedy(problem.reason)}"


def _what_the_store_did(problem: StoreUnavailable) -> str:
    """Return ``the store (127.0.0.1:6379) does not answer: connection refused``."""
    where = f" ({problem.server})" if problem.server else ""
    return f"the store{where} {does(problem.reason)}" if problem.reason else "the store is away"


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
