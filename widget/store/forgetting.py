"""What has expired leaves the embedded store's files too, once a day.

docs/adr/0012-forgetting-on-disk.md says why. The append-only file keeps every command until it is
rewritten, and the new file has expired keys too, unless something has looked at them since.
"""

import logging
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import redis

from widget.settings import SettingError
from widget.store.append_only import FOLDER, read_manifest, unnamed

log = logging.getLogger("readback")

AFTER_MIDNIGHT_S = 60
AGAIN_S = 600
REPLY_S = 30
KEYS_AT_ONCE = 1000


class _RewriteError(Exception):
    """A rewrite that failed. The store's own log says why."""


class Forgetting:
    """Rewrites the files of one embedded store, on behalf of its owner.

    :param data_dir: the file ``rewritten`` there has the day on which it was last done.
    :param stopping: set when the owner stops the store.
    """

    def __init__(self, data_dir: Path, socket: Path, stopping: Event) -> None:
        self._record = data_dir / "rewritten"
        self._socket = socket
        self._stopping = stopping
        self._day = self._record.read_text(errors="replace") if self._record.exists() else ""
        self._again_s = 0.0
        self._has_failed = False

    def run(self, *, now_s: float) -> None:
        """Rewrite the files, without what has expired, unless it was done on this day (UTC).

        It returns when they are rewritten. A day begins a minute late, so that what expires at
        midnight has expired.
        """
        day = datetime.fromtimestamp(now_s - AFTER_MIDNIGHT_S, UTC).date().isoformat()
        if day == self._day or now_s < self._again_s:
            return
        try:
            with redis.Redis(unix_socket_path=str(self._socket), socket_timeout=REPLY_S) as client:
                look_at_every_key(client)
                self._rewrite(client)
            if not self._stopping.is_set():
                self._record.write_text(day)
                self._day, self._has_failed = day, False
        except redis.ConnectionError:
            pass  # the store died or was stopped; its next start begins anew
        except (redis.RedisError, OSError, _RewriteError) as problem:
            self._again_s = now_s + AGAIN_S
            if not self._has_failed and not self._stopping.is_set():
                log.error(
                    "The store's files still have what expired, because they could not be "
                    "written anew: %s. Is there room on the disk of READBACK_DATA_DIR? It is "
                    "tried again every ten minutes.",
                    problem,
                )
            self._has_failed = True

    def _rewrite(self, client: Any) -> None:
        self._wait_for_rewrite(client)  # it may have begun before the keys were looked at
        try:
            client.bgrewriteaof()
        except redis.ResponseError:
            if not _is_rewriting(client):
                raise
        self._wait_for_rewrite(client)
        if client.info("persistence")["aof_last_bgrewrite_status"] != "ok":
            raise _RewriteError("valkey.log says why")

    def _wait_for_rewrite(self, client: Any) -> None:
        while _is_rewriting(client) and not self._stopping.wait(0.1):
            pass


def rewrite_now(socket: Path) -> bool:
    """Rewrite the files of the store on a socket, and return whether it was done."""
    forgetting = Forgetting(socket.parent, socket, Event())
    try:
        with redis.Redis(unix_socket_path=str(socket), socket_timeout=REPLY_S) as client:
            forgetting._rewrite(client)
    except (redis.RedisError, OSError, _RewriteError):
        return False
    return True


def look_at_every_key(client: Any) -> None:
    """Have the store remove every key that has expired: it does so when a scan meets one."""
    cursor = -1
    while cursor:
        cursor, _ = client.scan(max(cursor, 0), count=KEYS_AT_ONCE)


def remove_leftovers(data_dir: Path) -> None:
    """Remove what a killed store left of a rewrite. No store may be running.

    The manifest names the files that hold the data; the others belong to rewrites that never ended:
    a snapshot, or a file of commands that is still empty. Without a whole manifest, they stay.
    """
    folder = data_dir / FOLDER
    try:
        manifest = read_manifest(data_dir)
    except SettingError:
        left = []
    else:
        left = unnamed(folder, manifest)
    for path in (*data_dir.glob("temp-rewriteaof-*.aof"), *folder.glob("temp-*"), *left):
        path.unlink(missing_ok=True)


def _is_rewriting(client: Any) -> bool:
    state = client.info("persistence")
    return bool(state["aof_rewrite_in_progress"] or state["aof_rewrite_scheduled"])
