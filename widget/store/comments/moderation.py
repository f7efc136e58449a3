"""What editors do with comments. Each act is one script with its line in the audit log.

Acts take several comments and answer for each: an act on fifty is fifty acts, each undoable.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from widget.domain.article import PARTITIONS
from widget.domain.comments.comment import LABELS, Comment, Score, partition_of
from widget.domain.errors import BadField
from widget.domain.model import Site
from widget.store import keys
from widget.store.comments.comments import Comments, score_fields
from widget.store.connect import Connection
from widget.store.desk.audit import Audit, Entry, entry_id, split_id
from widget.store.scripts import Script, store_errors

Result = Literal["done", "not_found", "unchanged", "changed_since", "gone"]
_RESULTS: tuple[Result, ...] = ("done", "not_found", "unchanged", "changed_since", "gone")
_SLICE = 20  # comments of a list, unless more are asked for
MOST_ACTS = 50  # of one comment's history that a page shows
Seen = Mapping[str, str]
NOT_ASKED: Seen = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one act. ``audit_id`` undoes it; it is "" where nothing was done.

    "gone": what a removal took out is kept for seven days, and they are over.
    """

    comment_id: str
    result: Result
    audit_id: str = ""


@dataclass(frozen=True, slots=True)
class Slice:
    """Comments of a whole site, newest first; ``next`` is the cursor of what follows, or ""."""

    comments: tuple[Comment, ...]
    next: str


class Moderation:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._comments = Comments(connection)
        self._audit = Audit(connection)
        self._moderate = Script(connection, "comment_lib.lua", "comment_moderate.lua")

    def queue(self, site: Site, *, before: str = "", limit: int = _SLICE) -> Slice:
        """What waits for an editor: held, or published and reported. ``why`` has the reasons."""
        return self._slice(site, keys.held_comments, before, limit)

    def latest(self, site: Site, *, before: str = "", limit: int = _SLICE) -> Slice:
        """Every comment of the site, in any state."""
        return self._slice(site, keys.all_comments, before, limit)

    def waiting(self, site: Site, *, after: str = "") -> int:
        """How many comments the queue holds; with ``after``, how many newer than that one."""
        newest = f"({after}" if after else "-"
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for partition in range(PARTITIONS):
                pipe.zlexcount(keys.held_comments(site.key, partition), newest, "+")
            return sum(pipe.execute())

    def publish(
        self, site: Site, ids: Iterable[str], *, who: str, now_s: int, seen: Seen = NOT_ASKED
    ) -> list[Outcome]:
        """Publish; for a reported comment: leave it, whatever more reports come.

        :param seen: :attr:`Comment.version` of what the editor had before them, by id, here and
            below: another than that is "changed_since". What is not named is not asked.
        """
        return self._each(site, ids, seen, who, "publish", "state", "approved", now_s)

    def hold(
        self, site: Site, ids: Iterable[str], *, who: str, now_s: int, seen: Seen = NOT_ASKED
    ) -> list[Outcome]:
        return self._each(site, ids, seen, who, "hold", "state", "held", now_s)

    def hide(
        self, site: Site, ids: Iterable[str], *, who: str, now_s: int, seen: Seen = NOT_ASKED
    ) -> list[Outcome]:
        return self._each(site, ids, seen, who, "hide", "state", "hidden", now_s)

    def delete(
        self, site: Site, ids: Iterable[str], *, who: str, now_s: int, seen: Seen = NOT_ASKED
    ) -> list[Outcome]:
        """Remove text, name and mark; the place stays. It can be undone for seven days."""
        return self._each(site, ids, seen, who, "delete", "removal", "", now_s)

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
        """Set the label the comments count as; "" goes back to the scorer's.

        :raise BadField: not a label.
        """
        if label and label not in LABELS:
            raise BadField(f"label is one of: {', '.join(LABELS)}.")
        return self._each(site, ids, seen, who, "correct", "label", label, now_s)

    def edit(
        self,
        site: Site,
        comment_id: str,
        name: str,
        text: str,
        score: Score,
        *,
        who: str,
        now_s: int,
        seen: str = "",
    ) -> Outcome:
        """Replace name and text, cleaned by the caller as any reader's. A correction is dropped."""
        fields = {"n": name, "t": text, "k": "", **score_fields(score)}
        return self._act(site, comment_id, who, "edit", "text", "", now_s, fields=fields, seen=seen)

    def undo(self, site: Site, audit_ids: Sequence[str], *, who: str, now_s: int) -> list[Outcome]:
        """Take acts back. An undo is an act too, and can be undone."""
        return [self._undo(site, audit_id, who, now_s) for audit_id in audit_ids]

    def history(
        self, site: Site, ids: Sequence[str], *, most: int = MOST_ACTS
    ) -> dict[str, list[Entry]]:
        """What editors did with each comment, the newest act first."""
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
        named = split_id(audit_id)
        if entry is None or named is None or partition_of(entry.object) is None:
            return Outcome("", "not_found")
        kind, value = entry.kind, entry.before
        if kind in ("removal", "text"):
            kind, value = "restore", named[0]
        elif kind == "restore":
            was_removed = entry.before == "deleted"
            kind, value = ("removal", "") if was_removed else ("restore", named[0])
        return self._act(
            site,
            entry.object,
            who,
            "undo",
            kind,
            value,
            now_s,
            expected=entry.after,
            undoes=audit_id,
            must_match=True,
        )

    def _each(
        self,
        site: Site,
        ids: Iterable[str],
        seen: Seen,
        who: str,
        action: str,
        kind: str,
        value: str,
        now_s: int,
    ) -> list[Outcome]:
        return [
            self._act(site, i, who, action, kind, value, now_s, seen=seen.get(i, "")) for i in ids
        ]

    def _act(
        self,
        site: Site,
        comment_id: str,
        who: str,
        action: str,
        kind: str,
        value: str,
        now_s: int,
        *,
        expected: str = "",
        undoes: str = "",
        must_match: bool = False,
        seen: str = "",
        fields: dict[str, Any] | None = None,
    ) -> Outcome:
        partition = partition_of(comment_id)
        if partition is None:
            return Outcome(comment_id, "not_found")
        pairs = [part for pair in (fields or {}).items() for part in pair]
        with store_errors():
            reply = self._moderate(
                (keys.comment(site.key, partition, comment_id), keys.stem(site.key, partition)),
                (
                    comment_id,
                    now_s,
                    who,
                    action,
                    kind,
                    value,
                    int(must_match),
                    expected,
                    undoes,
                    seen,
                    *pairs,
                ),
            )
        if reply[0]:
            return Outcome(comment_id, _RESULTS[reply[0]])
        if len(reply) > 2:
            self._comments.make_known(site, reply[2].decode())
        return Outcome(comment_id, "done", entry_id(reply[1], partition))

    def _slice(self, site: Site, key_of: Any, before: str, limit: int) -> Slice:
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for partition in range(PARTITIONS):
                newest = f"({before}" if before else "+"
                pipe.zrevrangebylex(key_of(site.key, partition), newest, "-", 0, limit + 1)
            found = sorted((one.decode() for ids in pipe.execute() for one in ids), reverse=True)
        comments = self._comments.get_all(site, found[:limit])
        following = found[limit - 1] if len(found) > limit else ""
        return Slice(tuple(c for c in comments if c), following)
