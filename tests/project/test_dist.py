"""The built scripts match the modules, and the frozen script does not change."""

import base64
import gzip
import hashlib
import re
import subprocess
from pathlib import Path

import pytest

from tests.support.server import ROOT


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    subprocess.run([ROOT / "script" / "build", "--to", folder], check=True)
    return folder


@pytest.mark.parametrize("name", ["embed", "comments"])
def test_the_built_files_are_built_from_these_modules(root: Path, built: Path, name: str) -> None:
    served = root / "static" / "dist" / f"{name}.js"
    assert (built / f"{name}.js").read_bytes() == served.read_bytes()


@pytest.mark.parametrize("name", ["embed", "comments"])
def test_the_frozen_file_keeps_the_hash_that_pages_use(root: Path, name: str) -> None:
    """The file may change until the changelog tags a release; after that a change needs v2.js."""
    frozen = (root / "static" / "dist" / f"{name}.v1.js").read_bytes()
    digest = base64.b64encode(hashlib.sha384(frozen).digest()).decode()
    docs = (root / "docs" / "embed.md").read_text()
    documented = re.findall(rf"/{name}\.v1\.js\"[^>]*(sha384-[A-Za-z0-9+/]{{64}})", docs)
    assert documented and set(documented) == {f"sha384-{digest}"}


@pytest.mark.parametrize(
    ("name", "kib"),
    [("embed.js", 5), ("embed.v1.js", 5), ("comments.js", 6), ("comments.v1.js", 6)],
)
def test_the_scripts_stay_within_their_size_budget(root: Path, name: str, kib: int) -> None:
    assert len(gzip.compress((root / "static" / "dist" / name).read_bytes(), 9)) <= kib * 1024
