"""``readback forget-article`` and ``readback forget-site``: removal for good."""

import click

from widget.commands.configured import command_settings
from widget.commands.logged import command_actor
from widget.commands.store import find_site, no_site, open_command_store, stored_sites
from widget.domain import clock
from widget.domain.errors import BadArticle, UnknownSite
from widget.domain.printable import printable
from widget.services.erasing import ArticleErasing, SiteErasing
from widget.settings import SettingError
from widget.store.embedded import EmbeddedStore

_AGAIN = "Take the bar off its page first: otherwise readers there start it again."
_FILES = (
    "The files of your store and of its replicas have it until they are rewritten (docs/deploy.md)."
)


@click.command("forget-article")
@click.argument("site_key", metavar="SITE")
@click.argument("article", metavar="ARTICLE")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
def forget_article(site_key: str, article: str, yes: bool) -> None:
    """Remove an article with its votes, comments, names, notes and corrections, for good.

    ARTICLE is its id or address. Addresses that were merged into it go too, and so do editors' own
    questions on it, shared links to it, its alerts and the log entries that name it. The site's
    totals are then those of the other articles. Back-ups still have it.
    """
    settings = command_settings()
    opened, embedded = open_command_store(settings, "Nothing was removed")
    connection = opened.patient()
    erasing = ArticleErasing(connection, find_site(connection, settings, site_key))
    try:
        scope = erasing.scope(article)
    except BadArticle:
        raise SettingError(
            f"{printable(article)} is neither an id nor an address of {site_key}"
        ) from None
    for address in scope.addresses:
        click.echo(printable(address))
    click.echo(f"{scope.votes:,} votes and {scope.comments:,} comments will be deleted. {_AGAIN}")
    if not yes:
        click.confirm("Remove all of it?", abort=True)
    erasing.remove(scope, who=command_actor(), now_s=int(clock.now()))
    click.echo(f"Removed. {_clean(embedded)}")


@click.command("forget-site")
@click.argument("site_key", metavar="SITE")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
def forget_site(site_key: str, yes: bool) -> None:
    """Remove a site with everything ever counted or written for it, for good.

    Its log goes too; the log of all sites has one entry about the removal. Back-ups still have it.
    """
    settings = command_settings()
    opened, embedded = open_command_store(settings, "Nothing was removed")
    connection = opened.patient()
    sites = stored_sites(connection, settings)
    try:
        site = sites.get(site_key)
    except UnknownSite:
        raise no_site(site_key) from None
    erasing = SiteErasing(connection, sites)
    scope = erasing.scope(site)
    click.echo(f"{site.key}: {printable(site.name)}")
    click.echo(f"{scope.articles:,} articles and {scope.comments:,} comments will be deleted.")
    if not yes:
        click.confirm("Remove all of it?", abort=True)
    erasing.remove(site, scope, who=command_actor(), now_s=int(clock.now()))
    click.echo(f"Removed. {_clean(embedded)}")


def _clean(embedded: EmbeddedStore | None) -> str:
    """Have it leave the embedded store's files too, and say whether it did."""
    if embedded is None:
        return _FILES
    if embedded.rewrite():
        return "The store's files no longer have it either."
    return "The store's files have it until they are rewritten, tomorrow at the latest."
