"""Installing the peers from their packages into a scratch folder. Nothing of them is kept here."""

import os
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

ISSO = "0.14.0"
WALINE = "1.39.3"
GUNICORN = version("gunicorn")  # Isso's server is the one that ours is
PIP_S, NPM_S = 600, 1800  # npm compiles SQLite where its prebuilt one cannot be fetched

WALINE_FOLDER = """{
  "private": true,
  "dependencies": {"@waline/vercel": "%s"},
  "allowScripts": {"sqlite3": true}
}
"""


def isso(folder: Path) -> Path:
    """Return the Python that has Isso; install it if it is not there yet.

    :raise RuntimeError: it cannot be installed here.
    """
    python = folder / f"isso-{ISSO}" / "bin" / "python"
    if not _runs([str(python), "-c", "import isso, gunicorn"]):
        _say(f"Isso {ISSO}")
        _run([sys.executable, "-m", "venv", str(python.parent.parent)], PIP_S)
        pinned = [f"isso=={ISSO}", f"gunicorn=={GUNICORN}"]
        _run([str(python), "-m", "pip", "install", "--quiet", *pinned], PIP_S)
    return python


def waline(folder: Path) -> Path:
    """Return the package of Waline's server; install it if it is not there yet.

    :raise RuntimeError: it cannot be installed here.
    """
    place = folder / f"waline-{WALINE}"
    if not _runs([node(), "-e", "require('sqlite3'), require('thinkjs')"], place):
        _say(f"Waline {WALINE}, which takes some minutes")
        place.mkdir(parents=True, exist_ok=True)
        (place / "package.json").write_text(WALINE_FOLDER % WALINE)
        _run(["npm", "install", "--no-audit", "--no-fund"], NPM_S, place, **_node_headers())
        if not _runs([node(), "-e", "require('sqlite3')"], place):
            _run(["npm", "rebuild", "sqlite3"], NPM_S, place, **_node_headers())
    return place / "node_modules" / "@waline" / "vercel"


def node() -> str:
    """Return the path of Node.

    :raise RuntimeError: there is none.
    """
    found = shutil.which("node")
    if found is None or shutil.which("npm") is None:
        raise RuntimeError("Waline needs node and npm")
    return found


def _node_headers() -> dict[str, str]:
    """Have SQLite compiled against the headers beside this Node, if they are there."""
    prefix = Path(node()).resolve().parent.parent
    there = (prefix / "include" / "node" / "node_api.h").exists()
    return {"npm_config_nodedir": str(prefix)} if there else {}


def _say(what: str) -> None:
    print(f"Installing {what} ...", file=sys.stderr, flush=True)


def _runs(command: list[str], folder: Path | None = None) -> bool:
    try:
        return not subprocess.run(command, cwd=folder, capture_output=True, timeout=60).returncode
    except OSError:
        return False


def _run(command: list[str], timeout_s: int, folder: Path | None = None, **env: str) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout_s,
    )
    if done.returncode:
        raise RuntimeError(
            f"{' '.join(command[:4])} failed:\n{(done.stderr or done.stdout)[-2000:]}"
        )
