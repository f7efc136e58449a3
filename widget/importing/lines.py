"""Our own JSONL, one object a line, which ``readback export`` writes. docs/comments.md shows it."""

from collections.abc import Iterator
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from widget.domain.comments.brought import bounded
from widget.domain.comments.comment import created_s
from widget.domain.comments.reasons import REASONS, UNSPECIFIED
from widget.importing.model import (
    NO_TIME,
    BadFile,
    CutFile,
    Found,
    Progress,
    Records,
    Skipped,
    Thread,
)
from widget.importing.times import seconds

MAX_LINE_BYTES = 1024 * 1024

_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=2**31)]
_Reason = Annotated[str, msgspec.Meta(pattern="^[a-z_]{1,20}$")]
# Editors could set the last one before version 0.4.
_Correction = Literal["positive", "negative", "mixed", "neutral", "no_opinion_words"]


class ArticleLine(msgspec.Struct, tag="article", tag_field="kind"):
    """An article. ``reactions``, votes by choice, is for other programs; an import ignores it."""

    article: str
    title: str = ""
    section: str = ""
    author: str = ""
    tags: list[str] = []
    url: str = ""
    reactions: dict[str, int] = {}


class ScoreLine(msgspec.Struct):
    """A tone, for other programs; an import scores the text again.

    ``lean`` and VADER's ``compound`` are -1 to 1, or null if it was not scored, for ``reason``.
    ``lean`` is also null without a known word, and in scores of version 1.
    """

    label: str
    compound: float | None = None
    confidence: str = ""
    reason: str = ""
    version: str = ""
    lean: float | None = None


class BroughtLine(msgspec.Struct):
    """The votes for and against a comment where it came from. Its ``source`` names that."""

    ups: _Count = 0
    downs: _Count = 0


class StatementLine(msgspec.Struct, omit_defaults=True):
    """A statement of the reasons for a decision that took the comment away from readers.

    :param act: "hide" or "delete" by an editor, "hold" by a rule.
    :param automatic: no editor decided; ``by`` is "" then.
    :param rules: why it was held before; ``reports``: the kinds of its reports, and how many.
    :param second_look: "asked", "upheld" or "reversed", and when; "" if the author did not ask.
    :param ended: when readers could see it again, or another decision took its place.
    """

    at: str
    act: str
    automatic: bool
    reason: str
    by: str = ""
    note: str = ""
    rules: list[str] = []
    reports: dict[str, int] = {}
    second_look: str = ""
    asked: str = ""
    answered: str = ""
    answered_by: str = ""
    answer: str = ""
    ended: str = ""
    ended_by: str = ""


class CommentLine(msgspec.Struct, tag="comment", tag_field="kind"):
    """A comment. Files from elsewhere need only ``id``, ``article``, ``at``, ``name``, ``text``."""

    id: _Id
    article: str
    at: str
    name: str = ""
    text: str = ""
    parent: str | None = None
    state: Literal["published", "held", "hidden", "deleted"] = "published"
    edited: str | None = None
    why: list[_Reason] = []
    section: str = ""
    ups: _Count = 0
    reports: _Count = 0
    approved: bool = False
    corrected: _Correction | None = None
    score: ScoreLine | None = None
    source: Annotated[str, msgspec.Meta(max_length=200)] = ""
    brought: BroughtLine | None = None
    report_kinds: dict[str, _Count] = {}
    known_kinds: list[_Reason] = []
    new_kinds: list[_Reason] = []
    second_look: bool = False
    statements: list[StatementLine] = []


Line = ArticleLine | CommentLine
_DECODER = msgspec.json.Decoder(Line)
encode = msgspec.json.Encoder().encode


def read(path: Path, progress: Progress, zone: tzinfo) -> Records:
    """Read the lines of the file.

    :param zone: the time zone of times without one.
    :raise BadFile: a line is neither an article nor a comment, or there is none.
    :raise CutFile: the last line is not complete.
    """
    number = 0
    with path.open("rb") as file:
        for number, raw in enumerate(_lines(file, progress), 1):
            try:
                line = _DECODER.decode(raw)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
                if number > 1 and not raw.endswith(b"\n"):
                    raise CutFile(f"ends too early, in line {number:,}: {problem}") from None
                raise BadFile(f"line {number}: {problem}") from None
            yield from _records(line, zone)
    if not number:
        raise BadFile("is empty")


def _lines(file: Any, progress: Progress) -> Iterator[bytes]:
    while raw := file.readline(MAX_LINE_BYTES + 1):
        if len(raw) > MAX_LINE_BYTES:
            raise BadFile(f"has a line of more than {MAX_LINE_BYTES:,} bytes")
        progress(len(raw))
        yield raw.removeprefix(b"\xef\xbb\xbf")


def _records(line: Line, zone: tzinfo) -> Records:
    address = line.article
    if isinstance(line, ArticleLine):
        page = {
            "title": line.title,
            "section": line.section,
            "author": line.author,
            "tags": line.tags,
            "url": line.url,
        }
        yield Thread(address, address, page)
        return
    # A comment's article may have no line, or a later one. An article's own line takes precedence.
    yield Thread(address, address, {})
    source = _source(line.id)
    at_s = seconds(line.at, zone)
    if at_s is None:
        yield Skipped(source, NO_TIME)
        return
    yield Found(
        source,
        address,
        at_s,
        line.name,
        line.text,
        _source(line.parent) if line.parent else "",
        line.state,
        line.ups,
        (seconds(line.edited, zone) or 0) if line.edited else 0,
        _ours(line) if created_s(line.id) == at_s else {},
        (bounded(line.brought.ups), bounded(line.brought.downs)) if line.brought else (0, 0),
    )


def _source(comment_id: str) -> str:
    return f"jsonl:{comment_id}"


def _ours(line: CommentLine) -> dict[str, Any]:
    return {
        "id": line.id,
        "source": line.source,
        "why": line.why,
        "section": line.section,
        "reports": line.reports,
        "approved": line.approved,
        "corrected": line.corrected or "",
        "report_kinds": line.report_kinds,
        "known_kinds": line.known_kinds,
        "new_kinds": line.new_kinds,
        "second_look": line.second_look,
        "statements": [_statement(each) for each in line.statements],
    }


def _statement(line: StatementLine) -> dict[str, Any]:
    """Return a statement as the store has it. Its entry of the audit log stays where it was."""

    def at(text: str) -> int:
        return (seconds(text, UTC) or 0) if text else 0

    look = line.second_look if line.second_look in ("asked", "upheld", "reversed") else ""
    fields: dict[str, Any] = {
        "at": at(line.at),
        "act": line.act if line.act in ("hide", "delete", "hold") else "hide",
        "who": line.by,
        "reason": line.reason if line.reason in REASONS else UNSPECIFIED,
        "note": line.note,
        "rules": ",".join(line.rules),
        "reports": " ".join(f"{kind}:{number}" for kind, number in line.reports.items()),
        "look": look,
        "asked": at(line.asked),
        "answered": at(line.answered),
        "answered_by": line.answered_by,
        "answer": line.answer,
        "over": at(line.ended),
        "over_by": line.ended_by,
    }
    return {name: value for name, value in fields.items() if value}
