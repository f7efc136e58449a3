"""The readback command. Beside a live server it works on the same store."""

import sys

import click

from widget.commands.backup import backup, restore
from widget.commands.comments.export import export
from widget.commands.comments.import_ import import_
from widget.commands.comments.rescore import rescore
from widget.commands.comments.tone import tone
from widget.commands.editor import editor
from widget.commands.forget import forget_article, forget_site
from widget.commands.serve import serve
from widget.commands.settings import secrets, show_settings
from widget.commands.simulate import simulate
from widget.commands.site import site
from widget.commands.store import store_refusal
from widget.commands.store_group import store
from widget.commands.story import story
from widget.commands.verify import verify
from widget.domain.errors import ReadbackError, StoreUnavailable
from widget.domain.printable import printable
from widget.domain.stories import StoryError
from widget.importing.model import BadFile
from widget.settings import SettingError
from widget.store.backup.errors import BackupError


def main() -> None:
    """Run a command. A refusal ends as one line and exit code 1."""
    try:
        cli()
    except StoreUnavailable as problem:
        refused = printable(store_refusal(problem))
        sys.exit(f"readback: {refused}. What this command had stored by then is kept")
    except (SettingError, StoryError, ReadbackError, BadFile, BackupError) as problem:
        why = printable(str(problem), keep="\n")
        sys.exit(f"readback: {why}")


@click.group()
@click.version_option(package_name="readback", prog_name="readback", message="%(prog)s %(version)s")
def cli() -> None:
    """Readback: exactly counted reader reactions."""


for command in (
    backup,
    editor,
    export,
    forget_article,
    forget_site,
    import_,
    rescore,
    restore,
    secrets,
    serve,
    show_settings,
    simulate,
    site,
    store,
    story,
    tone,
    verify,
):
    cli.add_command(command)


if __name__ == "__main__":
    main()
