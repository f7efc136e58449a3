"""``readback simulate``: simulated readers, or a simulated newsroom."""

import secrets
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import click
from rich.progress import Progress

from widget.commands.configured import command_settings
from widget.commands.logged import log
from widget.commands.store import command_store, find_site, stored_sites
from widget.commands.verify import verify
from widget.domain import clock
from widget.settings import SettingError
from widget.simulation.direct import (
    Plan,
    load_comments,
    load_question,
    load_queue,
    load_votes,
    watch,
)
from widget.simulation.question import asking
from widget.simulation.readers import Service, run
from widget.simulation.story import ORIGIN
from widget.store.sites import version_of

LEAST_DIRECT = 10  # its notable stories, or most of them

# Options of one way and not of the other.
_OVER_HTTP = ("readers", "url", "origin")
_DIRECT = ("votes", "comments", "days")


@click.command()
@click.option(
    "--readers", type=click.IntRange(1), default=100, show_default=True, help="Number of readers."
)
@click.option(
    "--articles",
    type=click.IntRange(1, 100_000),
    default=10,
    show_default=True,
    help="Number of articles.",
)
@click.option("--url", help="Address of the service; default: the one in these settings.")
@click.option("--site", default="home", show_default=True, help="Key of the site.")
@click.option("--origin", help="One of the site's origins; default: the URL's.")
@click.option("--seed", type=int, help="The same seed makes readers act the same way again.")
@click.option(
    "--direct", is_flag=True, help="Load a newsroom with a history directly into the store."
)
@click.option(
    "--votes",
    type=click.IntRange(1, 10_000_000),
    default=20_000,
    show_default=True,
    help="With --direct: votes to load.",
)
@click.option(
    "--comments",
    type=click.IntRange(0, 1_000_000),
    default=2_000,
    show_default=True,
    help="With --direct: comments to load.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 365),
    default=90,
    show_default=True,
    help="With --direct: days of history.",
)
@click.pass_context
def simulate(
    context: click.Context,
    /,
    articles: int,
    site: str,
    seed: int | None,
    direct: bool,
    **options: Any,
) -> None:
    """Vote as many readers over HTTP, then check every sum against the responses.

    The votes stay in the store, on articles named simulated-...; use a test site or server.
    With --direct, this loads --votes and --comments of the last --days on --articles instead, to
    fill the desk. That needs a new site of its own, without votes. It also asks a question, holds
    first comments, and plants attacks beside honest surges, so that every page is filled.
    """
    _refuse_unused_options(context, direct)
    seed = secrets.randbelow(1 << 32) if seed is None else seed
    if direct:
        if articles < LEAST_DIRECT:
            raise SettingError(f"--direct needs --articles of at least {LEAST_DIRECT}")
        votes, comments, days = (options[name] for name in _DIRECT)
        load(site, Plan(articles, votes, comments, days, int(clock.now()), seed))
        return
    readers, url, origin = (options[name] for name in _OVER_HTTP)
    own_url = command_settings().public_url
    target = (url or own_url).rstrip("/")
    if urlsplit(target).scheme not in ("http", "https") or not urlsplit(target).netloc:
        raise SettingError(f"--url {target} must be http(s)://host[:port]")
    with closing(Service(target, site, origin or target)) as service:
        run(service, readers, articles, seed)
    if target == own_url:
        context.invoke(verify)
    else:
        click.echo(f"To recount its store, run `readback verify` beside {target}.")


def _refuse_unused_options(context: click.Context, direct: bool) -> None:
    for name in _OVER_HTTP if direct else _DIRECT:
        if context.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT:
            needs = "is for votes over HTTP, without --direct" if direct else "needs --direct"
            raise SettingError(f"--{name} {needs}")


def load(site_key: str, plan: Plan) -> None:
    """Load a simulated newsroom into a site without votes.

    :raise SettingError: no site has this key, or it is not for simulations.
    """
    settings = command_settings()
    connection = command_store(settings, "Nothing was loaded")
    sites = stored_sites(connection, settings)
    site = find_site(connection, settings, site_key)
    if ORIGIN not in site.origins:
        raise SettingError(
            f"{site_key} is not for simulations: they need a site with the origin {ORIGIN}, "
            f"made with `readback site add {site_key} --origin {ORIGIN}`"
        )
    _, site = sites.change(site_key, version_of(site), asking)
    with Progress() as progress:
        task = progress.add_task("Votes", total=plan.votes)
        stories = load_votes(connection, site, plan, lambda n: progress.advance(task, n))
        task_c = progress.add_task("Comments", total=plan.comments)
        load_comments(connection, site, stories, plan, lambda n: progress.advance(task_c, n))
    flags = watch(connection, site, plan)
    answers = load_question(connection, site, stories, plan)
    waiting = load_queue(connection, site, stories, plan) if plan.comments else 0
    loaded = f"{plan.votes:,} votes, {plan.comments:,} comments"
    log(connection, site, "simulated newsroom loaded", after=loaded)
    click.echo(
        f"Loaded {plan.votes} votes and {plan.comments} comments on {plan.articles} articles of "
        f"{plan.days} days into {site_key} (--seed {plan.seed}).\n"
        f"Beside them: votes of one night that are held, {answers} answers to a question, "
        f"{waiting} comments in the queue, and {flags} flagged windows."
    )
