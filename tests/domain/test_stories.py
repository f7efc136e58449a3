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
        ('---\ntitle: "\\ud83d"\n---\nText', 2, "title has half a character"),
        ('---\ntitle: a\ntags: ["\\ud83d"]\n---\nText', 3, "tags must be"),
        ("---\ntitle: a\npublished: today\n---\nText", 3, "such as 2025-10-30"),
        ("---\ntitle: a\npublished: 2025-10-30T09:20\n---\nText", 3, "with its zone"),
        ("---\ntitle: a\npicture: p.png\n---\nText", 3, "without alt"),
        ("---\ntitle: a\npicture: p.png\nalt: A\n---\nText", 3, "cannot be read: No such file"),
        ("---\ntitle: a\npicture: ../p.png\nalt: A\n---\nText", 3, "must be inside"),
        ("---\ntitle: a\npicture: good.md\nalt: A\n---\nText", 3, "not a whole PNG, JPEG or WebP"),
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


def test_a_lead_and_a_published_day_are_read(tmp_path: Path) -> None:
    (tmp_path / "a-day.md").write_text(GOOD.replace("title:", "lead: It *was*.\ntitle:"))
    (tmp_path / "iso.md").write_text(GOOD.replace("October 30, 2025", "2025-10-30"))
    (tmp_path / "at.md").write_text(GOOD.replace("date:", "published: 2025-10-30T09:20Z\ndate:"))
    stories = load_stories(tmp_path)
    assert [stories[slug].lead for slug in ("a-day", "iso")] == ["It *was*.", ""]
    assert [stories[slug].summary for slug in ("a-day", "iso")] == [
        "It *was*.",
        "Text of the story.",
    ]
    published = [stories[slug].published for slug in ("a-day", "iso", "at")]
    assert published == ["", "2025-10-30", "2025-10-30T09:20:00+00:00"]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("**Bold** and [a link](https://x.example).\nNext line.", "Bold and a link. Next line."),
        ("## A heading\nand `code` <b>", "A heading and code <b>"),
        ("", ""),
    ],
)
def test_a_summary_has_no_marks(tmp_path: Path, raw: str, text: str) -> None:
    (tmp_path / "a.md").write_text(
        f"---\ntitle: A\n---\n{raw}\n\nMore.\n" if raw else "---\ntitle: A\n---\n"
    )
    assert load_stories(tmp_path)["a"].summary == text
