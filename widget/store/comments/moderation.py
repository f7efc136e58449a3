"""Editors' acts on comments. Each is one script, which also writes the audit entry.

A method that takes several comments does one act on each, with an outcome and an undo for each.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType, structs

from widget.domain.article import PARTITIONS
from widget.domain.comments.comment import CORRECTIONS, Comment, Score, partition_of
from widget.domain.comments.reasons import NO_GROUND, REASON_NAMES, UNSPECIFIED, Ground
from widget.domain.errors import BadField
from widget.domain.model import Site
from widget.store import keys
from widget.store.comments.comments import Comments, score_fields
from widget.store.connect import Connection
from widget.store.desk.audit import Audit, Entry, entry_id, split_id
from widget.store.labels import Labels
from widget.store.scripts import ActScript, store_errors

Result = Literal["done", "not_found", "unchanged", "changed_since", "gone"]
_RESULTS: tuple[Result, ...] = ("done", "not_found", "unchanged", "changed_since", "gone")
_SLICE = 20  # comments in one slice of a list
MOST_ACTS = 50  # of one comment's history on a page
Seen = Mapping[str, str]
NOT_ASKED: Seen = MappingProxyType({})


class ModeratorAct(msgspec.Struct, frozen=True):
    """An editor's act on one comment: the act of lua/comments/moderate.lua.

    :param kind: "state", "label", "text", "removal", or "restore", which puts back the text that a
        removal or an edit took out.
    :param value: the new state or label; for "restore", the audit id of the removal or edit.
    :param fields: for "text", the fields to set; "" drops one.
    :param expected: the state, label or text that the comment must have before.
    :param undoes: audit id of the act that this one undoes, or "".
    :param seen: :attr:`Comment.version` that the editor saw; "" for any.
    :param kinds: the kinds of reports that the undone act decided.
    :param reason, note: why it hides or removes the comment, and the line to its author.
    :param why: both in words, for the log.
    :param id: the comment's id.
    """

    who: str
    now: int
    action: str
    kind: str
    value: str = ""
    fields: dict[str, Any] = {}
    expected: str | UnsetType = UNSET
    undoes: str = ""
    seen: str = ""
    kinds: str = ""
    reason: str = ""
    note: str = ""
    why: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class NewText:
    """A comment's new name and text, cleaned like a reader's, and the text's score."""

    name: str
    text: str
    score: Score


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one act.

    :param audit_id: undoes it; "" if nothing was done.
    :param result: "gone" means that the seven days are over for which a removed text is kept.
    """

    comment_id: str
    result: Result
    audit_id: str = ""


@dataclass(frozen=True, slots=True)
class Slice:
    """Comments of a whole site in order; ``next`` is the cursor of the next slice, or ""."""

    comments: tuple[Comment, ...]
    next: str


class Moderation:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._comments = Comments(connection)
        self._audit = Audit(connection)
        self._labels = Labels(connection)
        self._moderate = ActScript(
            connection,
            "shared/comment.lua",
            "shared/statement.lua",
            "comments/moderate.lua",
            is_replicated=True,
        )

    def queue(self, site: Site, *, after: str = "", limit: int = _SLICE) -> Slice:
        """Return comments that wait for an editor, the oldest first.

        ``Comment.why`` has the reasons.
        """
        return self._slice(site, keys.held_comments, after, limit, is_oldest_first=True)

    def latest(self, site: Site, *, before: str = "", limit: int = _SLICE) -> Slice:
        """Return the site's comments in any state, the newest first."""
        return self._slice(site, keys.all_comments, before, limit, is_oldest_first=False)

    def waiting(self, site: Site, *, after: str = "") -> int:
        """Return the number of comments in the queue; with ``after``, of those newer than it."""
        newest = f"({after}" if after else "-"
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for partition in range(PARTITIONS):
                pipe.zlexcount(keys.held_comments(site.key, partition), newest, "+")
            return sum(pipe.execute())

    def newest_waiting(self, site: Site) -> str:
        """Return the id of the newest comment in the queue, or ""."""
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for partition in range(PARTITIONS):
                pipe.zrevrangebylex(keys.held_comments(site.key, partition), "+", "-", 0, 1)
            ids = [one.decode() for reply in pipe.execute() for one in reply]
        return max(ids, default="")

    def publish(
        self, site: Site, ids: Iterable[str], *, who: str, now_s: int, seen: Seen = NOT_ASKED
    ) -> list[Outcome]:
        """Publish comments. They stay published whatever further reports come.

        :param seen: the :attr:`Comment.version` of each comment that the editor saw, by id; so too
            in the methods below. A comment whose version has changed is "changed_since"; one
            without a version here is not compared.
        """
        return self._each(site, ids, seen, ModeratorAct(who, now_s, "publish", "state", "approved"))

    def hold(
        self, site: Site, ids: Iterable[str], *, who: str, now_s: int, seen: Seen = NOT_ASKED
    ) -> list[Outcome]:
        """Put comments in the queue, where no reader sees them."""
        return self._each(site, ids, seen, ModeratorAct(who, now_s, "hold", "state", "held"))

    def hide(
        self,
        site: Site,
        ids: Iterable[str],
        *,
        who: str,
        now_s: int,
        seen: Seen = NOT_ASKED,
        ground: Ground = NO_GROUND,
    ) -> list[Outcome]:
        """Hide comments from readers; the author of each sees the ground in its place.

        On an appealed comment this upholds the removal, and ``ground.note`` is the answer.
        """
        act = ModeratorAct(who, now_s, "hide", "state", "hidden")
        return self._each(site, ids, seen, _on_ground(act, ground))

    def delete(
        self,
        site: Site,
        ids: Iterable[str],
        *,
        who: str,
        now_s: int,
        seen: Seen = NOT_ASKED,
        ground: Ground = NO_GROUND,
    ) -> list[Outcome]:
        """Remove text, name and mark, but keep the place. It can be undone for seven days.

        That long the author sees the ground, as that of a hidden comment.
        """
        act = ModeratorAct(who, now_s, "delete", "removal")
        return self._each(site, ids, seen, _on_ground(act, ground))

    def correct(
        self,
        site: Site,
        ids: Iterable[str],
        label: str,
        *,
        who: str,
        now_s: int,
        seen: Seen = NOT_ASKED,
    ) -> list[Outcome]:
        """Set the label under which comments count; "" restores the scorer's.

        :raise BadField: editors do not set such a label.
        """
        if label and label not in CORRECTIONS:
            raise BadField(f"label is one of: {', '.join(CORRECTIONS)}.")
        return self._each(site, ids, seen, ModeratorAct(who, now_s, "correct", "label", label))

    def edit(
        self, site: Site, comment_id: str, new: NewText, *, who: str, now_s: int, seen: str = ""
    ) -> Outcome:
        """Replace name and text, and drop a corrected label."""
        fields = {"n": new.name, "t": new.text, "k": "", **score_fields(new.score)}
        act = ModeratorAct(who, now_s, "edit", "text", fields=fields, seen=seen)
        return self._act(site, comment_id, act)

    def undo(self, site: Site, audit_ids: Sequence[str], *, who: str, now_s: int) -> list[Outcome]:
        """Undo acts. An undo is an act too, and can be undone."""
        return [self._undo(site, audit_id, who, now_s) for audit_id in audit_ids]

    def history(
        self, site: Site, ids: Sequence[str], *, most: int = MOST_ACTS
    ) -> dict[str, list[Entry]]:
        """Return the audit entries of each comment, newest first."""
        placed = [(i, partition) for i in ids if (partition := partition_of(i)) is not None]
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for comment_id, partition in placed:
                pipe.zrevrange(keys.comment_history(site.key, partition, comment_id), 0, most - 1)
            raw = pipe.execute()
        acts = {
            comment_id: [entry_id(one, partition) for one in found]
            for (comment_id, partition), found in zip(placed, raw, strict=True)
        }
        entries = self._audit.get_all(site, [one for named in acts.values() for one in named])
        return {i: [entries[one] for one in named if one in entries] for i, named in acts.items()}

    def _undo(self, site: Site, audit_id: str, who: str, now_s: int) -> Outcome:
        entry = self._audit.get(site, audit_id)
        parts = split_id(audit_id)
        if entry is None or parts is None or partition_of(entry.object) is None:
            return Outcome("", "not_found")
        kind, value = entry.kind, entry.before
        if kind in ("removal", "text"):
            kind, value = "restore", parts[0]
        elif kind == "restore":
            was_removed = entry.before == "deleted"
            kind, value = ("removal", "") if was_removed else ("restore", parts[0])
        act = ModeratorAct(
            who,
            now_s,
            "undo",
            kind,
            value,
            expected=entry.after,
            undoes=audit_id,
            kinds=entry.kinds,
        )
        return self._act(site, entry.object, act)

    def _each(self, site: Site, ids: Iterable[str], seen: Seen, act: ModeratorAct) -> list[Outcome]:
        """Do an act on each comment, with ``act.seen`` from ``seen``."""
        return [self._act(site, i, structs.replace(act, seen=seen.get(i, ""))) for i in ids]

    def _act(self, site: Site, comment_id: str, act: ModeratorAct) -> Outcome:
        partition = partition_of(comment_id)
        if partition is None:
            return Outcome(comment_id, "not_found")
        names = keys.comment(site.key, partition, comment_id), keys.stem(site.key, partition)
        with store_errors():
            reply = self._moderate(names, structs.replace(act, id=comment_id))
        if act.kind == "removal" and _RESULTS[reply[0]] in ("done", "unchanged"):
            self._labels.forget(site, [comment_id])  # again, too, if the first time failed
        if reply[0]:
            return Outcome(comment_id, _RESULTS[reply[0]])
        if len(reply) > 2:
            self._comments.make_known(site, reply[2].decode())
        return Outcome(comment_id, "done", entry_id(reply[1], partition))

    def _slice(
        self, site: Site, key_of: Any, past: str, limit: int, *, is_oldest_first: bool
    ) -> Slice:
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for partition in range(PARTITIONS):
                key, first = key_of(site.key, partition), f"({past}"
                if is_oldest_first:
                    pipe.zrangebylex(key, first if past else "-", "+", 0, limit + 1)
                else:
                    pipe.zrevrangebylex(key, first if past else "+", "-", 0, limit + 1)
            ids = (one.decode() for reply in pipe.execute() for one in reply)
            found = sorted(ids, reverse=not is_oldest_first)
        comments = self._comments.get_all(site, found[:limit])
        following = found[limit - 1] if len(found) > limit else ""
        return Slice(tuple(c for c in comments if c), following)


def _on_ground(act: ModeratorAct, ground: Ground) -> ModeratorAct:
    if ground.reason == UNSPECIFIED:
        return structs.replace(act, note=ground.note, why=ground.note)
    named = REASON_NAMES[ground.reason]
    why = f"{named}: {ground.note}" if ground.note else named
    return structs.replace(act, reason=ground.reason, note=ground.note, why=why)
