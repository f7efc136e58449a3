"""Checks of the store: that it answers and takes votes, whose it is, its settings and its clock."""

import time
from collections.abc import Iterator, Sequence

import click

from widget.commands.check.files import check_folder
from widget.commands.check.findings import Finding, note, ok, problem
from widget.commands.store import as_owner, end_embedded, refuse_missing_store
from widget.domain.clock import TOLERANCE_S
from widget.domain.ledger.signing import Signer
from widget.domain.model import Site
from widget.secrets import load_secrets, secrets_path
from widget.services.home import home_site
from widget.services.tone import SiteTone
from widget.settings import SettingError, Settings
from widget.store.append_only import had_store, has_files
from widget.store.clock import how_far_ahead
from widget.store.comments.rescoring import Rescoring
from widget.store.connect import Connection, open_store, place_of
from widget.store.connection.remedies import does, remedy
from widget.store.ledger.chain import Chain
from widget.store.readiness import Prober, version_of
from widget.store.sites import Sites
from widget.store.store_settings import UNKNOWN, findings

_OLDEST = (6, 2)
_SLOW_MS = 20
_TIMED = 5  # answers


def check_store(settings: Settings) -> Iterator[Finding]:
    if not settings.redis_url:
        yield from check_folder(settings)
        try:
            is_there = has_files(settings.data_dir) or had_store(settings.data_dir)
        except PermissionError:
            yield problem(f"{settings.data_dir}: Permission denied.", f"{as_owner(settings)}.")
            return
        if not is_there:
            yield note(
                f"There is none in {settings.data_dir} yet.",
                "Start the server to make one, or name the folder of the existing one.",
            )
            return
    try:
        refuse_missing_store(settings, "It was not checked")
        has_secrets = bool(settings.secrets) or secrets_path(settings).exists()
        connection, embedded = open_store(settings, counts_voters=has_secrets, makes_secrets=False)
    except SettingError as refusal:
        yield problem(f"{refusal}.", "Correct what it names, then check again.")
        return
    if embedded:
        click.get_current_context().call_on_close(lambda: end_embedded(embedded))
    yield from _answers(connection, settings)


def _answers(connection: Connection, settings: Settings) -> Iterator[Finding]:
    place = place_of(settings)
    if reason := connection.why_away():
        yield problem(f"{place} {does(reason)}.", f"{remedy(reason)}.")
        return
    try:
        connection.check_at_start()
    except SettingError as refusal:
        yield problem(str(refusal), "Servers and commands refuse it until then.")
        return
    yield from _takes_votes(connection, place)
    yield from _version(connection)
    if settings.redis_url:
        yield from _speed(connection)
        for line in findings(settings.redis_url):
            if line == UNKNOWN:
                yield note(line)
            else:
                yield problem(line, "docs/deploy.md says what each setting does.")
    yield from _clock(connection)
    sites = Sites(connection, home_site(settings)).all()
    yield ok(f"It has {len(sites)} {'site' if len(sites) == 1 else 'sites'}.")
    yield from _scores(connection, sites)
    yield from _ledgers(connection, settings, sites)


def _ledgers(
    connection: Connection, settings: Settings, sites: Sequence[Site]
) -> Iterator[Finding]:
    """Look for ledgers that this server cannot go on with."""
    path = secrets_path(settings)
    if not settings.ledger_days or not path.exists():
        return
    own = {Signer(seed).public for seed in load_secrets(path).ledger_keys}
    chain = Chain(connection, days=settings.ledger_days)
    heads = {site.key: chain.head(site) for site in sites}
    others = [key for key, head in heads.items() if head.key and head.key not in own]
    if own and others:
        yield problem(
            f"{path} has not the key that signs the ledger of {', '.join(others)}, so this server "
            "does not write it.",
            "Copy ledger_keys from the secrets file of a server that writes it. If that key is "
            "lost, run `readback ledger adopt-key`.",
        )


def _scores(connection: Connection, sites: Sequence[Site]) -> Iterator[Finding]:
    """Look for comments that another version of the scorer scored."""
    rescoring, tone = Rescoring(connection), SiteTone(connection)
    due = [site.key for site in sites if rescoring.is_due(site, tone.version(site))]
    if due:
        yield note(
            "Comments have their tone from another version of the scorer, so its means mix both: "
            f"{', '.join(due)}.",
            "Run `readback rescore` beside the server.",
        )


def _takes_votes(connection: Connection, place: str) -> Iterator[Finding]:
    """Write a small key on each primary, as /readyz does."""
    found = Prober(connection).look()
    if not found.is_ready:
        yield problem(f"{place} takes no votes: {found.reason}.", f"{remedy(found.reason)}.")
        return
    if found.away_count:
        yield problem(
            f"{found.away_count} of {len(found.away)} primaries take no votes: {found.reason}.",
            f"{remedy(found.reason)}.",
        )
    if found.room.is_near:
        yield problem(f"It is nearly full: {found.room}.", "Raise READBACK_STORE_MB.")
    yield ok(f"{place} takes votes.")


def _speed(connection: Connection) -> Iterator[Finding]:
    """Time some answers: the quickest one tells of the way, and the others of what is busy."""
    quickest_ms = min(map(_answer_ms, [connection] * _TIMED))
    if quickest_ms > _SLOW_MS:
        yield note(f"An answer takes {quickest_ms:.0f} ms.", "Run the store nearer to the server.")


def _answer_ms(connection: Connection) -> float:
    began = time.perf_counter()
    connection.why_away()
    return (time.perf_counter() - began) * 1000


def _version(connection: Connection) -> Iterator[Finding]:
    name, version = version_of(connection)
    if not version:
        return
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
    if name == "Redis" and numbers < _OLDEST:
        yield problem(f"It is {name} {version}.", "Readback needs Redis 6.2 or newer, or Valkey.")
    else:
        yield ok(f"It is {name} {version}.")


def _clock(connection: Connection) -> Iterator[Finding]:
    ahead_s = how_far_ahead(connection)
    if ahead_s is None:
        yield note("Its clock cannot be compared: the user lacks +time (docs/deploy.md).")
    elif abs(ahead_s) > TOLERANCE_S:
        yield problem(
            f"This machine's clock is {abs(ahead_s):.0f} s "
            f"{'behind' if ahead_s > 0 else 'ahead of'} the store's.",
            "Set both by NTP: `timedatectl set-ntp true`.",
        )
    else:
        yield ok("This machine's clock agrees with the store's.")
