"""The key of the ledger in the secrets file, and the commands about both."""

import json
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.support.ledgers import BLOCKS, SIGNER, STORIES, WHOLE
from widget.commands.__main__ import cli
from widget.commands.check.files import check_secrets
from widget.commands.check.store import check_store
from widget.domain.ledger.block import Head, sealed
from widget.domain.ledger.signing import Signer
from widget.domain.model import Site
from widget.secrets import add_ledger_key, load_secrets, new_secrets_file, open_secrets
from widget.settings import SettingError, Settings
from widget.store.connect import Connection
from widget.store.desk.audit import Audit
from widget.store.embedded import EmbeddedStore
from widget.store.ledger.chain import Chain, ChainHead
from widget.store.sites import Sites


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a secrets file of an earlier release."""
    path = tmp_path / "secrets.json"
    new_secrets_file(path)
    values = json.loads(path.read_text())
    del values["ledger_keys"]
    path.write_text(json.dumps(values))
    return path


def settings(path: Path, **more: str) -> Settings:
    return Settings.from_env({"READBACK_SECRETS": str(path), **more})


def keys_of(path: Path) -> tuple[str, ...]:
    return load_secrets(path).ledger_keys


def test_a_start_adds_a_key_and_leaves_all_else_as_it_was(path: Path) -> None:
    before = json.loads(path.read_text())
    path.chmod(0o640)
    assert keys_of(path) == ()
    assert open_secrets(settings(path), makes_new=False).ledger_keys == ()
    assert open_secrets(settings(path, READBACK_LEDGER_DAYS="0")).ledger_keys == ()
    with ThreadPoolExecutor(8) as workers:
        found = list(workers.map(lambda _: open_secrets(settings(path)).ledger_keys, range(8)))
    assert len(set(found)) == 1 and len(found[0]) == 1
    after = json.loads(path.read_text())
    assert after.pop("ledger_keys") == list(found[0]) and after == before
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert found[0][0] not in repr(load_secrets(path))


def test_a_new_file_has_a_key_and_is_private(tmp_path: Path) -> None:
    path = tmp_path / "new.json"
    new_secrets_file(path)
    assert len(keys_of(path)) == 1 and stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_closed_to_the_server_stays_and_the_check_says_what_to_do(
    path: Path,
) -> None:
    path.chmod(0o400)
    before = path.read_text()
    assert open_secrets(settings(path)).ledger_keys == ()
    assert path.read_text() == before
    with pytest.raises(PermissionError):
        add_ledger_key(path)
    *_, finding = check_secrets(settings(path))
    assert "no key for the ledger" in finding.text and f"ledger-key {path}" in finding.remedy
    assert len(list(check_secrets(settings(path, READBACK_LEDGER_DAYS="0")))) == 1


def test_a_key_that_is_none_is_refused_and_not_shown(path: Path) -> None:
    values = json.loads(path.read_text())
    path.write_text(json.dumps({**values, "ledger_keys": ["hunter2-and-some-more-characters"]}))
    with pytest.raises(SettingError) as refusal:
        load_secrets(path)
    assert "hunter2" not in str(refusal.value)


def run(*arguments: str, **env: str) -> Result:
    return CliRunner().invoke(cli, arguments, env=env)


def test_a_key_is_added_once_by_command_and_again_to_rotate(path: Path) -> None:
    added = run("secrets", "ledger-key", str(path))
    again = run("secrets", "ledger-key", str(path))
    [first] = keys_of(path)
    rotated = run("secrets", "ledger-key", str(path), "--rotate")
    assert "Added a key" in added.output and "Nothing was changed" in again.output
    assert keys_of(path)[0] == first and len(keys_of(path)) == 2
    assert not any(key in done.output for key in keys_of(path) for done in (added, again, rotated))
    missing = run("secrets", "ledger-key", str(path.with_name("none")))
    assert isinstance(missing.exception, SettingError)


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    for name, text in WHOLE.items():
        (tmp_path / name).write_bytes(text)
    return [str(tmp_path / name) for name in WHOLE]


def test_files_are_verified_without_a_store_or_settings(files: list[str]) -> None:
    done = run("ledger", "verify", *files, "--key", SIGNER.public, "--story", STORIES[4])
    assert done.exit_code == 0, done.output
    assert "none changed or missing between them" in done.output
    assert f"The last block is {BLOCKS[-1].hash}" in done.output
    assert "2026-01-05T00:00Z counts like=" in done.output and "aside sad=4" in done.output
    without = run("ledger", "verify", *files[1:], "--story", "nobody")
    assert SIGNER.public in without.output and "No line is about nobody." in without.output
    assert "of an earlier day" in without.output
    known = run("ledger", "verify", *files, "--hash", BLOCKS[2].hash)
    assert known.exit_code == 0


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--key", SIGNER.public[::-1]), "another key|not a public key"),
        (("--key", "x"), "not a public key"),
        (("--hash", "0" * 64), "not the one that you know"),
    ],
)
def test_files_that_are_not_what_somebody_knows_are_refused(
    files: list[str], options: tuple[str, ...], why: str
) -> None:
    done = run("ledger", "verify", *files, *options)
    assert done.exit_code == 1
    with pytest.raises(SettingError, match=why):
        raise done.exception or AssertionError


def test_a_changed_file_a_missing_one_and_one_of_something_else_are_named(
    files: list[str], tmp_path: Path
) -> None:
    Path(files[1]).write_bytes(WHOLE["day-20459.txt"].replace(b'"sad":3', b'"sad":4', 1))
    picture = tmp_path / "picture"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    for given, why in (
        (files, "changed since it was signed"),
        ([files[0], files[2]], "does not follow"),
        ([str(picture)], "not a line of a ledger"),
        ([str(tmp_path)], "directory"),
        ([str(tmp_path / "none")], "No such file"),
    ):
        with pytest.raises(SettingError, match=why):
            raise run("ledger", "verify", *given).exception or AssertionError(given)


@pytest.fixture
def command(
    redis_server: EmbeddedStore, connection: Connection, path: Path
) -> Callable[..., Result]:
    add_ledger_key(path)
    env = {"READBACK_REDIS_URL": redis_server.url, "READBACK_SECRETS": str(path)}
    return lambda *arguments: run(*arguments, **env)


def test_a_lost_key_is_given_up_on_purpose(
    connection: Connection, command: Callable[..., Result], path: Path, redis_server: EmbeddedStore
) -> None:
    command("site", "add", "news", "--origin", "https://n.example")
    env = {"READBACK_REDIS_URL": redis_server.url, "READBACK_SECRETS": str(path)}
    public = Signer(keys_of(path)[-1]).public
    assert command("ledger", "key").output.endswith(f"{public}\n")
    assert "Nothing was changed" in command("ledger", "adopt-key", "--yes").output
    chain, site = Chain(connection, days=400), Sites(connection, Site("home", "", ())).get("news")
    block = sealed(Head("news", 490_000, 0, 0, SIGNER.public, ""), [], SIGNER)
    chain.append(site, ChainHead(), block, {})
    *_, finding = check_store(Settings.from_env(env))
    assert "has not the key that signs the ledger of news" in finding.text
    assert f"From now on, {public} signs." in command("ledger", "adopt-key", "--yes").output
    assert chain.head(site).key == public
    [entry] = [one for one in Audit(connection).page(site) if one.action == "ledger key adopted"]
    assert (entry.before, entry.after) == (SIGNER.public, public)
    after = sealed(Head("news", 490_001, 1, 0, public, block.hash), [], Signer(keys_of(path)[-1]))
    assert chain.append(site, chain.head(site), after, {})
    assert command("verify").exit_code == 0, "the audit log has it"
    file = path.with_name("day.txt")
    file.write_bytes(block.text + after.text)
    known = run("ledger", "verify", str(file), "--key", SIGNER.public, "--key", public)
    assert f"The key {SIGNER.public} was replaced by {public}." in known.output
    with pytest.raises(SettingError, match="signed with another key"):
        raise run("ledger", "verify", str(file), "--key", SIGNER.public).exception or AssertionError
