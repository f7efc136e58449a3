"""``script/dev``: Readback for its developers, with a filled newsroom. Never for readers.

Werkzeug's server restarts the application when one of its files changes, and shows a debugger when
it fails. That debugger runs code from the browser. So this server listens on loopback only, and
refuses secrets and a store that a real server may use: it has its own, in a folder below
READBACK_DATA_DIR.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import click

from widget.assets import checkout
from widget.commands.editor import invitation_link
from widget.commands.serve import wait_for_port
from widget.domain.editors.editor import EVERY_SITE, Editor, Role
from widget.domain.errors import Stale
from widget.domain.model import Site
from widget.domain.page import Page
from widget.domain.stories import load_stories
from widget.secrets import open_secrets
from widget.services.home import home_site
from widget.settings import SettingError, Settings
from widget.simulation.direct import Plan, load_comments, load_question, load_queue, load_votes
from widget.simulation.question import asking
from widget.simulation.story import ORIGIN, SECTIONS, SimulatedStory
from widget.store.connect import Connection, open_store
from widget.store.desk.editors import Editors
from widget.store.sites import Sites
from widget.web.debugger import is_running_from_reloader, serve
from widget.web.starting import start_or_say_why

NAME = "dev"
NEWSROOM = "daily"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
# A real server may have these; this one never does.
_REFUSED = ("READBACK_SECRETS", "READBACK_REDIS_URL", "READBACK_PUBLIC_URL", "READBACK_SMTP_URL")
_WATCHED = ("widget/**/*.lua", "widget/**/*.json", "articles/**/*.md")
_BUNDLES = ("embed", "comments")
_STARTED_S = "READBACK_DEV_STARTED_S"  # from the parent to the application


@click.command()
@click.option("--fresh", is_flag=True, help="Empty the store and fill it again.")
def dev(fresh: bool) -> None:
    """Serve this checkout on loopback, with reload, a debugger and a filled newsroom."""
    with start_or_say_why(), ExitStack() as stack:
        top = checkout()
        if top is None:
            raise SettingError("script/dev needs a checkout: an installed package does not change")
        settings = dev_settings(os.environ)
        if is_running_from_reloader():
            build_changed_bundles(top, float(os.environ[_STARTED_S]))
            serve(settings, watched(top))
            return
        # The parent, which outlives every restart of the application, owns the store.
        os.environ[_STARTED_S] = str(time.time())
        wait_for_port(settings)
        connection, store = open_store(settings)
        if store:
            stack.callback(store.stop)
        connection.check_at_start()
        prepare(connection, settings, fresh=fresh)
        print_addresses(connection, settings)
        serve(settings, watched(top))


def dev_settings(env: Mapping[str, str]) -> Settings:
    """Return the settings of a development server.

    :raise SettingError: they name something that a real server may use, or another host's address.
    """
    for name in _REFUSED:
        if env.get(name):
            raise SettingError(f"{name} is set. Unset it: script/dev never uses a real server's")
    bind = env.get("READBACK_BIND") or LOOPBACK[0]
    if bind not in LOOPBACK:
        raise SettingError(
            f"READBACK_BIND={bind!r} is not a loopback address. Unset it: the debugger of "
            "script/dev runs code from the browser"
        )
    folder = Path(env.get("READBACK_DATA_DIR") or "./var") / "dev"
    return Settings.from_env({**env, "READBACK_BIND": bind, "READBACK_DATA_DIR": str(folder)})


def prepare(connection: Connection, settings: Settings, *, fresh: bool) -> None:
    """Make the secrets, an admin and the newsroom, unless they are there.

    :param fresh: delete everything first, so that the newsroom's last votes are of today.
    """
    open_secrets(settings)
    if fresh:
        connection.client.flushall()
    now_s = int(time.time())
    try:
        admin = Editor(NAME, "", {EVERY_SITE: Role.ADMIN}, created_s=now_s)
        Editors(connection).add(admin)
    except Stale:
        pass  # an earlier start added it
    sites = Sites(connection, home_site(settings))
    if NEWSROOM not in {site.key for site in sites.all()}:
        click.echo("Filling the newsroom ...")
        fill(connection, sites, settings, now_s)


def fill(connection: Connection, sites: Sites, settings: Settings, now_s: int) -> None:
    """Load votes and comments into a new site, and votes on the stories that Readback serves."""
    site = asking(Site(NEWSROOM, "The Daily Example", (ORIGIN,)))
    plan = Plan(articles=60, votes=12_000, comments=1_000, days=30, now_s=now_s)
    newsroom = load_votes(connection, site, plan, _ignore)
    load_comments(connection, site, newsroom, plan, _ignore)
    load_question(connection, site, newsroom, plan)
    load_queue(connection, site, newsroom, plan)
    own = [
        SimulatedStory(
            story.id,
            Page(story.title, story.section, story.author, story.tags),
            hours_ago=30,
            mood=SECTIONS.get(story.section, SECTIONS["City"]),
            pull=1.0,
        )
        for story in load_stories(settings.articles_dir).values()
    ]
    if own:
        plan = Plan(len(own), 400 * len(own), 30 * len(own), 2, now_s)
        home = home_site(settings)
        load_votes(connection, home, plan, _ignore, own)
        load_comments(connection, home, own, plan, _ignore)
    sites.add(site)  # last, so that an interrupted start fills it again


def _ignore(_: int) -> None:
    """Take the progress of a load, which is over in seconds."""


def print_addresses(connection: Connection, settings: Settings) -> None:
    link = invitation_link(Editors(connection), NAME, settings.public_url)
    click.echo(f"Sign in to the desk as {NAME} with a password that you choose at {link}")
    click.echo(f"The newsroom's figures: {settings.public_url}/desk/{NEWSROOM}/")
    click.echo(f"Readback is at {settings.public_url} (Ctrl-C stops it)")
    sys.stdout.flush()


def watched(top: Path) -> list[Path]:
    """Return the files besides Python's whose change restarts the application."""
    paths = [path for pattern in _WATCHED for path in top.glob(pattern)]
    return [path for path in paths if path.is_file()] + [
        path for name in _BUNDLES for path in _sources(top, name)
    ]


def build_changed_bundles(top: Path, since_s: float) -> None:
    """Run script/build if a source of the embed has changed since then and is not built yet."""
    for name in _BUNDLES:
        built_s = (top / "static" / "dist" / f"{name}.js").stat().st_mtime
        if any(path.stat().st_mtime > max(built_s, since_s) for path in _sources(top, name)):
            subprocess.run([str(top / "script" / "build")], check=False)
            return


def _sources(top: Path, name: str) -> list[Path]:
    return sorted((top / "static" / name).glob("*.js"))


if __name__ == "__main__":
    dev()
