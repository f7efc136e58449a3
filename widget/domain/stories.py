"""Stories: Markdown files with front matter, which Readback serves itself. No Flask, no redis.

They are read once, at the start. docs/stories.md describes the fields.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt

from widget.domain.errors import OperatorError
from widget.domain.pictures import Picture, read_picture

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ID = re.compile(r"[A-Za-z0-9._~-]{1,120}")
_HALF = re.compile("[\ud800-\udfff]")  # of a character that YAML's \\u wrote in two halves
_WORDS_A_MINUTE = 220
_PUBLISHED = "a day such as 2025-10-30, or a time with its zone such as 2025-10-30T09:20+01:00"
# Editors write the files, but may paste a <script> by mistake: HTML is shown as text, not run.
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "typographer": True}).enable(
    ["replacements", "smartquotes"]
)


class _AsTyped(yaml.SafeLoader):
    """YAML without dates: a dateline stays exactly the text that the editor typed."""


_AsTyped.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in known if tag != "tag:yaml.org,2002:timestamp"]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class StoryError(OperatorError):
    """A story file that cannot be served. The message is one line: file, line and remedy."""


@dataclass(frozen=True, slots=True)
class Story:
    """A story.

    :param author: as typed, such as "By Mara Lindqvist".
    :param lead: the sentences between title and text, "" for none.
    :param summary: the lead or else the first paragraph, as plain text.
    :param published: the day or time as ISO 8601 has it, "" if the file does not say.
    """

    slug: str
    id: str
    title: str
    dateline: str
    section: str
    author: str
    tags: tuple[str, ...]
    lead: str
    summary: str
    published: str
    picture: Picture | None
    html: str
    minutes: int

    @property
    def author_name(self) -> str:
        """The author without the word "By"."""
        return self.author.removeprefix("By ")


def load_stories(folder: Path) -> dict[str, Story]:
    """Read every ``*.md`` below the folder. Sort by ``order``, then by path.

    :return: the stories by slug.
    :raise StoryError: a missing title, bad front matter, or two files with one slug or id.
    """
    if not folder.is_dir():
        raise StoryError(
            f"READBACK_ARTICLES_DIR: {folder} is not a folder; create it or set another"
        )
    stories: dict[str, Story] = {}
    files: dict[str, Path] = {}
    ids: dict[str, Path] = {}
    ordered: list[tuple[int, Story]] = []
    for path in sorted(folder.rglob("*.md")):
        text, fields, body = _front_matter(path)
        story = _story(folder, path, text, fields, body)
        for known, value in ((files, story.slug), (ids, story.id)):
            if value in known:
                name = "slug" if known is files else "id"
                line = _line_of(text, name)
                raise StoryError(f"{path}:{line}: the {name} {value!r} is also in {known[value]}")
            known[value] = path
        order = fields.get("order", 0)
        if type(order) is not int:
            raise StoryError(f"{path}:{_line_of(text, 'order')}: order must be a whole number")
        ordered.append((order, story))
    for _, story in sorted(ordered, key=lambda pair: pair[0]):
        stories[story.slug] = story
    return stories


def _front_matter(path: Path) -> tuple[str, Mapping[str, Any], str]:
    """Return the whole text, the front matter's fields and the body."""
    try:
        # Other systems may write a byte order mark, or other line ends.
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as problem:
        raise StoryError(f"{path}:1: not UTF-8 ({problem.reason})") from None
    head, end, body = f"{text}\n".partition("\n---\n")
    if not head.startswith("---\n") or not end:
        raise StoryError(f"{path}:1: no front matter; begin with --- and end it with --- on a line")
    try:
        fields = yaml.load(head.removeprefix("---"), _AsTyped)
    except (yaml.YAMLError, ValueError) as problem:
        mark = getattr(problem, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        what = getattr(problem, "problem", None) or "not YAML"
        raise StoryError(f"{path}:{line}: bad front matter: {what}") from None
    if not isinstance(fields, dict):
        raise StoryError(f"{path}:2: front matter must be name: value lines")
    return text, fields, body


def _story(folder: Path, path: Path, text: str, fields: Mapping[str, Any], body: str) -> Story:
    def problem(name: str, what: str) -> StoryError:
        return StoryError(f"{path}:{_line_of(text, name)}: {what}")

    def value(name: str, default: str = "") -> str:
        got = fields.get(name, default)
        if isinstance(got, list | dict | bool) or got is None:
            raise problem(name, f"{name} must be text")
        if _HALF.search(str(got)):
            raise problem(name, f"{name} has half a character; type it as it is, without \\u")
        return str(got).strip()

    title = value("title")
    if not title:
        raise problem("title", 'no title; add a line "title: ..."')
    slug = value("slug", path.stem)
    if not _SLUG.fullmatch(slug):
        raise problem("slug", f"slug {slug!r} must be a-z, 0-9 and single hyphens")
    story_id = value("id", slug)
    if not _ID.fullmatch(story_id):
        raise problem("id", f"id {story_id!r} must be 1 to 120 of A-Z a-z 0-9 . _ ~ -")
    tags = fields.get("tags", [])
    if not isinstance(tags, list) or not all(
        isinstance(tag, str) and not _HALF.search(tag) for tag in tags
    ):
        raise problem("tags", "tags must be a list of strings")
    published = value("published")
    if published and not _iso(published):
        raise problem("published", f"published must be {_PUBLISHED}")
    picture, alt = value("picture"), value("alt")
    if picture and not alt:
        raise problem("picture", 'a picture without alt; add a line "alt: ..." with what it shows')
    try:
        shown = _picture(folder, path, picture, alt, value("caption")) if picture else None
    except ValueError as wrong:
        raise problem("picture", f"picture {picture!r} {wrong}") from None
    lead, day = value("lead"), value("date")
    return Story(
        slug=slug,
        id=story_id,
        title=title,
        dateline=value("dateline") or " | ".join(filter(None, (value("place"), day))),
        section=value("section"),
        author=value("author"),
        tags=tuple(tags),
        lead=lead,
        summary=lead or _plain(body.strip().partition("\n\n")[0]),
        published=_iso(published or day),
        picture=shown,
        html=_MARKDOWN.render(body),
        minutes=max(1, round(len(body.split()) / _WORDS_A_MINUTE)),
    )


def _picture(folder: Path, story: Path, name: str, alt: str, caption: str) -> Picture:
    """Read a story's picture; its path begins at the story's file.

    :raise ValueError: it is outside the folder of stories, or as :func:`read_picture`.
    """
    path = (story.parent / name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise ValueError(f"must be inside {folder}")
    return read_picture(path, alt=alt, caption=caption)


def _plain(text: str) -> str:
    """Return the words of Markdown without its marks."""
    lines = [token.children for token in _MARKDOWN.parse(text) if token.children]
    return " ".join(
        "".join(" " if part.type.endswith("break") else part.content for part in line)
        for line in lines
    )


def _iso(text: str) -> str:
    """Return a day, or a time with its zone, as ISO 8601 has it; "" if the text is neither."""
    try:
        if len(text) == len("2025-10-30"):
            return date.fromisoformat(text).isoformat()
        at = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return at.isoformat() if at.tzinfo else ""


def _line_of(text: str, name: str) -> int:
    """Return the line number of a field in the front matter, or 1 if the field is missing."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith(f"{name}:"):
            return number
    return 1
