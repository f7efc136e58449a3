"""What commands change is in the log of the desk, with the system's user."""

import json
import pwd
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from widget.commands.__main__ import cli
from widget.commands.logged import command_actor
from widget.domain.errors import StoreUnavailable
from widget.domain.model import Site
from widget.secrets import new_secrets_file
from widget.store.connect import Connection
from widget.store.desk.audit import ALL_SITES, Audit, Entry
from widget.store.embedded import EmbeddedStore
from widget.store.sites import Sites

NEWS = Site("news", "News", ())
ADD = ("site", "add", "news", "--name", "News", "--origin", "https://n.example")
Command = Callable[..., str]


@pytest.fixture
def command(redis_server: EmbeddedStore, connection: Connection, tmp_path: Path) -> Command:
    """Run a command that succeeds, and return what it prints."""
    secrets = tmp_path / "secrets"
    new_secrets_file(secrets)
    env = {"READBACK_REDIS_URL": redis_server.url, "READBACK_SECRETS": str(secrets)}

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(cli, arguments, env=env)
        assert done.exit_code == 0, (done.output, done.exception)
        return done.output

    return run


def test_a_change_is_made_although_the_shard_of_the_log_is_away(
    command: Command, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise StoreUnavailable(reason="connection refused", server="127.0.0.1:7001")

    monkeypatch.setattr(Audit, "append", away)
    said = command(*ADD)
    assert "not written to the desk's log: 127.0.0.1:7001 does" in said and "Added news" in said
    assert [site.key for site in Sites(connection, NEWS).all()] == ["news"]


def entries(connection: Connection, site: Site) -> list[Entry]:
    return Audit(connection).page(site)


def test_the_actor_is_the_systems_user_by_name_or_number(monkeypatch: pytest.MonkeyPatch) -> None:
    assert command_actor().startswith("command line (")

    def unknown(_: int) -> None:
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    monkeypatch.setattr("os.geteuid", lambda: 10_001)
    assert command_actor() == "command line (user 10001)"


def test_a_new_site_is_in_its_own_log_and_in_that_of_all_sites(
    connection: Connection, command: Command
) -> None:
    command(*ADD)
    for site in (NEWS, ALL_SITES):
        [entry] = entries(connection, site)
        assert (entry.who, entry.action, entry.object) == (command_actor(), "site added", "news")
        assert "origins: https://n.example" in entry.after


def test_only_a_change_of_settings_is_logged(connection: Connection, command: Command) -> None:
    command(*ADD)
    command("site", "set", "news", "--time-zone", "Europe/Berlin")
    command("site", "set", "news", "--time-zone", "Europe/Berlin")
    command("site", "list")
    newest, _ = entries(connection, NEWS)
    assert (newest.action, newest.before) == ("settings changed", "time zone: UTC")
    assert newest.after == "time zone: Europe/Berlin"


def test_editors_and_their_links_are_logged(connection: Connection, command: Command) -> None:
    command("editor", "add", "erin", "--role", "admin", "--link")
    command("editor", "passwd", "erin", "--link")
    command("editor", "list")
    logged = [(e.who, e.action, e.object) for e in entries(connection, ALL_SITES)]
    actor = command_actor()
    assert logged == [(actor, "one-time link made", "erin"), (actor, "editor added", "erin")]


def test_an_import_is_logged_with_its_size_and_a_second_one_that_stores_nothing_is_not(
    connection: Connection, command: Command, tmp_path: Path
) -> None:
    command(*ADD)
    line = {"kind": "comment", "id": "1", "article": "a", "at": "2020-05-06T07:08:09Z"}
    export = tmp_path / "comments.jsonl"
    export.write_text(json.dumps({**line, "name": "Rosa", "text": "A fine day"}))
    for _ in range(2):
        command("import", str(export), "--from", "jsonl", "--site", "news")
    imported = [e for e in entries(connection, NEWS) if e.action == "comments imported"]
    assert [e.after for e in imported] == ["1 comment"]
    assert "Rosa" not in repr(imported)
    command("rescore")
    assert not [e for e in entries(connection, NEWS) if e.action == "comments rescored"]


def test_confirmed_stories_are_logged_only_if_there_were_any(
    connection: Connection, command: Command, tmp_path: Path
) -> None:
    command(*ADD)
    addresses = tmp_path / "stories"
    addresses.write_text("https://n.example/never-voted-on\n")
    command("story", "confirm", "news", str(addresses))
    assert [e.action for e in entries(connection, NEWS)] == ["site added"]


def test_what_forgetting_leaves_in_the_log_names_no_story(
    connection: Connection, command: Command
) -> None:
    command(*ADD)
    command("forget-article", "news", "https://n.example/secret-story", "--yes")
    newest = entries(connection, NEWS)[0]
    assert (newest.who, newest.action) == (command_actor(), "article forgotten")
    assert "secret-story" not in repr(newest)
    command("forget-site", "news", "--yes")
    newest = entries(connection, ALL_SITES)[0]
    assert (newest.action, newest.object) == ("site forgotten", "news")
