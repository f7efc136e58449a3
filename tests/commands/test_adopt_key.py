"""Another secrets file: what commands refuse, what verify reports, and how an operator goes on."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from widget.commands.__main__ import cli
from widget.commands.logged import command_actor
from widget.secrets import new_secrets_file
from widget.settings import SettingError
from widget.store import keys
from widget.store.connect import Connection
from widget.store.desk.audit import ALL_SITES, Audit
from widget.store.embedded import EmbeddedStore

Command = Callable[..., Result]


@pytest.fixture
def command(redis_server: EmbeddedStore, connection: Connection, tmp_path: Path) -> Command:
    """Run commands on an empty store with one of two secrets files: ``command("a", "verify")``."""

    def run(secrets: str, *arguments: str, typed: str = "") -> Result:
        path = tmp_path / secrets
        if not path.exists():
            new_secrets_file(path)
        env = {"READBACK_REDIS_URL": redis_server.url, "READBACK_SECRETS": str(path)}
        return CliRunner().invoke(cli, arguments, env=env, input=typed)

    return run


@pytest.fixture
def counted(command: Command) -> None:
    added = command("ours", "site", "add", "news", "--name", "N", "--origin", "https://n.example")
    assert added.exit_code == 0, added.output


WRITING = (
    ["site", "add", "other", "--name", "O", "--origin", "https://o.example"],
    ["site", "list"],
    ["editor", "list"],
    ["story", "join", "news"],
    ["rescore"],
)


@pytest.mark.parametrize("arguments", WRITING, ids=" ".join)
def test_a_command_refuses_another_key_and_writes_nothing(
    connection: Connection, command: Command, counted: None, arguments: list[str]
) -> None:
    before = connection.client.hgetall(keys.store()), set(connection.client.keys())
    refused = command("other", *arguments)
    assert isinstance(refused.exception, SettingError), refused.output
    assert "adopt-key" in str(refused.exception)
    assert (connection.client.hgetall(keys.store()), set(connection.client.keys())) == before


def test_verify_and_export_work_with_any_key_and_verify_reports_it(
    command: Command, counted: None
) -> None:
    same, other = command("ours", "verify"), command("other", "verify")
    assert same.exit_code == 0 and "with this secrets file. The schema is 2." in same.output
    assert other.exit_code == 1 and "another secrets file" in other.output
    assert "Every total is the sum of its parts." in other.output
    assert command("other", "export", "--site", "news").exit_code == 0


def test_verify_refuses_a_schema_that_it_does_not_know(
    connection: Connection, command: Command, counted: None
) -> None:
    connection.client.hset(keys.store(), "schema", "3")
    refused = command("ours", "verify")
    assert refused.exit_code == 1 and "schema '3'" in str(refused.exception)


def test_an_operator_who_lost_the_key_adopts_another_once_they_know_what_it_costs(
    connection: Connection, command: Command, counted: None
) -> None:
    asked = command("other", "store", "adopt-key", typed="n\n")
    assert asked.exit_code == 1 and "can vote again" in asked.output
    assert command("ours", "verify").exit_code == 0
    assert command("other", "store", "adopt-key", typed="y\n").exit_code == 0
    assert command("other", "editor", "list").exit_code == 0
    assert isinstance(command("ours", "editor", "list").exception, SettingError)
    again = command("other", "store", "adopt-key", "--yes")
    assert again.exit_code == 0 and "Nothing was changed" in again.output
    [entry] = [e for e in Audit(connection).page(ALL_SITES) if e.action == "voter key adopted"]
    assert entry.who == command_actor()


def test_a_store_is_upgraded_when_the_operator_agrees(
    connection: Connection, command: Command, counted: None
) -> None:
    connection.client.hset(keys.store(), "schema", "1")
    assert command("ours", "store", "upgrade", typed="n\n").exit_code == 1
    assert connection.client.hget(keys.store(), "schema") == b"1"
    assert "has schema 2 now" in command("ours", "store", "upgrade", typed="y\n").output
    assert connection.client.hget(keys.store(), "schema") == b"2"
    assert "already" in command("ours", "store", "upgrade").output
    [entry] = [e for e in Audit(connection).page(ALL_SITES) if "upgraded" in e.action]
    assert entry.who.startswith("command line")
