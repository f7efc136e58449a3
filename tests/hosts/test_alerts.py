"""The alert rules under promtool, of Debian's package prometheus."""

import subprocess

import pytest

from tests.support.programs import installed
from tests.support.server import ROOT, Server

pytestmark = pytest.mark.hosts
DEPLOY = ROOT / "deploy"


def promtool(*arguments: str, given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    command = [installed("promtool"), *arguments]
    return subprocess.run(command, cwd=DEPLOY, input=given, capture_output=True, timeout=60)


def test_the_rules_are_valid() -> None:
    checked = promtool("check", "rules", "alerts.yml")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_each_alert_fires_when_it_should_and_not_before() -> None:
    tested = promtool("test", "rules", "alerts_test.yml")
    assert tested.returncode == 0, tested.stdout + tested.stderr


def test_prometheus_finds_nothing_wrong_with_the_metrics(server: Server) -> None:
    checked = promtool("check", "metrics", given=server.get("/metrics").body)
    assert checked.returncode == 0, checked.stdout + checked.stderr
