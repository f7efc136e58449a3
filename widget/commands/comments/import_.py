"""``readback import``: comments from other systems or another Readback."""

from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
import msgspec
from rich.markup import escape
from rich.progress import Progress

from widget.commands.configured import command_settings
from widget.commands.logged import logged_at_end
from widget.commands.name_pairs import pairs_in
from widget.commands.store import command_store, find_site, store_trouble
from widget.domain import clock
from widget.domain.article import canonical_origin
from widget.domain.comments.cleaning import CUT_MARK
from widget.domain.errors import BadArticle, StoreUnavailable
from widget.domain.model import Site
from widget.domain.printable import printable
from widget.importing import (
    artalk,
    commento,
    disqus,
    isso,
    isso_generic,
    lines,
    remark42,
    waline,
    wordpress,
)
from widget.importing.kinds import kind
from widget.importing.model import BadFile, CutFile, Records, Skipped
from widget.importing.model import Progress as Advance
from widget.importing.report import EXAMPLES, Report
from widget.importing.staging import Staged, Staging
from widget.services.tone import SiteTone
from widget.services.transfer.addresses import Addresses
from widget.services.transfer.importer import Importer
from widget.settings import SettingError
from widget.store.reactions.aliases import Aliases

FORMATS = (
    "disqus",
    "wordpress",
    "isso",
    "isso-generic",
    "remark42",
    "commento",
    "waline",
    "artalk",
    "jsonl",
)
_KINDS = {
    "a Disqus export": "disqus",
    "a WordPress export (WXR)": "wordpress",
    "an Isso database": "isso",
    "Isso's generic JSON": "isso-generic",
    "a Remark42 backup": "remark42",
    "a Commento export": "commento",
    "a Waline export": "waline",
    "an Artalk export": "artalk",
    "a Readback export (JSONL)": "jsonl",
}
INCOMPLETE = 3  # exit code: what could be read is imported, but the file breaks off


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--from",
    "format_",
    type=click.Choice(FORMATS),
    required=True,
    help="The system that wrote FILE.",
)
@click.option("--site", "site_key", default="home", show_default=True, help="Key of the site.")
@click.option(
    "--origin", help="Origin for addresses that are only a path; default: the site's first."
)
@click.option(
    "--rename",
    nargs=2,
    multiple=True,
    metavar="OLD NEW",
    help="Treat addresses on the origin OLD as if they were on NEW; may be repeated.",
)
@click.option(
    "--map",
    "map_",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV: an address in FILE, and the id or address your pages use; one pair per line.",
)
@click.option(
    "--timezone",
    default="UTC",
    show_default=True,
    help="Time zone for times without one, such as Europe/Berlin.",
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
    again: it never stores a comment twice. If the file is cut off, this imports the part that can
    be read, and exits with code 3.
    """
    settings = command_settings()
    zone = _zone(timezone)
    connection = command_store(settings, "Nothing was imported")
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
        connection,
        site,
        partial(SiteTone(connection).scored, site),
        addresses,
        now_s=int(clock.now()),
    )
    with ExitStack() as stack:
        staging = stack.enter_context(Staging())
        log = stack.enter_context(_log_file(skipped)) if skipped else None
        progress = stack.enter_context(Progress())
        try:
            broken = _read(file, format_, zone, staging, importer.report, progress, log)
            staging.settle(addresses.article_of)
            with logged_at_end(connection, site, "comments imported", lambda: _stored(importer)):
                _store(staging, importer, progress, log, is_cut=bool(broken))
        except KeyboardInterrupt:
            raise SettingError(
                "interrupted; repeat this command to import the rest. "
                f"The {importer.report.stored:,} comments stored so far are kept"
            ) from None
        except StoreUnavailable as problem:
            raise SettingError(
                f"{store_trouble(problem)}. "
                f"The {importer.report.stored:,} comments stored so far are kept"
            ) from None
    _print_report(importer.report, site)
    if broken:
        click.echo(f"readback: incomplete: {broken}", err=True)
        raise click.exceptions.Exit(INCOMPLETE)


def _read(
    file: Path,
    format_: str,
    zone: ZoneInfo,
    staging: Staging,
    report: Report,
    progress: Progress,
    log: IO[str] | None,
) -> str:
    """Read a file into the staging. Return where it breaks off, or ""."""
    total = isso.rows(file) if format_ == "isso" else file.stat().st_size
    task = progress.add_task(f"Reading {escape(printable(file.name))}", total=total)

    def advance(read: int) -> None:
        progress.advance(task, read)

    try:
        for skipped in staging.fill(_records(file, format_, zone, advance)):
            report.skip(skipped)
            _log(log, skipped)
    except CutFile as problem:
        if not len(staging):
            raise _refusal(file, format_, problem) from None
        return printable(
            f"{file.name} {problem}. What comes before that was imported. Run the command again "
            "with a complete file: it never stores a comment twice"
        )
    except BadFile as problem:
        raise _refusal(file, format_, problem) from None
    except OSError as problem:
        raise BadFile(f"{file.name}: {problem.strerror}. Nothing was stored.") from None
    return ""


def _refusal(file: Path, format_: str, problem: BadFile) -> BadFile:
    """Return the refusal of a file, with what it looks like if that is something else."""
    looks = kind(file)
    other = _KINDS.get(looks, "")
    hint = "" if other == format_ or looks in str(problem) else f" It looks like {looks}"
    if hint:
        hint += f"; try --from {other}." if other else "."
    return BadFile(printable(f"{file.name} {problem}.{hint} Nothing was stored."))


def _records(file: Path, format_: str, zone: ZoneInfo, advance: Advance) -> Records:
    match format_:
        case "disqus":
            return disqus.read(file, advance)
        case "wordpress":
            return wordpress.read(file, advance, zone)
        case "isso":
            return isso.read(file, advance)
        case "isso-generic":
            return isso_generic.read(file, advance, zone)
        case "remark42":
            return remark42.read(file, advance)
        case "commento":
            return commento.read(file, advance)
        case "waline":
            return waline.read(file, advance, zone)
        case "artalk":
            return artalk.read(file, advance, zone)
        case _:
            return lines.read(file, advance, zone)


def _store(
    staging: Staging, importer: Importer, progress: Progress, log: IO[str] | None, *, is_cut: bool
) -> None:
    task = progress.add_task("Storing comments", total=len(staging))

    def stored(staged: Staged, why: str) -> None:
        progress.advance(task)
        if why:
            _log(log, Skipped(staged.found.source, why))

    importer.store(staging, stored, is_cut=is_cut)


def _stored(importer: Importer) -> str:
    """Return what the log says of an import; "" if it stored nothing."""
    stored = importer.report.stored
    return f"{stored:,} {'comment' if stored == 1 else 'comments'}" if stored else ""


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
        click.echo(f"{report.there:,} were already stored, and were not changed.")
    if report.places:
        click.echo(f"{report.places:,} threads have no text, but keep a place for their replies.")
    if report.cut:
        click.echo(f"{report.cut:,} names were too long and were shortened.")
    if report.cut_texts:
        click.echo(f"{report.cut_texts:,} texts were longer than 64 KB and end with {CUT_MARK}.")
    for why, count in report.skipped.most_common():
        some = ", ".join(report.examples[why]) + (", ..." if count > EXAMPLES else "")
        click.echo(f"{count:,} skipped: {why} ({printable(some)})")
    for origin, count in report.origins.most_common():
        click.echo(f"    {count:,} on {printable(origin)}")
    if report.exposed:
        some = ", ".join(report.exposed_on)
        click.echo(
            f"{report.exposed:,} of those skipped were published here by an earlier import, and "
            f"are not public there. Remove them at the desk: {printable(some)}"
        )
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
