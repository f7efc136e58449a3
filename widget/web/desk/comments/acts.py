"""What editors do with comments, from forms: one act on up to fifty, told apart for each."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import request, session

from widget.domain.comments.comment import partition_of
from widget.domain.errors import BadField
from widget.domain.model import Site
from widget.store.comments.moderation import Moderation, Outcome
from widget.web.desk.comments.wording import DONE, STANDINGS, last_change
from widget.web.desk.services import desk
from widget.web.desk.signin.access import signed_in
from widget.web.services import services

MOST = 50  # comments in one act
_NOTICE = "moderated"  # in the form cookie, from the act to the page after it
_Outcomes = list[Outcome]


@dataclass(frozen=True, slots=True)
class Typed:
    """An act as a form sends it.

    :param seen: what each comment looked like on the page of the form, in the order it had there.
    """

    act: str
    ids: list[str]
    seen: dict[str, str]

    @property
    def following(self) -> str:
        """The comment of the page that stands after one that an act took away, or ""."""
        order = list(self.seen)
        if len(self.ids) != 1 or self.ids[0] not in order:
            return ""
        return next(iter(order[order.index(self.ids[0]) + 1 :]), "")


@dataclass(frozen=True, slots=True)
class Trouble:
    comment_id: str
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What an act did, for the page after it.

    :param entries: of the audit log, to undo what was done.
    """

    sentence: str
    entries: list[str]
    troubles: list[Trouble]
    was_undo: bool = False


def typed_act() -> Typed:
    """:raise BadField: no comment is named, or too many are, or no act."""
    form = request.form
    seen = dict(value.partition(" ")[::2] for value in form.getlist("seen"))
    act, _, comment_id = form.get("one", "").partition(" ")
    ids = [comment_id] if act else list(dict.fromkeys(form.getlist("comment")))
    act = act or form.get("act", "")
    if act not in ("publish", "hold", "hide", "delete", "correct"):
        raise BadField("Press one of the buttons. Nothing was changed.")
    if not ids:
        raise BadField("Select a comment first. Nothing was changed.")
    if len(ids) > MOST:
        raise BadField(f"One act takes at most {MOST} comments. Nothing was changed.")
    return Typed(act, ids, seen)


def do(site: Site, typed: Typed) -> None:
    """:raise BadField: no label is chosen to set."""
    who, now_s, moderation = signed_in().editor.name, int(time.time()), desk().moderation
    if typed.act == "correct":
        label = request.form.get("label", "-")
        if label == "-":
            raise BadField("Choose a label to set. Nothing was changed.")
        outcomes = moderation.correct(site, typed.ids, label, who=who, now_s=now_s, seen=typed.seen)
    else:
        acts: dict[str, Callable[..., _Outcomes]] = {
            "publish": Moderation.publish,
            "hold": Moderation.hold,
            "hide": Moderation.hide,
            "delete": Moderation.delete,
        }
        act = acts[typed.act]
        outcomes = act(moderation, site, typed.ids, who=who, now_s=now_s, seen=typed.seen)
    remember(site, typed.act, outcomes)


def undo(site: Site) -> None:
    """:raise BadField: no entry is named, or too many are."""
    entries = list(dict.fromkeys(request.form.getlist("entry")))
    if not 1 <= len(entries) <= MOST:
        raise BadField(f"Undo takes 1 to {MOST} acts. Nothing was changed.")
    who, now_s = signed_in().editor.name, int(time.time())
    # The newest first: an act stands on those before it.
    outcomes = desk().moderation.undo(site, entries[::-1], who=who, now_s=now_s)
    remember(site, "undo", outcomes)


def remember(site: Site, act: str, outcomes: _Outcomes) -> None:
    """Keep ids for the page that follows; its words are made there, from what then stands."""
    by_result: dict[str, list[str]] = {}
    for outcome in outcomes:
        named = outcome.audit_id if outcome.result == "done" else outcome.comment_id
        by_result.setdefault(outcome.result, []).append(named)
    first = next((o.comment_id for o in outcomes if o.result == "done"), "")
    session[_NOTICE] = {"site": site.key, "act": act, "first": first, "by": by_result}


def refuse(site: Site, problem: BadField) -> None:
    """Tell on the page that follows why nothing was done."""
    session[_NOTICE] = {"site": site.key, "problem": str(problem)}


def notice(site: Site) -> Notice | None:
    """What the last act of this browser did, told once."""
    kept: dict[str, Any] | None = session.pop(_NOTICE, None)
    if kept is None or kept["site"] != site.key:
        return None
    if "problem" in kept:
        return Notice(kept["problem"], [], [])
    by, act = kept["by"], kept["act"]
    done = by.pop("done", [])
    return Notice(
        _sentence(site, act, done, kept["first"]), done, _troubles(site, by), act == "undo"
    )


def _sentence(site: Site, act: str, done: list[str], first: str) -> str:
    if not done:
        return "Nothing was changed."
    if len(done) > 1:
        return f"{DONE[act]}: {len(done)} comments."
    [comment] = services().comments.get_all(site, [first])
    # Isolated, so that a name written from right to left turns nothing around it.
    by = f" \u2068{comment.name}\u2069" if comment and comment.name else " one comment"
    return f"{DONE[act]}:{by}."


def _troubles(site: Site, by_result: dict[str, list[str]]) -> list[Trouble]:
    ids = [i for named in by_result.values() for i in named if partition_of(i) is not None]
    found = dict(zip(ids, services().comments.get_all(site, ids), strict=True))
    last = desk().moderation.history(site, ids, most=1)
    me = signed_in().editor.name
    troubles = []
    for result, named in by_result.items():
        for comment_id in named:
            comment = found.get(comment_id)
            if comment is None:
                troubles.append(Trouble("", "", "is no comment of this site, or no act to undo"))
                continue
            changed = last_change(comment, next(iter(last[comment_id]), None), me=me)
            words = {
                "unchanged": f"is {STANDINGS[comment.status]} already: {changed}",
                "changed_since": f"was changed since, and left as it is: {changed}",
                "gone": "cannot come back: what was taken out was kept for seven days",
            }.get(result, "is not there any more")
            troubles.append(Trouble(comment_id, comment.name or "A deleted comment", words))
    return troubles
