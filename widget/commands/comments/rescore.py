"""``readback rescore``: new scores for stored comments, after a change of the scorer."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

import click
from rich.progress import Progress

from widget.commands.background import background_option
from widget.commands.configured import command_settings
from widget.commands.logged import logged_at_end
from widget.commands.store import command_store, find_site, store_trouble, stored_sites
from widget.domain.errors import StoreUnavailable
from widget.domain.model import Site
from widget.services.tone import SiteTone
from widget.settings import SettingError
from widget.store.comments.rescoring import Rescoring
from widget.store.connect import Connection


@click.command()
@click.option("--site", "site_key", help="Key of the site; default: every site.")
@background_option
def rescore(site_key: str | None, background: bool) -> None:
    """Rescore the comments that another version of the scorer scored.

    It may run beside a live server, and each comment moves its totals with it. If it was
    interrupted, run it again: it skips comments that already have this version. It says which
    labels moved. Labels that editors set stay.
    """
    settings = command_settings()
    connection = command_store(settings, "No comment was scored").patient()
    sites = (
        [find_site(connection, settings, site_key)]
        if site_key
        else stored_sites(connection, settings).all()
    )
    rescore_sites(connection, sites)


def rescore_sites(connection: Connection, sites: Sequence[Site]) -> None:
    """Rescore the comments of sites, with a progress bar and a word about what was done."""
    work, tone = Rescoring(connection), SiteTone(connection)
    results: Counter[str] = Counter()
    moves: Counter[tuple[str, str]] = Counter()
    versions: set[str] = set()
    with Progress() as progress:
        try:
            for site, version in passes(sites, tone):
                task = progress.add_task(site.key, total=work.comments(site))
                versions.add(version)
                said = partial(_said, results, results["scored"], version)
                with logged_at_end(connection, site, "comments rescored", said):
                    for comment, result, fresh in work.rescore(
                        site, partial(tone.scored, site), version
                    ):
                        progress.advance(task)
                        results[result] += 1
                        was = comment.score.label if comment.score else ""
                        if result == "scored" and fresh and fresh.label != was:
                            moves[was, fresh.label] += 1
        except KeyboardInterrupt:
            raise SettingError(
                "interrupted; repeat this command to score the rest. "
                f"The {results['scored']:,} comments scored so far keep their new scores"
            ) from None
        except StoreUnavailable as problem:
            raise SettingError(
                f"{store_trouble(problem)}. "
                f"The {results['scored']:,} comments scored so far keep their new scores"
            ) from None
    by = ", ".join(sorted(versions))
    click.echo(
        f"{results['scored']:,} comments rescored by version {by} of the scorer; "
        f"{moves.total():,} of them have a new label, {results['current']:,} were up to date."
    )
    for (was, now), count in moves.most_common():
        click.echo(f"    {count:,} {_name(was)} to {_name(now)}")
    if results["changed_since"]:
        click.echo(
            f"{results['changed_since']:,} were edited in the meantime, which rescored them."
        )


def passes(sites: Sequence[Site], tone: SiteTone) -> Iterator[tuple[Site, str]]:
    """Yield each site with the version that speaks; again if another one does after the pass."""
    for site in sites:
        done = None
        while done != (version := tone.version_now(site)):
            yield site, version
            done = version


def _name(label: str) -> str:
    return label.replace("_", " ") or "no score"


def _said(results: Counter[str], others: int, version: str) -> str:
    """Return what a site's log says; "" if no comment was scored.

    :param others: number of comments that were scored on the sites before.
    """
    count = results["scored"] - others
    return f"{count:,} comments by version {version} of the scorer" if count else ""
