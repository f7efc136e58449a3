"""The desk's texts about comments and about what editors did to them. No request, no store."""

from dataclasses import dataclass

from widget.domain.comments.comment import Comment
from widget.domain.comments.reasons import REASON_NAMES, kinds_from
from widget.domain.model import Site
from widget.domain.strings import comment_strings
from widget.store.desk.audit import Entry
from widget.web.desk.filters import clock

# Why a comment waits, as its filter is called.
WAITING_REASONS = {
    "reported": "Reported",
    "second_look": "Second look",
    "first_comment": "First comment",
    "links": "Links",
    "duplicate": "Repeated",
    "too_fast": "Very fast",
    "honeypot": "Hidden field",
    "crowded": "Crowded network",
    "imported": "Imported",
    "by_editor": "Held by an editor",
}
REASONS = {
    "honeypot": "Filled in the hidden field",
    "too_fast": "Written very fast",
    "links": "Many links",
    "duplicate": "Repeats another comment",
    "first_comment": "First comment",
    "crowded": "Crowded network",
    "reported": "Reported",
    "imported": "Not approved where it was imported from",
}
STATUSES = {
    "published": "published",
    "approved": "published by an editor",
    "returned": "published by an editor",
    "reported": "published",
    "held": "held",
    "hidden": "removed",
    "appealed": "removed",
    "deleted": "deleted",
}
LABELS = {
    "positive": "Positive",
    "negative": "Negative",
    "mixed": "Mixed",
    "neutral": "Neutral",
    "unclear": "Unclear",
    "no_opinion_words": "No known words",
    "not_scored": "Not scored",
}
# What the scorer makes of a text, above its figures.
VERDICTS = {
    "positive": "Reads as positive",
    "negative": "Reads as negative",
    "neutral": "Reads as neutral",
    "mixed": "Mixed: strong words on both sides",
    "unclear": "Unclear: no reading is more likely than not",
    "no_opinion_words": "No known words",
    "not_scored": "Not scored",
}
CONFIRMATIONS = {
    "publish": "Published",
    "hold": "Held",
    "hide": "Removed",
    "delete": "Deleted",
    "correct": "Label set",
    "edit": "Edited",
    "undo": "Undone",
}
_DEEDS = {
    "publish": "published it",
    "hold": "held it",
    "hide": "removed it",
    "delete": "deleted it",
    "correct": "set its label",
    "edit": "edited it",
    "undo": "undid an action on it",
}
UNDO_S = 7 * 86400  # how long the store keeps the text that an act removed


@dataclass(frozen=True, slots=True)
class PastAct:
    """One line of a comment's history.

    :param deed: continues after the editor's name.
    :param change: ``("held", "published")``, or () if ``deed`` says it all.
    :param can_undo: no later act replaced it, and any text it removed is still kept.
    """

    entry: Entry
    deed: str
    change: tuple[str, ...]
    can_undo: bool


@dataclass(frozen=True, slots=True)
class Flag:
    """Why a comment waits.

    :param is_doubt: a person finds something wrong with it, rather than a rule.
    """

    text: str
    is_doubt: bool = False


def flags(comment: Comment) -> list[Flag]:
    """Return why a comment waits. A reason without a text here keeps its code."""
    found = [Flag(REASONS.get(why, why)) for why in comment.why if why != "reported"]
    if comment.is_appealed:
        found.append(Flag("Asks for a second look", is_doubt=True))
    if comment.approved:
        return [
            *found,
            *(Flag(f"New reason: {_kind(k).lower()}", True) for k, _ in comment.pending),
        ]
    if comment.reports:
        found.append(Flag(_reported(comment), is_doubt=True))
    return found


def reasons(comment: Comment) -> list[str]:
    """Return the texts of :func:`flags`."""
    return [flag.text for flag in flags(comment)]


def _reported(comment: Comment) -> str:
    """Say how often and for what readers reported a comment."""
    times = "Reported" if comment.reports == 1 else f"Reported {comment.reports:,} \u00d7"
    named = [(kind, number) for kind, number in comment.kinds if kind in REASON_NAMES]
    if not named:
        return "Reported by a reader" if comment.reports == 1 else times
    if len(named) == 1 and named[0][1] == comment.reports:
        return f"{times}: {_kind(named[0][0]).lower()}"
    return f"{times}: {', '.join(f'{number:,} {_kind(kind).lower()}' for kind, number in named)}"


