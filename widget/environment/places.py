"""Where the settings file is looked for: the first place that has one counts."""

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from widget.assets import checkout
from widget.environment.settings_file import BadSettingsFile, SettingsFile, read_settings_file

NAME = "readback.env"
ENV_FILE = "READBACK_ENV_FILE"
INSTALLED = Path("/etc/readback") / NAME
# Either names the store, so that a command needs no file to find the server's.
_NAMES_OF_STORES = ("READBACK_REDIS_URL", "READBACK_DATA_DIR")


def places() -> list[Path]:
    """Return where a file is looked for that READBACK_ENV_FILE does not name, in that order.

    :raise BadSettingsFile: this process is nowhere.
    """
    top = checkout()
    try:
        here = Path.cwd()
    except FileNotFoundError:
        raise BadSettingsFile("The working directory no longer exists: cd to another") from None
    found = [here / NAME, top / NAME if top else INSTALLED]
    return list(dict.fromkeys(found))


def found_file(env: Mapping[str, str]) -> SettingsFile | None:
    """Return the settings file, or None if there is none.

    A process reads it once, and its forks have what it read: a worker that starts later than the
    others has their settings, whatever the file has become.

    :raise BadSettingsFile: it cannot be read, or is not to be trusted.
    """
    return _read(env.get(ENV_FILE, ""), any(env.get(name) for name in _NAMES_OF_STORES))


@cache
def _read(named: str, is_store_named: bool) -> SettingsFile | None:
    if named == os.devnull:
        return None
    if named:
        try:
            return read_settings_file(Path(named).absolute())
        except FileNotFoundError:
            raise BadSettingsFile(
                f"{ENV_FILE}: there is no file at {Path(named).absolute()}"
            ) from None
    for path in places():
        if is_there(path, is_store_named=is_store_named):
            return read_settings_file(path)
    return None


def is_there(path: Path, *, is_store_named: bool) -> bool:
    """Return whether there is a file to read at one of the places.

    :param is_store_named: the environment names the store. Then a service manager may have read an
        installed file that this user may not read, as systemd does.
    :raise BadSettingsFile: there may be one, but not for this user; or another user put it here.
    """
    try:
        owner = path.stat().st_uid
        if path == INSTALLED and is_store_named and not os.access(path, os.R_OK):
            return False
    except OSError as problem:
        if os.path.islink(path):
            raise BadSettingsFile(
                f"{path} is a link to {os.readlink(path)}: {problem.strerror}. Correct the link, "
                f"or name the file in {ENV_FILE}"
            ) from None
        is_closed = isinstance(problem, PermissionError)
        if path != INSTALLED or is_store_named or not is_closed:
            return False
        raise BadSettingsFile(
            f"{path}: Permission denied. Run this as the service's user: "
            "`runuser -u readback -- readback ...`"
        ) from None
    is_trusted = path != Path.cwd() / NAME or path.parent == checkout()
    if not is_trusted and owner not in (0, os.geteuid()):
        raise BadSettingsFile(
            f"{path} belongs to another user, so it is not read. If you trust it, name it in "
            f"{ENV_FILE}"
        )
    return True
