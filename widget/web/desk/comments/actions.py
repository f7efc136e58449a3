"""What editors do to comments: an action from a form, applied to up to fifty comments.

Each comment has its own outcome.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import request

from widget.domain import clock
from widget.domain.comments.reasons import UNSPECIFIED, Ground, ground_from
from widget.domain.errors import BadField
from widget.domain.model import Site
from widget.store.comments.moderation import Moderation, Outcome
from widget.web.desk.services import desk
from widget.web.desk.signin.access import signed_in

MOST = 50  # comments in one action
_KEEP_LABEL = "-"  # what the list of labels sends when no label is chosen


@dataclass(frozen=True, slots=True)
class RequestedAct:
    """An action on some comments, as a form requests it.

    :param snapshots: each comment's state on the page of the form, by id, in the page's order. A
        comment that has changed since then is left as it is.
    :param label: for ``correct``; "" restores the scorer's label.
    :param ground: for ``hide`` and ``delete``: the reason, and a line to the authors.
    """

    action: str
    comment_ids: tuple[str, ...]
    snapshots: Mapping[str, str]
    label: str
    ground: Ground
    who: str
    now_s: int

    @property
    def following(self) -> str:
        """The comment below the only one of this act, or ""."""
        order = list(self.snapshots)
        if len(self.comment_ids) != 1 or self.comment_ids[0] not in order:
            return ""
        return next(iter(order[order.index(self.comment_ids[0]) + 1 :]), "")


_METHODS: dict[str, Callable[..., list[Outcome]]] = {
    "publish": Moderation.publish,
    "hold": Moderation.hold,
}
_REMOVALS: dict[str, Callable[..., list[Outcome]]] = {
    "hide": Moderation.hide,
    "delete": Moderation.delete,
}


def requested_act() -> RequestedAct:
    """Return the act in the form.

    ``reason`` and ``note`` are the ground of a removal, and ``erase`` deletes the text as well.

    :raise BadField: it names no action, no comment or label, or too many comments; or a removal has
        no ground.
    """
    form = request.form
    action, _, comment_id = form.get("one", "").partition(" ")
    ids = [comment_id] if action else list(dict.fromkeys(form.getlist("comment")))
    action = action or form.get("act", "")
    if action not in (*_METHODS, *_REMOVALS, "correct"):
        raise BadField("Press one of the buttons. Nothing was changed.")
    if not ids:
        raise BadField("Select a comment first. Nothing was changed.")
    if len(ids) > MOST:
        raise BadField(f"Select at most {MOST} comments. Nothing was changed.")
    label = form.get("label", _KEEP_LABEL)
    if action == "correct" and label == _KEEP_LABEL:
        raise BadField("Choose a label to set. Nothing was changed.")
    snapshots = dict(value.partition(" ")[::2] for value in form.getlist("seen"))
    ground = ground_from(form.get("reason"), form.get("note"))
    # What is removed already has its reason: this upholds that, or deletes the text.
    has_reason = all(snapshots.get(one, "").startswith(("appealed/", "hidden/")) for one in ids)
    if action in _REMOVALS and ground.reason == UNSPECIFIED and not has_reason:
        raise BadField("Pick a reason to remove it. Nothing was changed.")
    if action == "hide" and form.get("erase"):
        action = "delete"
    return RequestedAct(action, tuple(ids), snapshots, label, ground, *_who_and_when())


def apply(site: Site, act: RequestedAct) -> list[Outcome]:
    """Apply the act, and return the outcome for each comment.

    :raise BadField: the label does not exist.
    """
    moderation = desk().moderation
    if act.action == "correct":
        outcomes = moderation.correct(
            site, act.comment_ids, act.label, who=act.who, now_s=act.now_s, seen=act.snapshots
        )
        desk().labelling.correct(site, outcomes, act.label, who=act.who, now_s=act.now_s)
        return outcomes
    common = {"who": act.who, "now_s": act.now_s, "seen": act.snapshots}
    if act.action in _REMOVALS:
        remove = _REMOVALS[act.action]
        return remove(moderation, site, act.comment_ids, ground=act.ground, **common)
    return _METHODS[act.action](moderation, site, act.comment_ids, **common)


def undo(site: Site) -> list[Outcome]:
    """Undo the acts of the audit entries in the form.

    :raise BadField: it names no entry, or too many.
    """
    entries = list(dict.fromkeys(request.form.getlist("entry")))
    if not 1 <= len(entries) <= MOST:
        raise BadField(f"Undo 1 to {MOST} actions at once. Nothing was changed.")
    who, now_s = _who_and_when()
    # The newest first, because an act builds on those before it.
    undone = entries[::-1]
    outcomes = desk().moderation.undo(site, undone, who=who, now_s=now_s)
    found = desk().audit.get_all(site, undone)
    for audit_id, outcome in zip(undone, outcomes, strict=True):
        if outcome.result == "done" and found[audit_id].kind == "label":
            desk().labelling.undo_correction(site, found[audit_id], who=who, now_s=now_s)
    return outcomes


def _who_and_when() -> tuple[str, int]:
    return signed_in().editor.name, int(clock.now())
