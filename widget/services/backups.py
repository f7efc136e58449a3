"""Back-ups of a whole store into a file, and back into an empty store."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from widget.assets import release
from widget.domain import clock
from widget.domain.readers.reader import voters_fingerprint
from widget.secrets import Secrets
from widget.store.backup.archive import Archive, Head, Writer
from widget.store.backup.copying import Copying
from widget.store.backup.errors import BackupError
from widget.store.backup.restoring import Restoring
from widget.store.connect import Connection
from widget.store.identity import SCHEMA, SCHEMAS

Progress = Callable[[int], None]


def write_backup(
    connection: Connection, secrets: Secrets, file: IO[bytes], progress: Progress
) -> int:
    """Write a back-up, and return the number of keys in it.

    :raise BackupError: the store cannot be copied just now, or the file cannot be written.
    :raise StoreUnavailable: the store timed out or refused.
    """
    voters = voters_fingerprint(secrets.vote_key)
    writer = Writer(file, Head(int(clock.now()), release(), voters, connection.schema))
    copied = Copying(connection, writer.add, progress).run()
    writer.close()
    return copied


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """Give a new file that only its owner reads. It has its name when all of it is on disk.

    :raise BackupError: the path exists, or cannot be written, or is just being written.
    """
    if path.exists():
        raise BackupError(f"{path} exists, and is never overwritten; name another file")
    partial = path.with_name(f"{path.name}.partial")
    try:
        descriptor = os.open(partial, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            try:
                file.truncate()
                yield file
                file.flush()
                os.fsync(file.fileno())
                os.link(partial, path)
            finally:
                partial.unlink()
        _sync_folder(path.parent)
    except BlockingIOError:
        raise BackupError(f"{path} is just being written by another back-up") from None
    except FileExistsError:
        raise BackupError(f"{path} exists, and is never overwritten; name another file") from None
    except OSError as problem:
        raise BackupError(
            f"{path}: {problem.strerror}; nothing was kept. Make room, or name another place"
        ) from None


def restore(connection: Connection, secrets: Secrets, path: Path, progress: Progress) -> Head:
    """Write a back-up into an empty store, and return its head.

    :raise BackupError: the file, the secrets or the store is not right. Nothing was written.
    :raise StoreUnavailable: the store timed out or refused. What it has is marked as half restored.
    """
    archive = Archive(path)
    head = archive.check()
    if head.schema not in SCHEMAS:
        raise BackupError(
            f"{path} was made by release {head.release}, whose store has another schema "
            f"({head.schema}; this release has {SCHEMA} and 1). Restore it with that release"
        )
    if head.voter_key != voters_fingerprint(secrets.vote_key):
        raise BackupError(
            f"{path} belongs to another secrets file, and with this one every reader would count "
            "as a new one. Put the secrets file of that store in place (READBACK_SECRETS, or "
            "secrets.json in READBACK_DATA_DIR), and repeat"
        )
    restoring = Restoring(connection, progress)
    restoring.refuse_unless_empty()
    restoring.run(archive, head)
    return head


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
