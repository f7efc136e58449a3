"""A website of tests/hosts that Node.js builds, in var/hosts with its packages."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.hosts.background import background
from tests.support.node import node, npm
from tests.support.programs import missing
from tests.support.server import ROOT, wait_for

SOURCES = Path(__file__).parent


class NodeProject:
    """A copy of tests/hosts/``name``, whose packages stay from run to run."""

    def __init__(self, name: str) -> None:
        self.folder = ROOT / "var" / "hosts" / name
        self.environment = {
            **os.environ,
            "PATH": f"{Path(node()).parent}:{os.environ['PATH']}",
            "NEXT_TELEMETRY_DISABLED": "1",
            "ASTRO_TELEMETRY_DISABLED": "1",
        }
        self._install(SOURCES / name / "package-lock.json", SOURCES / name / "package.json")
        for old in self.folder.iterdir():
            if old.is_dir() and old.name != "node_modules":
                shutil.rmtree(old)
        shutil.copytree(SOURCES / name, self.folder, dirs_exist_ok=True)

    def _install(self, lock: Path, package: Path) -> None:
        """Install what the lock names, unless this was done."""
        done = self.folder / "node_modules" / ".lock-installed"
        if done.exists() and done.read_bytes() == lock.read_bytes():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        for file in (lock, package, ROOT / ".npmrc"):
            shutil.copy(file, self.folder)
        try:
            self.run(*npm(), "ci", "--ignore-scripts", "--silent")
        except AssertionError as error:
            missing(f"npm could not install {lock.relative_to(ROOT)}: {error}")
        done.write_bytes(lock.read_bytes())

    def write(self, path: str, text: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def program(self, name: str) -> str:
        return str(self.folder / "node_modules" / ".bin" / name)

    def run(self, *command: str) -> None:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    @contextmanager
    def serving(self, log: Path, *command: str) -> Iterator[None]:
        """Run its server during the block, once the server has written an address to its log."""
        with background(list(command), log, env=self.environment, cwd=self.folder):
            wait_for(lambda: "http://" in log.read_text(), 120)
            yield
