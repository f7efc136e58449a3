"""The readback command. Beside a live server it works on the same store."""

import sys

import click

from widget.commands.adopt_key import store
from widget.commands.comments.export import export
from widget.commands.comments.import_ import import_
from widget.commands.comments.rescore import rescore
from widget.commands.comments.tone import tone
from widget.commands.editor import editor
from widget.commands.serve import serve
from widget.commands.settings import secrets, show_settings
from widget.commands.simulate import simulate
from widget.commands.site import site
from widget.commands.store import store_refusal
from widget.commands.store_settings import store_settings
from widget.commands.story import story
from widget.commands.verify import verify
from widget.domain.errors import ReadbackError, StoreUnavailable
from widget.domain.printable import printable
from widget.domain.stories import StoryError
from widget.importing.model import BadFile
from widget.settings import SettingError


def main() -> None:
    """Run a command. A refusal ends as one line and exit code 1."""
    try:
        cli()
    except StoreUnavailable as problem:
        sys.exit(f"readback: {printable(store_refusal(problem))}")
    except (SettingError, StoryError, ReadbackError, BadFile) as problem:
        why = printable(str(problem), keep="\n")
        sys.exit(f"readback: {why}")


@click.group()
@click.version_option(package_name="readback", prog_name="readback", message="%(prog)s %(version)s")
def cli() -> None:
    """Readback: exactly counted reader reactions."""


store.add_command(store_settings)
for command in (
    editor,
    export,
    import_,
    rescore,
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
