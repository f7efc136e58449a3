"""Flags: windows in which a choice of a story does not look organic, and what editors decided.

A flag is kept in its article's slot and goes where the votes go: to the other story when stories
are merged, back when that is undone, away when the story is forgotten. Every act on it is one
script, so of two editors at once one is refused.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from widget.domain.article import PARTITIONS, partition_of
from widget.domain.errors import BadField, CannotCorrect, NotFound
from widget.domain.integrity.flag import Finding, Flag, State
from widget.domain.model import Site
from widget.store import keys
from widget.store.connect import Connection
from widget.store.reactions.corrections import Actor
from widget.store.reactions.moves import REFUSALS, SHARED
from widget.store.scripts import ActScript, store_errors

MAX_NOTE_CHARS = 400
MOST_SUMMED = 100  # flags of a partition
_LARGEST = 1e12  # JSON has no infinity
_REFUSALS = {
    **REFUSALS,
    "judged": "An editor has already decided on these votes. Reload the page to see how.",
    "taken": "Another editor is deciding on these votes right now. Reload the page in a moment.",
    "waiting": "Nobody has decided on these votes yet, so there is nothing to restore.",
}
_GONE = "This flag no longer exists. Its story was merged or forgotten, or its window has grown."


@dataclass(frozen=True, slots=True)
class _Stored:
    """A flag as it is stored, under its number.

    :param held_until: ``Flag.held_until_s``.
    :param address: the address that it was found on, if it came here with a merged one.
    """

    finding: Finding
    found_s: int
    state: State
    note: str = ""
    by: str = ""
    decided_s: int = 0
    audit_id: str = ""
    votes_aside: int = 0
    held_until: int = 0
    address: str = ""


class Flags:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._script = ActScript(connection, *SHARED, "reactions/flag.lua", is_replicated=True)

    def waiting_on(self, site: Site, article_ids: Sequence[str]) -> set[str]:
        """Return those of the articles on which a flag waits."""
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for one in article_ids:
                pipe.hgetall(keys.flags(site.key, partition_of(one), one))
            replies = pipe.execute() if article_ids else []
        return {
            one
            for one, stored in zip(article_ids, replies, strict=True)
            if any(flag.state == "waiting" for flag in _flags(one, stored))
        }

    def aside_between(self, site: Site, first_s: int, end_s: int) -> int:
        """Return how many votes editors set aside in a time, as far as they are still aside."""
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for partition in range(PARTITIONS):
                key = keys.judged(site.key, partition)
                pipe.zrangebyscore(key, first_s, f"({end_s}", start=0, num=MOST_SUMMED)
            ids = [raw.decode() for part in pipe.execute() for raw in part]
        return sum(flag.votes_aside for flag in self._read(site, ids))

    def may_look(self, *, every_s: float) -> bool:
        """Return True to one process of all that share the store, once in this time."""
        with store_errors():
            client = self._connection.client
            return bool(client.set(keys.integrity_watch(), 1, nx=True, px=int(every_s * 900)))

    def put(self, site: Site, article_id: str, finding: Finding, *, now_s: int) -> Flag:
        """Flag what was found, and return the flag that has it.

        A waiting flag of the same choice whose window overlaps grows. If an editor decided on it,
        it is returned, unless there are a third more votes: then a new one is raised, without
        the votes that are already set aside. ``found_s`` is ``now_s`` on a new flag only.

        :raise CannotCorrect: the story was merged, or has no votes.
        """
        act = {"now": now_s, "finding": msgspec.to_builtins(_finite(finding))}
        return self._ask(site, article_id, "put", act)

    def get(self, site: Site, flag_id: str) -> Flag:
        """Return a flag.

        :raise NotFound: there is none, or no longer.
        """
        article_id, number = _split(flag_id)
        key = keys.flags(site.key, partition_of(article_id), article_id)
        with store_errors():
            raw = self._connection.client.hget(key, number)
        if raw is None:
            raise NotFound(_GONE)
        return _flag(article_id, number, raw)

    def of_article(self, site: Site, article_id: str) -> list[Flag]:
        """Return an article's flags: those that wait, worst first, then the others, newest first.

        :raise NotFound: not an article's id.
        """
        key = keys.flags(site.key, partition_of(article_id), article_id)
        with store_errors():
            stored = self._connection.client.hgetall(key)
        return sorted(_flags(article_id, stored), key=_order)

    def listed(self, site: Site, *, limit: int) -> list[Flag]:
        """Return flags of all stories, in the order of :meth:`of_article`."""
        waiting = self._first(site, keys.flagged, limit)
        judged = self._first(site, keys.judged, limit - len(waiting))
        return self._read(site, [*waiting, *judged])

    def worst(self, site: Site, *, limit: int) -> list[Flag]:
        """Return flags that wait, worst first."""
        return self._read(site, self._first(site, keys.flagged, limit))

    def waiting(self, site: Site) -> int:
        """Return how many flags wait for an editor."""
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for partition in range(PARTITIONS):
                pipe.zcard(keys.flagged(site.key, partition))
            return sum(pipe.execute())

    def hold_new_readers(self, site: Site, flag_id: str, *, now_s: int, until_s: int) -> bool:
        """Let votes of new readers for the flag's choice be held, and return whether it began now.

        It does not begin again while it lasts, or for the same votes once it ended; nor while
        another choice of the story is held.

        :raise CannotCorrect: somebody has decided on the flag.
        """
        act = {"now": now_s, "until": until_s}
        return self._decide(site, flag_id, "hold", act).held_until_s == until_s

    def explain(self, site: Site, flag_id: str, note: str, *, by: Actor) -> Flag:
        """Let a flag rest, since there is an explanation. It is logged, and ends a hold of votes.

        :raise BadField: the note is empty or too long.
        :raise CannotCorrect: somebody has decided on it already.
        """
        note = note.strip()
        if not 0 < len(note) <= MAX_NOTE_CHARS:
            message = f"Say in 1 to {MAX_NOTE_CHARS} characters what explains these votes."
            raise BadField(message, field="note")
        act = _by(replace(by, reason=note))
        return self._decide(site, flag_id, "explain", act | {"note": note})

    def take(self, site: Site, flag_id: str, *, by: Actor) -> Flag:
        """Keep a waiting flag from other editors for half a minute, to set its votes aside.

        :raise CannotCorrect: somebody has decided on it already, or is just doing so.
        """
        return self._decide(site, flag_id, "take", _by(by))

    def mark_set_aside(
        self, site: Site, flag_id: str, *, by: Actor, audit_id: str, votes: int
    ) -> Flag:
        """Note which correction set the votes of a waiting flag aside; that one is logged.

        :raise CannotCorrect: somebody has decided on it already.
        """
        act = _by(by) | {"audit_id": audit_id, "votes": votes}
        return self._decide(site, flag_id, "set_aside", act)

    def restore(self, site: Site, flag_id: str, *, by: Actor) -> Flag:
        """Let a flag wait again. It changes no vote: the caller has undone the correction.

        :raise CannotCorrect: it waits already.
        """
        return self._decide(site, flag_id, "restore", _by(by))

    def _first(self, site: Site, key_of: Any, limit: int) -> list[str]:
        """Return the ids with the highest scores over all partitions."""
        if limit <= 0:
            return []
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for partition in range(PARTITIONS):
                pipe.zrange(key_of(site.key, partition), 0, limit - 1, desc=True, withscores=True)
            replies = pipe.execute()
        found = [(score, raw.decode()) for part in replies for raw, score in part]
        return [flag_id for _, flag_id in sorted(found, key=lambda one: (-one[0], one[1]))][:limit]

    def _read(self, site: Site, flag_ids: Sequence[str]) -> list[Flag]:
        """Return flags by their ids, leaving out those that have just gone."""
        split = [_split(flag_id) for flag_id in flag_ids]
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for article_id, number in split:
                pipe.hget(keys.flags(site.key, partition_of(article_id), article_id), number)
            replies = pipe.execute() if split else []
        return [
            _flag(article_id, number, raw)
            for (article_id, number), raw in zip(split, replies, strict=True)
            if raw is not None
        ]

    def _decide(self, site: Site, flag_id: str, action: str, act: dict[str, Any]) -> Flag:
        article_id, number = _split(flag_id)
        return self._ask(site, article_id, action, act | {"n": number})

    def _ask(self, site: Site, article_id: str, action: str, act: dict[str, Any]) -> Flag:
        partition = partition_of(article_id)
        names = (keys.article(site.key, partition, article_id), keys.stem(site.key, partition))
        with store_errors():
            raw = self._script(names, act | {"id": article_id, "action": action})
        answer = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
        code = msgspec.json.decode(answer["code"], type=str)
        if code == "no_flag":
            raise NotFound(_GONE)
        if code != "done":
            raise CannotCorrect(_REFUSALS[code], reason=code)
        number = msgspec.json.decode(answer["n"], type=int | str)
        return _flag(article_id, str(number), bytes(answer["flag"]))


def _by(by: Actor) -> dict[str, Any]:
    return {"who": by.who, "now": by.now_s, "reason": by.reason}


def _split(flag_id: str) -> tuple[str, str]:
    """Return a flag's article and number.

    :raise NotFound: it is no flag's id.
    """
    article_id, _, number = flag_id.rpartition("-")
    if not article_id or not number.isascii() or not number.isdigit() or len(number) > 9:
        raise NotFound(_GONE)
    partition_of(article_id)
    return article_id, number


def _flags(article_id: str, stored: dict[bytes, bytes]) -> list[Flag]:
    return [
        _flag(article_id, number.decode(), raw) for number, raw in stored.items() if number != b"#"
    ]


def _flag(article_id: str, number: str, raw: bytes) -> Flag:
    stored = msgspec.json.decode(raw, type=_Stored)
    return Flag(
        f"{article_id}-{number}",
        article_id,
        stored.finding,
        stored.found_s,
        stored.state,
        stored.note,
        stored.by,
        stored.decided_s,
        stored.audit_id,
        stored.votes_aside,
        stored.held_until,
    )


def _order(flag: Flag) -> tuple[bool, float, str]:
    if flag.state == "waiting":
        return False, -flag.finding.strength, flag.id
    return True, -flag.decided_s, flag.id


def _finite(finding: Finding) -> Finding:
    """Return the finding with numbers that JSON can say."""

    def within(number: float) -> float:
        return 0.0 if math.isnan(number) else min(max(number, -_LARGEST), _LARGEST)

    return replace(
        finding,
        strength=within(finding.strength),
        odds=within(finding.odds),
        odds_least=within(finding.odds_least),
        honest=within(finding.honest),
        honest_most=within(finding.honest_most),
    )
