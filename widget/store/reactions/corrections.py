"""What an editor corrects on an article. Each act is logged with it, and undone by its audit entry.

Acts on one article are one script. Acts that move votes between two are in moves.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from widget.domain.article import ArticleRef, partition_of
from widget.domain.model import MAX_CHOICES, Site
from widget.domain.page import Page
from widget.store import keys
from widget.store.connect import Connection
from widget.store.desk.audit import Entry, entry_id
from widget.store.reactions.aliases import Alias, Aliases
from widget.store.reactions.correction_records import ArticleState, Records
from widget.store.reactions.moves import SHARED, Moves, refusal
from widget.store.reactions.votes import PageRecord
from widget.store.scripts import ActScript, store_errors

_NO_CHOICES = (0,) * MAX_CHOICES
_NO_PAGE = Page()
_IS_STATE = ("close", "reopen", "note")
_IS_MOVE = ("merge", "alias")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who corrects, when and why: what the log has of every act."""

    who: str
    now_s: int
    reason: str = ""


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


class Corrections:
    def __init__(
        self, connection: Connection, aliases: Aliases, moves: Moves | None = None
    ) -> None:
        self._connection = connection
        self._aliases = aliases
        self.records = Records(connection)
        self.moves = moves or Moves(connection)
        self._state = ActScript(connection, *SHARED, "reactions/article_state.lua")
        self._marks = ActScript(connection, *SHARED, "reactions/article_marks.lua")
        self._undo = ActScript(connection, *SHARED, "reactions/article_undo.lua")

    def close(self, site: Site, article_id: str, *, by: Actor) -> Outcome:
        """Take no more votes. Counts and voters stay."""
        return self._set_state(site, article_id, "close", by)

    def reopen(self, site: Site, article_id: str, *, by: Actor) -> Outcome:
        """Take votes again.

        Where the voters were forgotten (``Outcome.forgotten``), counts stay, held votes lapse, and
        who voted before can be counted once more.
        """
        return self._set_state(site, article_id, "reopen", by)

    def note(self, site: Site, article_id: str, text: str, *, by: Actor) -> Outcome:
        """Tell readers about a corrected count; "" takes the note away."""
        return self._set_state(site, article_id, "note", by, text=text)

    def preview(
        self, site: Site, article_id: str, action: str, which: Filter = ALL, *, now_s: int
    ) -> Outcome:
        """What ``void``, ``release`` or ``reset`` would do now. Writes nothing."""
        return self._on_marks(site, article_id, action, which, Actor("", now_s), dry=True)

    def void(
        self, site: Site, article_id: str, which: Filter, *, by: Actor, expected: int | None = None
    ) -> Outcome:
        """Take votes out of the counts. Their readers go on seeing them.

        :param expected: do it only if it concerns so many votes.
        """
        return self._on_marks(site, article_id, "void", which, by, expected=expected)

    def release(
        self, site: Site, article_id: str, *, by: Actor, expected: int | None = None
    ) -> Outcome:
        """Count the held votes, each under the hour it was cast in."""
        return self._on_marks(site, article_id, "release", ALL, by, expected=expected)

    def reset(
        self, site: Site, article_id: str, *, by: Actor, expected: int | None = None
    ) -> Outcome:
        """Take every vote back, as if each reader had. They can vote again."""
        return self._on_marks(site, article_id, "reset", ALL, by, expected=expected)

    def merge(
        self,
        site: Site,
        source: ArticleRef,
        target: ArticleRef,
        *,
        by: Actor,
        page: Page = _NO_PAGE,
    ) -> Outcome:
        """Add an article's votes to another's, and let its address lead there.

        A reader who voted on both is counted twice until the next act there, which counts once.
        :param page: of the target, kept if nobody has voted there yet.
        :raise CannotCorrect: the message says why.
        """
        self.moves.finish(site)
        self.mergeable(site, source, target)
        part = self.records.part(site, source.id)
        action = "merge" if part.total or part.voters or part.closes_s else "alias"
        alias = Alias(target.id, target.address, source.address)
        act = self._act(site, source.id, action, by)
        act |= {
            "table": source.id,
            "to": target.id,
            "alias": msgspec.to_builtins(alias),
            "page": msgspec.json.encode(PageRecord.of(target, page)).decode(),
        }
        entry = self.moves.move(site, act)
        return Outcome(self._entry_id(target.id, entry), part.total, part.counts)

    def undo(self, site: Site, audit_id: str, *, by: Actor) -> Outcome:
        """Take a correction back.

        :raise NotFound: the entry is no correction of this site, or is an undo.
        :raise CannotCorrect: the message says why.
        """
        self.moves.finish(site)
        entry = self.records.correction(site, audit_id).entry
        act = self._act(site, entry.object, "undo", by)
        act |= {"of": int(entry.act), "undoes": audit_id}
        if entry.action in _IS_MOVE:
            return self._split(site, entry, act)
        script = self._state if entry.action in _IS_STATE else self._undo
        return self._ask(script, site, act)

    def mergeable(self, site: Site, source: ArticleRef, target: ArticleRef) -> ArticleState:
        """Where the target of a merge stands.

        :raise CannotCorrect: the two cannot be merged; the message says why.
        """
        aliases = self._aliases.all(site.key)
        if source.id == target.id:
            raise refusal("itself")
        if source.poll_key or target.poll_key:
            raise refusal("question")
        if target.id in aliases:
            raise refusal("chain")
        if source.id in aliases:
            raise refusal("moved")
        if any(alias.to == source.id for alias in aliases.values()):
            raise refusal("addresses")
        return self.records.part(site, target.id)

    def _split(self, site: Site, entry: Entry, act: dict[str, Any]) -> Outcome:
        """The undo of a merge or an alias: the address's table goes back."""
        partition = partition_of(entry.object)
        with store_errors():
            key = keys.act(site.key, partition, entry.object, act["of"])
            table = self._connection.client.hget(key, "table").decode()
        alias = self._aliases.all(site.key).get(table)
        page = PageRecord(alias.named if alias else "")
        act |= {
            "table": table,
            "to": table,
            "alias": None,
            "page": msgspec.json.encode(page).decode(),
        }
        undone = self.moves.move(site, act)
        return Outcome(self._entry_id(entry.object, undone))

    def _set_state(
        self, site: Site, article_id: str, action: str, by: Actor, **more: Any
    ) -> Outcome:
        act = self._act(site, article_id, action, by)
        return self._ask(self._state, site, act | {"open_s": site.open_days * 86400, **more})

    def _on_marks(
        self,
        site: Site,
        article_id: str,
        action: str,
        which: Filter,
        by: Actor,
        *,
        dry: bool = False,
        expected: int | None = None,
    ) -> Outcome:
        asked = {
            "choice": which.choice,
            "from": which.from_hour,
            "to": which.to_hour,
            "status": which.status or None,
            "dry": dry or None,
            "expected": expected,
        }
        act = self._act(site, article_id, action, by)
        act |= {name: value for name, value in asked.items() if value is not None}
        return self._ask(self._marks, site, act)

    def _act(self, site: Site, article_id: str, action: str, by: Actor) -> dict[str, Any]:
        return {
            "id": article_id,
            "now": by.now_s,
            "who": by.who,
            "action": action,
            "reason": by.reason,
            "names": self._names(site, article_id),
        }

    def _names(self, site: Site, article_id: str) -> Sequence[str]:
        """The choice keys of the poll that an article is, in the order of their numbers."""
        with store_errors():
            raw = self._connection.client.get(
                keys.page(site.key, partition_of(article_id), article_id)
            )
        return site.choice_keys(msgspec.json.decode(raw, type=PageRecord).poll_key if raw else "")

    def _ask(self, script: ActScript, site: Site, act: dict[str, Any]) -> Outcome:
        article_id = act["id"]
        partition = partition_of(article_id)
        names = (keys.article(site.key, partition, article_id), keys.stem(site.key, partition))
        with store_errors():
            answer = msgspec.json.decode(script(names, act))
            if answer["code"] == "moving":
                self.moves.finish(site)
                answer = msgspec.json.decode(script(names, act))
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
