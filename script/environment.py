"""Bring .venv to the state of the locks: make it, add to it, or do nothing.

Run by script/environment, with nothing installed but Python. ``--service`` leaves out what only
development and the tests need. What is installed is noted in .venv/.installed when all of it is
there, and the note is removed before anything is changed: an environment without one was left
half-made, and is made anew. docs/adr/0141-a-quick-set-up.md says why uv, and how it is had.
"""

import ast
import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
NOTE = VENV / ".installed"
LOG = VENV / "install.log"
PYTHON = VENV / "bin" / "python"

UV_LOCK = "requirements-uv.lock"
BUILD_LOCK = "requirements-build.lock"
RUN_LOCK = "requirements-run.lock"
ALL_LOCK = "requirements.lock"  # everything that is in the other two, and the tools
PIP_OPTIONS = ("--progress-bar", "off", "--disable-pip-version-check", "--no-input", "--no-compile")
# pip's settings that say where packages are, and uv's names for them.
UV_NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "keyring-provider": "UV_KEYRING_PROVIDER",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "ALL_PROXY",
}
DEBIAN = "on Debian: apt-get install"


class Problem(Exception):
    """What keeps the environment from being made: one line that says what to do."""


class Failed(Exception):
    """A step's program ended with an error. Its output is in LOG, and here."""

    def __init__(self, output: str) -> None:
        self.output = output
        lines = [line.strip() for line in output.splitlines() if line.strip()]
        errors = [line for line in lines if re.match(r"(?i)error|fatal|cause", line)]
        self.line = re.sub("^cause: ", "", (errors or lines or ["it gave no reason"])[-1])
        super().__init__(self.line)


def main(arguments: list[str]) -> None:
    """Do what is to do. End the process with one line if it cannot be done."""
    for_tests = "--service" not in arguments
    try:
        if is_current(read_note(), for_tests):
            return
        with alone() as lock:
            if not is_current(read_note(), for_tests):  # else another one has just done it
                Setup(read_note(), for_tests, lock).run()
    except Problem as problem:
        stop(str(problem))
    except PermissionError as problem:
        stop(
            f"{problem.filename}: this user may not write there. "
            f"Run this as the user who owns {ROOT}."
        )
    except OSError as problem:
        stop(f"{problem.filename or VENV}: {problem.strerror}. Solve that, and run this again.")
    except KeyboardInterrupt:
        stop("Interrupted. The next run makes .venv anew.", 130)


def stop(line: str, code: int = 1) -> NoReturn:
    print(line, file=sys.stderr)
    sys.exit(code)


def server_lock() -> str:
    """Return the lock of what running needs, with the server that the settings name."""
    name = os.environ.get("READBACK_SERVER", "")
    settings = Path(os.environ.get("READBACK_ENV_FILE") or ROOT / "readback.env")
    if not name and settings.is_file() and os.access(settings, os.R_OK):
        found = re.search(r"^READBACK_SERVER=(\S+)\s*$", settings.read_text(errors="replace"), re.M)
        name = found[1] if found else ""
    # The default has none, and a name that the start will refuse has none either.
    lock = f"requirements-{name}.lock"
    is_name = re.fullmatch("[a-z]+", name) and lock not in (UV_LOCK, BUILD_LOCK)
    return lock if is_name and (ROOT / lock).is_file() else RUN_LOCK


def locks(note: dict[str, Any] | None, for_tests: bool) -> list[str]:
    """Return the locks to install: of what is asked for, and of what is there already."""
    there = note["locks"] if note else {}
    if for_tests or ALL_LOCK in there:
        return [ALL_LOCK]
    lock = server_lock()
    others = [
        name for name in there if name not in (BUILD_LOCK, RUN_LOCK) and (ROOT / name).is_file()
    ]
    return [BUILD_LOCK, others[0] if others and lock == RUN_LOCK else lock]


def digest(*names: str) -> str:
    return hashlib.sha256(b"\0".join((ROOT / name).read_bytes() for name in names)).hexdigest()


def project() -> str:
    """Return what changes with the commands and the version, which an installation writes down."""
    return digest("pyproject.toml", "CHANGELOG.md")


def interpreter() -> str:
    return os.path.realpath(PYTHON)


