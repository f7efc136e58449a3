"""The embedded Valkey. The first process starts it under a lock; the others share its socket.

The server is a child of its owner and dies with it (PR_SET_PDEATHSIG on Linux). The kernel drops
the lock of a killed owner. A second lock, on the folder, is the server's own: while one that was
left behind still ends, no other opens its files. A stale socket is removed before a start.
"""

import fcntl
import logging
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import IO

import redis

from widget.settings import SettingError
from widget.store.append_only import check_files
from widget.store.forgetting import Forgetting, remove_leftovers, rewrite_now
from widget.store.log_rotation import lines_since, log_path, rotate, size_of
from widget.store.parent import end_with_parent
from widget.store.room import NearlyFull
from widget.store.start_trouble import cut_off, why_ended, why_not_started
from widget.store.stopping import Stopped, is_written, why_not_on_disk
from widget.store.valkey_server import valkey_server

log = logging.getLogger("readback")

START_TIMEOUT_S = 10.0
STOP_TIMEOUT_S = 10
JOIN_S = 3
MOURN_EVERY_S = 10
LAST_BYTES = 2000  # of the log, in which the server says why it ends
LOCK_FILE = "valkey.lock"
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
        raise SettingError(f"READBACK_DATA_DIR: {folder} belongs to another user; remove it")
    return folder / "valkey.sock"


