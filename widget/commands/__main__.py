"""The readback command. Beside a live server it works on the same store."""

import errno
import os
import re
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import msgspec

from widget.assets import checkout
from widget.commands.editor import editor
from widget.commands.export import export
from widget.commands.import_ import import_
from widget.commands.rescore import rescore
from widget.commands.simulate import simulate
from widget.commands.store import command_store
from widget.commands.tone import tone
from widget.domain.errors import ReadbackError, Stale
from widget.domain.forms import polls
from widget.domain.forms import site as site_form
from widget.domain.forms.comment_rules import rules_from_json
from widget.domain.forms.problems import InvalidForm
from widget.domain.forms.strings import with_text
from widget.domain.model import Site
from widget.domain.stories import StoryError
from widget.importing.model import BadFile
from widget.secrets import new_secrets_file
from widget.services.home import home_site
from widget.settings import SETTINGS, SettingError, Settings
from widget.store.comments.recount import CommentRecount
from widget.store.reactions.recount import Recount
from widget.store.sites import Sites, version_of

PORT_GRACE_S = 2.5
_PASSWORD = re.compile(r"(//[^/@:]*:)[^/@]*@")


def main() -> None:
    """Entry point: refusals end as one line and exit code 1."""
    try:
        cli()
    except (SettingError, StoryError, ReadbackError, BadFile) as problem:
        sys.exit(f"readback: {problem}")


@click.group()
@click.version_option(package_name="readback", prog_name="readback", message="%(prog)s %(version)s")
def cli() -> None:
    """Readback: exactly counted reader reactions."""


cli.add_command(tone)


@cli.command()
def serve() -> None:
    """Wait for the port, then become gunicorn, which looks at all else that a start needs."""
    _wait_for_port(Settings.from_env())
    if top := checkout():
        os.chdir(top)
    # Not the program of that name: where Python is shared, it may be in another folder.
    gunicorn = [sys.executable, "-m", "gunicorn", "-c", "python:widget.commands.gunicorn_conf"]
    os.execv(sys.executable, gunicorn)


def _wait_for_port(settings: Settings) -> None:
    """:raise SettingError: taken, and not by the workers of a killed server, who leave soon."""
    elsewhere = SettingError(
        f"READBACK_BIND={settings.bind!r} is no address of this machine: "
        "127.0.0.1 is, and 0.0.0.0 means all of them"
    )
    try:
        family = socket.getaddrinfo(settings.bind, settings.port)[0][0]
    except OSError:
        raise elsewhere from None
    deadline = time.monotonic() + PORT_GRACE_S
    while True:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.bind, settings.port))
                return
            except OSError as problem:
                if problem.errno == errno.EADDRNOTAVAIL:
                    raise elsewhere from None
                if time.monotonic() > deadline:
                    raise SettingError(
                        f"PORT={settings.port}: {problem.strerror}; "
                        "end what listens there or set PORT to another"
                    ) from None
        time.sleep(0.1)


for command in (editor, export, import_, rescore, simulate):
    cli.add_command(command)


@cli.command("settings")
def show_settings() -> None:
    """Print every setting, the value in force and what it means."""
    settings = Settings.from_env()
    for setting in SETTINGS:
        value = str(getattr(settings, setting.field))
        shown = _PASSWORD.sub(r"\1***@", value)
        click.echo(f"{setting.name}={shown}\n    {setting.help}")


@cli.group()
def secrets() -> None:
    """The secrets file."""


@secrets.command("new")
@click.argument("path", type=click.Path(path_type=Path))
def secrets_new(path: Path) -> None:
    """Write fresh random keys to PATH, readable by you alone."""
    try:
        new_secrets_file(path)
    except FileExistsError:
        raise SettingError(f"{path} is there already and is not overwritten") from None
    click.echo(f"Wrote {path}. Keep a copy: without its vote_key, readers count as new ones.")


@cli.group()
def site() -> None:
    """The sites whose readers react."""


@site.command("add")
@click.argument("key")
@click.option("--name", help="What the site is called; its key unless given.")
@click.option("--origin", "origins", multiple=True, required=True, help="https://news.example")
def site_add(key: str, name: str | None, origins: tuple[str, ...]) -> None:
    """Add a site."""
    fields = {"key": key, "name": key if name is None else name, "origins": "\n".join(origins)}
    try:
        added = _sites().add(site_form.new_site(fields))
    except InvalidForm as refusal:
        raise SettingError(str(refusal)) from None
    except Stale:
        raise SettingError(
            f"{key} is there already; change it with `readback site set {key}`"
        ) from None
    click.echo(f"Added {added.key} for {', '.join(added.origins)}. The tag to paste:")
    url = Settings.from_env().public_url
    click.echo(f'<script async src="{url}/embed.js" data-site="{added.key}"></script>')


