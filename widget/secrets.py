"""The secrets file: random keys, made once, never defaulted, never in the store."""

import json
import os
import secrets as random_source
from dataclasses import dataclass
from pathlib import Path

from widget.settings import SettingError

MIN_KEY_CHARS = 32


@dataclass(frozen=True, slots=True)
class Secrets:
    """``*_keys`` are oldest first: the last one signs, the others still verify."""

    session_keys: tuple[str, ...]
    token_keys: tuple[str, ...]
    vote_key: str
    challenge_key: str


def new_secrets_file(path: Path) -> None:
    """Write fresh keys to ``path`` (0600). :raise FileExistsError: something is there already."""
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
        os.link(partial, path)  # whole or not at all, and never over another process's keys
    finally:
        partial.unlink()


def load_secrets(path: Path) -> Secrets:
    """:raise SettingError: missing, unreadable, or too short to be random."""
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
            f"READBACK_SECRETS: no file at {path}; make one with `readback secrets new {path}`"
        ) from None
    except OSError as problem:
        raise SettingError(
            f"READBACK_SECRETS: {path} cannot be read ({problem.strerror}); let this user read it"
        ) from None
    except (ValueError, KeyError, TypeError):
        raise SettingError(
            f"READBACK_SECRETS: {path} is no file that `readback secrets new PATH` made; "
            "name the right one, or make a new one"
        ) from None
    keys = (*loaded.session_keys, *loaded.token_keys, loaded.vote_key, loaded.challenge_key)
    if not loaded.session_keys or not loaded.token_keys:
        raise SettingError(f"READBACK_SECRETS: {path} lists no key; make a new file")
    for key in keys:
        if not isinstance(key, str) or len(key) < MIN_KEY_CHARS or len(set(key)) < 12:
            raise SettingError(
                f"READBACK_SECRETS: a key in {path} is too short or not random; "
                "make a new file with `readback secrets new PATH`"
            )
    return loaded
