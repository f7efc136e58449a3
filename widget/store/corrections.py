"""What an editor corrects on an article. Each act is logged with it, and undone by its audit entry.

Acts on one article are one script. Acts that move votes between two are in moves.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from ..article import ArticleRef, partition_of
from ..errors import NotFound
from ..model import MAX_CHOICES, Site
from ..page import Page
from . import keys
from .aliases import Alias, Aliases
from .audit import Audit, Entry, entry_id
from .connect import Connection
from .moves import Moves, refusal
from .reactions import PageRecord
from .scripts import Script, store_errors

MOST_SHOWN = 20
_NO_CHOICES = (0,) * MAX_CHOICES
_NO_PAGE = Page()
_IS_STATE = ("close", "reopen", "note")
_IS_MOVE = ("merge", "alias")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which votes to void. ``None`` and "" ask for all.

    :param choice: a choice's number.
    :param from_hour: hours since the epoch in which the vote was cast, ``to_hour`` not itself in.
    :param status: ``"counted"`` or ``"held"``.
    """

    choice: int | None = None
    from_hour: int | None = None
    to_hour: int | None = None
    status: Literal["", "counted", "held"] = ""


ALL = Filter()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act did, or in a preview would do.

    :param audit_id: undoes it; "" where nothing was done.
    :param votes: how many votes it concerned, and ``by_choice`` of which, number 1 first.
    :param is_stale: nothing was done, because it concerns another number than the preview said.
    :param forgotten: the article was opened again without its voters.
    """

    audit_id: str = ""
    votes: int = 0
    by_choice: tuple[int, ...] = _NO_CHOICES
    is_stale: bool = False
    forgotten: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """An article as a correction finds it. ``into``: what it was merged into, or ""."""

    id: str
    page: PageRecord | None
    counts: tuple[int, ...] = _NO_CHOICES
    held: int = 0
    voters: int = 0
    closes_s: int = 0
    state: Literal["", "closed", "moved"] = ""
    into: str = ""
    note: str = ""

    @property
    def total(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Correction:
    """``undone_by``: the audit entry that took it back, or ""."""

    entry: Entry
    undone_by: str = ""


class Corrections:
    def __init__(
        self, connection: Connection, aliases: Aliases, moves: Moves | None = None
    ) -> None:
        self._connection = connection
        self._aliases = aliases
        self._audit = Audit(connection)
        self.moves = moves or Moves(connection)
        self._state, self._marks, self._undo = (
            Script(connection, "article_lib.lua", f"article_{kind}.lua")
            for kind in ("state", "marks", "undo")
        )

    def close(
        self, site: Site, article_id: str, *, who: str, now_s: int, reason: str = ""
    ) -> Outcome:
        """Take no more votes. Counts and voters stay."""
        return self._set_state(site, article_id, "close", who, reason, now_s)

    def reopen(
        self, site: Site, article_id: str, *, who: str, now_s: int, reason: str = ""
    ) -> Outcome:
        """Take votes again.

        Where the voters were forgotten (``Outcome.forgotten``), counts stay, held votes lapse, and
        who voted before can be counted once more.
        """
        return self._set_state(site, article_id, "reopen", who, reason, now_s)

    def note(
        self, site: Site, article_id: str, text: str, *, who: str, now_s: int, reason: str = ""
    ) -> Outcome:
        """Tell readers about a corrected count; "" takes the note away."""
        return self._set_state(site, article_id, "note", who, reason, now_s, text=text)

    def preview(self, site: Site, article_id: str, action: str, which: Filter = ALL) -> Outcome:
        """What ``void``, ``release`` or ``reset`` would do now. Writes nothing."""
        return self._on_marks(site, article_id, action, which, "", "", 0, dry=True)

    def void(
        self, site: Site, article_id: str, which: Filter, *, who: str, now_s: int, reason: str,
        expected: int | None = None,
    ) -> Outcome:  # fmt: skip
        """Take votes out of the counts. Their readers go on seeing them.

        :param expected: do it only if it concerns so many votes.
        """
        return self._on_marks(
            site, article_id, "void", which, who, reason, now_s, expected=expected
        )

    def release(
        self, site: Site, article_id: str, *, who: str, now_s: int, reason: str = "",
        expected: int | None = None,
    ) -> Outcome:  # fmt: skip
        """Count the held votes, each under the hour it was cast in."""
        return self._on_marks(
            site, article_id, "release", ALL, who, reason, now_s, expected=expected
        )

    def reset(
        self, site: Site, article_id: str, *, who: str, now_s: int, reason: str,
        expected: int | None = None,
    ) -> Outcome:  # fmt: skip
        """Take every vote back, as if each reader had. They can vote again."""
        return self._on_marks(site, article_id, "reset", ALL, who, reason, now_s, expected=expected)

    def merge(
        self, site: Site, source: ArticleRef, target: ArticleRef, *, who: str, now_s: int,
        reason: str, page: Page = _NO_PAGE,
    ) -> Outcome:  # fmt: skip
        """Add an article's votes to another's, and let its address lead there.

        A reader who voted on both is counted twice until the next act there, which counts once.
        :param page: of the target, kept if nobody has voted there yet.
        :raise CannotCorrect: the message says why.
        """
        part = self.part(site, source.id)
        action = "merge" if part.total or part.voters or part.closes_s else "alias"
        if source.id == target.id or self._aliases.all(site.key).get(target.id):
            raise refusal("chain")
        alias = Alias(target.id, target.address, source.address)
        act = self._act(site, source.id, action, who, reason, now_s)
        act |= {
            "table": source.id, "to": target.id, "alias": msgspec.to_builtins(alias),
            "page": msgspec.json.encode(PageRecord.of(target, page)).decode(),
        }  # fmt: skip
        entry = self.moves.move(site, act)
        return Outcome(self._entry_id(target.id, entry), part.total, part.counts)

    def undo(self, site: Site, audit_id: str, *, who: str, now_s: int, reason: str = "") -> Outcome:
        """Take a correction back.

        :raise NotFound: the entry is no correction of this site, or is an undo.
        :raise CannotCorrect: the message says why.
        """
        self.moves.finish(site)
        entry = self._audit.get(site, audit_id)
        if entry is None or entry.kind != "article" or not entry.act:
            raise NotFound("This entry of the log cannot be undone.")
        act = self._act(site, entry.object, "undo", who, reason, now_s)
        act |= {"of": int(entry.act), "undoes": audit_id}
        if entry.action in _IS_MOVE:
            return self._split(site, entry, act)
        script = self._state if entry.action in _IS_STATE else self._undo
        return self._ask(script, site, act)

    def correction(self, site: Site, audit_id: str) -> Correction:
        """:raise NotFound: as :meth:`undo`."""
        entry = self._audit.get(site, audit_id)
        if entry is None or entry.kind != "article" or not entry.act:
            raise NotFound("This entry of the log cannot be undone.")
        partition = partition_of(entry.object)
        key = keys.act(site.key, partition, entry.object, int(entry.act))
        with store_errors():
            undone = self._connection.client.hget(key, "u")
        return Correction(entry, entry_id(undone, partition) if undone else "")

    def of(self, site: Site, article_id: str) -> list[Correction]:
        """An article's corrections, newest first."""
        partition = partition_of(article_id)
        with store_errors():
            client = self._connection.client
            count = client.hget(keys.article(site.key, partition, article_id), "acts")
            newest = int(count or 0)
            pipe = client.pipeline(transaction=False)
            for number in range(newest, max(newest - MOST_SHOWN, 0), -1):
                pipe.hmget(keys.act(site.key, partition, article_id, number), "e", "u")
            found = [(e, u) for e, u in pipe.execute() if e]
        entries = [(self._audit.get(site, entry_id(e, partition)), u) for e, u in found]
        return [
            Correction(entry, entry_id(u, partition) if u else "") for entry, u in entries if entry
        ]

    def part(self, site: Site, article_id: str) -> Part:
        """Where an article stands, for a page that is about to change it.

        :raise BadArticle: not an article's id.
        """
        partition = partition_of(article_id)
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            pipe.hgetall(keys.article(site.key, partition, article_id))
            pipe.get(keys.page(site.key, partition, article_id))
            fields, raw = pipe.execute()
        numbers = range(1, MAX_CHOICES + 1)
        state = fields.get(b"s")
        return Part(
            article_id,
            msgspec.json.decode(raw, type=PageRecord) if raw else None,
            tuple(int(fields.get(str(n).encode(), 0)) for n in numbers),
            sum(int(fields.get(f"h{n}".encode(), 0)) for n in numbers),
            sum(int(v) for k, v in fields.items() if k == b"v" or k[:2] == b"v:"),
            int(fields.get(b"x", 0)),
            "" if state is None else "moved" if state == b"m" else "closed",
            fields.get(b"into", b"").decode(),
            fields.get(b"n", b"").decode(),
        )

    def _split(self, site: Site, entry: Entry, act: dict[str, Any]) -> Outcome:
        """The undo of a merge or an alias: the address's table goes back."""
        partition = partition_of(entry.object)
        with store_errors():
            key = keys.act(site.key, partition, entry.object, act["of"])
            table = self._connection.client.hget(key, "table").decode()
        alias = self._aliases.all(site.key).get(table)
        page = PageRecord(alias.named if alias else "")
        act |= {
            "table": table, "to": table, "alias": None,
            "page": msgspec.json.encode(page).decode(),
        }  # fmt: skip
        undone = self.moves.move(site, act)
        return Outcome(self._entry_id(entry.object, undone))

    def _set_state(
        self, site: Site, article_id: str, action: str, who: str, reason: str, now_s: int,
        **more: Any,
    ) -> Outcome:  # fmt: skip
        act = self._act(site, article_id, action, who, reason, now_s)
        return self._ask(self._state, site, act | {"open_s": site.open_days * 86400, **more})

    def _on_marks(
        self, site: Site, article_id: str, action: str, which: Filter, who: str, reason: str,
        now_s: int, *, dry: bool = False, expected: int | None = None,
    ) -> Outcome:  # fmt: skip
        asked = {
            "choice": which.choice, "from": which.from_hour, "to": which.to_hour,
            "status": which.status or None, "dry": dry or None, "expected": expected,
        }  # fmt: skip
        act = self._act(site, article_id, action, who, reason, now_s)
        act |= {name: value for name, value in asked.items() if value is not None}
        return self._ask(self._marks, site, act)

    def _act(
        self, site: Site, article_id: str, action: str, who: str, reason: str, now_s: int
    ) -> dict[str, Any]:
        return {
            "id": article_id, "now": now_s, "who": who, "action": action, "reason": reason,
            "names": self._names(site, article_id),
        }  # fmt: skip

    def _names(self, site: Site, article_id: str) -> Sequence[str]:
        """The choice keys of the poll that an article is, in the order of their numbers."""
        with store_errors():
            raw = self._connection.client.get(
                keys.page(site.key, partition_of(article_id), article_id)
            )
        address = msgspec.json.decode(raw, type=PageRecord).address if raw else ""
        return site.numbers(address.partition("#")[2])

    def _ask(self, script: Script, site: Site, act: dict[str, Any]) -> Outcome:
        article_id = act["id"]
        partition = partition_of(article_id)
        names = (keys.article(site.key, partition, article_id), keys.stem(site.key, partition))
        with store_errors():
            answer = msgspec.json.decode(script(names, (msgspec.json.encode(act),)))
        code = answer["code"]
        if code not in ("done", "unchanged", "stale"):
            raise refusal(code)
        return Outcome(
            self._entry_id(article_id, answer.get("entry")),
            int(answer.get("votes", 0)),
            tuple(map(int, answer.get("by_choice", _NO_CHOICES))),
            code == "stale",
            bool(answer.get("forgotten")),
        )

    @staticmethod
    def _entry_id(article_id: str, raw: str | None) -> str:
        return entry_id(raw.encode(), partition_of(article_id)) if raw else ""
