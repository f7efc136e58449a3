"""``readback editor``: the editors of the desk. Passwords are typed, never given as arguments."""

import time

import click

from widget.commands.configured import command_settings
from widget.commands.help import FullHelp
from widget.commands.logged import log
from widget.commands.store import command_store, no_site, stored_sites
from widget.domain import clock
from widget.domain.editors.editor import (
    EVERY_SITE,
    Editor,
    Role,
    editor_name,
    new_password,
    role_named,
    roles_text,
)
from widget.domain.editors.passwords import Passwords
from widget.domain.errors import NotFound
from widget.domain.printable import printable
from widget.settings import SettingError
from widget.store.connect import Connection
from widget.store.desk.audit import ALL_SITES
from widget.store.desk.editors import Editors


@click.group(cls=FullHelp)
def editor() -> None:
    """Manage the editors who work at the desk."""


@editor.command("add")
@click.argument("name")
@click.option(
    "--role",
    "roles",
    multiple=True,
    metavar="[SITE:]ROLE",
    help="viewer, moderator, editor or admin; on every site unless SITE is given.",
)
@click.option(
    "--link", is_flag=True, help="Print a one-time link instead of asking for a password."
)
def editor_add(name: str, roles: tuple[str, ...], link: bool) -> None:
    """Add an editor."""
    connection = _connection("No editor was added")
    try:
        name = editor_name(name)
        held = dict(_role(text) for text in roles)
    except ValueError as problem:
        raise SettingError(str(problem)) from None
    sites = stored_sites(connection, command_settings()).all()
    for key in held.keys() - {EVERY_SITE, *(site.key for site in sites)}:
        raise no_site(key)
    password_hash = "" if link else _ask_password(name)
    editors = Editors(connection)
    editors.add(Editor(name, password_hash, held, created_s=int(clock.now())))
    log(connection, ALL_SITES, "editor added", name, after=roles_text(held))
    click.echo(f"Added {name}.")
    if link:
        _print_link(editors, name)


@editor.command("list")
def editor_list() -> None:
    """List the editors and their roles."""
    for known in Editors(_connection("No editor can be listed")).all():
        state = "" if known.password_hash else "\tinvited"
        click.echo(f"{known.name}\t{roles_text(known.roles)}{state}")


@editor.command("passwd")
@click.argument("name")
@click.option(
    "--link", is_flag=True, help="Print a one-time link instead of asking for a password."
)
def editor_passwd(name: str, link: bool) -> None:
    """Set an editor's password and end all their sessions."""
    connection = _connection("No password was changed")
    editors = Editors(connection)
    name = name.strip().lower()
    if editors.get(name) is None:
        raise NotFound(f'No editor "{printable(name)}". `readback editor list` shows all names.')
    if link:
        _print_link(editors, name)
        log(connection, ALL_SITES, "one-time link made", name)
        return
    password_hash = _ask_password(name)
    editors.change(name, lambda e: e.with_password(password_hash))
    log(connection, ALL_SITES, "password set", name)
    click.echo(f"Changed the password of {name} and ended all their sessions.")


def first_admin_line(connection: Connection, public_url: str) -> str | None:
    """Return what a start says about the first admin's link, or None if there is an editor.

    The link itself is given once, by whichever server starts first, as long as it is valid.
    """
    editors, now_s = Editors(connection), int(clock.now())
    if editors.any():
        return None
    token = editors.invite_first(now_s=now_s)
    if token:
        link = f"{public_url}/desk/welcome/{token}"
        return f"There is no editor yet. Create the first admin at this one-time link: {link}"
    given_s = editors.first_invited_s(now_s=now_s)
    at = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(given_s))
    return (
        f"There is no editor yet. A link for the first admin was given at {at} and is good for a "
        "day. For another, run `readback editor add NAME --role admin --link`."
    )


def _print_link(editors: Editors, name: str) -> None:
    link = invitation_link(editors, name, command_settings().public_url)
    click.echo(f"{name} chooses a password at this link, once, within a day:\n{link}")


def invitation_link(editors: Editors, name: str, public_url: str) -> str:
    """Return a one-time link to choose a password."""
    return f"{public_url}/desk/welcome/{editors.invite(name, now_s=int(clock.now()))}"


def _ask_password(name: str) -> str:
    text = click.prompt("Password (12 characters or more)", hide_input=True)
    try:
        password = new_password(text, name)
    except ValueError as problem:
        raise SettingError(str(problem)) from None
    if click.prompt("Repeat password", hide_input=True) != text:
        raise SettingError("The two passwords differ.")
    return Passwords().hash(password)


def _role(text: str) -> tuple[str, Role]:
    site_key, _, role = text.rpartition(":")
    return site_key or EVERY_SITE, role_named(role)


def _connection(undone: str) -> Connection:
    return command_store(command_settings(), undone)
