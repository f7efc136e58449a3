"""Commands that a server starts beside itself: they give way to it, and say what they are."""

import os
from contextlib import suppress
from typing import Any

import click

READBACK = "Readback"  # who did it, in the log of the desk
_LOWEST = 19


def background_option(function: Any) -> Any:
    """Add ``--background``, which is for the server alone."""
    option = click.option(
        "--background",
        is_flag=True,
        hidden=True,
        callback=_give_way,
        help="Give way to the server, which started this.",
    )
    return option(function)


def _give_way(_: click.Context, __: click.Parameter, is_background: bool) -> bool:
    if is_background:
        with suppress(OSError):
            os.nice(_LOWEST)
    return is_background
