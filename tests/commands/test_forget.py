"""``readback forget-article`` and ``readback forget-site``: they say what goes, ask, and do it."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from widget.commands.__main__ import cli
from widget.settings import SettingError


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    env = {"READBACK_DATA_DIR": str(tmp_path / "v"), "READBACK_REDIS_URL": ""}
    assert run(env, "store", "new").exit_code == 0
    assert run(env, "site", "add", "news", "--origin", "https://news.example").exit_code == 0
    return env


def run(env: dict[str, str], *arguments: str, answer: str = "") -> Any:
    return CliRunner().invoke(cli, arguments, env=env, input=answer)


def test_nothing_goes_without_a_yes(env: dict[str, str]) -> None:
    refused = run(env, "forget-site", "news", answer="n\n")
    assert refused.exit_code == 1 and "0 articles and 0 comments will be deleted" in refused.output
    asked = run(env, "forget-article", "news", "https://news.example/a", answer="n\n")
    assert asked.exit_code == 1 and "//news.example/a\n" in asked.output
    assert "news" in run(env, "site", "list").output


def test_what_is_removed_leaves_the_files_too(env: dict[str, str]) -> None:
    done = run(env, "forget-article", "news", "https://news.example/a", "--yes")
    assert done.exit_code == 0 and "no longer have it" in done.output, done.output
    done = run(env, "forget-site", "news", "--yes")
    assert done.exit_code == 0, done.output
    assert "news" not in run(env, "site", "list").output


@pytest.mark.parametrize(
    "arguments",
    [
        ("forget-site", "nowhere"),
        ("forget-article", "nowhere", "a"),
        ("forget-article", "news", "https://other.example/a"),
    ],
)
def test_what_is_not_there_is_refused(env: dict[str, str], arguments: tuple[str, ...]) -> None:
    refused = run(env, *arguments, "--yes")
    assert isinstance(refused.exception, SettingError)
