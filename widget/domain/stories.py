"""Stories: Markdown files with front matter, which Readback serves itself. No Flask, no redis.

They are read once, at the start.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt

from widget.domain.errors import OperatorError

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_ID = re.compile(r"[A-Za-z0-9._~-]{1,120}")
_WORDS_A_MINUTE = 220
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
    slug: str
    id: str
    title: str
    dateline: str
    section: str
    author: str
    tags: tuple[str, ...]
    lead: str
    html: str
    minutes: int


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
        story = _story(path, text, fields, body)
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


def _story(path: Path, text: str, fields: Mapping[str, Any], body: str) -> Story:
    def value(name: str, default: str = "") -> str:
        got = fields.get(name, default)
        if isinstance(got, list | dict | bool) or got is None:
            raise StoryError(f"{path}:{_line_of(text, name)}: {name} must be text")
        return str(got).strip()

    title = value("title")
    if not title:
        raise StoryError(f'{path}:{_line_of(text, "title")}: no title; add a line "title: ..."')
    slug = value("slug", path.stem)
    if not _SLUG.fullmatch(slug):
        line = _line_of(text, "slug")
        raise StoryError(f"{path}:{line}: slug {slug!r} must be a-z, 0-9 and single hyphens")
    story_id = value("id", slug)
    if not _ID.fullmatch(story_id):
        line = _line_of(text, "id")
        raise StoryError(f"{path}:{line}: id {story_id!r} must be 1 to 120 of A-Z a-z 0-9 . _ ~ -")
    tags = fields.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise StoryError(f"{path}:{_line_of(text, 'tags')}: tags must be a list of strings")
    dateline = value("dateline") or " | ".join(filter(None, (value("place"), value("date"))))
    lead = body.strip().partition("\n\n")[0].replace("\n", " ")
    return Story(
        slug,
        story_id,
        title,
        dateline,
        value("section"),
        value("author"),
        tuple(tags),
        lead,
        _MARKDOWN.render(body),
        max(1, round(len(body.split()) / _WORDS_A_MINUTE)),
    )


def _line_of(text: str, name: str) -> int:
    """Return the line number of a field in the front matter, or 1 if the field is missing."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith(f"{name}:"):
            return number
    return 1
