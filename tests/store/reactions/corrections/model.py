"""A model of votes and corrections in plain Python, with which the store must agree."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

COUNTED, HELD, VOID, ASIDE = 0, 1, 2, 3


class Refused(Exception):
    pass


@dataclass
class Mark:
    seq: int
    choice: int
    hour: int
    status: int
    kind: int = 0


@dataclass
class Act:
    kind: str
    article: str
    # (address, reader) -> the mark before
    kept: dict[tuple[str, int], tuple[int, int, int, int]] = field(default_factory=dict)
    tables: frozenset[str] = frozenset()
    address: str = ""
    is_undone: bool = False


class Model:
    """Articles by name. ``leads`` has the addresses that resolve to another article."""

    def __init__(self, names: Iterable[str]) -> None:
        self.tables: dict[str, dict[int, Mark]] = {name: {} for name in names}
        self.leads: dict[str, str] = {}
        self.known: set[str] = set()  # somebody has voted there
        self.closed: set[str] = set()
        self.acts: list[Act] = []

    def where(self, address: str) -> str:
        return self.leads.get(address, address)

    def addresses(self, article: str) -> set[str]:
        return {article, *(a for a, to in self.leads.items() if to == article)}

    def marks(self, article: str) -> dict[tuple[str, int], Mark]:
        return {
            (address, reader): mark
            for address in self.addresses(article)
            for reader, mark in self.tables[address].items()
        }

    def counts(self, article: str, choices: int) -> tuple[int, ...]:
        counted = [m.choice for m in self.marks(article).values() if m.status == COUNTED]
        return tuple(counted.count(n) for n in range(1, choices + 1))

    def held(self, article: str) -> int:
        return sum(m.status == HELD and m.choice > 0 for m in self.marks(article).values())

    def aside(self, article: str) -> int:
        return sum(m.status == ASIDE and m.choice > 0 for m in self.marks(article).values())

    def vote(
        self, address: str, reader: int, seq: int, choice: int, hour: int, hold: bool, kind: int
    ) -> None:
        article = self.where(address)
        if article in self.closed:
            raise Refused
        own = self.tables[address].get(reader)
        if own and seq <= own.seq:
            return
        self.known.add(article)
        others = [
            self.tables[other][reader]
            for other in self.addresses(article) - {address}
            if reader in self.tables[other]
        ]
        status = max((m.status for m in others), default=HELD if hold else COUNTED)
        for mark in others:
            mark.choice = 0
        if own is None:
            self.tables[address][reader] = Mark(seq, choice, hour, status, kind)
        else:
            own.seq = seq
            own.hour = own.hour if own.choice == choice else hour
            own.choice = choice

    def _at_hand(self, article: str) -> None:
        if article in self.leads or article not in self.known:
            raise Refused

    def _on_marks(
        self,
        kind: str,
        article: str,
        matches: Callable[[Mark], bool],
        change: Callable[[Mark], None],
    ) -> int:
        self._at_hand(article)
        act = Act(kind, article, tables=frozenset(self.addresses(article)))
        for name, mark in self.marks(article).items():
            if matches(mark):
                act.kept[name] = (mark.seq, mark.choice, mark.hour, mark.status)
                change(mark)
        if act.kept:
            self.acts.append(act)
        return sum(choice > 0 and status != VOID for _, choice, _, status in act.kept.values())

    def void(self, article: str, choice: int, hours: Any, status: int | None) -> int:
        def matches(mark: Mark) -> bool:
            return (
                mark.choice > 0
                and mark.status not in (VOID, ASIDE)
                and choice in (None, mark.choice)
                and hours[0] <= mark.hour < hours[1]
                and status in (None, mark.status)
            )

        return self._on_marks("void", article, matches, lambda m: setattr(m, "status", VOID))

    def set_aside(
        self, article: str, fits: Callable[[Mark], bool], votes: int, drawn: set[tuple[str, int]]
    ) -> int:
        """Set aside what the store drew, if it drew as many as it should, and only what fits."""
        self._at_hand(article)
        fitting = {
            name
            for name, mark in self.marks(article).items()
            if mark.status == COUNTED and mark.choice > 0 and fits(mark)
        }
        assert drawn <= fitting and len(drawn) == min(votes, len(fitting))
        marks = [self.marks(article)[name] for name in drawn]
        return self._on_marks(
            "set_aside",
            article,
            lambda m: any(m is one for one in marks),
            lambda m: setattr(m, "status", ASIDE),
        )

    def release(self, article: str) -> int:
        return self._on_marks(
            "release", article, lambda m: m.status == HELD, lambda m: setattr(m, "status", COUNTED)
        )

    def reset(self, article: str) -> int:
        return self._on_marks(
            "reset", article, lambda m: m.choice > 0, lambda m: setattr(m, "choice", 0)
        )

    def close(self, article: str, is_closed: bool) -> None:
        self._at_hand(article)
        if (article in self.closed) != is_closed:
            self.acts.append(Act("close" if is_closed else "reopen", article))
            self._set_closed(article, is_closed)

    def _set_closed(self, article: str, is_closed: bool) -> None:
        (self.closed.add if is_closed else self.closed.discard)(article)

    def merge(self, source: str, target: str) -> None:
        if source == target or {source, target} & set(self.leads):
            raise Refused
        if len(self.addresses(source)) > 1:
            raise Refused
        self.leads[source] = target
        if source in self.known:
            self.known.add(target)
        self.acts.append(Act("move", target, address=source))

    def undo(self, act: Act) -> None:
        if act.is_undone or act.article in self.leads:
            raise Refused
        if act.kind == "move":
            del self.leads[act.address]
            if self.tables[act.address]:
                self.known.add(act.address)
        elif act.kind in ("close", "reopen"):
            if (act.article in self.closed) != (act.kind == "close"):
                raise Refused
            self._set_closed(act.article, act.kind == "reopen")
        else:
            if not act.tables <= self.addresses(act.article):
                raise Refused
            for (address, reader), was in act.kept.items():
                self._give_back(act.kind, self.tables[address][reader], Mark(*was))
        act.is_undone = True

    def _give_back(self, kind: str, mark: Mark, was: Mark) -> None:
        if kind == "void" and mark.status == VOID:
            mark.status = was.status
        elif kind == "set_aside" and mark.status == ASIDE:
            mark.status = COUNTED
        elif kind == "release" and mark.status == COUNTED:
            mark.status = HELD
        elif kind == "reset" and mark.seq == was.seq:
            mark.choice, mark.hour = was.choice, was.hour
