"""An editor's corrections on an article. Each is logged, and can be undone by its audit entry.

A correction on one article is one script. Those that move votes between two articles are in
moves.py.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from widget.domain.article import ArticleRef, partition_of
from widget.domain.integrity.evidence import Kind
from widget.domain.model import MAX_CHOICES, Site
from widget.domain.page import Page, PageEdits
from widget.store import keys
from widget.store.connect import Connection
from widget.store.desk.audit import Entry, entry_id
from widget.store.reactions.aliases import Alias, Aliases
from widget.store.reactions.correction_records import ArticleState, Records
from widget.store.reactions.moves import SHARED, Moves, refusal
from widget.store.reactions.page_records import PageRecord, stored
from widget.store.scripts import ActScript, store_errors

_NO_CHOICES = (0,) * MAX_CHOICES
_NO_PAGE = Page()
_IS_STATE = ("close", "reopen", "note")
_IS_MOVE = ("merge", "alias")


@dataclass(frozen=True, slots=True)
class Actor:
    """The author, time and reason of a correction, for its audit entry."""

    who: str
    now_s: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """The votes to void. ``None`` and "" mean all.

    :param choice: a choice's number.
    :param from_hour: first hour since the epoch in which the votes were cast.
    :param to_hour: the hour after the last.
    :param status: ``"counted"`` or ``"held"``.
    :param kind: to set aside only votes of these readers.
    """

    choice: int | None = None
    from_hour: int | None = None
    to_hour: int | None = None
    status: Literal["", "counted", "held"] = ""
    kind: Literal["", "new", "known"] = ""


ALL = Filter()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a correction, or in a preview the result that it would have.

    :param audit_id: undoes it; "" if nothing was done.
    :param votes: number of votes that it changed.
    :param by_choice: those votes by choice, number 1 first.
    :param is_stale: nothing was done, because the number of votes has changed since the preview.
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
        self._state = ActScript(
            connection, *SHARED, "reactions/article_state.lua", is_replicated=True
        )
        self._marks = ActScript(
            connection, *SHARED, "reactions/article_marks.lua", is_replicated=True
        )
        self._undo = ActScript(
            connection, *SHARED, "reactions/article_undo.lua", is_replicated=True
        )
        self._keep = ActScript(
            connection, *SHARED, "reactions/article_keep.lua", is_replicated=True
        )
        self._name = ActScript(
            connection,
            *SHARED,
            "shared/naming.lua",
            "reactions/article_name.lua",
            is_replicated=True,
        )

    def close(self, site: Site, article_id: str, *, by: Actor) -> Outcome:
        """Close an article to votes. Its counts and voters stay."""
        return self._set_state(site, article_id, "close", by)

    def reopen(self, site: Site, article_id: str, *, by: Actor) -> Outcome:
        """Open an article to votes again.

        If its voters were forgotten (``Outcome.forgotten``), its counts stay, held votes lapse, and
        readers who voted before can be counted a second time.
        """
        return self._set_state(site, article_id, "reopen", by)

    def note(self, site: Site, article_id: str, text: str, *, by: Actor) -> Outcome:
        """Set the note to readers about a corrected count; "" removes it."""
        return self._set_state(site, article_id, "note", by, text=text)

    def name(self, site: Site, article_id: str, edits: PageEdits, *, by: Actor) -> Outcome:
        """Say what the article's title, section, author and tags are, instead of readers' pages.

        :param edits: replace earlier ones; an empty field follows readers' pages again.
        """
        given = {
            "title": edits.title,
            "section": edits.section,
            "author": edits.author,
            "tags": edits.tags,
        }
        act = self._act(site, article_id, "name", by)
        act["edits"] = {field: value for field, value in given.items() if value}
        return self._ask(self._name, site, act)

    def keep(self, site: Site, article_id: str, *, by: Actor) -> Outcome:
        """Let a story stay that nobody else has confirmed. It is logged, and has no undo."""
        return self._ask(self._keep, site, self._act(site, article_id, "keep", by))

    def preview(
        self, site: Site, article_id: str, action: str, which: Filter = ALL, *, now_s: int
    ) -> Outcome:
        """Return what ``void``, ``release`` or ``reset`` would do now. Write nothing.

        For ``set_aside``, return how many votes fit.
        """
        return self._on_marks(site, article_id, action, which, Actor("", now_s), dry=True)

    def void(
        self, site: Site, article_id: str, which: Filter, *, by: Actor, expected: int | None = None
    ) -> Outcome:
        """Take votes out of the counts. Their readers still see them.

        :param expected: do it only if it changes exactly this many votes; so too in ``release`` and
            ``reset``.
        """
        return self._on_marks(site, article_id, "void", which, by, expected=expected)

    def set_aside(
        self, site: Site, article_id: str, which: Filter, *, votes: int, by: Actor
    ) -> Outcome:
        """Take some of the counted votes that fit out of the counts, drawn at random by the store.

        Their readers still see them, and they are counted as set aside.

        :param votes: how many; all that fit, if they are fewer.
        """
        return self._on_marks(
            site, article_id, "set_aside", which, by, votes=votes, seed=secrets.randbits(31)
        )

    def release(
        self, site: Site, article_id: str, *, by: Actor, expected: int | None = None
    ) -> Outcome:
        """Count the held votes, each in the hour in which it was cast."""
        return self._on_marks(site, article_id, "release", ALL, by, expected=expected)

    def reset(
        self, site: Site, article_id: str, *, by: Actor, expected: int | None = None
    ) -> Outcome:
        """Take back every vote, as if each reader did. They can vote again."""
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
        """Add an article's votes to another's, and make its address resolve to that one.

        A reader who voted on both counts twice until they react again.

        :param page: metadata of the target's page; stored if the target has no votes yet.
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
            "page": msgspec.json.encode(PageRecord.of(target.address, page)).decode(),
        }
        entry = self.moves.move(site, act)
        return Outcome(self._entry_id(target.id, entry), part.total, part.counts)

    def undo(self, site: Site, audit_id: str, *, by: Actor) -> Outcome:
        """Undo a correction.

        :raise NotFound: the entry is not a correction on this site, or is an undo.
        :raise CannotCorrect: the message says why.
        """
        self.moves.finish(site)
        entry = self.records.correction(site, audit_id).entry
        act = self._act(site, entry.object, "undo", by)
        act |= {"of": int(entry.act), "undoes": audit_id}
        if entry.action in _IS_MOVE:
            return self._split(site, entry, act)
        return self._ask(self._undoing(entry.action), site, act)

    def mergeable(self, site: Site, source: ArticleRef, target: ArticleRef) -> ArticleState:
        """Check that two articles can be merged, and return the state of the target.

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
        """Undo a merge or an alias by moving the address's table back."""
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

    def _undoing(self, action: str) -> ActScript:
        """Return the script that undoes an action on one article."""
        if action == "name":
            return self._name
        return self._state if action in _IS_STATE else self._undo

    def _set_state(
        self, site: Site, article_id: str, action: str, by: Actor, **more: Any
    ) -> Outcome:
        act = self._act(site, article_id, action, by)
        return self._ask(self._state, site, act | {"open_s": site.open_days * 86400, **more})

    def _on_marks(
        self, site: Site, article_id: str, action: str, which: Filter, by: Actor, **more: Any
    ) -> Outcome:
        """Void, set aside, release or reset votes, or preview that.

        :param more: ``dry``, ``expected``, ``votes`` and ``seed`` of reactions/article_marks.lua.
        """
        optional = {
            "choice": which.choice,
            "from": which.from_hour,
            "to": which.to_hour,
            "status": which.status or None,
            "kind": int(Kind[which.kind.upper()]) if which.kind else None,
            **more,
        }
        act = self._act(site, article_id, action, by)
        act |= {name: value for name, value in optional.items() if value is not None}
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
        """Return the choice keys of the article's poll, in the order of their numbers."""
        with store_errors():
            raw = self._connection.client.get(
                keys.page(site.key, partition_of(article_id), article_id)
            )
        return site.choice_keys(stored(raw).poll_key if raw else "")

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
