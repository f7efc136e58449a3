"""The table of frameworks in docs/embed.md names the versions that the tests run."""

import json
import re
from pathlib import Path

import pytest

ROW = re.compile(r"^\| (?P<framework>.+?) \| .+? \| (?P<tested>.+) \|$", re.MULTILINE)
LOCKS = {
    "React": (".", "react"),
    "Vue": (".", "vue"),
    "Turbo": (".", "@hotwired/turbo"),
    "htmx": (".", "htmx.org"),
    "Open Heart": (".", "open-heart-element"),
    "Next.js": ("tests/hosts/next", "next"),
    "Astro, with `<ClientRouter />` too": ("tests/hosts/astro", "astro"),
}


@pytest.mark.parametrize("framework", LOCKS)
def test_the_page_names_the_version_of_the_lock_file(root: Path, framework: str) -> None:
    folder, package = LOCKS[framework]
    lock = json.loads((root / folder / "package-lock.json").read_text())
    assert lock["packages"][f"node_modules/{package}"]["version"] in versions(root)[framework]


def test_the_next_app_and_the_page_name_one_version_of_typescript(root: Path) -> None:
    package = json.loads((root / "tests/hosts/next/package.json").read_text())
    assert package["devDependencies"]["typescript"] in versions(root)["Next.js"]


def versions(root: Path) -> dict[str, str]:
    """Return the last column of the table by its first."""
    section = (root / "docs" / "embed.md").read_text().partition("\n## Frameworks\n")[2]
    return dict(ROW.findall(section.partition("\n## ")[0]))


@pytest.mark.parametrize("folder", ["tests/hosts/next", "tests/hosts/astro"])
def test_a_lock_file_names_no_registry_and_is_exact(root: Path, folder: str) -> None:
    text = (root / folder / "package-lock.json").read_text()
    assert "resolved" not in text
    package = json.loads((root / folder / "package.json").read_text())
    wanted = {**package["dependencies"], **package.get("devDependencies", {})}
    assert all(re.fullmatch(r"[\d.]+", version) for version in wanted.values())
