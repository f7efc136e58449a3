"""What the list of comments shows: the filter, each comment with its article, the live region."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from markupsafe import Markup

from widget.domain.comments.comment import LABELS, Comment, partition_of
from widget.domain.comments.reasons import REASON_NAMES, Ground
from widget.domain.comments.statement import Statement, in_force
from widget.domain.errors import BadField
from widget.domain.model import Site
from widget.store.comments.search import SEARCHED_LABELS, SHOWS, Found, Sought
from widget.store.figures import trends
from widget.store.figures.headlines import Headline
from widget.web.desk.comments.wording import decided_before, reasons
from widget.web.desk.figures.request import figures
from widget.web.desk.services import desk
from widget.web.services import services

PAGE = 30
MOST_DECISIONS = 5  # of one comment in the list
SHOW_NAMES = {"waiting": "Waiting", "all": "All", **{s: s.capitalize() for s in SHOWS[2:]}}


@dataclass(frozen=True, slots=True)
class Case:
    """A comment as the list shows it.

    :param decided: what editors decided about it before it came back to the queue, newest first.
    :param lines: what readers added to their reports, newest first.
    :param statement: of the reasons for its removal, while readers cannot see it.
    """

    comment: Comment
    headline: Headline
    reasons: list[str]
    decided: list[str]
    lines: list[Ground]
    statement: Statement | None


def requested_filter() -> Sought:
    """Return the filter in the query.

    :raise BadField: as :class:`Sought`.
    """
    text = " ".join(request.args.get("q", "")[:200].split())
    label, article = (request.args.get(name, "")[:40] for name in ("label", "article"))
    return Sought(request.args.get("show") or "waiting", text, label, article)


def requested_comment(field: str) -> str:
    """Return the id of a comment in a field of the query, or "".

    :raise BadField: it is not the id of a comment.
    """
    comment_id = request.args.get(field, "")
    if comment_id and partition_of(comment_id) is None:
        raise BadField(f"{field} is not the id of a comment.")
    return comment_id


def newest_of_queue(which: Sought, found: Found, before: str) -> str:
    """Return the first comment of the whole queue, or "" if the page shows something else.

    Only the top of the queue can say what arrived after it.
    """
    is_top = which.show == "waiting" and which.is_plain and not before
    return found.comments[0].id if is_top and found.comments else ""


def list_values(site: Site, which: Sought, found: Found) -> dict[str, Any]:
    """Return the template's values for the comments found, and for the filter's own fields."""
    article_ids = [comment.article_id for comment in found.comments]
    if which.article:
        article_ids.append(which.article)
    headlines = figures().pages.headlines(site, list(dict.fromkeys(article_ids)), with_tone=False)
    return {
        "cases": _cases(site, found, headlines),
        "removal_reasons": REASON_NAMES,
        "about": headlines.get(which.article),
        "labels": LABELS,
        "searched_labels": SEARCHED_LABELS,
        "shows": SHOW_NAMES,
    }


def _cases(site: Site, found: Found, headlines: Mapping[str, Headline]) -> list[Case]:
    comments = services().comments
    back = [c.id for c in found.comments if c.status in ("returned", "appealed")]
    gone = [c.id for c in found.comments if c.state in ("hidden", "deleted")]
    reported = [c.id for c in found.comments if c.reports and c.waits]
    entries = desk().moderation.history(site, back, most=MOST_DECISIONS) if back else {}
    lines = comments.report_lines(site, reported) if reported else {}
    statements = comments.statements(site, gone) if gone else {}
    return [
        Case(
            c,
            headlines[c.article_id],
            reasons(c),
            decided_before(entries.get(c.id, [])),
            lines.get(c.id, []),
            in_force(statements.get(c.id, ())),
        )
        for c in found.comments
    ]


def regions(site: Site, newest: str) -> dict[str, Markup]:
    """Render the live regions of the list.

    :param newest: the first comment of the queue on the page; "" if the page shows another list.
    """
    [waiting] = figures().trends.ask(site, trends.waiting())
    arrived = desk().moderation.waiting(site, after=newest) if newest else 0
    html = render_template(
        "desk/comments/_waiting.html", site=site, waiting=waiting, arrived=arrived
    )
    return {"waiting": Markup(html)}
