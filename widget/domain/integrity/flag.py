"""A flagged window: hours of one story in which one choice does not look organic. Pure."""

from dataclasses import dataclass
from typing import Literal

Signal = Literal["odds", "networks"]
State = Literal["waiting", "explained", "set_aside"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What the detector saw: one choice in one window, with the evidence that an editor needs.

    :param choice: a choice's number.
    :param from_hour: first hour of the window, since the epoch.
    :param to_hour: the hour after its last one.
    :param signal: "odds": new readers against known ones. "networks": votes a network.
    :param strength: natural logarithm of the evidence; a flag is worse with more of it.
    :param new_chosen, new_other: votes of new readers for this choice and for others.
    :param known_chosen, known_other: the same of known readers.
    :param odds: odds of the choice among new readers over those among known ones.
    :param odds_least: lower bound of ``odds``, 99.95 % on one side.
    :param networks: distinct networks behind the choice in the window; None if not counted.
    :param networks_usual: those expected from the other choices; None if not counted.
    :param excess: votes that would be set aside.
    :param kind: whose votes those are: "new" readers', or "any".
    :param honest: votes expected to be honest among ``excess``; at most ``honest_most`` (95 %).
        The store draws at random, so some drawn votes are honest even if their number is right.
    :param beyond: votes by which ``excess`` is expected to be too many, so what the count would
        lack afterwards; at most ``beyond_most`` (95 %).
    :param purity: part of the surplus of new votes that this choice got; 1 if all of it.
    """

    choice: int
    from_hour: int
    to_hour: int
    signal: Signal
    strength: float
    new_chosen: int
    new_other: int
    known_chosen: int
    known_other: int
    odds: float
    odds_least: float
    networks: int | None
    networks_usual: int | None
    excess: int
    kind: Literal["new", "any"]
    honest: float
    honest_most: float
    beyond: float = 0.0
    beyond_most: float = 0.0
    purity: float = 1.0


@dataclass(frozen=True, slots=True)
class Flag:
    """A finding on a story, and what editors did about it.

    :param id: unique in its site: the article's id, "-" and a number.
    :param found_s: when it was first found, s since the epoch.
    :param note: the editor's explanation, "" if there is none.
    :param by: the editor who decided, "" while it waits.
    :param decided_s: when, 0 while it waits.
    :param audit_id: the correction that set votes aside, which undoes it; "" if there is none.
    :param votes_aside: votes that it set aside.
    :param held_until_s: votes of new readers for its choice are held until then, s since the epoch;
        0: they never were.
    """

    id: str
    article_id: str
    finding: Finding
    found_s: int
    state: State = "waiting"
    note: str = ""
    by: str = ""
    decided_s: int = 0
    audit_id: str = ""
    votes_aside: int = 0
    held_until_s: int = 0
