"""Help whose lists of commands have whole sentences, however narrow the terminal is."""

import click

_WHOLE = 500  # characters, which no first sentence has


class FullHelp(click.Group):
    """A group that wraps the summaries of its commands where click cuts them off."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write each command with the first sentence of its help."""
        rows = [
            (name, command.get_short_help_str(_WHOLE))
            for name in self.list_commands(ctx)
            if (command := self.get_command(ctx, name)) is not None and not command.hidden
        ]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)
