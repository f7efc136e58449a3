"""``readback store settings``, on the tests' own server."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from widget.commands.__main__ import cli
from widget.store.connect import Connection
from widget.store.embedded import EmbeddedStore


@pytest.fixture
def checked(
    redis_server: EmbeddedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> CliRunner:
    monkeypatch.setenv("READBACK_REDIS_URL", redis_server.url)
    monkeypatch.setenv("READBACK_SECRETS", str(tmp_path / "secrets.json"))
    return CliRunner()


def run(runner: CliRunner) -> Result:
    return runner.invoke(cli, ["store", "settings"])


def test_the_embedded_store_s_own_settings_need_no_change(
    checked: CliRunner, connection: Connection
) -> None:
    connection.client.config_set("maxmemory", "512mb")  # as READBACK_STORE_MB does
    try:
        result = run(checked)
    finally:
        connection.client.config_set("maxmemory", "0")
    assert result.exit_code == 0 and "No setting" in result.output, result.output


def test_a_setting_to_change_is_named_and_the_exit_code_is_1(
    checked: CliRunner, connection: Connection
) -> None:
    connection.client.config_set("maxmemory-policy", "allkeys-lfu")
    try:
        result = run(checked)
    finally:
        connection.client.config_set("maxmemory-policy", "noeviction")
    assert result.exit_code == 1 and "Set it to noeviction" in result.output


def test_without_a_store_of_its_own_it_says_so(
    checked: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("READBACK_REDIS_URL")
    result = run(checked)
    assert result.exit_code == 1 and "embedded store" in str(result.exception)