def author_reads(site: Site) -> dict[str, str]:
    """Return what the author of a removed comment reads, by reason; ``lang`` is its language.

    The editor sees it in English; the author in the language of the page.
    """
    texts = comment_strings(site, "en")["strings"]
    assert isinstance(texts, dict)
    said = {
        code: f"{texts['removed_own']} {texts['given'].format(reason=texts[f'reason.{code}'])}"
        for code in REASON_NAMES
    }
    return {"lang": "en", **said}


def decided_before(entries: list[Entry]) -> list[str]:
    """Say what editors decided about a comment that is back in the queue, newest first.

    ``erin published it on 24 Nov 2026, 08:15 UTC, with reports of: personal attack``.
    """
    decisions = [e for e in entries if e.kind in ("state", "removal", "restore")]
    return [_decision(entry) for entry in decisions]


def _decision(entry: Entry) -> str:
    said = f"{entry.who} {_DEEDS.get(entry.action, entry.action)} on {clock(entry.at_s)}"
    if entry.reason:
        return f"{said}: {entry.reason}"
    kinds = ", ".join(_kind(kind).lower() for kind, _ in kinds_from(entry.kinds))
    return f"{said}, with reports of: {kinds}" if kinds else said


def _kind(kind: str) -> str:
    return REASON_NAMES.get(kind, "No reason given")


def history(comment: Comment, entries: list[Entry], *, now_s: int) -> list[PastAct]:
    """Describe the acts of editors on a comment.

    :param entries: newest first.
    """
    by_id = {entry.id: entry for entry in entries}
    acts, overtaken = list[PastAct](), set[str]()
    for entry in entries:
        affected = _affected(entry)
        can_undo = not (affected & overtaken) and _is_current(comment, entry, now_s)
        overtaken |= affected
        acts.append(PastAct(entry, _deed(entry, by_id), _change(entry), can_undo))
    return acts


def last_change(comment: Comment, entry: Entry | None, *, me: str) -> str:
    """Say who brought a comment into its state: ``bob removed it on 24 Nov 2026, 08:15 UTC``.

    :param entry: the newest act of an editor on it.
    """
    if comment.state == "deleted" and (entry is None or entry.after != "deleted"):
        return "its reader deleted it"
    if comment.edited_s > (entry.at_s if entry else 0):
        return f"its reader edited it on {clock(comment.edited_s)}"
    if entry is not None:
        who = "you" if entry.who == me else entry.who
        return f"{who} {_DEEDS.get(entry.action, entry.action)} on {clock(entry.at_s)}"
    return "a reader reported it" if comment.reports else "its state is different now"


def _affected(entry: Entry) -> set[str]:
    """Return the aspects of a comment that an act changed."""
    if entry.kind == "label":
        return {"label"}
    if entry.kind == "text" or (entry.kind == "restore" and entry.after not in STATUSES):
        return {"text"}
    if entry.kind == "state":
        return {"state"}
    return {"state", "text", "label"}  # a deletion removes everything; its undo restores it


def _is_current(comment: Comment, entry: Entry, now_s: int) -> bool:
    """Say whether the comment is still as the act left it, and the act's text is still kept."""
    now = {"label": comment.corrected, "text": comment.text_id, "state": comment.status}
    affected = _affected(entry)
    aspect = affected.pop() if len(affected) == 1 else "state"
    if comment.state == "deleted" and aspect != "state":
        return False
    if entry.kind in ("removal", "text", "restore") and now_s - entry.at_s >= UNDO_S:
        return False
    return now[aspect] == entry.after


def _deed(entry: Entry, by_id: dict[str, Entry]) -> str:
    if entry.action == "undo":
        undone = by_id.get(entry.undoes)
        deeds = {"undo": "an undo"} | {name: f"“{deed}”" for name, deed in _DEEDS.items()}
        return f"undid {deeds.get(undone.action, undone.action)}" if undone else "undid an action"
    return _DEEDS.get(entry.action, entry.action)


def _change(entry: Entry) -> tuple[str, ...]:
    both = (entry.before, entry.after)
    if entry.kind == "label":
        return tuple(LABELS.get(label, label).lower() if label else "as scored" for label in both)
    if entry.before in STATUSES and entry.after in STATUSES:
        return tuple(STATUSES[state] for state in both)
    return ()
