"""The built scripts match the modules, and the frozen script does not change."""

import base64
import gzip
import hashlib
import re
import subprocess
from pathlib import Path

import brotli
import pytest

from tests.support.server import ROOT


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    subprocess.run([ROOT / "script" / "build", "--to", folder], check=True)
    return folder


@pytest.mark.parametrize("name", ["embed", "comments", "counts"])
def test_the_built_files_are_built_from_these_modules(root: Path, built: Path, name: str) -> None:
    served = root / "static" / "dist" / f"{name}.js"
    assert (built / f"{name}.js").read_bytes() == served.read_bytes()


@pytest.mark.parametrize("name", ["embed", "comments"])
@pytest.mark.parametrize("version", ["", ".v1", ".v2", ".v3"])
def test_beside_each_script_are_its_compressed_forms(root: Path, name: str, version: str) -> None:
    script = root / "static" / "dist" / f"{name}{version}.js"
    zipped = Path(f"{script}.gz").read_bytes()
    assert gzip.decompress(zipped) == script.read_bytes()
    assert brotli.decompress(Path(f"{script}.br").read_bytes()) == script.read_bytes()
    assert zipped[3:8] == bytes(
        5
    )  # neither a name nor a time, so the next build has the same bytes


@pytest.mark.parametrize(
    "name",
    [
        "embed.v3.js",
        "comments.v3.js",
        "commenting.v1.js",
        "mistakes.v1.js",
        "more.v1.js",
        "solver.v1.js",
    ],
)
def test_the_frozen_file_keeps_the_hash_that_pages_use(root: Path, name: str) -> None:
    """The file may change until the changelog tags a release; then a change needs a new name."""
    docs = (root / "docs" / "embed.md").read_text()
    between = ': "' if name.endswith(".v1.js") else "[^>]*"  # in an import map, or in a tag
    documented = re.findall(rf'/{re.escape(name)}"{between}(sha384-[A-Za-z0-9+/]{{64}})', docs)
    assert documented and set(documented) == {_integrity(root, name)}


@pytest.mark.parametrize(
    ("name", "pinned"),
    [
        ("embed.v1.js", "sha384-eo5SHM7lEwr/TG34oQ38HPMionG2NTXihVDWj1pfAYJQP6Hrhmnyj8TLj/RSy5oh"),
        ("embed.v2.js", "sha384-8zZqEccsbFsCQbeNVLUkmF5jugJtizuDUvr/kD3lslvfr0R2/QBkhjoL3q+xOo5n"),
        (
            "comments.v2.js",
            "sha384-qAWMUtOTdDCNrwcQ+mYiz0vNr0sE6HZYPceXkgydtOAIqKpOsPpEzol4zo65bvtV",
        ),
        (
            "comments.v1.js",
            "sha384-VXe1im93Ox2Z3LGXIiDIl64KGJCpFPNcCqrdLVfC7Gzlc5ymFlvBeujsO2tT5qcV",
        ),
    ],
)
def test_the_frozen_files_of_released_versions_stay_as_they_are(
    root: Path, name: str, pinned: str
) -> None:
    assert _integrity(root, name) == pinned
    assert f"`{pinned}`" in (root / "docs" / "embed.md").read_text()


@pytest.mark.parametrize("name", ["embed", "comments"])
@pytest.mark.parametrize("version", ["", ".v1", ".v2", ".v3"])
def test_the_scripts_stay_within_their_size_budget(root: Path, name: str, version: str) -> None:
    kib = {"embed": 5, "comments": 6}[name]
    built = root / "static" / "dist" / f"{name}{version}.js"
    assert len(gzip.compress(built.read_bytes(), 9)) <= kib * 1024


def _integrity(root: Path, name: str) -> str:
    digest = hashlib.sha384((root / "static" / "dist" / name).read_bytes()).digest()
    return f"sha384-{base64.b64encode(digest).decode()}"
