"""How comments and what editors did with them read on the desk. No request, no store."""

from dataclasses import dataclass

from widget.domain.comments.comment import Comment
from widget.domain.times import people_text
from widget.store.desk.audit import Entry

REASONS = {
    "honeypot": "Filled in the hidden field",
    "too_fast": "Sent within seconds",
    "links": "Many links",
    "duplicate": "Says what another said",
    "first_comment": "First comment",
    "crowded": "Crowded network",
    "reported": "Reported",
    "imported": "Was not approved where it came from",
}
STANDINGS = {
    "published": "published",
    "approved": "published by an editor",
    "reported": "published",
    "held": "held",
    "hidden": "hidden",
    "deleted": "deleted",
}
LABELS = {
    "positive": "Positive",
    "negative": "Negative",
    "mixed": "Mixed",
    "neutral": "Neutral",
    "no_opinion_words": "No opinion words",
    "not_scored": "Not scored",
}
DONE = {
    "publish": "Published",
    "hold": "Held",
    "hide": "Hidden",
    "delete": "Deleted",
    "correct": "Label set",
    "edit": "Edited",
    "undo": "Undone",
}
_DID = {
    "publish": "published it",
    "hold": "held it",
    "hide": "hid it",
    "delete": "deleted it",
    "correct": "set its label",
    "edit": "edited it",
    "undo": "undid an act on it",
}
UNDO_S = 7 * 86400  # what a removal took out is kept so long; lua/comments/moderate.lua


@dataclass(frozen=True, slots=True)
class Act:
    """One line of a comment's history.

    :param change: ``("held", "published")``, () where the words say it.
    :param can_undo: nothing has overtaken it, and what it took out is still kept.
    """

    entry: Entry
    did: str
    change: tuple[str, ...]
    can_undo: bool


def reasons(comment: Comment) -> list[str]:
    """Why a comment was held or reported; one that has no words here goes by its name."""
    named = [REASONS.get(why, why) for why in comment.why if why != "reported"]
    if comment.reports and not comment.approved:
        readers = "a reader" if comment.reports == 1 else f"{comment.reports:,} readers"
        named.append(f"Reported by {readers}")
    return named


def history(comment: Comment, entries: list[Entry], *, now_s: int) -> list[Act]:
    """:param entries: newest first."""
    by_id = {entry.id: entry for entry in entries}
    acts, overtaken = list[Act](), set[str]()
    for entry in entries:
        about = _about(entry)
        can_undo = not (about & overtaken) and _stands(comment, entry, now_s)
        overtaken |= about
        acts.append(Act(entry, _did(entry, by_id), _change(entry), can_undo))
    return acts


def last_change(comment: Comment, entry: Entry | None, *, me: str) -> str:
    """Who made a comment what it is now: ``bob hid it on 24 Nov 2026, 08:15 UTC``.

    :param entry: the newest act of an editor on it.
    """
    if comment.state == "deleted" and (entry is None or entry.after != "deleted"):
        return "its reader deleted it"
    if comment.edited_s > (entry.at_s if entry else 0):
        return f"its reader edited it on {people_text(comment.edited_s)}"
    if entry is not None:
        who = "you" if entry.who == me else entry.who
        return f"{who} {_DID.get(entry.action, entry.action)} on {people_text(entry.at_s)}"
    return "a reader reported it" if comment.reports else "it is not what it was"


def _about(entry: Entry) -> set[str]:
    """What of a comment an act changed."""
    if entry.kind == "label":
        return {"label"}
    if entry.kind == "text" or (entry.kind == "restore" and entry.after not in STANDINGS):
        return {"text"}
    if entry.kind == "state":
        return {"state"}
    return {"state", "text", "label"}  # a removal takes everything out, and its undo brings it back


def _stands(comment: Comment, entry: Entry, now_s: int) -> bool:
    now = {"label": comment.corrected, "text": comment.text_id, "state": comment.standing}
    about = _about(entry)
    which = about.pop() if len(about) == 1 else "state"
    if comment.state == "deleted" and which != "state":
        return False
    if entry.kind in ("removal", "text", "restore") and now_s - entry.at_s >= UNDO_S:
        return False
    return now[which] == entry.after


def _did(entry: Entry, by_id: dict[str, Entry]) -> str:
    if entry.action == "undo":
        undone = by_id.get(entry.undoes)
        acts = {"undo": "an undo"} | {name: f"“{did}”" for name, did in _DID.items()}
        return f"undid {acts.get(undone.action, undone.action)}" if undone else "undid an act"
    return _DID.get(entry.action, entry.action)


def _change(entry: Entry) -> tuple[str, ...]:
    if entry.kind == "label":
        return tuple(LABELS.get(k, k).lower() if k else "as scored" for k in _both(entry))
    if entry.before in STANDINGS and entry.after in STANDINGS:
        return tuple(STANDINGS[k] for k in _both(entry))
    return ()


def _both(entry: Entry) -> tuple[str, str]:
    return entry.before, entry.after
