"""The locks of the service and of the build tools are cut from the full one."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.server import ROOT

# Each is a part of the full one. The installer is in none of them.
PARTS = sorted(
    path.name for path in ROOT.glob("requirements-*.lock") if path.name != "requirements-uv.lock"
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def pins(name: str) -> dict[str, set[str]]:
    """Return each requirement line of a lock with its hashes."""
    whole = (ROOT / name).read_text().replace("\\\n", "")  # one line for each requirement
    lines = (line.partition("--hash=") for line in whole.splitlines())
    return {line.strip(): set(hashes.split()) for line, _, hashes in lines}


def packages(name: str) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in pins(name)}


@pytest.mark.parametrize("part", PARTS)
def test_a_part_has_the_pins_and_hashes_of_the_full_lock(part: str) -> None:
    full = {
        Requirement(line).name: (Requirement(line).specifier, hashes)
        for line, hashes in pins("requirements.lock").items()
    }
    for line, hashes in pins(part).items():
        assert hashes and full[Requirement(line).name] == (Requirement(line).specifier, hashes)


def test_each_server_that_can_be_chosen_has_a_lock_of_the_service_with_it() -> None:
    servers = PROJECT["optional-dependencies"].keys() - {"dev"}
    expected = {"run", "build", *servers}
    assert {part.removeprefix("requirements-").removesuffix(".lock") for part in PARTS} == expected


def test_the_installer_is_pinned_by_the_hashes_of_its_wheels() -> None:
    [(line, hashes)] = pins("requirements-uv.lock").items()
    assert Requirement(line).name == "uv" and len(hashes) > 10


@pytest.mark.parametrize("part", [part for part in PARTS if part != "requirements-build.lock"])
def test_the_service_has_what_it_depends_on_and_no_tool_of_development(part: str) -> None:
    run = packages(part)
    assert {canonicalize_name(name) for name in PROJECT["dependencies"]} <= run
    tools = {
        canonicalize_name(Requirement(line).name)
        for line in PROJECT["optional-dependencies"]["dev"]
    }
    assert not tools & run and "hatchling" not in run


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*")), ids=lambda path: path.name)
def test_no_lock_names_a_registry(path: Path) -> None:
    assert not re.search(r"://|--index|--find", path.read_text())