def read_note() -> dict[str, Any] | None:
    """Return what is installed, or None unless it is whole, works, and was made in this folder."""
    try:
        note: dict[str, Any] = json.loads(NOTE.read_text())
        is_ours = note["folder"] == str(ROOT) and note["interpreter"] == interpreter()
        is_asked = not os.environ.get("PYTHON") or note["version"] == list(sys.version_info[:2])
        return (
            note if is_ours and is_asked and os.access(PYTHON, os.X_OK) and note["locks"] else None
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_current(note: dict[str, Any] | None, for_tests: bool) -> bool:
    if note is None or note.get("project") != project():
        return False
    return all(note["locks"].get(name) == digest(name) for name in locks(note, for_tests))


@contextmanager
def alone() -> Iterator[int]:
    """Be the only one who changes .venv.

    The programs that we start inherit the lock, so they hold it even when we are killed.
    """
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Another script is installing into .venv; waiting for it ...", file=sys.stderr)
        fcntl.flock(folder, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        os.close(folder)


class Progress:
    """The steps, on standard error: a line that follows them on a terminal, else two lines."""

    def __init__(self, title: str) -> None:
        is_terminal = sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        self._is_drawn = is_terminal and not os.environ.get("CI")
        self._began_s = self._step_began_s = time.monotonic()
        self._step, self._usual_s, self._number = "", 0, 0
        self.took_s: dict[str, float] = {}
        print(f"{title} ...", file=sys.stderr, flush=True)

    @contextmanager
    def step(self, name: str, what: str, usual_s: int) -> Iterator[None]:
        """Show a step.

        :param name: under which its time is noted.
        :param usual_s: what it takes on two idle cores with a quick network.
        """
        self._number += 1
        self._step, self._usual_s, self._step_began_s = what, usual_s, time.monotonic()
        self.draw()
        yield
        self.took_s[name] = round(time.monotonic() - self._step_began_s, 2)

    def draw(self) -> None:
        taken_s = time.monotonic() - self._step_began_s
        text = f"{self._number}. {self._step}: {taken_s:.0f} s (usually {self._usual_s} s)"
        self._over(text[: shutil.get_terminal_size().columns - 1])

    def say(self, line: str) -> None:
        self._over("")
        print(line, file=sys.stderr, flush=True)

    def done(self) -> None:
        self.say(f".venv is ready after {time.monotonic() - self._began_s:.0f} s.")

    def _over(self, line: str) -> None:
        if self._is_drawn:
            print(f"\r\x1b[2K{line}", end="", file=sys.stderr, flush=True)


class Setup:
    """One change of .venv, from what is noted there to the locks.

    :param lock: the open file that the programs inherit.
    """

    def __init__(self, note: dict[str, Any] | None, for_tests: bool, lock: int) -> None:
        self._there = note
        self._locks = locks(note, for_tests)
        self._lock = lock
        self._env = {**os.environ, "PIP_USER": "0"}  # .venv is no place of a user's own
        has_tools = self._locks == [ALL_LOCK]
        self._usual_s = 15 if has_tools else 5  # for the packages, which are most of it
        what = "the service and its tests" if has_tools else "the service"
        title = (
            f"Bringing .venv up to date for {what}" if note else f"Making .venv for {what}, once"
        )
        self._progress = Progress(f"{title} (usually {self._usual_s + 5} s)")

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:  # as nohup has it
                signal.signal(number, lambda number, _: sys.exit(128 + number))
        try:
            if self._there is None:
                self._make()
            NOTE.unlink(missing_ok=True)
            LOG.unlink(missing_ok=True)
            tool = "uv" if self._is_done_with_uv() else "pip"
            if tool == "pip":
                self._install_with_pip()
        except Failed as failed:
            raise explained(failed) from None
        self._write_note(tool)
        self._progress.done()

    def _make(self) -> None:
        """Make an empty environment in place of what is there."""
        with self._progress.step("venv", "Making .venv", 1):
            if VENV.is_symlink():
                VENV.unlink()
            VENV.mkdir(exist_ok=True)
            NOTE.unlink(missing_ok=True)  # first, for the rest takes a moment
            for path in VENV.iterdir():  # not the folder itself, which may be a mount
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink()
            if importlib.util.find_spec("venv") is None:
                raise Problem(f"Python's venv module is missing; {DEBIAN} python3-venv")
            self._do(sys.executable, "-I", "-m", "venv", "--without-pip", VENV)
            self._there = None

    def _is_done_with_uv(self) -> bool:
        """Install with uv, and return True; or say why not."""
        if os.environ.get("INSTALLER") == "pip":
            return False
        uv = shutil.which("uv") or self._own_uv()
        if not uv:
            return False
        try:
            self._install_with_uv(uv)
            return True
        except Failed as failed:
            if is_of_compiler(failed.output) or is_of_network(failed.output):
                raise  # pip would do no better
            self._progress.say(f"uv could not install: {failed.line}. Trying with pip.")
            self._make()
            return False

    def _own_uv(self) -> str | None:
        """Return the uv of our lock, fetched unless it is there. None if it cannot be had."""
        own = VENV / "uv" / "bin" / "uv"
        if own.is_file() and self._there and self._there.get("uv") == digest(UV_LOCK):
            return str(own)
        with self._progress.step("uv", "Fetching uv, a quick installer", 3):
            shutil.rmtree(VENV / "uv", ignore_errors=True)
            try:
                # Never from source: that takes a Rust compiler and minutes.
                options = ("--target", VENV / "uv", "--no-deps", "--only-binary", ":all:")
                self._pip("install", *options, "--require-hashes", "-r", ROOT / UV_LOCK)
                self._do(own, "--version")
            except Failed as failed:
                if is_of_network(failed.output):
                    raise
                self._progress.say(f"uv cannot be had: {failed.line}. Trying without it.")
                return None
        return str(own)

    def _install_with_uv(self, uv: str) -> None:
        self._env.update(self._places_of_pip() | self._build_settings())
        options = ("--no-build-isolation", "--python", PYTHON)
        if self._is_lock_new():
            with self._progress.step("packages", self._packages(), self._usual_s):
                # First what the package that comes as source is built with.
                hashed = (*options, "--require-hashes")
                self._do(uv, "pip", "install", *hashed, "-r", ROOT / BUILD_LOCK)
                self._do(uv, "pip", "sync", *hashed, *(ROOT / name for name in self._locks))
        with self._progress.step("project", "Installing Readback", 1):
            self._do(uv, "pip", "install", *options, "--no-deps", "--editable", ROOT)

    def _install_with_pip(self) -> None:
        if self._is_lock_new():
            there = self._there["locks"] if self._there else {}
            if any(digest(name) != there[name] for name in there if (ROOT / name).is_file()):
                self._make()  # pip would leave what a lock no longer has
            self._env.update(self._build_settings())
            with self._progress.step("packages", self._packages(), 3 * self._usual_s):
                for name in dict.fromkeys((BUILD_LOCK, *self._locks)):
                    options = ("--no-build-isolation", "--require-hashes")
                    self._pip("install", *options, "-r", ROOT / name)
        with self._progress.step("project", "Installing Readback", 2):
            self._pip("install", "--no-build-isolation", "--no-deps", "--editable", ROOT)

    def _is_lock_new(self) -> bool:
        there = self._there["locks"] if self._there else {}
        return any(there.get(name) != digest(name) for name in self._locks)

    def _packages(self) -> str:
        lines = (line for name in self._locks for line in (ROOT / name).read_text().splitlines())
        return f"Installing {len({line.split('==')[0] for line in lines if '==' in line})} packages"

    def _build_settings(self) -> dict[str, str]:
        """Return what makes the package that comes as source quicker to build, and no slower."""
        config = VENV / "build.cfg"
        config.write_text("[build_ext]\nparallel = 4\n")
        # setuptools takes these flags instead of Python's own.
        flags = os.environ.get("CFLAGS") or sysconfig.get_config_var("CFLAGS") or ""
        return {"DIST_EXTRA_CONFIG": str(config), "CFLAGS": f"{flags} -g0"}

    def _places_of_pip(self) -> dict[str, str]:
        """Return for uv, which reads none of pip's settings, those that say where packages are."""
        command = self._pip_command()
        if not command:
            return {}
        # Not in LOG, for an address may hold a password.
        listed = subprocess.run(
            [*command, "config", "list"], env=self._env, capture_output=True, text=True
        ).stdout
        places: dict[str, str] = {}
        for source in ("global", "install", ":env:"):  # the later wins
            for name, value in re.findall(rf"(?m)^{source}\.([a-z-]+)=(['\"].*)$", listed):
                if name in UV_NAMES:
                    separator = " " if name == "extra-index-url" else ","
                    places[UV_NAMES[name]] = separator.join(ast.literal_eval(value).split())
        if "UV_INDEX" in places:
            # As pip does. What is installed is what the lock has hashes of, wherever it is from.
            places["UV_INDEX_STRATEGY"] = "unsafe-best-match"
        return {name: value for name, value in places.items() if name not in os.environ}

    def _pip_command(self) -> list[str | Path] | None:
        """Return pip: this Python's own, which works on .venv, or the one in .venv."""
        if importlib.util.find_spec("pip") and is_new_enough_pip():
            return [sys.executable, "-I", "-m", "pip", "--python", PYTHON]
        if any(VENV.glob("lib/python*/site-packages/pip")):
            return [PYTHON, "-I", "-m", "pip"]
        return None

    def _pip(self, command: str, *arguments: str | Path) -> None:
        pip = self._pip_command()
        if not pip:
            if importlib.util.find_spec("ensurepip") is None:
                raise Problem(f"Python has neither pip nor ensurepip; {DEBIAN} python3-venv")
            self._do(PYTHON, "-I", "-m", "ensurepip")
            pip = [PYTHON, "-I", "-m", "pip"]
        self._do(*pip, command, *PIP_OPTIONS, *arguments)

    def _do(self, *command: str | Path) -> str:
        """Run a program to its end, while the progress is drawn.

        :return: its output, which is in LOG too.
        :raise Failed: it ended with an error.
        """
        with LOG.open("a+b") as log:
            begin = log.seek(0, os.SEEK_END)
            process = subprocess.Popen(
                command,
                env=self._env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[self._lock],
                cwd=ROOT,
            )
            try:
                while process.poll() is None:
                    self._progress.draw()
                    try:
                        process.wait(0.1)
                    except subprocess.TimeoutExpired:
                        pass
            finally:
                if process.poll() is None:
                    process.terminate()
                    process.wait()
            log.seek(begin)
            output = log.read().decode(errors="replace")
        if process.returncode:
            raise Failed(output)
        return output

    def _write_note(self, tool: str) -> None:
        note = {
            "folder": str(ROOT),
            "interpreter": interpreter(),
            "version": list(sys.version_info[:2]),
            "locks": {name: digest(name) for name in self._locks},
            "project": project(),
            "with": tool,
            "took_s": self._progress.took_s,
        }
        if (VENV / "uv" / "bin" / "uv").is_file():
            note["uv"] = digest(UV_LOCK)
        new = NOTE.with_suffix(".new")
        new.write_text(json.dumps(note, indent=1) + "\n")
        new.replace(NOTE)


def is_new_enough_pip() -> bool:
    """Return whether this Python's pip knows --python."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return tuple(map(int, version("pip").split(".")[:2])) >= (22, 3)
    except (PackageNotFoundError, ValueError):
        return False


def is_of_compiler(output: str) -> bool:
    return "gunicorn" in output and bool(
        re.search(
            r"Python\.h|stdio\.h|limits\.h|(gcc|clang|cc)\S* failed|directory: '\S*cc'", output
        )
    )


def is_of_network(output: str) -> bool:
    """Return whether nothing answered. Certificates do not count: pip may know others than uv."""
    no_answer = r"(?i)connect|dns error|name resolution|timed out|unreachable"
    return bool(re.search(no_answer, output)) and "certificate" not in output


def explained(failed: Failed) -> Problem:
    """Return what to do about a step that failed."""
    where = f"The output is in {LOG.relative_to(ROOT)}."
    if is_of_compiler(failed.output):
        return Problem(
            "gunicorn_h1c comes as source and could not be compiled. It needs a C compiler and "
            f"Python's headers; {DEBIAN} gcc libc6-dev python3-dev. {where}"
        )
    if is_of_network(failed.output):
        return Problem(
            "The package index cannot be reached. Check the network, or name a proxy (HTTPS_PROXY) "
            f"or an index of your own (PIP_INDEX_URL), and run this again. {where}"
        )
    return Problem(f"Installing failed: {failed.line}. {where} Solve that, and run this again.")


if __name__ == "__main__":
    main(sys.argv[1:])
