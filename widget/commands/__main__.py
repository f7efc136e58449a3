"""The readback command. Beside a live server it works on the same store.

Each command is imported when it is run: all of them together take most of a second.
"""

import sys

import click

from widget.assets import release
from widget.commands.help import FullHelp
from widget.commands.loading import loaded
from widget.domain.errors import OperatorError, ReadbackError, StoreUnavailable
from widget.domain.printable import printable

# Where each command is: a module of this folder, and the command's name there.
COMMANDS = {
    "backup": ("backup", "backup"),
    "check": ("check.command", "check"),
    "editor": ("editor", "editor"),
    "export": ("comments.export", "export"),
    "forget-article": ("forget", "forget_article"),
    "forget-site": ("forget", "forget_site"),
    "import": ("comments.import_", "import_"),
    "ledger": ("ledger", "ledger"),
    "learn": ("comments.learn", "learn"),
    "rescore": ("comments.rescore", "rescore"),
    "restore": ("backup", "restore"),
    "secrets": ("settings", "secrets"),
    "serve": ("serve", "serve"),
    "settings": ("settings", "show_settings"),
    "simulate": ("simulate", "simulate"),
    "site": ("site", "site"),
    "store": ("store_group", "store"),
    "story": ("story", "story"),
    "tone": ("comments.tone", "tone"),
    "verify": ("verify", "verify"),
}


class Commands(FullHelp):
    """A group that imports a command when it is run, or listed in the help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        command: click.Command = getattr(loaded(f"widget.commands.{module}"), name)
        return command


def main() -> None:
    """Run a command. A refusal ends as one line and exit code 1."""
    try:
        cli(prog_name="readback")
    except StoreUnavailable as problem:
        from widget.commands.store import store_refusal  # which imports the whole store

        refused = printable(store_refusal(problem))
        sys.exit(f"readback: {refused}. What this command stored before that is kept")
    except (OperatorError, ReadbackError) as problem:
        why = printable(str(problem), keep="\n")
        sys.exit(f"readback: {why}")


@click.group(cls=Commands)
@click.version_option(release(), prog_name="readback", message="%(prog)s %(version)s")
def cli() -> None:
    """Readback: exactly counted reader reactions."""


if __name__ == "__main__":
    main()
