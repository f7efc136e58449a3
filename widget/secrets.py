"""The secrets file: random keys, generated once, without defaults, never in the store."""

import json
import os
import secrets as random_source
from dataclasses import dataclass
from pathlib import Path

from widget.settings import SettingError, Settings

MIN_KEY_CHARS = 32


@dataclass(frozen=True, slots=True)
class Secrets:
    """The keys of one secrets file. ``*_keys`` are oldest first: the last signs, all verify."""

    session_keys: tuple[str, ...]
    token_keys: tuple[str, ...]
    vote_key: str
    challenge_key: str


def new_secrets_file(path: Path) -> None:
    """Write new random keys to ``path`` (0600).

    :raise FileExistsError: the path exists already.
    """
    values = {
        "session_keys": [random_source.token_urlsafe(48)],
        "token_keys": [random_source.token_urlsafe(48)],
        "vote_key": random_source.token_urlsafe(48),
        "challenge_key": random_source.token_urlsafe(48),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(values, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(partial, path)  # all or nothing, and never over another process's keys
    finally:
        partial.unlink()


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
        )
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
    keys = (*loaded.session_keys, *loaded.token_keys, loaded.vote_key, loaded.challenge_key)
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

    :param makes_new: generate them there if there are none, as a start of the server does.
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
    return load_secrets(path)
