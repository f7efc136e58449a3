"""The layout of the templates that djLint does not check."""

from pathlib import Path

import pytest

from tests.support.server import ROOT
from widget.domain.figures import absent

MAX_COLUMNS = 120
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_keeps_within_its_columns(path: Path) -> None:
    lines = enumerate(path.read_text().splitlines(), start=1)
    assert [number for number, line in lines if len(line) > MAX_COLUMNS] == []


# "No comments" also begins the sentences of lists that are empty.
PHRASES = {text.lower() for name, text in vars(absent).items() if name.isupper()} - {
    absent.DASH,
    absent.NO_COMMENTS,
}


@pytest.mark.parametrize("path", [path for path in TEMPLATES if "desk" in path.parts])
def test_a_page_of_the_desk_takes_its_words_for_nothing_from_one_place(path: Path) -> None:
    text = path.read_text().lower()
    assert [phrase for phrase in PHRASES if phrase in text] == []
