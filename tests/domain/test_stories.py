"""Bad story files stop the start with file and line."""

from pathlib import Path

import pytest

from widget.domain.stories import StoryError, load_stories

GOOD = "---\ntitle: A day\nplace: Harwick\ndate: October 30, 2025\n---\nText of *the* story.\n"


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("no front matter", 1, "no front matter"),
        ("---\nplace: x\n---\nText", 1, "no title"),
        ("---\nplace: x\ntitle:\n---\nText", 3, "title must be text"),
        ("---\ntitle: a\nplace: [x\n---\nText", 3, "bad front matter"),
        ("---\ntitle: a\ntags: x\n---\nText", 3, "tags must be a list"),
        ("---\ntitle: a\nslug: Not A Slug\n---\nText", 3, "slug"),
        ("---\ntitle: a\nid: a b\n---\nText", 3, "id"),
        ("---\ntitle: a\norder: first\n---\nText", 3, "order"),
        ("---\n- a\n- b\n---\nText", 2, "name: value"),
        ("---\ntitle: a\nslug: good\n---\nText", 3, "is also in"),
        ("---\ntitle: a\nid: good\n---\nText", 3, "is also in"),
    ],
)
def test_a_bad_file_is_reported_with_its_name_and_line(
    tmp_path: Path, text: str, line: int, what: str
) -> None:
    (tmp_path / "good.md").write_text(GOOD)
    (tmp_path / "next.md").write_text(text)
    with pytest.raises(StoryError) as problem:
        load_stories(tmp_path)
    message = str(problem.value)
    assert f"next.md:{line}:" in message and what in message and "\n" not in message


def test_a_file_that_is_not_utf8_is_reported(tmp_path: Path) -> None:
    (tmp_path / "latin.md").write_bytes("---\ntitle: é\n---\n".encode("latin-1"))
    with pytest.raises(StoryError, match=r"latin\.md:1: not UTF-8"):
        load_stories(tmp_path)


@pytest.mark.parametrize(
    "raw",
    [
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.encode("utf-8-sig"),
        b"---\r\ntitle: A day\r\nplace: Harwick\r\ndate: October 30, 2025\r\n---",
    ],
)
def test_a_story_can_have_the_line_ends_of_any_system(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "a-day.md").write_bytes(raw)
    story = load_stories(tmp_path)["a-day"]
    assert (story.title, story.dateline) == ("A day", "Harwick | October 30, 2025")


@pytest.mark.parametrize("date", ["2025-11-12", "2025-13-45"])
def test_a_date_is_shown_exactly_as_typed(tmp_path: Path, date: str) -> None:
    (tmp_path / "a-day.md").write_text(GOOD.replace("October 30, 2025", date))
    assert load_stories(tmp_path)["a-day"].dateline == f"Harwick | {date}"


def test_a_story_takes_slug_and_id_from_its_name_and_shows_no_html(tmp_path: Path) -> None:
    (tmp_path / "a-day.md").write_text(GOOD + '\n<script>alert(1)</script> "quoted"\n')
    story = load_stories(tmp_path)["a-day"]
    assert (story.slug, story.id, story.dateline) == (
        "a-day",
        "a-day",
        "Harwick | October 30, 2025",
    )
    assert "<em>the</em>" in story.html
    assert "<script>" not in story.html and "&lt;script&gt;" in story.html
    assert "“quoted”" in story.html
