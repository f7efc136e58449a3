"""Back-ups of the embedded store at regular times, by the process that owns it."""

import logging
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

from widget.domain import clock
from widget.domain.errors import StoreUnavailable
from widget.secrets import Secrets
from widget.services import backups
from widget.store.backup.errors import BackupError
from widget.store.connect import Connection

log = logging.getLogger("readback")

LOOK_EVERY_S = 60
AGAIN_S = 600
_NAMED = "readback-%Y-%m-%dT%H-%M-%SZ.backup"
_NAME = re.compile(r"readback-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.backup")


class BackupSchedule:
    """One back-up every so many hours, of which the newest are kept.

    :param is_owner: whether this process owns the store. No other one writes back-ups.
    :param hours: hours from the end of one back-up to the next.
    :param keep: number of files to keep.
    """

    def __init__(
        self,
        connection: Connection,
        secrets: Secrets,
        data_dir: Path,
        is_owner: Callable[[], bool],
        *,
        hours: int,
        keep: int,
    ) -> None:
        self._connection = connection
        self._secrets = secrets
        self._folder = data_dir / "backups"
        self._is_owner = is_owner
        self._every_s = hours * 3600
        self._keep = keep
        self._again_s = 0.0
        self._latest_s: float | None = None

    def start(self) -> None:
        """Look from now on, in a thread of this process alone, whether a back-up is due."""
        Thread(target=self._repeat, daemon=True, name="readback-backups").start()

    def run(self, *, now_s: float) -> bool:
        """Write a back-up if one is due, and return whether it was written. A failure is logged."""
        if not self._is_owner() or now_s < self._again_s or not self._is_due(now_s):
            return False
        try:
            self._write(now_s)
        except (BackupError, StoreUnavailable, OSError) as problem:
            self._again_s = now_s + AGAIN_S
            log.error(
                "The store was not backed up: %s. Is there room on the disk of READBACK_DATA_DIR? "
                "It is tried again in ten minutes.",
                str(problem).rstrip("."),
            )
            return False
        return True

    def _repeat(self) -> None:
        while True:
            time.sleep(LOOK_EVERY_S)
            self.run(now_s=clock.now())

    def _is_due(self, now_s: float) -> bool:
        if self._latest_s is None:
            files = self._files()
            self._latest_s = files[-1].stat().st_mtime if files else -self._every_s
        # A clock that was set back must not end the back-ups.
        return not 0 <= now_s - self._latest_s < self._every_s

    def _write(self, now_s: float) -> None:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        for left in self._folder.glob("*.partial"):  # of a process that was killed
            left.unlink()
        path = self._folder / datetime.fromtimestamp(now_s, UTC).strftime(_NAMED)
        with backups.new_file(path) as file:
            backups.write_backup(self._connection, self._secrets, file, lambda keys: None)
        self._latest_s = now_s
        others = [file for file in self._files() if file != path]
        for old in others[: max(0, len(others) - self._keep + 1)]:
            old.unlink()

    def _files(self) -> list[Path]:
        """Return the back-ups, oldest first, and no file that somebody else put there."""
        found = [path for path in self._folder.glob("*") if _NAME.fullmatch(path.name)]
        return sorted(found, key=lambda path: path.name)
