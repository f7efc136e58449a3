"""``readback site``: the sites whose readers react."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click
import msgspec

from widget.commands.configured import command_settings
from widget.commands.help import FullHelp
from widget.commands.logged import log
from widget.commands.store import command_store, no_site, stored_sites
from widget.domain.errors import Stale, UnknownSite
from widget.domain.forms import described, parameters, polls
from widget.domain.forms import site as site_form
from widget.domain.forms.comment_rules import rules_from_json
from widget.domain.forms.problems import InvalidForm
from widget.domain.forms.strings import with_text
from widget.domain.model import Site
from widget.domain.printable import printable, printable_json
from widget.settings import SettingError
from widget.store.desk.audit import ALL_SITES
from widget.store.sites import version_of


@click.group(cls=FullHelp)
def site() -> None:
    """Manage the sites whose readers react."""


@site.command("add")
@click.argument("key")
@click.option("--name", help="Name of the site; default: its key.")
@click.option(
    "--origin",
    "origins",
    multiple=True,
    required=True,
    help="Such as https://news.example, or an app's capacitor://localhost; may be repeated.",
)
def site_add(key: str, name: str | None, origins: tuple[str, ...]) -> None:
    """Add a site."""
    fields = {"key": key, "name": key if name is None else name, "origins": "\n".join(origins)}
    settings = command_settings()
    connection = command_store(settings, "No site was added")
    try:
        added = stored_sites(connection, settings).add(site_form.new_site(fields))
    except InvalidForm as refusal:
        raise SettingError(str(refusal)) from None
    except Stale:
        raise SettingError(
            f"Site {key} already exists; change it with `readback site set {key}`"
        ) from None
    _, after = described.difference(Site(added.key, "", ()), added)
    for place in (ALL_SITES, added):
        log(connection, place, "site added", added.key, after=after)
    click.echo(f"Added {added.key} for {', '.join(added.origins)}. Paste this tag into its pages:")
    url = settings.public_url
    click.echo(f'<script async src="{url}/embed.js" data-site="{added.key}"></script>')


@site.command("list")
def site_list() -> None:
    """List the sites."""
    settings = command_settings()
    connection = command_store(settings, "No site can be listed")
    for known in stored_sites(connection, settings).all():
        click.echo(f"{known.key}\t{printable(known.name)}\t{' '.join(known.origins)}")


@site.command("set")
@click.argument("key")
@click.option("--name", help="Name of the site.")
@click.option("--origin", multiple=True, help="Replaces all origins; may be repeated.")
@click.option("--reactions", help='JSON: {"question": ..., "choices": [{"key","label","emoji"}]}')
@click.option(
    "--section-reactions", nargs=2, help="A section's name, and its reaction set as JSON."
)
@click.option("--poll", nargs=2, help="A poll's key, and its JSON as for --reactions.")
@click.option(
    "--comments", help='JSON of the rules to change: {"enabled": false, "hold_first": true}'
)
@click.option(
    "--keep-parameters",
    metavar="NAMES",
    help="Address parameters that choose a story although they look like tracking; "
    "replaces all. name* means every name that begins with it.",
)
@click.option(
    "--drop-parameters",
    metavar="NAMES",
    help="Address parameters that do not choose a story, written as for --keep-parameters.",
)
@click.option(
    "--time-zone", metavar="NAME", help="Time zone of its days and hours, such as Europe/Berlin."
)
@click.option(
    "--results",
    metavar="percent|after|counts",
    help="How the bar shows figures where its tag does not say: as shares once the reader has "
    "chosen, nothing before that, or counts.",
)
@click.option("--open-days", metavar="1-365", help="Days from the first vote until voting closes.")
@click.option(
    "--text",
    nargs=3,
    multiple=True,
    help="Language, name and text of a string of the bar, e.g. en question 'How was it?'; "
    "an empty text restores the default. May be repeated.",
)
def site_set(key: str, **options: Any) -> None:
    """Change a site."""
    settings = command_settings()
    connection = command_store(settings, "No site was changed")
    sites = stored_sites(connection, settings)
    try:
        before = sites.fresh(key)
    except UnknownSite:
        raise no_site(key) from None
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
    old, new = described.difference(before, stored)
    if old != new:
        log(connection, stored, "settings changed", stored.key, before=old, after=new)
    click.echo(printable_json(msgspec.json.format(msgspec.json.encode(stored)).decode()))


def _set_texts(site: Site, texts: tuple[tuple[str, str, str], ...]) -> Site:
    for lang, name, text in texts:
        site = replace(site, texts=with_text(site.texts, lang, name, text))
    return site


def _with_parameters(site: Site, **names: tuple[str, ...]) -> Site:
    return replace(site, parameters=replace(site.parameters, **names))


def _set_poll(site: Site, chosen: polls.ChoiceSet, text: str) -> Site:
    try:
        return chosen.put_in(site, polls.poll_from_json(text, chosen))
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
    "time_zone": lambda site, text: replace(site, time_zone=site_form.time_zone(text)),
    "results": lambda site, text: replace(site, results=site_form.results(text)),
    "open_days": lambda site, text: replace(site, open_days=site_form.open_days(text)),
    "keep_parameters": lambda site, text: _with_parameters(site, keep=parameters.kept_names(text)),
    "drop_parameters": lambda site, text: _with_parameters(
        site, drop=parameters.dropped_names(text)
    ),
    "text": _set_texts,
}
