"""What script/bench setup refuses to call a measurement."""

from pathlib import Path

import pytest

from bench.setup import NotMeasured, check

DOWNLOADED = "Downloading a\nDownloading b\n"


def environment(folder: Path, *packages: str, log: str = DOWNLOADED, cached_bytes: int = 0) -> Path:
    """Make what a round leaves: a checkout with one lock of two packages, and its .venv."""
    (folder / "a.lock").write_text("a==1 \\\n    --hash=sha256:0\nb==1\n")
    (folder / "caches").mkdir()
    (folder / "caches" / "wheel").write_bytes(bytes(cached_bytes))
    venv = folder / ".venv"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin" / "readback").write_text("#!/bin/sh\n")
    (venv / "bin" / "readback").chmod(0o755)
    for name in packages:
        (venv / "lib" / "python3.11" / "site-packages" / name).mkdir(parents=True)
    (venv / "install.log").write_text(log)
    return venv


NOTE = {"with": "pip", "locks": {"a.lock": "0"}}
WHOLE = ("a-1.dist-info", "b-1.dist-info", "readback-1.dist-info")


def test_a_round_that_downloaded_what_is_locked_counts(tmp_path: Path) -> None:
    check(environment(tmp_path, *WHOLE), tmp_path / "caches", NOTE, "pip")


@pytest.mark.parametrize(
    ("packages", "log", "tool", "why"),
    [
        (WHOLE, "Using cached a\n" + DOWNLOADED, "pip", "did not fetch"),
        (WHOLE, "", "pip", "did not fetch"),
        (WHOLE, DOWNLOADED, "uv", "pip installed, not uv"),
        ((*WHOLE, "playwright"), DOWNLOADED, "pip", "running needs no playwright"),
        (WHOLE[:1], DOWNLOADED, "pip", "1 packages are installed, 2 are locked"),
    ],
)
def test_a_round_that_did_something_else_does_not(
    tmp_path: Path, packages: tuple[str, ...], log: str, tool: str, why: str
) -> None:
    venv = environment(tmp_path, *packages, log=log)
    with pytest.raises(NotMeasured, match=why):
        check(venv, tmp_path / "caches", NOTE, tool)


def test_uv_has_filled_its_empty_cache(tmp_path: Path) -> None:
    note = {**NOTE, "with": "uv"}
    (tmp_path / "full").mkdir()
    full = environment(tmp_path / "full", *WHOLE, cached_bytes=6_000_000)
    check(full, tmp_path / "full" / "caches", note, "uv")
    with pytest.raises(NotMeasured, match="another cache had the packages"):
        check(environment(tmp_path, *WHOLE), tmp_path / "caches", note, "uv")
