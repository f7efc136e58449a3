"""``readback import``: comments from Disqus, WordPress, Isso or another Readback."""

import time
from contextlib import ExitStack
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
import msgspec
from rich.markup import escape
from rich.progress import Progress

from widget.commands.name_pairs import pairs_in
from widget.commands.store import command_store, find_site, store_trouble
from widget.domain.article import canonical_origin
from widget.domain.comments.comment import scored
from widget.domain.errors import BadArticle, StoreUnavailable
from widget.domain.model import Site
from widget.domain.printable import printable
from widget.importing import disqus, isso, lines, wordpress
from widget.importing.model import BadFile, Records, Skipped
from widget.importing.model import Progress as Advance
from widget.importing.report import EXAMPLES, Report
from widget.importing.staging import Staged, Staging
from widget.services.transfer.addresses import Addresses
from widget.services.transfer.importer import Importer
from widget.settings import SettingError, Settings
from widget.store.reactions.aliases import Aliases
from widget.tone import score

FORMATS = ("disqus", "wordpress", "isso", "jsonl")


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", "format_", type=click.Choice(FORMATS), required=True)
@click.option("--site", "site_key", default="home", show_default=True, help="Key of the site.")
@click.option(
    "--origin", help="Origin of addresses that are only a path; the site's first unless given."
)
@click.option(
    "--rename",
    nargs=2,
    multiple=True,
    metavar="OLD NEW",
    help="Read addresses of the origin OLD as the same addresses of NEW; may be repeated.",
)
@click.option(
    "--map",
    "map_",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV of an address in FILE and the id or address that your pages use, one pair a line.",
)
@click.option(
    "--timezone",
    default="UTC",
    show_default=True,
    help="Time zone of times without one, such as Europe/Berlin.",
)
@click.option(
    "--skipped",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write each skipped comment and the reason to this file, as JSONL.",
)
def import_(
    file: Path,
    format_: str,
    site_key: str,
    origin: str | None,
    rename: tuple[tuple[str, str], ...],
    map_: Path | None,
    timezone: str,
    skipped: Path | None,
) -> None:
    """Import the comments of FILE.

    This reads and checks the whole file before it stores anything. If it was interrupted, run it
    again: it never stores a comment twice.
    """
    settings = Settings.from_env()
    zone = _zone(timezone)
    connection = command_store(settings)
    site = find_site(connection, settings, site_key)
    connection = connection.patient()
    try:
        addresses = Addresses(
            site,
            Aliases(connection),
            origin=_origin(origin) if origin else site.origins[0],
            renamed={_origin(old): _renamed(new, site) for old, new in rename},
            pairs=pairs_in(map_) if map_ else (),
        )
    except BadArticle:
        raise SettingError(
            f"--map {printable(str(map_))}: a second name is neither an id nor an address of "
            f"{site.key}"
        ) from None
    importer = Importer(
        connection, site, lambda text: scored(score(text)), addresses, now_s=int(time.time())
    )
    with ExitStack() as stack:
        staging = stack.enter_context(Staging())
        log = stack.enter_context(_log_file(skipped)) if skipped else None
        progress = stack.enter_context(Progress())
        try:
            _read(file, format_, zone, staging, importer.report, progress, log)
            staging.settle(addresses.article_of)
            _store(staging, importer, progress, log)
        except StoreUnavailable as problem:
            raise SettingError(
                f"{store_trouble(problem)}. "
                f"The {importer.report.stored:,} comments stored so far are kept"
            ) from None
    _print_report(importer.report, site)


def _read(
    file: Path,
    format_: str,
    zone: ZoneInfo,
    staging: Staging,
    report: Report,
    progress: Progress,
    log: IO[str] | None,
) -> None:
    total = isso.rows(file) if format_ == "isso" else file.stat().st_size
    task = progress.add_task(f"Reading {escape(printable(file.name))}", total=total)

    def advance(read: int) -> None:
        progress.advance(task, read)

    try:
        for skipped in staging.fill(_records(file, format_, zone, advance)):
            report.skip(skipped)
            _log(log, skipped)
    except BadFile as problem:
        raise BadFile(printable(f"{file.name} {problem}. Nothing was stored.")) from None
    except OSError as problem:
        raise BadFile(f"{file.name}: {problem.strerror}. Nothing was stored.") from None


def _records(file: Path, format_: str, zone: ZoneInfo, advance: Advance) -> Records:
    match format_:
        case "disqus":
            return disqus.read(file, advance)
        case "wordpress":
            return wordpress.read(file, advance, zone)
        case "isso":
            return isso.read(file, advance)
        case _:
            return lines.read(file, advance, zone)


def _store(staging: Staging, importer: Importer, progress: Progress, log: IO[str] | None) -> None:
    task = progress.add_task("Storing comments", total=len(staging))

    def stored(staged: Staged, why: str) -> None:
        progress.advance(task)
        if why:
            _log(log, Skipped(staged.found.source, why))

    importer.store(staging, stored)


def _log_file(path: Path) -> IO[str]:
    try:
        return path.open("w")
    except OSError as problem:
        raise SettingError(f"--skipped {path}: {problem.strerror}") from None


def _log(log: IO[str] | None, skipped: Skipped) -> None:
    if log:
        line = msgspec.json.encode({"comment": skipped.source, "why": skipped.why})
        log.write(line.decode() + "\n")


def _print_report(report: Report, site: Site) -> None:
    held = f", {report.held:,} of them held for an editor" if report.held else ""
    click.echo(f"{report.stored:,} comments stored in {site.key}{held}.")
    if report.there:
        click.echo(f"{report.there:,} were there before, and were not changed.")
    if report.places:
        click.echo(f"{report.places:,} threads have no text, but keep a place for their replies.")
    if report.cut:
        click.echo(f"{report.cut:,} names were too long and were shortened.")
    for why, count in report.skipped.most_common():
        some = ", ".join(report.examples[why]) + (", ..." if count > EXAMPLES else "")
        click.echo(f"{count:,} skipped: {why} ({printable(some)})")
    for origin, count in report.origins.most_common():
        click.echo(f"    {count:,} on {printable(origin)}")
    if report.origins:
        other = next(iter(report.origins))
        origins = " ".join(f"--origin {one}" for one in (*site.origins, other))
        click.echo(
            f"To import them too, repeat this command after\n"
            f"    readback site set {site.key} {printable(origins)}\n"
            f"or, if the same pages have moved to {site.origins[0]}, with\n"
            f"    --rename {printable(other)} {site.origins[0]}"
        )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingError(
            f"--timezone {name}: no such zone; write one such as Europe/Berlin"
        ) from None


def _origin(text: str) -> str:
    try:
        return canonical_origin(text, allow_http=True)
    except ValueError as problem:
        raise SettingError(str(problem)) from None


def _renamed(text: str, site: Site) -> str:
    origin = _origin(text)
    if origin not in site.origins:
        raise SettingError(f"--rename: {origin} is not an origin of {site.key}")
    return origin
