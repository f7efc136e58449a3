"""The secrets file: random keys, generated once, without defaults, never in the store."""

import fcntl
import json
import os
import secrets as random_source
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from widget.domain.ledger.texts import is_key, new_seed
from widget.settings import SettingError, Settings

MIN_KEY_CHARS = 32


@dataclass(frozen=True, slots=True)
class Secrets:
    """The keys of one secrets file. ``*_keys`` are oldest first: the last signs, all verify.

    :param ledger_keys: empty in a file of a release before v0.4 that no start could add one to.
    """

    session_keys: tuple[str, ...]
    token_keys: tuple[str, ...]
    vote_key: str
    challenge_key: str
    ledger_keys: tuple[str, ...] = field(default=(), repr=False)


def new_secrets_file(path: Path) -> None:
    """Write new random keys to ``path`` (0600).

    :raise FileExistsError: the path exists already.
    """
    values = {
        "session_keys": [random_source.token_urlsafe(48)],
        "token_keys": [random_source.token_urlsafe(48)],
        "vote_key": random_source.token_urlsafe(48),
        "challenge_key": random_source.token_urlsafe(48),
        "ledger_keys": [new_seed()],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = _written(path, values)
    try:
        os.link(partial, path)  # all or nothing, and never over another process's keys
    finally:
        partial.unlink()


def add_ledger_key(path: Path, *, rotates: bool = False) -> bool:
    """Add a key of the ledger to a secrets file, and return whether one was added.

    The file is replaced as a whole, with the same mode. Another process that does the same waits,
    and then finds the key.

    :param rotates: add one also if there is one already.
    :raise OSError: the file cannot be replaced by this user.
    :raise SettingError: it is not a secrets file.
    """
    load_secrets(path)  # what is wrong with the file is said first

    def with_key(values: dict[str, Any]) -> bool:
        known = values.setdefault("ledger_keys", [])
        if known and not rotates:
            return False
        known.append(new_seed())
        return True

    return _changed(path, with_key)


def _changed(path: Path, change: Callable[[dict[str, Any]], bool]) -> bool:
    """Change the values of a secrets file, and return what ``change`` returns: False keeps it."""
    path = path.resolve()
    with _locked(path) as file:
        about = os.fstat(file.fileno())
        if about.st_uid != os.geteuid() or not about.st_mode & stat.S_IWUSR:
            raise PermissionError(1, "this user may not change it", str(path))
        values = json.load(file)
        if not change(values):
            return False
        partial = _written(path, values)
        try:
            partial.chmod(stat.S_IMODE(about.st_mode))
            os.chown(partial, -1, about.st_gid)
            partial.replace(path)
        except OSError:
            partial.unlink()
            raise
    _sync_folder(path.parent)
    return True


@contextmanager
def _locked(path: Path) -> Iterator[Any]:
    """Open a file that nobody else is replacing meanwhile."""
    while True:
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if path.stat().st_ino == os.fstat(file.fileno()).st_ino:
                yield file
                return


def _written(path: Path, values: dict[str, Any]) -> Path:
    """Write a file beside another one, for this user alone, and return its path."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(values, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    return partial


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def load_secrets(path: Path) -> Secrets:
    """Read the keys from ``path``.

    :raise SettingError: the file is missing or unreadable, or a key is not long and random enough.
    """
    try:
        values = json.loads(path.read_text())
        loaded = Secrets(
            tuple(values["session_keys"]),
            tuple(values["token_keys"]),
            values["vote_key"],
            values["challenge_key"],
            tuple(values.get("ledger_keys", ())),
        )
        if not all(map(is_key, loaded.ledger_keys)):
            raise ValueError
    except FileNotFoundError:
        raise SettingError(
            f"READBACK_SECRETS: there is no file at {path}; "
            f"create one with `readback secrets new {path}`"
        ) from None
    except OSError as problem:
        raise SettingError(
            f"READBACK_SECRETS: cannot read {path} ({problem.strerror}); "
            "give this user permission to read it"
        ) from None
    except (ValueError, KeyError, TypeError):
        raise SettingError(
            f"READBACK_SECRETS: {path} is not a file from `readback secrets new PATH`; "
            "set the right path, or create a new file"
        ) from None
    keys = (
        *loaded.session_keys,
        *loaded.token_keys,
        loaded.vote_key,
        loaded.challenge_key,
        *loaded.ledger_keys,
    )
    if not loaded.session_keys or not loaded.token_keys:
        raise SettingError(f"READBACK_SECRETS: {path} has an empty list of keys; create a new file")
    for key in keys:
        if not isinstance(key, str) or len(key) < MIN_KEY_CHARS or len(set(key)) < 12:
            raise SettingError(
                f"READBACK_SECRETS: a key in {path} is too short or not random; "
                "create a new file with `readback secrets new PATH`"
            )
    return loaded


def secrets_path(settings: Settings) -> Path:
    """Return the path of the file that the settings name, or of the one in the data folder."""
    return Path(settings.secrets) if settings.secrets else settings.data_dir / "secrets.json"


def open_secrets(settings: Settings, *, makes_new: bool = True) -> Secrets:
    """Return the secrets that the settings name, or those generated in the data folder.

    :param makes_new: generate them there if there are none, as a start of the server does. It also
        adds the ledger's key to a file of an earlier release.
    :raise SettingError: a secrets file is missing or weak.
    """
    path = secrets_path(settings)
    if not settings.secrets and not path.exists():
        if not makes_new:
            raise SettingError(
                f"there is no secrets file at {path}. Put that of this store back; if it is lost, "
                "`readback store adopt-key` goes on with a new one"
            )
        try:
            new_secrets_file(path)
        except FileExistsError:
            pass  # another process was first, and its keys are ours too
    if makes_new and settings.ledger_days and not load_secrets(path).ledger_keys:
        with suppress(OSError):  # it is an operator's own, and closed to us: there is no ledger
            add_ledger_key(path)
    return load_secrets(path)
