"""A story's votes in sums, so that any window of hours is cheap, and one window of them. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from widget.domain.integrity.evidence import ChoiceEvidence, HourEvidence
from widget.domain.integrity.flag import Signal

NOBODY = ChoiceEvidence()


class Sums:
    """Votes of a story before each of its hours; the last hour may be put again as it grows.

    ``new[choice][i]`` are those of hours before the i-th, ``new[choice][-1]`` all of them.
    """

    def __init__(self, choices: Iterable[int]) -> None:
        self.choices = tuple(choices)
        self.hours: list[int] = []
        self.new: dict[int, list[int]] = {choice: [0] for choice in self.choices}
        self.known: dict[int, list[int]] = {choice: [0] for choice in self.choices}
        self.again: dict[int, list[int]] = {choice: [0] for choice in self.choices}
        self.all_new = [0]
        self.all_known = [0]

    def put(self, hour: HourEvidence) -> None:
        """Add an hour, or put it in the place of the last one if it is the same."""
        if self.hours and self.hours[-1] == hour.hour:
            self._drop_last()
        self.hours.append(hour.hour)
        new = known = 0
        for choice in self.choices:
            one = hour.choices.get(choice, NOBODY)
            # A vote that was taken back may leave a first vote from its network behind.
            again = min(max(0, one.again), max(0, one.new) + max(0, one.known))
            _extend(self.new[choice], one.new)
            _extend(self.known[choice], one.known)
            _extend(self.again[choice], again)
            new += max(0, one.new)
            known += max(0, one.known)
        self.all_new.append(self.all_new[-1] + new)
        self.all_known.append(self.all_known[-1] + known)

    def _drop_last(self) -> None:
        self.hours.pop()
        for sums in (self.all_new, self.all_known):
            sums.pop()
        for kind in (self.new, self.known, self.again):
            for sums in kind.values():
                sums.pop()


def _extend(sums: list[int], count: int) -> None:
    sums.append(sums[-1] + max(0, count))


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of one story in which a signal sees something about a choice.

    :param strength: natural logarithm of the evidence.
    :param chosen_before, all_before: votes of all readers before the window.
    :param new_before, known_before: votes for other choices before it.
    :param votes_day_before, chosen_day_before: those of its 24 hours before.
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
    chosen_before: int
    all_before: int
    new_before: int
    known_before: int
    chosen_day_before: int
    all_day_before: int


def window(sums: Sums, choice: int, start: int, signal: Signal, strength: float) -> Window:
    """Return the window from the ``start``-th hour to the last one that the sums have."""
    new, known = sums.new[choice], sums.known[choice]
    first = sums.hours[start]
    day = start
    while day > 0 and sums.hours[day - 1] >= first - 24:
        day -= 1
    new_chosen, known_chosen = new[-1] - new[start], known[-1] - known[start]
    chosen_before = new[start] + known[start]
    all_before = sums.all_new[start] + sums.all_known[start]
    return Window(
        choice=choice,
        from_hour=first,
        to_hour=sums.hours[-1] + 1,
        signal=signal,
        strength=strength,
        new_chosen=new_chosen,
        new_other=sums.all_new[-1] - sums.all_new[start] - new_chosen,
        known_chosen=known_chosen,
        known_other=sums.all_known[-1] - sums.all_known[start] - known_chosen,
        chosen_before=chosen_before,
        all_before=all_before,
        new_before=sums.all_new[start] - new[start],
        known_before=sums.all_known[start] - known[start],
        chosen_day_before=chosen_before - new[day] - known[day],
        all_day_before=all_before - sums.all_new[day] - sums.all_known[day],
    )
