"""The layout of the templates that djLint does not check."""

from pathlib import Path

import pytest

from tests.support.server import ROOT

MAX_COLUMNS = 120
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_keeps_within_its_columns(path: Path) -> None:
    lines = enumerate(path.read_text().splitlines(), start=1)
    assert [number for number, line in lines if len(line) > MAX_COLUMNS] == []
