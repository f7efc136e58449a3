"""``readback ledger``: the signed ledger of the counts."""

from itertools import pairwise
from pathlib import Path

import click

from widget.commands.configured import command_settings
from widget.commands.help import FullHelp
from widget.commands.logged import log
from widget.commands.store import command_store, stored_sites
from widget.domain.ledger.checking import BadLedger, Ledger, check
from widget.domain.ledger.signing import Signer
from widget.domain.ledger.texts import is_key
from widget.domain.printable import printable
from widget.secrets import open_secrets, secrets_path
from widget.settings import SettingError, Settings
from widget.store.ledger.chain import Chain


@click.group(cls=FullHelp)
def ledger() -> None:
    """Check and sign the ledger of the counts."""


@ledger.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--key",
    "keys",
    multiple=True,
    help="The public key that must have signed the first block. Repeat it for a key that took over "
    "because the old one was lost.",
)
@click.option("--hash", "known", default="", help="The hash of a block, as you once noted it.")
@click.option("--story", default="", metavar="ID", help="Print every line about this story.")
def verify(files: tuple[Path, ...], keys: tuple[str, ...], known: str, story: str) -> None:
    """Check files of a ledger. Exit 1 if one of them was changed, or one between them is missing.

    The files are those of /ledger/SITE, of days that follow one another. Nothing but the files is
    read: neither a server nor a store is asked.
    """
    if not all(map(is_key, keys)):
        raise SettingError("--key: not a public key; it has 43 letters, digits, - and _")
    try:
        texts = {str(path): path.read_bytes() for path in files}
    except OSError as problem:
        raise SettingError(f"{problem.filename}: {problem.strerror}") from None
    try:
        found = check(texts, key=keys[0] if keys else "", known=keys[1:], story=story)
    except BadLedger as problem:
        raise SettingError(f"The ledger is not as it was signed. {problem}") from None
    if known and known not in found.hashes:
        raise SettingError(
            f"The ledger is not the one that you know: no block of these files has the hash {known}"
        )
    for entry in found.asked:
        click.echo(f"{entry.hour} {printable(_text(dict(entry.line)))}")
    if story and not found.asked:
        click.echo(f"No line is about {printable(story)}.")
    _report(found, keys=keys)


def _text(line: dict[str, object]) -> str:
    told = {name: value for name, value in line.items() if name != "story"}
    return ", ".join(f"{name} {_votes(value)}" for name, value in told.items())


def _votes(value: object) -> str:
    if not isinstance(value, dict):
        return str(value)
    return " ".join(f"{choice}={votes}" for choice, votes in value.items()) or "none"


def _report(found: Ledger, *, keys: tuple[str, ...]) -> None:
    click.echo(
        f"{printable(found.site)}: {found.lines:,} lines from {found.first_hour} to {found.hour}, "
        f"signed, and none changed or missing between them."
    )
    for old, new in pairwise(map(printable, found.keys)):
        how = "was replaced by" if new in keys[1:] else "announced the next one,"
        click.echo(f"The key {old} {how} {new}.")
    if not keys:
        click.echo(
            f"They are signed with {found.keys[0]}. Compare it with the key that the newsroom has "
            "published, or repeat this with --key."
        )
    if found.before:
        click.echo(f"They follow the block {found.before} of an earlier day.")
    click.echo(
        f"The last block is {found.last}. Keep the files, or note that: who has the private key "
        "can write another ledger, but none with this block in it."
    )


@ledger.command()
def key() -> None:
    """Print the public key that this server signs with, to be published elsewhere too."""
    settings = command_settings()
    click.echo(Signer(_keys(settings)[-1]).public)


@ledger.command("adopt-key")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
def adopt_key(yes: bool) -> None:
    """Sign with the key of the current secrets file from now on, without a word of the old key.

    This is for a store whose old key is lost. Whoever checks the ledger sees that another key signs
    from here on, and that the old one did not announce it. To change a key that is not lost, run
    `readback secrets ledger-key PATH --rotate`.
    """
    settings = command_settings()
    connection = command_store(settings, "No key was adopted")
    keys = _keys(settings)
    public, chain = Signer(keys[-1]).public, Chain(connection, days=settings.ledger_days)
    known = {Signer(one).public for one in keys}
    others = [
        (site, head.key)
        for site in stored_sites(connection, settings).all()
        if (head := chain.head(site)).key and head.key not in known
    ]
    if not others:
        click.echo("Every ledger is signed with a key of this secrets file. Nothing was changed.")
        return
    if not yes:
        click.confirm(
            "Whoever checks these ledgers will see that another key signs from now on: "
            f"{', '.join(site.key for site, _ in others)}. Look for a copy of the old secrets file "
            "first. Go on?",
            abort=True,
        )
    for site, old in others:
        chain.adopt(site, public)
        log(connection, site, "ledger key adopted", before=old, after=public)
    click.echo(f"From now on, {public} signs.")


def _keys(settings: Settings) -> tuple[str, ...]:
    """Return the private keys, the one that signs last.

    :raise SettingError: there are none.
    """
    keys = open_secrets(settings, makes_new=False).ledger_keys
    if not keys:
        path = secrets_path(settings)
        raise SettingError(
            f"{path} has no key for the ledger. As a user who may change that file, run "
            f"`readback secrets ledger-key {path}`"
        )
    return keys