class EmbeddedStore:
    """The embedded server as this process sees it: its own child, or one found running.

    :param memory_mb: the most memory it may use; 0: no bound.
    :param may_be_new: begin an empty store even where the files of an earlier one are missing.

    ``is_new`` says that this process began the store, which was empty: its folder had no files.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        fsync: str = "everysec",
        memory_mb: int = 0,
        may_be_new: bool = False,
    ) -> None:
        try:
            data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as problem:
            raise _unusable(data_dir, problem) from None
        self._data_dir = data_dir.resolve()
        self._fsync = fsync
        self._memory_mb = memory_mb
        self._may_be_new = may_be_new
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher: Thread | None = None
        self._deaths = 0
        self._mourn_s = 0.0
        self.is_new = False
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
                try:
                    self._launch(deadline)
                except SettingError:
                    self._release()
                    raise
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
        self._watcher = Thread(target=self._watch, daemon=True, name="readback-store")
        self._watcher.start()

    def leave(self) -> None:
        """Leave the server to the parent of this forked process, which owns it."""
        self._process = None
        self._release()  # the copy; the lock itself stays the parent's

    def _watch(self) -> None:
        while not self._stopping.wait(0.2):
            if self._process is not None and self._process.poll() is None:
                self._look_after()
                continue
            if self._process is None and answers(self.socket):
                continue
            if self._process is not None:
                self._mourn(self._process)
            try:
                if self._lock is not None or self._take_lock():
                    self._launch(time.monotonic() + START_TIMEOUT_S)
            except SettingError as problem:
                log.error("%s", problem)

    def _mourn(self, process: subprocess.Popen[bytes]) -> None:
        """Take note of the server's death, in the log at most once in ten seconds."""
        self._process = None
        self._deaths += 1
        now_s = time.monotonic()
        if now_s >= self._mourn_s:
            self._mourn_s = now_s + MOURN_EVERY_S
            path = log_path(self._data_dir)
            lines = lines_since(path, max(0, size_of(path) - LAST_BYTES))
            log.error(
                "The embedded store %s. It is being restarted.",
                why_ended(lines, process.returncode),
            )

    def _look_after(self) -> None:
        rotate(self._data_dir)
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

    @contextmanager
    def unused(self) -> Iterator[None]:
        """Keep any server off the folder.

        :raise SettingError: a server runs on it.
        """
        if not self._take_lock():
            raise SettingError(
                f"READBACK_DATA_DIR: a server or a command uses the store in {self._data_dir}; "
                "end it first"
            )
        try:
            os.close(self._wait_for_last_server(time.monotonic() + START_TIMEOUT_S))
            yield
        finally:
            self.stop()

    def stop(self) -> Stopped:
        """Stop the server if this process owns it, and say whether everything is on disk."""
        self._stopping.set()
        if self._watcher is not None:
            # It may just be starting the server again, or wait for one that hangs.
            self._watcher.join(JOIN_S)
        trouble = ""
        is_own = self._lock is not None
        if self._process is not None:
            trouble = self._end(self._process)
        elif is_own:
            trouble = "the store ended and could not be started again"
        self._process = None
        self._release()
        return Stopped(is_own, trouble, self._deaths, self._fsync)

    def _end(self, process: subprocess.Popen[bytes]) -> str:
        """End the server. Return why not everything may be on disk; "" if it is."""
        log = log_path(self._data_dir)
        mark, was_written = size_of(log), is_written(self.socket)
        process.terminate()
        try:
            code = process.wait(timeout=STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return f"the store did not end within {STOP_TIMEOUT_S} s and was killed"
        return why_not_on_disk(code, lines_since(log, mark), was_written=was_written)

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _take_lock(self) -> bool:
        try:
            lock = open(self._data_dir / LOCK_FILE, "a")
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
        folder = self._wait_for_last_server(deadline)
        try:
            has_files = check_files(self._data_dir, may_be_new=self._may_be_new)
            self.is_new = self.is_new or not has_files
            self.socket.unlink(missing_ok=True)
            remove_leftovers(self._data_dir)
            rotate(self._data_dir)
            self._forgetting = Forgetting(self._data_dir, self.socket, self._stopping)
            mark = size_of(log_path(self._data_dir))
            self._process = self._run(folder)
        except OSError as problem:
            raise _unusable(self._data_dir, problem) from None
        finally:
            os.close(folder)
        self._wait_for_answer(self._process, mark, deadline)
        for line in lines_since(log_path(self._data_dir), mark):
            if half := cut_off(line):
                log.warning(
                    "The store's file %s ended in the middle of a command, which was dropped. "
                    "After a crash that is a vote that nobody was told of. If more is missing, "
                    "the file was cut: stop, and restore a back-up.",
                    half,
                )

    def _wait_for_last_server(self, deadline: float) -> int:
        """Lock the folder, and return its descriptor.

        This process has the owner's lock, but the server of a killed owner may still be ending.
        """
        folder = os.open(self._data_dir, os.O_RDONLY | os.O_CLOEXEC)
        while not _locks(folder) or answers(self.socket):
            if time.monotonic() > deadline:
                os.close(folder)
                raise SettingError(
                    f"READBACK_DATA_DIR: the store of an earlier process on {self._data_dir} has "
                    f"not ended; `pgrep -f {self.socket}` names it. End it, then start again"
                )
            time.sleep(0.02)
        return folder

    def _run(self, folder: int) -> subprocess.Popen[bytes]:
        """Start the server.

        :param folder: the locked folder, which the server keeps open, and locked, until it ends.
        """
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
            "zset-max-listpack-entries": "512",  # rankings are changed seldom, and read whole
            "logfile": str(log_path(self._data_dir)),
            # No log keeps a command, which would outlive what it says about a reader.
            "hide-user-data-from-log": "yes",
            "slowlog-log-slower-than": "-1",
            "commandlog-request-larger-than": "-1",
            "commandlog-reply-larger-than": "-1",
        }
        arguments = [str(valkey_server())]
        for name, value in options.items():
            arguments += [f"--{name}", value]
        owner = os.getpid()
        return subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,  # it says there what it could not write into its log
            start_new_session=True,  # Ctrl-C reaches only the owner, which stops the store last
            pass_fds=(folder,),
            # Python ignores SIGXFSZ, and so does the server then: a file that may not grow is an
            # error that it reports, as a full disk is, and not its end.
            restore_signals=False,
            preexec_fn=lambda: end_with_parent(owner, signal.SIGTERM),
        )

    def _wait_for_answer(
        self, process: subprocess.Popen[bytes], mark: int, deadline: float
    ) -> None:
        """Return when the server takes commands. However long it loads its files, it is waited for.

        :param mark: bytes of the server's log before its start.
        :raise SettingError: it ended, or says nothing.
        """
        assert process.stderr is not None
        with process.stderr as said:
            while not (reply := ping(self.socket)).startswith(_ALIVE):
                if process.poll() is not None:
                    self._process = None
                    lines = said.read().decode(errors="replace").splitlines()
                    lines += lines_since(log_path(self._data_dir), mark)
                    raise SettingError(why_not_started(self._data_dir, lines, process.returncode))
                if self._stopping.is_set():
                    return  # whoever stops the store ends this one too
                if reply.startswith(b"-LOADING"):
                    deadline = max(deadline, time.monotonic() + START_TIMEOUT_S)
                elif time.monotonic() > deadline:
                    self._end(process)
                    self._process = None
                    lines = lines_since(log_path(self._data_dir), mark)
                    raise SettingError(why_not_started(self._data_dir, lines, None))
                time.sleep(0.01)


def _locks(folder: int) -> bool:
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _unusable(data_dir: Path, problem: OSError) -> SettingError:
    return SettingError(
        f"READBACK_DATA_DIR={str(data_dir)!r}: {problem.strerror}; "
        "name a folder that this user can write to"
    )


# A store that cannot write to its disk answers every ping with an error, and lives.
_ALIVE = (b"+PONG", b"-MISCONF")


def answers(path: Path) -> bool:
    """Return whether a server on the socket takes commands; not while it loads its file."""
    return ping(path).startswith(_ALIVE)


def ping(path: Path) -> bytes:
    """Return the reply of the server on the socket to a ping; b"" for none."""
    try:
        with socket.socket(socket.AF_UNIX) as peer:
            peer.settimeout(1)
            peer.connect(str(path))
            peer.sendall(b"PING\r\n")
            return peer.recv(64)
    except OSError:
        return b""
