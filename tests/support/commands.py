"""Commands in processes that share what they import: for what a test only begins with."""

import multiprocessing
import os
from collections.abc import Mapping
from multiprocessing.connection import Connection

from click.testing import CliRunner

from widget.commands.__main__ import cli

_AT_MOST_S = 60
# A process of its own, as a command changes its process: the clock, the log, the signals.
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(
    [f"widget.commands.{name}" for name in ("editor", "site", "simulate", "verify")]
)


def run(arguments: tuple[str, ...], env: Mapping[str, str]) -> str:
    """Run a command that must succeed, and return what it prints.

    It takes a tenth of the time of a program that imports everything anew.
    """
    here, there = _PROCESSES.Pipe(duplex=False)
    process = _PROCESSES.Process(target=_answer, args=(there, arguments, dict(env)))
    process.start()
    there.close()
    with here:
        is_done = here.poll(_AT_MOST_S)
        if not is_done:
            process.kill()
        assert is_done, f"{arguments} took too long"
        code, printed, everything = here.recv()
    process.join(_AT_MOST_S)
    process.close()
    assert code == 0, everything
    return str(printed)


def _answer(
    pipe: "Connection[tuple[int, str, str], None]", arguments: tuple[str, ...], env: dict[str, str]
) -> None:
    os.environ.clear()
    os.environ.update(env)
    done = CliRunner().invoke(cli, arguments)
    pipe.send((done.exit_code, done.stdout, f"{done.output}\n{done.exception or ''}"))
