"""`readback simulate`: a newsroom with readers who are not there."""

import secrets
import time
from contextlib import closing
from urllib.parse import urlsplit

import click
from rich.progress import Progress

from widget.commands.store import command_store
from widget.services.home import home_site
from widget.settings import SettingError, Settings
from widget.simulation.direct import Plan, load_comments, load_votes
from widget.simulation.newsroom import ORIGIN
from widget.simulation.readers import Service, run
from widget.store.sites import Sites

LEAST_DIRECT = 10  # fewer are no newsroom: each section needs a story or two

_OVER_HTTP = ("readers", "url", "origin")
_DIRECT = ("votes", "comments", "days")


@click.command()
@click.option("--readers", type=click.IntRange(1), default=100, show_default=True)
@click.option("--articles", type=click.IntRange(1, 100_000), default=10, show_default=True)
@click.option("--url", help="The service; the one of these settings unless given.")
@click.option("--site", default="home", show_default=True, help="Key of the site they read.")
@click.option("--origin", help="One of the site's origins; that of the URL unless given.")
@click.option("--seed", type=int, help="The same seed makes the readers do the same again.")
@click.option("--direct", is_flag=True, help="Load a past straight through the store's scripts.")
@click.option("--votes", type=click.IntRange(1, 10_000_000), default=20_000, show_default=True)
@click.option("--comments", type=click.IntRange(0, 1_000_000), default=2_000, show_default=True)
@click.option("--days", type=click.IntRange(1, 365), default=90, show_default=True)
@click.pass_context
def simulate(
    context: click.Context,
    readers: int,
    articles: int,
    url: str | None,
    site: str,
    origin: str | None,
    seed: int | None,
    direct: bool,
    votes: int,
    comments: int,
    days: int,
) -> None:
    """Vote as many readers over HTTP, then check that every sum is what was acknowledged.

    The votes stay in the store, on articles named simulated-...; use a test site or server.
    With --direct, --votes and --comments of the last --days are loaded on --articles instead,
    for looking at the desk: into a site made for it, which nobody has voted on.
    """
    _refuse_options_of_the_other_way(context, direct)
    seed = secrets.randbelow(1 << 32) if seed is None else seed
    if direct:
        if articles < LEAST_DIRECT:
            raise SettingError(f"--direct needs --articles of at least {LEAST_DIRECT}")
        load(site, Plan(articles, votes, comments, days, int(time.time()), seed))
        return
    ours = Settings.from_env().public_url
    target = (url or ours).rstrip("/")
    if urlsplit(target).scheme not in ("http", "https") or not urlsplit(target).netloc:
        raise SettingError(f"--url {target} must be http(s)://host[:port]")
    with closing(Service(target, site, origin or target)) as service:
        run(service, readers, articles, seed)
    group = context.find_root().command
    if target == ours and isinstance(group, click.Group):
        context.invoke(group.commands["verify"])
    else:
        click.echo(f"Its store is not ours to recount: run `readback verify` beside {target}.")


def _refuse_options_of_the_other_way(context: click.Context, direct: bool) -> None:
    for name in _OVER_HTTP if direct else _DIRECT:
        if context.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT:
            needs = "is for votes over HTTP, without --direct" if direct else "needs --direct"
            raise SettingError(f"--{name} {needs}")


def load(site_key: str, plan: Plan) -> None:
    """Load a simulated past into a site that nobody has voted on yet.

    :raise SettingError: the site is not one for simulations.
    """
    settings = Settings.from_env()
    connection = command_store(settings)
    site = Sites(connection, home_site(settings)).get(site_key)
    if ORIGIN not in site.origins:
        raise SettingError(
            f"{site_key} is not for simulations: they need a site with the origin {ORIGIN}, "
            f"made with `readback site add {site_key} --origin {ORIGIN}`"
        )
    with Progress() as progress:
        task = progress.add_task("Votes", total=plan.votes)
        stories = load_votes(connection, site, plan, lambda n: progress.advance(task, n))
        task_c = progress.add_task("Comments", total=plan.comments)
        load_comments(connection, site, stories, plan, lambda n: progress.advance(task_c, n))
    click.echo(
        f"{plan.votes} votes and {plan.comments} comments on {plan.articles} articles of "
        f"{plan.days} days stand in {site_key} (--seed {plan.seed})."
    )
