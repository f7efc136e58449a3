"""The readback command. Beside a live server it works on the same store."""

import errno
import json
import os
import re
import socket
import sys
import time
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
from widget.domain import strings
from widget.domain.article import canonical_origin
from widget.domain.errors import ReadbackError, Stale
from widget.domain.model import KEY_PATTERN, MAX_CHOICES, RESERVED_KEYS, CommentRules, Poll, Site
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
    if key in RESERVED_KEYS:
        raise SettingError(f"{key} is an address of the desk; choose another key")
    if not KEY_PATTERN.fullmatch(key):
        raise SettingError(f"{key!r}: a site key is 1 to 32 of a-z 0-9 _ - and begins with a-z 0-9")
    try:
        added = _sites().add(Site(key, name or key, _origins(origins)))
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
@click.option("--origin", "origins", multiple=True, help="Replaces all origins.")
@click.option("--reactions", help='JSON: {"question": ..., "choices": [{"key","label","emoji"}]}')
@click.option("--section-reactions", nargs=2, help="A section's name, and its own set as JSON.")
@click.option("--poll", nargs=2, help="A poll's key, and its JSON as for --reactions.")
@click.option("--comments", help='JSON of what changes: {"enabled": false, "hold_first": true}')
@click.option("--open-days", type=click.IntRange(1, 365), help="Days from the first vote to close.")
@click.option(
    "--text",
    "texts",
    nargs=3,
    multiple=True,
    help="Language, name and text of words "
    "the bar says, e.g. en question 'How was it?'; an empty text takes it back.",
)
def site_set(
    key: str,
    name: str | None,
    origins: tuple[str, ...],
    reactions: str | None,
    section_reactions: tuple[str, str] | None,
    poll: tuple[str, str] | None,
    comments: str | None,
    open_days: int | None,
    texts: tuple[tuple[str, str, str], ...],
) -> None:
    """Change a site."""
    sites = _sites()
    changes: dict[str, Any] = {}
    changed = sites.fresh(key)
    if name:
        changes["name"] = name
    if origins:
        changes["origins"] = _origins(origins)
    if reactions:
        changes["reactions"] = _poll(reactions)
    if section_reactions:
        section, text = section_reactions
        sets = {**changed.section_reactions, section.casefold(): _poll(text)}
        changes["section_reactions"] = sets
    if poll:
        if not KEY_PATTERN.fullmatch(poll[0]):
            raise SettingError(f"{poll[0]!r} is not a key: 1 to 32 of a-z 0-9 _ -")
        changes["polls"] = {**changed.polls, poll[0]: _poll(poll[1])}
    if comments:
        changes["comments"] = _comment_rules(changed.comments, comments)
    if texts:
        changes["texts"] = _texts(changed.texts, texts)
    if open_days:
        changes["open_days"] = open_days
    try:
        version = version_of(changed)
        _, stored = sites.change(key, version, lambda site: replace(site, **changes))
    except ValueError as problem:
        raise SettingError(str(problem)) from None
    click.echo(msgspec.json.format(msgspec.json.encode(stored)).decode())


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


def _origins(origins: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return tuple(dict.fromkeys(canonical_origin(origin) for origin in origins))
    except ValueError as problem:
        raise SettingError(str(problem)) from None


def _comment_rules(rules: CommentRules, text: str) -> CommentRules:
    known = msgspec.to_builtins(rules)
    try:
        given = msgspec.json.decode(text, type=dict[str, Any])
        if unknown := given.keys() - known.keys():
            raise SettingError(f"comments: {', '.join(sorted(unknown))}: no such rule")
        return msgspec.convert({**known, **given}, CommentRules)
    except msgspec.MsgspecError as problem:
        raise SettingError(f"comments: {problem}; there are {', '.join(known)}") from None


def _texts(
    known: dict[str, dict[str, str]], changes: tuple[tuple[str, str, str], ...]
) -> dict[str, dict[str, str]]:
    texts = {lang: dict(named) for lang, named in known.items()}
    for lang, name, text in changes:
        if not strings.LANGUAGE.fullmatch(lang):
            raise SettingError(f"{lang!r} is not a language: two or three letters, such as pt")
        named = texts.setdefault(lang, {})
        if not text:
            named.pop(name, None)
            continue
        why = strings.why_unfit(name, text)
        if why:
            raise SettingError(f"{lang} {name}: {why}")
        named[name] = text
    return {lang: named for lang, named in texts.items() if named}


def _poll(text: str) -> Poll:
    try:
        poll = msgspec.convert(json.loads(text), Poll)
    except (ValueError, msgspec.ValidationError) as problem:
        raise SettingError(f"not a question with choices: {problem}") from None
    keys = [choice.key for choice in poll.choices]
    good = all(KEY_PATTERN.fullmatch(key) for key in keys) and len(set(keys)) == len(keys)
    if not good or not 2 <= len(keys) <= MAX_CHOICES:
        raise SettingError(f"a poll has 2 to {MAX_CHOICES} choices with keys of a-z 0-9 _ -")
    return poll


if __name__ == "__main__":
    main()
