"""``readback rescore``: after an upgrade of the tone, the stored comments follow."""

from collections import Counter

import click
from rich.progress import Progress

from widget.commands.store import command_store
from widget.domain.comments.comment import Score, scored
from widget.domain.errors import StoreUnavailable
from widget.services.home import home_site
from widget.settings import SettingError, Settings
from widget.store.comments.rescoring import Rescoring
from widget.store.sites import Sites
from widget.tone import TONE_VERSION, score


@click.command()
@click.option("--site", "site_key", help="Key of the only site to score; every site unless given.")
def rescore(site_key: str | None) -> None:
    """Score stored comments again where an older version of the tone scored them.

    Beside a live server, and in as many runs as it takes: what has this version is left alone.
    """
    settings = Settings.from_env()
    connection = command_store(settings).patient()
    sites = Sites(connection, home_site(settings))
    work = Rescoring(connection)
    results: Counter[str] = Counter()
    with Progress() as progress:
        try:
            for site in [sites.get(site_key)] if site_key else sites.all():
                task = progress.add_task(site.key, total=work.comments(site))
                for comment, result, fresh in work.rescore(site, _scored, str(TONE_VERSION)):
                    progress.advance(task)
                    results[result] += 1
                    was = comment.score.label if comment.score else ""
                    results["moved"] += fresh is not None and fresh.label != was
        except StoreUnavailable:
            raise SettingError(
                "the store does not answer any more; see that it runs, then give the same command "
                f"again: {results['scored']:,} comments are scored and stay so"
            ) from None
    click.echo(
        f"{results['scored']:,} comments scored again by version {TONE_VERSION} of the tone, "
        f"{results['moved']:,} of them to another label; {results['current']:,} had it before."
    )
    if results["changed_since"]:
        click.echo(f"{results['changed_since']:,} were edited meanwhile, and so scored as well.")


def _scored(text: str) -> Score:
    return scored(score(text))
