"""readback.env: what is not read alike everywhere is refused, with its line and the remedy."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server import ROOT
from widget.environment import environment, places
from widget.environment.environment import Environment
from widget.environment.masking import masked
from widget.environment.settings_file import BadSettingsFile, parse, read_settings_file
from widget.settings import NAMES, SECRET_NAMES, SettingError, Settings

PATH = Path("/etc/readback/readback.env")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("READBACK_LOG", "write NAME=VALUE"),
        ("READBACK_LOG: text", "write NAME=VALUE"),
        ("export READBACK_LOG=text", "leave out `export`"),
        ("READBACK_LOG =text", "spaces before and after the name"),
        (" READBACK_LOG=text", "spaces before and after the name"),
        ("READBACK-LOG=text", "letters, digits and _"),
        ("=text", "letters, digits and _"),
        ("READBACK_LOG= text", "spaces before and after the value"),
        ("READBACK_LOG=text ", "spaces before and after the value"),
        ('READBACK_LOG="text"', "leave out the quotes"),
        ("READBACK_LOG='text'", "leave out the quotes"),
        ("READBACK_REDIS_URL=redis://u:p$w@h/0", "%24"),
        ("READBACK_REDIS_URL=redis://u:p\\w@h/0", "%5C"),
        ("READBACK_LOG=text # for people", "a line of its own"),
        ("READBACK_LOG=te\x00xt", "invisible"),
        ("READBACK_LOG=te\u202ext", "invisible"),
        ("READBACK_LOG=json\nREADBACK_LOG=text", "already in line 3"),
        ("# in C:\\", "without a backslash"),
    ],
)
def test_a_line_that_is_not_read_alike_everywhere_is_refused(line: str, why: str) -> None:
    with pytest.raises(BadSettingsFile) as refused:
        parse(f"# Settings\n\n{line}\n".encode(), PATH)
    said = str(refused.value)
    assert why in said and "\n" not in said
    assert said.startswith(f"{PATH}, line {4 if 'already' in why else 3}: ")
    assert "p$w" not in said and "p\\w" not in said


def test_a_file_is_utf_8_without_a_byte_order_mark() -> None:
    with pytest.raises(BadSettingsFile, match="line 1: save the file as UTF-8 without"):
        parse(b"\xef\xbb\xbfPORT=80\n", PATH)
    with pytest.raises(BadSettingsFile, match="line 2: it is not UTF-8"):
        parse(b"PORT=80\nREADBACK_LOG=\xff\n", PATH)


def test_what_every_program_reads_alike_is_read(tmp_path: Path) -> None:
    path = tmp_path / "readback.env"
    path.write_bytes(
        b"# one\r\n\r\n  # two\r\nPORT=8001\r\n"
        b"READBACK_REDIS_URL=redis://u:a%40b=#c'd\"@h:1/0?db=1\n"
        b"READBACK_ARTICLES_DIR=/srv/our stories/\xc3\xa9t\xc3\xa9\nREADBACK_LOG="
    )
    lines = read_settings_file(path).lines
    assert {name: line.value for name, line in lines.items()} == {
        "PORT": "8001",
        "READBACK_REDIS_URL": "redis://u:a%40b=#c'd\"@h:1/0?db=1",
        "READBACK_ARTICLES_DIR": "/srv/our stories/\u00e9t\u00e9",
        "READBACK_LOG": "",
    }
    assert lines["READBACK_ARTICLES_DIR"].number == 6
    assert "a%40b" not in repr(lines), "a value may be a secret"


def test_only_a_short_regular_file_is_read(tmp_path: Path) -> None:
    with pytest.raises(BadSettingsFile, match="is a folder"):
        read_settings_file(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BadSettingsFile, match="not a regular file"):
        read_settings_file(tmp_path / "pipe")
    (tmp_path / "long").write_bytes(b"#" * 70_000)
    with pytest.raises(BadSettingsFile, match="longer than 64 KiB"):
        read_settings_file(tmp_path / "long")
    assert read_settings_file(Path(os.devnull)).lines == {}


def of(tmp_path: Path, text: str, **process: str) -> Environment:
    path = tmp_path / "readback.env"
    path.write_text(text)
    path.chmod(0o600)
    return Environment(process, read_settings_file(path))


def test_the_environment_wins_and_an_empty_variable_is_none(tmp_path: Path) -> None:
    env = of(tmp_path, "PORT=8001\nREADBACK_LOG=json\n", PORT="9000", READBACK_LOG="")
    assert (env.get("PORT"), env.get("READBACK_LOG"), env.get("READBACK_FSYNC")) == (
        "9000",
        "json",
        "",
    )
    assert env.source("PORT") == "the environment"
    assert env.source("READBACK_LOG") == f"{tmp_path}/readback.env, line 2"
    assert env.source("READBACK_FSYNC") == "the default"
    [(told, _)] = env.complaints(NAMES, SECRET_NAMES)
    assert told == (
        f"PORT of {tmp_path}/readback.env, line 1, is not used: the environment has another value."
    )


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("READBACK_RDIS_URL", "READBACK_REDIS_URL"),
        ("READBACK_REDIS_URI", "READBACK_REDIS_URL"),
        ("READBACK_PUBLIC_URI", "READBACK_PUBLIC_URL"),
        ("READBACK_TRUSTED_PROXIES_HOPS", "READBACK_TRUSTED_PROXY_HOPS"),
        ("readback_bind", "READBACK_BIND"),
        ("READBACK_REDIS", "READBACK_REDIS_URL"),
        ("READBACK_HOPS", "READBACK_TRUSTED_PROXY_HOPS"),
        ("Readback_Port", "PORT"),
        ("READBCK_PUBLIC_URL", "READBACK_PUBLIC_URL"),
        ("READBACK_XYZZY", ""),
    ],
)
def test_a_misspelt_variable_is_named_with_the_one_that_is_meant(
    tmp_path: Path, name: str, meant: str
) -> None:
    hint = f"Did you mean {meant}?" if meant else "`readback settings` lists all."
    [(told, _)] = Environment({name: "x"}).complaints(NAMES, SECRET_NAMES)
    assert (
        told
        == f"{name} (in the environment) is not a Readback setting, so it does nothing. " + hint
    )
    [(told, _)] = of(tmp_path, f"PORT=1\n{name}=s3cret\n").complaints(NAMES, SECRET_NAMES)
    assert f"{name} (in {tmp_path}/readback.env, line 2)" in told and hint in told
    assert "s3cret" not in told


def test_variables_of_others_are_none_of_ours() -> None:
    others = ("HOME", "REDIS_URL", "SORT", "PUBLIC_URL", "LOG", "BIND", "READLINE", "PORTS")
    assert not list(Environment(dict.fromkeys(others, "x")).complaints(NAMES, SECRET_NAMES))


def test_a_file_with_passwords_that_everybody_can_read_is_told(tmp_path: Path) -> None:
    path = tmp_path / "readback.env"
    path.write_text("READBACK_REDIS_URL=redis://u:hunter2@h/0\n")
    for mode, count in ((0o644, 1), (0o640, 0)):
        path.chmod(mode)
        told = list(Environment({}, read_settings_file(path)).complaints(NAMES, SECRET_NAMES))
        assert len(told) == count and all(f"chmod o-r {path}" in line for line, _ in told)
        assert "hunter2" not in repr(told)


def test_a_file_in_a_folder_of_somebody_else_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "readback.env"
    path.write_text("PORT=1\n")
    assert places.is_there(path, is_store_named=False)
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    if path.stat().st_uid == 0:
        os.chown(path, 12345, -1)
    with pytest.raises(BadSettingsFile, match="belongs to another user"):
        places.is_there(path, is_store_named=False)


def test_a_link_to_a_file_that_is_not_there_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "readback.env"
    assert not places.is_there(path, is_store_named=False)
    path.symlink_to("/none/readback.env")
    with pytest.raises(BadSettingsFile, match=r"is a link to /none/readback\.env: No such file"):
        places.is_there(path, is_store_named=True)


def test_the_file_cannot_name_another_file(tmp_path: Path) -> None:
    [(told, _)] = of(tmp_path, "READBACK_ENV_FILE=/x\n").complaints(NAMES, SECRET_NAMES)
    assert "only the environment can name the file" in told
    assert not list(of(tmp_path, "FLASK_DEBUG=1\n").complaints(NAMES, SECRET_NAMES)), "refused"


def test_of_two_files_the_one_that_is_not_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = tmp_path / "readback.env", tmp_path / "else" / "readback.env"
    second.parent.mkdir()
    for path in (first, second):
        path.write_text("PORT=1\n")
        path.chmod(0o600)
    monkeypatch.setattr(places, "places", lambda: [first, second])
    monkeypatch.setattr(environment, "places", lambda: [first, second])
    monkeypatch.chdir(tmp_path)
    found = places.found_file({"READBACK_DATA_DIR": str(tmp_path)})
    assert found is not None and found.path == first
    [(told, is_wrong)] = Environment({}, found).complaints(NAMES, SECRET_NAMES)
    assert told == f"Settings are from {first}; {second} is not read." and not is_wrong
    # A worker that starts later has the settings of the others.
    first.write_text("PORT=2\n")
    again = places.found_file({"READBACK_DATA_DIR": str(tmp_path)})
    assert again is not None and again.lines["PORT"].value == "1"
    places._read.cache_clear()


def test_an_installed_file_that_only_systemd_may_read_needs_the_store_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = tmp_path / "readback.env"
    installed.write_text("PORT=1\n")
    monkeypatch.setattr(places, "INSTALLED", installed)
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert not places.is_there(installed, is_store_named=True)
    assert places.is_there(installed, is_store_named=False), "the command then says who may read it"


def test_a_path_in_the_file_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "whole.env"
    path.write_text("PORT=8001\nREADBACK_DATA_DIR=./var\n")
    monkeypatch.setenv("READBACK_ENV_FILE", str(path))
    monkeypatch.delenv("READBACK_DATA_DIR", raising=False)
    with pytest.raises(SettingError, match=r"whole.env, line 2\): must be a whole path"):
        Settings.from_env()
    with pytest.raises(SettingError, match="only a shell replaces"):
        Settings.from_env({"READBACK_DATA_DIR": "~/var"})
    assert Settings.from_env({}).data_dir == ROOT / "var"
    assert Settings.from_env({"READBACK_DATA_DIR": "x"}).data_dir == Path.cwd() / "x"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("redis://u:hun%40ter2@h/0", "redis://u:***@h/0"),
        ("redis://u:hun/ter2@h/0", "redis://u:***@h/0"),
        ("redis://hunter2@h/0", "redis://***@h/0"),
        ("redis://hun/t:er2@h/0", "redis://***@h/0"),
        ("hunter2", "***"),
        ("u:hunter2@h", "***"),
        ("redis://h/0?password=hunter2&db=1", "redis://h/0?password=***&db=1"),
        ("redis://h/0?hunter2", "redis://h/0?***"),
        ("", ""),
    ],
)
def test_no_form_of_an_address_shows_its_password(address: str, shown: str) -> None:
    assert masked(address) == shown


def test_every_command_reads_the_file_wherever_it_runs(tmp_path: Path) -> None:
    """Run as an operator does: without any variable, and the file in the working directory."""
    (tmp_path / "readback.env").write_text(f"READBACK_DATA_DIR={tmp_path / 'data'}\nPORTS=1\n")
    env = {k: v for k, v in os.environ.items() if not k.startswith("READBACK_") and k != "PORT"}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "widget.commands", *arguments],
            cwd=tmp_path,
            env={**env, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
        )

    assert run("store", "new").returncode == 0
    listed = run("site", "list")
    assert listed.returncode == 0 and listed.stdout.startswith("home\t")
    assert f"Store: the embedded one in {tmp_path / 'data'} (from {tmp_path}" in listed.stderr
    assert "PORTS (in " in listed.stderr and "Did you mean PORT?" in listed.stderr
    assert f"    from {tmp_path}/readback.env, line 1\n" in run("settings").stdout
    (tmp_path / "readback.env").write_text("PORT='80'\n")
    refused = run("site", "list")
    assert refused.returncode == 1 and refused.stderr.count("\n") == 1
    assert f"{tmp_path}/readback.env, line 1: PORT: leave out the quotes" in refused.stderr
