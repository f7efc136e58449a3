"""script/environment: what it installs, when, and what it says when it cannot."""

import errno
import importlib.util
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.support.server import ROOT

# It notes each call, then does what the test says: fail with a text, or wait for a file.
UV = """#!/bin/sh
echo "$*" >>"$CALLS"
env >"$CALLS.env"
[ -z "$UV_WAITS" ] || { touch "$UV_WAITS.begun"; while ! [ -e "$UV_WAITS" ]; do sleep 0.02; done; }
[ -z "$UV_SAYS" ] || { echo "$UV_SAYS" >&2; exit 1; }
"""
LOCKS = ("build", "run", "granian", "uv")
NO_INDEX = {
    "PIP_INDEX_URL": "http://127.0.0.1:9/",
    "PIP_RETRIES": "1",
    "PIP_CONFIG_FILE": os.devnull,
    "PYTHON": sys.executable,
}


class Checkout:
    """A small repository with the real script and a uv that only notes what it is asked."""

    def __init__(self, folder: Path, python: Path) -> None:
        self.folder = folder
        (folder / "script").mkdir(parents=True)
        for name in ("environment", "environment.py"):
            shutil.copy(ROOT / "script" / name, folder / "script")
        for name in LOCKS:
            self.lock(f"requirements-{name}.lock", f"{name}==1")
        self.lock("requirements.lock", "build==1\nrun==1\ngranian==1\ntools==1")
        self.lock("pyproject.toml", "[project]")
        self.lock("CHANGELOG.md", "## v1.0.0")
        self.programs = folder.parent / "programs"
        self.programs.mkdir(exist_ok=True)
        self.program("uv", UV)
        self.program("python3.11", f'#!/bin/sh\nexec "{python}" "$@"\n')
        self.calls_path = folder.parent / "calls"
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("READBACK_", "UV_", "PIP_")) and name not in ("PYTHON", "CI")
        }
        self.env = {
            **inherited,
            "PATH": f"{self.programs}:{os.environ['PATH']}",
            "CALLS": str(self.calls_path),
            "READBACK_ENV_FILE": "",
        }

    def program(self, name: str, text: str) -> None:
        (self.programs / name).write_text(text)
        (self.programs / name).chmod(0o755)

    def lock(self, name: str, text: str) -> None:
        (self.folder / name).write_text(f"{text}\n")

    def start(self, *arguments: str, **settings: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["bash", self.folder / "script" / "environment", *arguments],
            env={**self.env, **settings},
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **settings: str) -> tuple[int, str]:
        """Return the exit code, and what it said. Nothing is printed but on standard error."""
        process = self.start(*arguments, **settings)
        printed, said = process.communicate(timeout=60)
        assert printed == ""
        return process.returncode, said

    def calls(self) -> list[str]:
        """Return what uv was asked since the last look."""
        lines = self.calls_path.read_text().splitlines() if self.calls_path.exists() else []
        self.calls_path.unlink(missing_ok=True)
        return [
            line.replace(f"{self.folder}/", "").replace(str(self.folder), ".") for line in lines
        ]

    def mark(self) -> Path:
        """Leave a file in .venv, which is gone when .venv is made anew."""
        path = self.folder / ".venv" / "mark"
        path.touch()
        return path

    @property
    def note(self) -> Path:
        return self.folder / ".venv" / ".installed"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a Python without pip: asking pip for its settings takes longer than all else here."""
    folder = tmp_path_factory.mktemp("python")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder / "bin" / "python"


@pytest.fixture
def checkout(tmp_path: Path, python: Path) -> Checkout:
    return Checkout(tmp_path / "checkout", python)


@pytest.fixture
def made(checkout: Checkout) -> Checkout:
    """Return a checkout with an environment for the service."""
    assert checkout.run("--service")[0] == 0
    checkout.calls()
    return checkout


@pytest.fixture
def module(checkout: Checkout) -> ModuleType:
    """script/environment.py of the checkout, to call its parts."""
    path = checkout.folder / "script" / "environment.py"
    spec = importlib.util.spec_from_file_location("setup_of_a_checkout", path)
    assert spec and spec.loader
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


OPTIONS = "--no-build-isolation --python .venv/bin/python"
BUILT = f"pip install {OPTIONS} --require-hashes -r requirements-build.lock"
SYNCED = f"pip sync {OPTIONS} --require-hashes"
PROJECT = f"pip install {OPTIONS} --no-deps --editable ."


def test_the_service_gets_the_build_tools_and_what_it_runs_on_and_then_nothing(
    checkout: Checkout,
) -> None:
    code, said = checkout.run("--service")
    assert code == 0 and said.startswith("Making .venv for the service, once (usually 10 s)")
    assert len(said.splitlines()) == 2 and ".venv is ready after" in said
    run = f"{SYNCED} requirements-build.lock requirements-run.lock"
    assert checkout.calls() == [BUILT, run, PROJECT]
    assert checkout.run("--service") == (0, "") and checkout.calls() == []


def test_the_tools_are_added_to_an_environment_of_the_service_and_stay(made: Checkout) -> None:
    mark = made.mark()
    code, said = made.run()
    assert code == 0 and "for the service and its tests" in said and mark.exists()
    assert made.calls() == [BUILT, f"{SYNCED} requirements.lock", PROJECT]
    assert made.run("--service") == (0, "") and made.run() == (0, "")
    made.lock("requirements.lock", "tools==2")
    made.run("--service")
    assert made.calls() == [BUILT, f"{SYNCED} requirements.lock", PROJECT]


def test_a_changed_lock_changes_the_environment_and_a_changed_version_the_project_alone(
    made: Checkout,
) -> None:
    mark = made.mark()
    made.lock("CHANGELOG.md", "## v1.1.0")
    assert made.run("--service")[0] == 0 and made.calls() == [PROJECT]
    made.lock("requirements-run.lock", "run==2")
    assert made.run("--service")[0] == 0 and len(made.calls()) == 3
    assert mark.exists()
    made.lock("requirements.lock", "tools==2")  # of no concern to the service
    assert made.run("--service") == (0, "")


def test_where_uv_cannot_pip_tries_and_a_failure_leaves_nothing_that_counts(made: Checkout) -> None:
    made.lock("requirements-run.lock", "run==2")
    code, said = made.run("--service", UV_SAYS="error: odd", **NO_INDEX)
    lines = said.splitlines()
    assert code == 1 and lines[-2] == "uv could not install: error: odd. Trying with pip."
    assert lines[-1].startswith("The package index cannot be reached. Check the network, or name")
    assert "Traceback" not in said and not made.note.exists()
    made.calls()
    assert made.run("--service")[0] == 0 and len(made.calls()) == 3 and made.note.exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_what_an_interruption_left_is_made_anew(
    made: Checkout, tmp_path: Path, number: signal.Signals
) -> None:
    made.lock("requirements-run.lock", "run==2")
    go = tmp_path / "go"
    process = made.start("--service", UV_WAITS=str(go))
    wait_for(Path(f"{go}.begun").exists)
    [child] = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(child), number)
    if number == signal.SIGKILL:
        # uv goes on, and holds the lock: the next waits for it.
        mark = made.mark()
        second = made.start("--service")
        assert second.stderr and "waiting for it" in second.stderr.readline()
        go.touch()
        second.communicate(timeout=30)
        process.communicate(timeout=30)
        assert second.returncode == 0
    else:
        mark = made.mark()
        _, said = process.communicate(timeout=30)
        assert process.returncode in (130, 143) and "Traceback" not in said
        assert made.run("--service")[0] == 0
    assert not mark.exists() and made.note.exists()


def test_of_two_that_start_at_once_one_installs(checkout: Checkout, tmp_path: Path) -> None:
    go = tmp_path / "go"
    first = checkout.start("--service", UV_WAITS=str(go))
    wait_for(Path(f"{go}.begun").exists)
    second = checkout.start("--service")
    assert second.stderr and "waiting for it" in second.stderr.readline()
    go.touch()
    first.communicate(timeout=30)
    assert first.returncode == 0
    assert second.communicate(timeout=30)[1] == "" and second.returncode == 0
    assert len(checkout.calls()) == 3


def test_a_moved_folder_and_another_python_make_it_anew(made: Checkout) -> None:
    mark = made.mark()
    moved = made.folder.with_name("moved")
    made.folder.rename(moved)
    made.folder = moved
    assert made.run("--service")[0] == 0 and not (moved / ".venv" / mark.name).exists()
    assert str(moved) in made.note.read_text()
    mark = made.mark()
    note = json.loads(made.note.read_text())
    made.note.write_text(json.dumps({**note, "version": [3, 99]}))
    assert made.run("--service") == (0, "")  # any will do, unless one is named
    python = json.loads(made.note.read_text())["interpreter"]
    assert made.run("--service", PYTHON=python)[0] == 0 and not mark.exists()
    (made.folder / ".venv" / "bin" / "python").unlink()
    assert made.run("--service")[0] == 0 and (made.folder / ".venv" / "bin" / "python").exists()


def test_a_linked_environment_is_left_alone_where_it_is(made: Checkout, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (made.folder / ".venv").rename(other)
    (made.folder / ".venv").symlink_to(other)
    assert made.run("--service") == (0, "")  # a link to a bigger disk, say
    made.lock("requirements-run.lock", "run==2")
    made.note.write_text(made.note.read_text().replace(str(made.folder), "/elsewhere"))
    before = made.note.read_text()
    assert made.run("--service")[0] == 0
    assert not (made.folder / ".venv").is_symlink()
    assert (other / ".installed").read_text() == before


@pytest.mark.parametrize("python", ["/nowhere/python3", "false"])
def test_a_named_python_that_does_not_do_is_refused(checkout: Checkout, python: str) -> None:
    code, said = checkout.run("--service", PYTHON=python)
    assert code == 1 and said.startswith(f"PYTHON={python} is not Python 3.11 or newer; ")
    assert not (checkout.folder / ".venv").exists()


def test_the_package_of_another_server_is_installed_with_it(checkout: Checkout) -> None:
    assert checkout.run("--service", READBACK_SERVER="granian")[0] == 0
    assert checkout.calls()[1] == f"{SYNCED} requirements-build.lock requirements-granian.lock"
    assert checkout.run("--service") == (0, "")  # what is there stays
    shutil.rmtree(checkout.folder / ".venv")
    (checkout.folder / "readback.env").write_text("PORT=8001\nREADBACK_SERVER=granian\n")
    assert checkout.run("--service")[0] == 0
    assert "requirements-granian.lock" in checkout.calls()[1]
    shutil.rmtree(checkout.folder / ".venv")
    for name in ("gunicorn", "uv", "../../run"):
        assert checkout.run("--service", READBACK_SERVER=name)[0] == 0
    assert "requirements-run.lock" in checkout.calls()[1]


def test_uv_is_told_where_pip_finds_packages(checkout: Checkout) -> None:
    settings = {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "https://ana:pass1word@packages.news.example/simple",
        "PIP_EXTRA_INDEX_URL": "https://a.example/simple https://b.example/simple",
        "PIP_TRUSTED_HOST": "a.example b.example",
        "PIP_TIMEOUT": "7",
        "UV_FIND_LINKS": "/srv/wheels",
        "PIP_FIND_LINKS": "/srv/others",
        "PYTHON": sys.executable,
    }
    assert checkout.run("--service", **settings)[0] == 0
    seen = dict(
        line.partition("=")[::2]
        for line in Path(f"{checkout.calls_path}.env").read_text().splitlines()
    )
    assert seen["UV_DEFAULT_INDEX"] == settings["PIP_INDEX_URL"]
    assert "pass1word" not in (checkout.folder / ".venv" / "install.log").read_text()
    assert seen["UV_INDEX"] == "https://a.example/simple https://b.example/simple"
    assert seen["UV_INSECURE_HOST"] == "a.example,b.example"
    assert seen["UV_FIND_LINKS"] == "/srv/wheels"
    # What is compiled is so with all of Python's own flags, but for the debugger's.
    assert seen["CFLAGS"] == f"{sysconfig.get_config_var('CFLAGS')} -g0"


@pytest.mark.parametrize(
    ("says", "what"),
    [
        (
            "Failed to build gunicorn-h1c\nerror: command 'gcc' failed: No such file or directory",
            "gunicorn_h1c comes as source and could not be compiled. It needs a C compiler and",
        ),
        (
            "error: Failed to fetch\n  cause: dns error",
            "The package index cannot be reached. Check",
        ),
    ],
)
def test_what_pip_could_not_do_either_is_said_at_once(
    checkout: Checkout, says: str, what: str
) -> None:
    code, said = checkout.run("--service", UV_SAYS=says)
    assert code == 1 and len(checkout.calls()) == 1
    assert said.splitlines()[-1].startswith(what)


@pytest.mark.parametrize(
    ("module_name", "said"),
    [
        ("venv", "Python's venv module is missing; on Debian: apt-get install python3-venv"),
        (
            "ensurepip",
            "Python has neither pip nor ensurepip; on Debian: apt-get install python3-venv",
        ),
    ],
)
def test_a_python_without_its_parts_is_explained(
    module: ModuleType,
    module_name: str,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    missing = {"venv", "pip"} if module_name == "venv" else {"ensurepip", "pip"}
    find = importlib.util.find_spec
    monkeypatch.setattr(
        module.importlib.util, "find_spec", lambda name: None if name in missing else find(name)
    )
    monkeypatch.setenv("INSTALLER", "pip")
    with pytest.raises(SystemExit) as ended:
        module.main(["--service"])
    assert ended.value.code == 1
    assert capsys.readouterr().err.splitlines()[-1] == said


@pytest.mark.parametrize(
    ("number", "what"),
    [
        (errno.EACCES, "this user may not write there. Run this as the user who owns"),
        (errno.EROFS, "Read-only file system. Solve that, and run this again."),
        (errno.ENOSPC, "No space left on device. Solve that, and run this again."),
    ],
)
def test_a_folder_that_cannot_be_written_is_named(
    module: ModuleType,
    number: int,
    what: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number), str(module.VENV))

    monkeypatch.setattr(module.Path, "mkdir", refuse)
    with pytest.raises(SystemExit) as ended:
        module.main(["--service"])
    assert ended.value.code == 1
    assert capsys.readouterr().err.splitlines()[-1].startswith(f"{module.VENV}: {what}")


@pytest.mark.parametrize("is_ci", [False, True])
def test_a_terminal_shows_the_step_and_ci_does_not(checkout: Checkout, is_ci: bool) -> None:
    terminal, end = pty.openpty()
    process = subprocess.Popen(
        ["bash", checkout.folder / "script" / "environment", "--service"],
        env={**checkout.env, "TERM": "xterm", "CI": "true" if is_ci else ""},
        stderr=end,
    )
    os.close(end)
    said = b""
    while True:
        try:
            said += os.read(terminal, 4096)
        except OSError:  # Linux's end of a terminal
            break
    os.close(terminal)
    assert process.wait(30) == 0
    assert (b"2. Installing 2 packages: 0 s (usually 5 s)" in said) is not is_ci
    assert said.rstrip().endswith(b" s.") and (b"\x1b[2K" in said) is not is_ci


def test_the_server_asks_for_the_service_and_the_tests_for_everything() -> None:
    def asks(name: str) -> str:
        lines = (ROOT / "script" / name).read_text().splitlines()
        return next(line for line in lines if line.startswith(". script/environment"))

    assert asks("server") == asks("dev") == ". script/environment --service"
    assert asks("test") == asks("bench") == ". script/environment"
