"""Debian once for all tests, and the image built on it."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.conftest import browser, commented_host, host, watched
from tests.hosts.chroot import Chroot
from tests.hosts.dockerfile import Image, build
from tests.support.programs import installed, missing
from tests.support.server import ROOT

# Fixtures of the browser tests, for those here too.
__all__ = ["browser", "commented_host", "host", "watched"]

# Debian has the Python version of the Dockerfile's base. python3-dev is its headers.
PACKAGES = "python3,python3-dev,python3-venv,ca-certificates,systemd"
SUITE = "bookworm"


@pytest.fixture(scope="session")
def debian() -> Chroot:
    """Return the base that script/test-hosts keeps in var/hosts, made if it is not there."""
    if os.geteuid() != 0:
        missing("a host is built as root only")
    folder = ROOT / "var" / "hosts" / SUITE
    if not folder.exists():
        partial = folder.with_suffix(".partial")
        subprocess.run(["rm", "-rf", "--one-file-system", partial], check=True)
        partial.parent.mkdir(parents=True, exist_ok=True)
        mirror = subprocess.check_output(
            ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"],
            text=True,
        ).split()[0]
        subprocess.run(
            [
                installed("debootstrap"),
                "--variant=minbase",
                f"--include={PACKAGES}",
                SUITE,
                str(partial),
                mirror,
            ],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        (partial / "usr" / "local" / "bin" / "python").symlink_to("/usr/bin/python3")
        partial.rename(folder)
    base = Chroot(folder)
    base.use_hosts_network()
    return base


@pytest.fixture(scope="session")
def image(debian: Chroot) -> Iterator[Image]:
    with folder_for_any_user() as folder:
        yield build(ROOT, debian, folder)


@pytest.fixture
def folder() -> Iterator[Path]:
    with folder_for_any_user() as folder:
        yield folder


@contextmanager
def folder_for_any_user() -> Iterator[Path]:
    """Make a folder and remove it: pytest's are root's alone, and stay for a while."""
    with tempfile.TemporaryDirectory(prefix="readback-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
