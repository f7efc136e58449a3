"""What is served is what the modules build to, and what is frozen does not change."""

import base64
import gzip
import hashlib
import re
import subprocess

import pytest


def test_the_built_file_is_built_from_these_modules(root, tmp_path):
    subprocess.run([root / "script" / "build", "--to", tmp_path], check=True)
    built = (tmp_path / "embed.js").read_bytes()
    assert built == (root / "static" / "dist" / "embed.js").read_bytes()


def test_the_frozen_file_has_the_hash_that_pages_hold(root):
    """It may change until a release is tagged in the changelog; then a new embed is embed.v2.js."""
    frozen = (root / "static" / "dist" / "embed.v1.js").read_bytes()
    digest = base64.b64encode(hashlib.sha384(frozen).digest()).decode()
    documented = re.findall(r"sha384-[A-Za-z0-9+/]{64}", (root / "docs" / "embed.md").read_text())
    assert documented and set(documented) == {f"sha384-{digest}"}


@pytest.mark.parametrize("name", ["embed.js", "embed.v1.js"])
def test_a_page_pays_at_most_5_kib_for_the_bar(root, name):
    assert len(gzip.compress((root / "static" / "dist" / name).read_bytes(), 9)) <= 5 * 1024
