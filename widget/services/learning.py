"""Learning beside the server: lessons and new scores in processes of their own.

A lesson computes for seconds. In a thread of a worker it would hold the interpreter's lock, and
with it the votes of readers; docs/adr/0121-a-newsrooms-own-head.md has the figures.
"""

import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

from widget.domain.errors import StoreUnavailable
from widget.domain.model import Site
from widget.services.lessons import Lessons
from widget.store.connect import Connection

log = logging.getLogger(__name__)

RunCommand = Callable[[tuple[str, ...]], None]
"""Starts a ``readback`` command and returns at once."""


class Learning:
    """Starts what a site's labels make necessary, once :meth:`start` was called."""

    def __init__(self, connection: Connection) -> None:
        self._lessons = Lessons(connection)
        self._run: RunCommand | None = None

    def start(self) -> None:
        """Start them from now on: for a server whose settings a command would read too."""
        self._run = CommandRunner()

    @property
    def is_automatic(self) -> bool:
        """Whether this server starts them; otherwise an operator has to."""
        return self._run is not None

    def after_label(self, site: Site) -> None:
        """Start a lesson if the label that was just stored made one due."""
        with suppress(StoreUnavailable):  # the label is stored; the next one asks again
            if self._run and self._lessons.is_due(site):
                self._run(("learn", "--site", site.key, "--background"))

    def rescore(self, site: Site) -> None:
        """Start to score a site's comments by the version that speaks now."""
        if self._run:
            self._run(("rescore", "--site", site.key, "--background"))


class CommandRunner:
    """Runs ``readback`` commands with the environment of the server; each once at a time."""

    def __init__(self) -> None:
        self._running: set[tuple[str, ...]] = set()
        self._lock = threading.Lock()

    def __call__(self, words: tuple[str, ...]) -> None:
        with self._lock:
            if words in self._running:
                return
            self._running.add(words)
        threading.Thread(target=self._run, args=(words,), name=words[0], daemon=True).start()

    def _run(self, words: tuple[str, ...]) -> None:
        """Run a command to its end, and say what went wrong."""
        try:
            done = subprocess.run(
                [sys.executable, "-m", "widget.commands", *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                start_new_session=True,  # an interrupted server leaves it to end by itself
                check=False,
                text=True,
                errors="replace",
            )
            if done.returncode:
                last = done.stderr.strip().splitlines()[-1:]
                log.error("readback %s failed: %s", " ".join(words), *last or ["no reason given"])
        except OSError as problem:
            log.error("readback %s could not start: %s", " ".join(words), problem)
        finally:
            with self._lock:
                self._running.discard(words)
