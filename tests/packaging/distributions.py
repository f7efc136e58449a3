"""The wheel and the source distribution, and environments with the wheel outside the checkout."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.support.server import ROOT, Server


def build(folder: Path) -> None:
    """Build both into the folder, unless DIST names one where they are already."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)], cwd=ROOT, check=True
    )


def built(folder: Path) -> tuple[Path, Path]:
    """Return the wheel and the source distribution: those in the folder DIST, or fresh ones."""
    if given := os.environ.get("DIST"):
        folder = Path(given)
    else:
        build(folder)
    [wheel], [source] = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return wheel, source


def environment(folder: Path, wheel: Path) -> Path:
    """Make a virtual environment with the wheel in it; return its folder of programs.

    The dependencies are those of the environment that runs the tests. Its own installation of the
    project is a .pth file, which has no effect from there, so the checkout is out of reach.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    programs = folder / "bin"
    install(programs, wheel)
    [packages] = folder.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return programs


def install(programs: Path, wheel: Path) -> None:
    """Install the wheel over what is installed there, as an upgrade does."""
    pip(programs / "python", "install", "--no-deps", "--force-reinstall", str(wheel))


def pip(python: Path, command: str, *arguments: str) -> None:
    """Run pip for another environment, without the network."""
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            str(python),
            command,
            "--quiet",
            "--no-index",
            "--disable-pip-version-check",
            *arguments,
        ],
        check=True,
    )


class Installed(Server):
    """Readback from an environment's ``readback``, started in a separate folder."""

    def __init__(self, programs: Path, folder: Path, **settings: str) -> None:
        super().__init__(folder / "var", **settings)
        folder.mkdir(parents=True, exist_ok=True)
        self.log_path = folder.with_suffix(".log")
        self.folder = folder
        self.program = (str(programs / "readback"),)
        self.command = (*self.program, "serve")
        del self.env["READBACK_DATA_DIR"]
        self.env.pop("PYTHONPATH", None)
