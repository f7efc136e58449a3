"""What the list of comments shows: the filter, each comment with its article, the live region."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from markupsafe import Markup

from widget.domain.comments.comment import CORRECTIONS, Comment, partition_of
from widget.domain.comments.reasons import REASON_NAMES, Ground
from widget.domain.comments.statement import Statement, in_force
from widget.domain.errors import BadField
from widget.domain.model import Site
from widget.store.comments.search import SEARCHED_LABELS, Found, Queue, Sought
from widget.store.figures import trends
from widget.store.figures.headlines import Headline
from widget.web.desk.comments.wording import LABELS as LABEL_NAMES
from widget.web.desk.comments.wording import (
    STATUSES,
    WAITING_REASONS,
    Flag,
    author_reads,
    decided_before,
    flags,
)
from widget.web.desk.figures.request import figures
from widget.web.desk.services import desk
from widget.web.services import services

PAGE = 50  # as many as one action takes
MOST_DECISIONS = 5  # of one comment in the list
MOST_STORIES = 20  # in the filter by story
NAMES = {"label_names": LABEL_NAMES, "status_names": STATUSES}
# What an act takes out of a list, so that the page can do it before the server has answered.
LEAVES = {
    "waiting": "publish hide",
    "published": "hide hold",
    "removed": "publish hold",
    "held": "publish hide",
    "hidden": "publish hold",
}
SHOW_NAMES = {show: show.capitalize() for show in ("waiting", "published", "removed", "all")}


@dataclass(frozen=True, slots=True)
class Case:
    """A comment as the list shows it.

    :param decided: what editors decided about it before it came back to the queue, newest first.
    :param lines: what readers added to their reports, newest first.
    :param statement: of the reasons for its removal, while readers cannot see it.
    """

    comment: Comment
    headline: Headline
    flags: list[Flag]
    decided: list[str]
    lines: list[Ground]
    statement: Statement | None

    @property
    def publish(self) -> str:
        """What the button that publishes it is called."""
        if self.comment.status in ("reported", "returned"):
            return "Keep"
        return "Put back" if self.comment.status == "appealed" else "Publish"


def requested_filter() -> Sought:
    """Return the filter in the query.

    :raise BadField: as :class:`Sought`.
    """
    text = " ".join(request.args.get("q", "")[:200].split())
    label, article, reason = (
        request.args.get(name, "")[:40] for name in ("label", "article", "reason")
    )
    return Sought(request.args.get("show") or "waiting", text, label, article, reason)


def requested_comment(field: str) -> str:
    """Return the id of a comment in a field of the query, or "".

    :raise BadField: it is not the id of a comment.
    """
    comment_id = request.args.get(field, "")
    if comment_id and partition_of(comment_id) is None:
        raise BadField(f"{field} is not the id of a comment.")
    return comment_id


def newest_waiting(site: Site, which: Sought) -> str:
    """Return the newest comment of the queue, or "" if the page shows another list.

    What is newer has arrived since the page was opened.
    """
    return desk().moderation.newest_waiting(site) if which.show == "waiting" else ""


def list_values(site: Site, which: Sought, found: Found) -> dict[str, Any]:
    """Return the template's values for the comments found, and for the filter's own fields."""
    about = _headlines(site, [which.article]) if which.article else {}
    return {
        "cases": cases(site, found.comments),
        "removal_reasons": REASON_NAMES,
        "author_reads": author_reads(site),
        "about": about.get(which.article),
        "labels": CORRECTIONS,
        "leaves": LEAVES.get(which.show, ""),
        "searched_labels": SEARCHED_LABELS,
        "shows": SHOW_NAMES | {which.show: which.show.capitalize()},
        **NAMES,
    }


def cases(site: Site, found: Sequence[Comment]) -> list[Case]:
    """Return comments as the list shows them."""
    comments = services().comments
    headlines = _headlines(site, [comment.article_id for comment in found])
    back = [c.id for c in found if c.status in ("returned", "appealed")]
    gone = [c.id for c in found if c.state in ("hidden", "deleted")]
    reported = [c.id for c in found if c.reports and c.waits]
    entries = desk().moderation.history(site, back, most=MOST_DECISIONS) if back else {}
    lines = comments.report_lines(site, reported) if reported else {}
    statements = comments.statements(site, gone) if gone else {}
    return [
        Case(
            c,
            headlines[c.article_id],
            flags(c) if c.waits else [],
            decided_before(entries.get(c.id, [])),
            lines.get(c.id, []),
            in_force(statements.get(c.id, ())),
        )
        for c in found
    ]


def regions(site: Site, which: Sought, newest: str) -> dict[str, Markup]:
    """Render the live regions of the list.

    :param newest: the newest comment of the queue when the page was opened; "" if it shows another
        list.
    """
    [waiting] = figures().trends.ask(site, trends.waiting())
    queue = desk().comment_search.queue(site)
    values: dict[str, Any] = {
        "site": site,
        "filter": which,
        "waiting": waiting,
        "queue": queue,
        "arrived": desk().moderation.waiting(site, after=newest) if newest else 0,
        "stories": _stories(site, queue) if which.show == "waiting" else [],
        "reason_names": WAITING_REASONS,
    }
    return {
        "waiting": Markup(render_template("desk/comments/_waiting.html", **values)),
        "reasons": Markup(render_template("desk/comments/_reasons.html", **values)),
    }


def _stories(site: Site, queue: Queue) -> list[tuple[str, str, int]]:
    """Return the stories with most waiting comments: ``[(id, title, comments), ...]``."""
    most = list(queue.articles)[:MOST_STORIES]
    headlines = _headlines(site, most)
    return [(one, headlines[one].title, queue.articles[one]) for one in most]


def _headlines(site: Site, article_ids: Sequence[str]) -> Mapping[str, Headline]:
    return figures().pages.headlines(site, list(dict.fromkeys(article_ids)), with_tone=False)
