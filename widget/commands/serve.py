"""``readback serve``: the service, with the embedded store if the settings name no other."""

import errno
import os
import socket
import sys
import time
from importlib.util import find_spec

import click

from widget.settings import SettingError, Settings
from widget.web.starting import configure_log, start_or_say_why

# Elsewhere than on Linux, the workers of a killed server look for it once a second, and then finish
# their requests.
PORT_GRACE_S = 2.5 if sys.platform == "linux" else 10


@click.command()
def serve() -> None:
    """Serve readers and the desk until Ctrl-C.

    Settings are read from the environment and from readback.env; `readback settings` shows them.
    """
    configure_log()
    with start_or_say_why():
        settings = Settings.from_env()
        program = program_of(settings)
        wait_for_port(settings)
    # Not the program of that name: where Python is shared, it may be in another folder.
    os.execv(sys.executable, [sys.executable, "-m", *program])


def program_of(settings: Settings) -> tuple[str, ...]:
    """Return the Python module that reads the requests, with its arguments.

    :raise SettingError: it is not installed.
    """
    if settings.server == "gunicorn":
        return ("gunicorn", "-c", "python:widget.commands.gunicorn_conf")
    if find_spec("granian") is None:
        raise SettingError(
            "READBACK_SERVER=granian, but granian is not installed: start `script/server` in a "
            f"checkout, or run `{sys.executable} -m pip install --require-hashes "
            "-r requirements-granian.lock` beside a release's files; or unset READBACK_SERVER"
        )
    return ("widget.commands.granian_master",)


def wait_for_port(settings: Settings) -> None:
    """Return once the port is free. The workers of a killed server leave it soon.

    :raise SettingError: another program listens there, or the address is of another machine.
    """
    elsewhere = SettingError(
        f"READBACK_BIND={settings.bind!r} is not an address of this machine: "
        "127.0.0.1 and ::1 are, and 0.0.0.0 or :: means all of them"
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
                        "stop what listens there, or set another PORT"
                    ) from None
        time.sleep(0.1)
