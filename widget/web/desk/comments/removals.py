"""The statements of reasons of a list of comments as a table, for CSV and JSON."""

from widget.domain.comments.reasons import REASON_NAMES
from widget.domain.comments.statement import Statement
from widget.domain.figures.tables import Cell, Table
from widget.domain.model import Site
from widget.domain.times import machine_text
from widget.store.comments.search import Sought
from widget.web.desk.services import desk
from widget.web.services import services

MOST = 500  # comments of one table; the list's own pages lead further back
_COLUMNS = (
    "comment",
    "article",
    "written_utc",
    "decided_utc",
    "act",
    "automatic",
    "by",
    "reason",
    "reason_name",
    "note",
    "rules",
    "reports",
    "second_look",
    "asked_utc",
    "answered_utc",
    "answered_by",
    "answer",
    "ended_utc",
    "ended_by",
)


def table(site: Site, which: Sought, before: str) -> Table:
    """Return a row for each statement about the comments that the list finds.

    It has no text by a reader, and nothing about who reported a comment.
    """
    found = desk().comment_search.find(site, which, past=before, limit=MOST)
    ids = [comment.id for comment in found.comments]
    statements = services().comments.statements(site, ids) if ids else {}
    rows = [
        (comment.id, comment.article_id, machine_text(comment.at_s), *_cells(statement))
        for comment in found.comments
        for statement in statements[comment.id]
    ]
    return Table("statements", "Statements of reasons", _COLUMNS, rows)


def _cells(statement: Statement) -> tuple[Cell, ...]:
    def at(at_s: int) -> str:
        return machine_text(at_s) if at_s else ""

    return (
        at(statement.at),
        statement.act,
        "yes" if statement.is_automatic else "no",
        statement.who,
        statement.reason,
        REASON_NAMES.get(statement.reason, ""),
        statement.note,
        statement.rules,
        ", ".join(f"{kind} {number}" for kind, number in statement.kinds),
        statement.look,
        at(statement.asked),
        at(statement.answered),
        statement.answered_by,
        statement.answer,
        at(statement.over),
        statement.over_by,
    )
