"""What an act did, kept in the form cookie for the page that follows it.

The cookie has ids only. The texts are made for the page, from the state of the comments by then.
"""

from dataclasses import dataclass, field
from typing import Any

from flask import request, session

from widget.domain.comments.comment import Comment, partition_of
from widget.domain.comments.reasons import MAX_NOTE
from widget.domain.errors import BadField
from widget.domain.model import Site
from widget.store.comments.moderation import Outcome
from widget.store.desk.audit import Entry
from widget.web.desk.comments.actions import MOST
from widget.web.desk.comments.wording import CONFIRMATIONS, STATUSES, last_change
from widget.web.desk.services import desk
from widget.web.desk.signin.access import signed_in
from widget.web.services import services

_NOTICE = "moderated"
_TYPED = ("comment", "reason", "note", "erase", "label")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A comment that an act left as it was; ``sentence`` continues after its name."""

    comment_id: str
    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Notice:
    """
    :param entries: of the audit log, to undo what was done.
    :param typed: the fields of a form that was refused, for the page to show again.
    """

    sentence: str
    entries: list[str]
    troubles: list[Trouble]
    was_undo: bool = False
    typed: dict[str, list[str]] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """All of it in words, for a screen reader."""
        troubles = (
            f"{trouble.name or 'One of them'} {trouble.sentence}." for trouble in self.troubles
        )
        return " ".join((self.sentence, *troubles))


def remember(site: Site, action: str, outcomes: list[Outcome]) -> None:
    """Keep what an action did to each comment for the next page."""
    session[_NOTICE] = {"site": site.key, **_kept(action, outcomes)}


def remember_problem(site: Site, problem: BadField) -> None:
    """Keep for the next page why nothing was done, and the fields of the form."""
    typed = {
        name: [value[:MAX_NOTE] for value in request.form.getlist(name)[:MOST]]
        for name in _TYPED
        if request.form.get(name)
    }
    session[_NOTICE] = {"site": site.key, "problem": str(problem), "typed": typed}


def take_notice(site: Site) -> Notice | None:
    """Return what the last act of this browser did, once."""
    kept: dict[str, Any] | None = session.pop(_NOTICE, None)
    if kept is None or kept["site"] != site.key:
        return None
    if "problem" in kept:
        return Notice(kept["problem"], [], [], typed=kept.get("typed", {}))
    return _notice(site, kept)


def notice_of(site: Site, action: str, outcomes: list[Outcome]) -> Notice:
    """Return what an act did, for a page that does not reload."""
    return _notice(site, _kept(action, outcomes))


def _kept(action: str, outcomes: list[Outcome]) -> dict[str, Any]:
    by_result: dict[str, list[str]] = {}
    for outcome in outcomes:
        kept = outcome.audit_id if outcome.result == "done" else outcome.comment_id
        by_result.setdefault(outcome.result, []).append(kept)
    first = next((o.comment_id for o in outcomes if o.result == "done"), "")
    return {"act": action, "first": first, "by": by_result}


def _notice(site: Site, kept: dict[str, Any]) -> Notice:
    by_result, action = kept["by"], kept["act"]
    done = by_result.pop("done", [])
    sentence = _sentence(site, action, done, kept["first"])
    return Notice(sentence, done, _troubles(site, by_result), action == "undo")


def _sentence(site: Site, action: str, done: list[str], first: str) -> str:
    if not done:
        return "Nothing was changed."
    if len(done) > 1:
        return f"{CONFIRMATIONS[action]}: {len(done)} comments."
    [comment] = services().comments.get_all(site, [first])
    # Isolated, so that a name written from right to left does not reorder the text around it.
    by = f" \u2068{comment.name}\u2069" if comment and comment.name else " one comment"
    return f"{CONFIRMATIONS[action]}:{by}."


def _troubles(site: Site, by_result: dict[str, list[str]]) -> list[Trouble]:
    ids = [one for ids in by_result.values() for one in ids if partition_of(one) is not None]
    comments = dict(zip(ids, services().comments.get_all(site, ids), strict=True))
    last = desk().moderation.history(site, ids, most=1)
    return [
        _trouble(result, comments.get(one), next(iter(last.get(one, [])), None))
        for result, ids in by_result.items()
        for one in ids
    ]


def _trouble(result: str, comment: Comment | None, entry: Entry | None) -> Trouble:
    """:param entry: the newest act of an editor on the comment."""
    if comment is None:
        return Trouble("", "", "no longer exists, so nothing was done about it")
    change = last_change(comment, entry, me=signed_in().editor.name)
    sentences = {
        "unchanged": f"is already {STATUSES[comment.status]}: {change}",
        "changed_since": f"has changed since, so it stays as it is: {change}",
        "gone": "cannot be restored: deleted text is kept for only seven days",
    }
    sentence = sentences.get(result, "no longer exists")
    return Trouble(comment.id, comment.name or "A deleted comment", sentence)
