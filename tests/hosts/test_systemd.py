"""docs/deploy.md's way from a wheel to a service, under a separate systemd."""

import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hosts.booted import Booted, booted
from tests.hosts.chroot import Chroot
from tests.hosts.conftest import folder_for_any_user
from tests.packaging.distributions import built
from tests.support.server import ROOT, Server, free_port, nonce, wait_for

pytestmark = pytest.mark.hosts

DEPLOY = (ROOT / "docs" / "deploy.md").read_text()
UNIT = "/etc/systemd/system/readback.service"


def block(heading: str) -> str:
    """Return the commands below a heading of docs/deploy.md."""
    section = DEPLOY.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return "\n".join(re.findall(r"```sh\n(.*?)```", section, re.S))


@pytest.fixture(scope="module")
def host(debian: Chroot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chroot]:
    """Run the documented commands in a Debian, up to those that need a running systemd."""
    with folder_for_any_user() as folder:
        root = debian.copy(folder / "root")
        wheel, source = built(tmp_path_factory.mktemp("dist"))
        with tarfile.open(source) as archive:
            archive.extractall(root.folder / "root", filter="data")
        [unpacked] = (root.folder / "root").glob("readback-*")
        (unpacked / wheel.name).write_bytes(wheel.read_bytes())
        commands = block("Install it under systemd")
        installing, starting, _ = commands.partition("systemctl ")
        assert starting and "useradd" in installing
        root.run(["sh", "-euxc", installing], at=f"/root/{unpacked.name}")
        yield root


def test_systemd_finds_no_fault_in_the_unit(host: Chroot) -> None:
    assert host.run(["systemd-analyze", "verify", UNIT]).strip() == ""


def test_the_unit_exposes_as_little_as_documented(host: Chroot) -> None:
    """0 to 10 in systemd's scale, where little is good."""
    [documented] = re.findall(r"gives it (\S+) on a scale", DEPLOY)
    report = host.run(["systemd-analyze", "security", "--offline=yes", "--threshold=20", UNIT])
    assert f"Overall exposure level for readback.service: {documented} " in report


class Service(Server):
    """What listens on the port of the booted host's service."""

    def __init__(self, host: Booted, port: int) -> None:
        super().__init__(Path("/nonexistent/readback"))
        self.port = port
        self.host = host
        self.origin = f"http://127.0.0.1:{port}"

    def answers(self) -> bool:
        try:
            return self.get("/healthz").status == 200
        except OSError:
            return False


def test_the_service_counts_keeps_and_comes_back(host: Chroot) -> None:
    port = free_port()
    settings = host.folder / "etc" / "readback" / "readback.env"
    settings.write_text(f"PORT={port}\nREADBACK_DATA_DIR=/var/lib/readback\n")
    with booted(host) as machine:
        machine.systemctl("enable", "--now", "readback")
        service = Service(machine, port)
        wait_for(service.answers)
        assert service.react(nonce=nonce()).status == 200
        assert (host.folder / "var/lib/readback/secrets.json").stat().st_mode & 0o777 == 0o600

        verified = machine.run("sh", "-euc", block("Commands beside the service"))
        assert verified.returncode == 0, verified.stdout + verified.stderr
        assert "Every total is the sum of its parts." in verified.stdout

        machine.systemctl("restart", "readback")
        wait_for(service.answers)
        assert service.counts()["total"] == 1
        assert "every vote is on disk" in machine.journal()

        machine.systemctl("kill", "--kill-whom=main", "--signal=KILL", "readback")
        wait_for(
            lambda: (
                machine.systemctl("show", "--property=NRestarts", "--value", "readback").strip()
                == "1"
            )
        )
        wait_for(service.answers)
        assert service.counts()["total"] == 1

        machine.systemctl("stop", "readback")
        result = machine.systemctl("show", "--property=Result", "--value", "readback")
        assert result == "success\n" and not service.answers()
