"""Debian's own systemd as process 1 of a folder, in its own namespaces and control group."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.hosts.chroot import PATH, Chroot
from tests.support.server import wait_for


@dataclass
class Booted:
    """A host whose systemd is running. It shares the network of this one."""

    init: int

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                "nsenter",
                "--target",
                str(self.init),
                "--mount",
                "--uts",
                "--ipc",
                "--pid",
                "--cgroup",
                "--root",
                "--wd",
                "env",
                "-i",
                f"PATH={PATH}",
                *arguments,
            ],
            capture_output=True,
            text=True,
            timeout=60,
        )

    def systemctl(self, *arguments: str) -> str:
        done = self.run("systemctl", *arguments)
        assert done.returncode == 0, done.stdout + done.stderr + self.journal()
        return done.stdout

    def journal(self) -> str:
        return self.run("journalctl", "--no-pager", "--output=cat").stdout


@contextmanager
def booted(root: Chroot) -> Iterator[Booted]:
    """Boot, wait until systemd says that it is running, and end it with all that it started."""
    group = control_groups() / f"readback-hosts-{os.getpid()}"
    group.mkdir()
    process = subprocess.Popen(
        root.booting(group), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        wait_for(lambda: bool(children.read_text().strip()))
        host = Booted(int(children.read_text()))
        wait_for(lambda: host.run("systemctl", "is-system-running").stdout == "running\n", 30)
        yield host
    finally:
        process.kill()  # its child dies with it, and with that one every process it started
        process.wait(10)
        remove(group)


def control_groups() -> Path:
    """Return where this machine has version 2 of control groups."""
    unified = Path("/sys/fs/cgroup/unified")
    return unified if unified.is_dir() else Path("/sys/fs/cgroup")


def remove(group: Path) -> None:
    deadline = time.monotonic() + 10
    while group.exists() and time.monotonic() < deadline:
        for path in sorted((p for p in group.rglob("*") if p.is_dir()), reverse=True):
            _try_to_remove(path)
        _try_to_remove(group)
        time.sleep(0.05)


def _try_to_remove(group: Path) -> None:
    try:
        group.rmdir()
    except OSError:
        pass  # its last process is still ending
