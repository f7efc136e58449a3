"""The desk's texts about corrections. No request, no store."""

from widget.store.reactions.corrections import Filter, Outcome
from widget.web.desk.corrections.forms import STATUSES
from widget.web.desk.corrections.subject import Subject
from widget.web.desk.filters import clock

STALE = "The number of votes has changed since the preview. Nothing was changed."
NOTHING = "There was nothing to change."

# How the list of corrections made continues after an editor's name.
DEEDS = {
    "close": "closed it",
    "reopen": "opened it again",
    "name": "set its title and section",
    "keep": "kept it",
    "note": "set the note to readers",
    "void": "discarded votes",
    "set_aside": "set votes aside",
    "release": "released held votes",
    "reset": "reset the counts",
    "merge": "merged a story into it",
    "alias": "redirected an address to it",
    "undo": "undid",
}
_DONE = {
    "close": "The story no longer accepts votes.",
    "reopen": "The story accepts votes again.",
    "name": "The title, section, author and tags are saved.",
    "keep": "The story stays.",
    "note": "The note to readers is saved.",
    "void": "{votes} discarded.",
    "set_aside": "{votes} set aside.",
    "release": "{votes} released and counted.",
    "reset": "{votes} taken back. All counts are zero.",
    "merge": "{votes} moved. The address now resolves to the other story.",
    "alias": "That address now resolves to this story.",
    "undo": "Undone.",
}
_FORGOTTEN = (
    "The story accepts votes again. Its voters were forgotten when it closed, so a reader who "
    "voted before can count once more."
)


def done_text(action: str, outcome: Outcome) -> str:
    if not outcome.audit_id:
        return NOTHING
    if outcome.forgotten:
        return _FORGOTTEN
    return _DONE[action].format(votes=n_votes(outcome.votes))


def filter_text(which: Filter, subject: Subject) -> str:
    """Return ``Counted votes for Love, cast from 12 Nov 2025, 08:00 UTC to now``."""
    parts = [f"{STATUSES[which.status]} votes"]
    if which.choice:
        parts.append(f"for {subject.choices[which.choice - 1][1].label}")
    if which.from_hour is not None or which.to_hour is not None:
        start = "the first" if which.from_hour is None else clock(which.from_hour * 3600)
        end = "now" if which.to_hour is None else clock(which.to_hour * 3600)
        parts.append(f"cast from {start} to {end}")
    text = " ".join(parts)
    return text[0].upper() + text[1:]


def n_votes(count: int) -> str:
    return f"{count:,} {'vote' if count == 1 else 'votes'}"
