"""The detector: it looks at a story's hours and finds choices that do not look organic. Pure.

It keeps no state. Whoever asks gives all of the story's hours, and gets every window that is, or
was, above the level. docs/integrity.md explains the test, its bound and its figures.
"""

from collections.abc import Callable, Sequence
from math import log
from typing import TypeVar

from widget.domain.integrity.evidence import HourEvidence
from widget.domain.integrity.excess import excess, odds_of, purity
from widget.domain.integrity.flag import Finding
from widget.domain.integrity.networks import CAMPUS, Networks, expected_networks
from widget.domain.integrity.odds import Odds
from widget.domain.integrity.usual import Usual
from widget.domain.integrity.window import Sums, Window

LEVEL = log(3000)  # both signals together cross it by chance in at most 1 of 1,000 story-days
LEAST_PURITY = 0.6
LEAST_EXCESS = 40
# Where both signals flag, new readers' votes are taken, as fewer honest ones are among them;
# unless that would leave much that the networks show.
ALL_KINDS = 1.3
ALARM_LEVEL = log(1_000_000)
ALARM_PURITY = 0.75
ALARM_EXCESS = 60


Hours = TypeVar("Hours", Window, Finding)


def find(hours: Sequence[HourEvidence], usual: Usual, *, now_s: int) -> list[Finding]:
    """Return the story's flagged windows, oldest first; one for each choice and time.

    :param hours: ascending; hours without votes may be missing. The last one may still run.
    """
    choices = sorted({number for hour in hours for number in hour.choices})
    candidates = tuple(choice for choice in choices if may_be_flagged(hours, choice))
    if not candidates:
        return []
    watch = Watch(usual, choices, candidates)
    for hour in hours[:-1]:
        watch.close(hour)
    last = hours[-1]
    if last.hour < now_s // 3600:
        watch.close(last)
    else:
        watch.look(last)
    return watch.findings()


def is_alarming(finding: Finding) -> bool:
    """Tell whether new readers' votes for this choice should be held for two hours."""
    return (
        finding.signal == "odds"
        and finding.strength >= ALARM_LEVEL
        and finding.purity >= ALARM_PURITY
        and finding.excess >= ALARM_EXCESS
    )


def may_be_flagged(hours: Sequence[HourEvidence], choice: int) -> bool:
    """Tell whether a choice has votes enough for either signal; nearly none has."""
    votes = [hour.choices[choice] for hour in hours if choice in hour.choices]
    new, again = sum(one.new for one in votes), sum(one.again for one in votes)
    return new >= LEAST_EXCESS or again > CAMPUS


class Watch:
    """Both signals over a story's hours. The measurements use it to look every five minutes."""

    def __init__(
        self, usual: Usual, choices: Sequence[int], candidates: tuple[int, ...] | None = None
    ) -> None:
        tested = tuple(choices) if candidates is None else candidates
        self._usual = usual.of_story(choices)
        self._sums = Sums(choices)
        self._odds = Odds(self._sums, self._usual, LEVEL, tested)
        self._networks = Networks(self._sums, LEVEL, tested)
        self._windows: list[Window] = []

    def look(self, hour: HourEvidence) -> list[Window]:
        """Look at an hour that still runs, and return what is flagged in it."""
        self._put(hour)
        return self._note([*self._odds.look(), *self._networks.look()])

    def close(self, hour: HourEvidence) -> list[Window]:
        """Take an hour that has ended into account for good, and return what is flagged in it."""
        self._put(hour)
        return self._note([*self._odds.close(), *self._networks.look()])

    def findings(self) -> list[Finding]:
        """Return what was flagged so far, one for each choice and time; oldest first."""
        found = [self._finding(one) for one in strongest(self._windows)]
        best = _apart(found, key=lambda one: -one.excess * (1 if one.kind == "any" else ALL_KINDS))
        return sorted(best, key=lambda one: (one.from_hour, one.choice))

    def _put(self, hour: HourEvidence) -> None:
        hours = self._sums.hours
        if hours and hour.hour > hours[-1] + 1:
            self._odds.rest(hour.hour - hours[-1] - 1)
        self._sums.put(hour)

    def _note(self, windows: list[Window]) -> list[Window]:
        found = [one for one in windows if self._is_flagged(one)]
        self._windows += found
        return found

    def _is_flagged(self, one: Window) -> bool:
        if excess(one, self._usual).votes < LEAST_EXCESS:
            return False
        return one.signal == "networks" or purity(one, self._usual) >= LEAST_PURITY

    def _finding(self, one: Window) -> Finding:
        taken = excess(one, self._usual)
        odds, odds_least = odds_of(one)
        networks, networks_usual = expected_networks(
            self._sums, one.choice, one.from_hour, one.to_hour
        )
        return Finding(
            choice=one.choice,
            from_hour=one.from_hour,
            to_hour=one.to_hour,
            signal=one.signal,
            strength=one.strength,
            new_chosen=one.new_chosen,
            new_other=one.new_other,
            known_chosen=one.known_chosen,
            known_other=one.known_other,
            odds=odds,
            odds_least=odds_least,
            networks=networks,
            networks_usual=networks_usual,
            excess=taken.votes,
            kind=taken.kind,
            honest=taken.honest,
            honest_most=taken.honest_most,
            beyond=taken.beyond,
            beyond_most=taken.beyond_most,
            purity=purity(one, self._usual),
        )


def strongest(windows: Sequence[Window]) -> list[Window]:
    """Return the strongest of each signal's windows where they overlap."""
    return [
        one
        for signal in ("odds", "networks")
        for one in _apart(
            [window for window in windows if window.signal == signal],
            key=lambda window: (-window.strength, window.from_hour),
        )
    ]


def _apart(
    ranked: list[Hours], *, key: Callable[[Hours], float | tuple[float, int]]
) -> list[Hours]:
    """Return the first by ``key`` of each choice, and those after it that do not overlap one."""
    kept: list[Hours] = []
    for one in sorted(ranked, key=key):
        if not any(_overlap(one, other) for other in kept):
            kept.append(one)
    return kept


def _overlap(one: Window | Finding, other: Window | Finding) -> bool:
    return (
        one.choice == other.choice
        and one.from_hour < other.to_hour
        and other.from_hour < one.to_hour
    )