@site.command("list")
def site_list() -> None:
    """List the sites."""
    for known in _sites().all():
        click.echo(f"{known.key}\t{known.name}\t{' '.join(known.origins)}")


@site.command("set")
@click.argument("key")
@click.option("--name")
@click.option("--origin", multiple=True, help="Replaces all origins.")
@click.option("--reactions", help='JSON: {"question": ..., "choices": [{"key","label","emoji"}]}')
@click.option("--section-reactions", nargs=2, help="A section's name, and its own set as JSON.")
@click.option("--poll", nargs=2, help="A poll's key, and its JSON as for --reactions.")
@click.option("--comments", help='JSON of what changes: {"enabled": false, "hold_first": true}')
@click.option("--open-days", metavar="1-365", help="Days from the first vote to close.")
@click.option(
    "--text",
    nargs=3,
    multiple=True,
    help="Language, name and text of words "
    "the bar says, e.g. en question 'How was it?'; an empty text takes it back.",
)
def site_set(key: str, **options: Any) -> None:
    """Change a site."""
    sites = _sites()
    before = sites.fresh(key)
    changed = before
    for name, change in _CHANGES.items():
        value = options[name]
        if value is None or value == ():
            continue
        try:
            changed = change(changed, value)
        except InvalidForm as refusal:
            # Input can hold line ends; a refusal is one line.
            why = " ".join(f"--{name.replace('_', '-')}: {refusal}".split())
            raise SettingError(why) from None
    try:
        _, stored = sites.change(key, version_of(before), lambda _: changed)
    except ValueError as problem:
        raise SettingError(str(problem)) from None
    click.echo(msgspec.json.format(msgspec.json.encode(stored)).decode())


def _set_texts(site: Site, texts: tuple[tuple[str, str, str], ...]) -> Site:
    for lang, name, text in texts:
        site = replace(site, texts=with_text(site.texts, lang, name, text))
    return site


def _set_poll(site: Site, chosen: polls.ChoiceSet, text: str) -> Site:
    try:
        return chosen.put_in(site, polls.poll_from_json(text, chosen.choice_keys))
    except InvalidForm as refusal:
        raise InvalidForm({"json": f"{refusal} {_POLL_JSON}"}) from None


_POLL_JSON = (
    'Give a question and 2 to 15 choices as {"question": ..., '
    '"choices": [{"key": ..., "label": ..., "emoji": ...}, ...]}.'
)
# Option of `site set` -> the changed site, of the site and the option's value.
_CHANGES: dict[str, Callable[[Site, Any], Site]] = {
    "name": lambda site, text: replace(site, name=site_form.site_name(text)),
    "origin": lambda site, texts: replace(site, origins=site_form.site_origins("\n".join(texts))),
    "reactions": lambda site, text: _set_poll(site, polls.bar_set(site), text),
    "section_reactions": lambda site, given: _set_poll(
        site, polls.section_set(site, given[0]), given[1]
    ),
    "poll": lambda site, given: _set_poll(site, polls.poll_set(site, given[0]), given[1]),
    "comments": lambda site, text: replace(site, comments=rules_from_json(site.comments, text)),
    "open_days": lambda site, text: replace(site, open_days=site_form.open_days(text)),
    "text": _set_texts,
}


@cli.command()
def verify() -> None:
    """Recount the marks of every article against every total; exit 1 on a mismatch."""
    settings = Settings.from_env()
    connection = command_store(settings)
    recount, comments = Recount(connection), CommentRecount(connection)
    wrong = 0
    for known in Sites(connection, home_site(settings)).all():
        for mismatch in recount.mismatches(known, now_s=int(time.time())):
            wrong += 1
            click.echo(
                f"{known.key}: {mismatch.where}: expected {mismatch.expected}, "
                f"found {mismatch.found}"
            )
        click.echo(f"{known.key}: {recount.articles(known)} articles recounted")
        unfinished = recount.unfinished_moves(known)
        if unfinished:
            click.echo(
                f"{known.key}: {unfinished} moves of votes between articles began and did not "
                "end; the next vote or correction there ends them"
            )
        for wrong_comments in comments.mismatches(known):
            wrong += 1
            click.echo(
                f"{known.key}: {wrong_comments.where}: expected {wrong_comments.expected}, "
                f"found {wrong_comments.found}"
            )
        click.echo(f"{known.key}: {comments.comments(known)} comments recounted")
    if wrong:
        click.echo(f"{wrong} totals are not the sum of their parts. Nothing was changed.")
        sys.exit(1)
    click.echo("Every total is the sum of its parts.")


def _sites() -> Sites:
    settings = Settings.from_env()
    return Sites(command_store(settings), home_site(settings))


if __name__ == "__main__":
    main()
