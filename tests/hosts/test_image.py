"""The image of the Dockerfile: built step by step in a Debian, then run as a container would be."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hosts.container import Container
from tests.hosts.dockerfile import Image
from tests.support.server import nonce

pytestmark = pytest.mark.hosts


@pytest.fixture
def container(image: Image, folder: Path) -> Iterator[Container]:
    running = Container(image, folder / "data", read_only=True)
    running.start()
    yield running
    running.stop()


def process(container: Container) -> dict[str, str]:
    """Return the status of the service's process 1, as the kernel names its fields."""
    outer = container.process.pid
    child = Path(f"/proc/{outer}/task/{outer}/children").read_text().strip()
    lines = Path(f"/proc/{child}/status").read_text().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def test_a_container_counts_a_vote_and_keeps_it_in_its_volume(image: Image, folder: Path) -> None:
    first = Container(image, folder / "data").start()
    assert first.get("/embed.js").status == 200 and b"talent-visa" in first.get("/").body
    assert first.react(nonce=nonce()).status == 200
    first.stop()
    assert "every vote is on disk" in first.output()
    second = Container(image, folder / "data").start()
    assert second.counts()["total"] == 1
    second.stop()


def test_its_user_is_nobody_else_and_has_no_capability(container: Container) -> None:
    status = process(container)
    assert status["Uid"].split() == ["10001"] * 4 and status["Gid"].split() == ["10001"] * 4
    assert status["CapEff"] == status["CapBnd"] == "0" * 16 and status["NoNewPrivs"] == "1"


def test_it_writes_only_to_its_volume(container: Container) -> None:
    data = container.root.mounts["/var/lib/readback"]
    assert {path.stat().st_uid for path in data.rglob("*")} == {10001}
    assert (data / "secrets.json").stat().st_mode & 0o777 == 0o600
    refused = container.run("secrets", "new", "/opt/readback/secrets.json")
    assert refused.returncode != 0 and "Read-only file system" in refused.stderr


def test_it_is_healthy_while_it_serves(image: Image, folder: Path) -> None:
    container = Container(image, folder / "data")
    container.start()
    assert container.is_healthy()
    container.stop()
    assert not container.is_healthy()


def test_commands_run_beside_the_service(container: Container) -> None:
    assert container.run("--version").stdout.startswith("readback ")
    added = container.run("site", "add", "news", "--origin", "https://news.example")
    assert added.returncode == 0 and 'data-site="news"' in added.stdout
    assert "Every total is the sum of its parts." in container.run("verify").stdout


def test_it_listens_to_other_hosts_and_names_its_port(image: Image) -> None:
    assert image.env["READBACK_BIND"] == "0.0.0.0"
    assert image.ports == [image.env["PORT"]] and image.volumes == ["/var/lib/readback"]


def test_nothing_that_built_it_is_left_in_it(image: Image) -> None:
    root = image.root.folder
    assert not (root / "build").exists()
    programs = set(os.listdir(root / "opt" / "readback" / "bin"))
    assert "readback" in programs and not programs & {"hatchling", "ruff", "pytest", "playwright"}
