"""script/release: what it refuses, and the tag that it makes and never pushes."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.server import ROOT

GIT = {
    "GIT_AUTHOR_NAME": "Ana",
    "GIT_AUTHOR_EMAIL": "ana@news.example",
    "GIT_COMMITTER_NAME": "Ana",
    "GIT_COMMITTER_EMAIL": "ana@news.example",
    "GIT_CONFIG_GLOBAL": os.devnull,
}
# Building and testing are this project's own tests' work: here each step only leaves its name.
STEP = '#!/bin/sh\necho "$0 $*" >>"$STEPS"\n'


class Checkout:
    """A small repository with the real script/release, whose steps are noted down."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notes = folder.parent / "steps"
        for name in ("script/test", ".venv/bin/python"):
            path = folder / name
            path.parent.mkdir(parents=True)
            path.write_text(STEP)
            path.chmod(0o755)
        shutil.copy(ROOT / "script" / "release", folder / "script" / "release")
        (folder / ".gitignore").write_text(".venv/\n")
        self.changelog("## v1.2.3 - 2026-01-31")
        self.git("init", "--quiet")
        self.commit()

    def changelog(self, heading: str) -> None:
        (self.folder / "CHANGELOG.md").write_text(f"# Changelog\n\n{heading}\n\n- Votes.\n")

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Change it")

    def git(self, *arguments: str) -> str:
        return subprocess.check_output(
            ["git", *arguments], cwd=self.folder, env={**os.environ, **GIT}, text=True
        )

    def release(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, **GIT, "STEPS": str(self.notes)}
        return subprocess.run(
            [self.folder / "script" / "release", *arguments],
            cwd="/",
            env=env,
            capture_output=True,
            text=True,
        )

    def steps(self) -> list[str]:
        return self.notes.read_text().splitlines() if self.notes.exists() else []


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "checkout")


def test_it_tests_builds_checks_and_tags(checkout: Checkout) -> None:
    done = checkout.release()
    assert done.returncode == 0, done.stderr
    tested, built, checked = checkout.steps()
    assert tested.startswith("script/test") and "hatchling build -d dist" in built
    assert checked.endswith("pytest tests/packaging")
    assert checkout.git("cat-file", "-t", "v1.2.3") == "tag\n"


def test_a_dry_run_does_all_but_the_tag(checkout: Checkout) -> None:
    done = checkout.release("--dry-run")
    assert done.returncode == 0 and len(checkout.steps()) == 3
    assert checkout.git("tag") == ""


def test_a_failed_test_leaves_no_tag(checkout: Checkout) -> None:
    (checkout.folder / "script" / "test").write_text("#!/bin/sh\nexit 1\n")
    checkout.commit()
    assert checkout.release().returncode != 0
    assert checkout.git("tag") == "" and checkout.steps() == []


@pytest.mark.parametrize("heading", ["## v1.2.3 - unreleased", "## 1.2 - 2026-01-31", "## next"])
def test_a_heading_that_is_no_release_is_refused(checkout: Checkout, heading: str) -> None:
    checkout.changelog(heading)
    checkout.commit()
    refused = checkout.release()
    assert refused.returncode == 1 and heading in refused.stderr and checkout.steps() == []


@pytest.mark.parametrize("name", ["CHANGELOG.md", "new.txt"])
def test_uncommitted_work_is_refused(checkout: Checkout, name: str) -> None:
    with open(checkout.folder / name, "a") as file:
        file.write("more\n")
    refused = checkout.release()
    assert refused.returncode == 1 and "git status" in refused.stderr and checkout.steps() == []


def test_a_version_is_released_once(checkout: Checkout) -> None:
    checkout.git("tag", "v1.2.3")
    refused = checkout.release()
    assert refused.returncode == 1 and "v1.2.3 is tagged already" in refused.stderr


def test_nothing_is_pushed() -> None:
    commands = (ROOT / "script" / "release").read_text().replace("To publish it: git push", "")
    assert "push " not in commands
