"""`readback simulate`: a newsroom with readers who are not there."""

import time

import click
from rich.progress import Progress

from . import home_site, open_store
from .newsroom import ORIGIN
from .settings import SettingError, Settings
from .simulate_direct import Plan, load_votes
from .store.sites import Sites


@click.command()
@click.option("--site", "site_key", default="home", show_default=True)
@click.option("--direct", is_flag=True, help="Straight into the store, through its own scripts.")
@click.option("--articles", default=200, show_default=True, type=click.IntRange(10, 100_000))
@click.option("--votes", default=20_000, show_default=True, type=click.IntRange(1, 10_000_000))
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 365))
@click.option("--seed", default=1, show_default=True, help="The same seed, the same newsroom.")
def simulate(site_key: str, direct: bool, articles: int, votes: int, days: int, seed: int) -> None:
    """Load a simulated newsroom into a site that nobody has voted on yet."""
    if not direct:
        raise SettingError("simulate needs --direct")
    settings = Settings.from_env()
    connection, embedded = open_store(settings)
    try:
        site = Sites(connection, home_site(settings)).get(site_key)
        if ORIGIN not in site.origins:
            raise SettingError(
                f"{site_key} is not for simulations: they need a site with the origin {ORIGIN}, "
                f"made with `readback site add {site_key} --origin {ORIGIN}`"
            )
        plan = Plan(articles, votes, days, int(time.time()), seed)
        with Progress() as progress:
            task = progress.add_task("Votes", total=votes)
            load_votes(connection, site, plan, lambda n: progress.advance(task, n))
    finally:
        if embedded:
            embedded.stop()
    click.echo(f"{votes} votes on {articles} articles of {days} days stand in {site_key}.")
