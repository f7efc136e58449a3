"""The odds signal: what new readers chose against what known readers chose in the same hour. Pure.

Each hour has an e-value: a number whose mean is at most 1 as long as new readers' odds for a
choice are at most LIKE times those of known ones. The sum over all windows that could have begun
(an e-detector after Shiryaev and Roberts; Shin, Ramdas and Rinaldo 2022) grows past e**LEVEL by
chance in at most e**-LEVEL of stories a day, however often one looks. docs/integrity.md explains.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, exp, log

from widget.domain.integrity.usual import Usual
from widget.domain.integrity.window import Sums, Window, window

LIKE = 1.5  # new readers may differ by so much, and it is no evidence
STEPS = (3.0, 10.0)  # the attack has LIKE times these odds
LENT = 20  # known votes that an hour has at least; those missing come from the story's past
LENT_ODDS = 2.0  # ... at twice the odds that the choice had there, as the mood may be turning
SITE_VOTES = 10  # the site's usual mix counts in the story's past like so many votes
FADE = 0.944  # of the past, in an hour: half in twelve
LOOKS = 12  # inside an hour
LEAST_NEW = 5  # votes of new readers for the choice in the hour, to be worth a look
MOST_VOTES = 4000  # of an hour that are computed with; more are thinned, which weakens the evidence
HUGE = 1e150
LOG_HUGE = log(HUGE)
MOST_RISE = 15.0  # of a window's evidence: so many honest hours end it, however strong it was
NONE = float("-inf")


def log_inverse_chance(a: int, new: int, known: int, chosen: int, odds: float) -> float:
    """Return -ln P: that ``a`` of the ``chosen`` votes are of ``new`` readers, the rest of known.

    Fisher's noncentral hypergeometric law. Sums outwards from ``a``, so nothing overflows.
    """
    rest = known - chosen
    high, low = min(new, chosen), max(0, -rest)
    scale, total, term = 0.0, 1.0, 1.0
    for x in range(a, high):
        step = (new - x) * (chosen - x) / ((x + 1) * (rest + x + 1)) * odds
        term *= step
        total += term
        if term > HUGE:
            scale, total, term = scale + LOG_HUGE, total / HUGE, term / HUGE
        elif step < 1 and term < 1e-7 * total:
            break
    term = exp(-scale)
    for x in range(a, low, -1):
        step = x * (rest + x) / ((new - x + 1) * (chosen - x + 1)) / odds
        term *= step
        total += term
        if term > HUGE:
            scale, total, term = scale + LOG_HUGE, total / HUGE, term / HUGE
        elif step < 1 and term < 1e-7 * total:
            break
    return log(total) + scale


def log_values(a: int, new: int, known: int, chosen: int) -> tuple[float, ...]:
    """Return the logarithm of an hour's e-value for each of STEPS."""
    usual = log_inverse_chance(a, new, known, chosen, LIKE)
    return tuple(usual - log_inverse_chance(a, new, known, chosen, LIKE * s) for s in STEPS)


@dataclass(slots=True)
class _Run:
    """What is known of one choice after the hours that are closed."""

    mass: list[float]  # logarithm of the e-detector for each of STEPS
    rise: float = 0.0  # sum of log e-values since the window began; not above 0: none has begun
    start: int = 0  # the window's first hour, by place
    flagged: bool = False


class Odds:
    """The signal over a story's hours: ``look`` while an hour runs, ``close`` when it has ended."""

    def __init__(self, sums: Sums, usual: Usual, level: float, candidates: tuple[int, ...]) -> None:
        """``candidates`` are the choices to test; a story's others only weigh against them."""
        self._sums = sums
        self._level = level
        self._weight = log(1 / 24 / max(2, len(sums.choices)) / len(STEPS))
        self._runs = {choice: _Run([NONE] * len(STEPS)) for choice in candidates}
        self._usual = usual
        self._past = dict.fromkeys(candidates, 0.0)  # votes before, fading
        self._past_all = 0.0

    def look(self) -> Iterator[Window]:
        """Yield a window for each choice whose evidence is above the level in the running hour."""
        for choice, run in self._runs.items():
            hour = self._hour(choice)
            if hour.is_high and hour.a >= LEAST_NEW:
                values = log_values(hour.a, hour.new, hour.known, hour.chosen)
                strength = _total(_grown(run.mass, self._weight, values)) - log(LOOKS)
                if strength >= self._level:
                    yield self._window(choice, run, strength)

    def close(self) -> Iterator[Window]:
        """Take the last hour into account for good, and yield as ``look`` does."""
        for choice, run in self._runs.items():
            yield from self._close(choice, run)
        self._age(1)
        for choice in self._past:
            self._past[choice] += _last(self._sums.new[choice]) + _last(self._sums.known[choice])
        self._past_all += _last(self._sums.all_new) + _last(self._sums.all_known)

    def rest(self, hours: int) -> None:
        """Take hours without votes into account: windows could have begun in them."""
        if hours > 0:
            self._age(hours)
            for run in self._runs.values():
                run.mass = [_add(mass, self._weight + log(hours)) for mass in run.mass]

    def _close(self, choice: int, run: _Run) -> Iterator[Window]:
        hour = self._hour(choice)
        if not hour.is_above and max(run.mass) < 0:
            # Smaller than it would be, so the bound holds. It saves nearly all the work.
            run.mass, run.rise, run.flagged = [NONE] * len(STEPS), 0.0, False
            return
        if run.rise <= 0 and run.flagged:
            # That window has ended. Its evidence must not count for another one.
            run.mass, run.flagged = [NONE] * len(STEPS), False
        if hour.new == 0:
            run.mass = [_add(mass, self._weight) for mass in run.mass]
            return
        values = log_values(hour.a, hour.new, hour.known, hour.chosen)
        run.mass = _grown(run.mass, self._weight, values)
        strength = _total(run.mass)
        if hour.is_high and hour.a >= LEAST_NEW and strength >= self._level:
            yield self._window(choice, run, strength)
            run.flagged = True
        if run.rise <= 0:
            run.start, run.rise = len(self._sums.hours) - 1, 0.0
        run.rise = min(MOST_RISE, run.rise + _total(values) - log(len(STEPS)))

    def _window(self, choice: int, run: _Run, strength: float) -> Window:
        start = len(self._sums.hours) - 1 if run.rise <= 0 else run.start
        return window(self._sums, choice, start, "odds", strength)

    def _hour(self, choice: int) -> "_Hour":
        sums = self._sums
        return _hour(
            _last(sums.new[choice]),
            _last(sums.all_new),
            _last(sums.known[choice]),
            _last(sums.all_known),
            share=(self._past[choice] + SITE_VOTES * self._usual.share(choice))
            / (self._past_all + SITE_VOTES),
        )

    def _age(self, hours: int) -> None:
        fade = FADE**hours
        self._past = {choice: votes * fade for choice, votes in self._past.items()}
        self._past_all *= fade


@dataclass(frozen=True, slots=True)
class _Hour:
    """An hour's table with what it was lent, and whether the choice's odds are high in it."""

    a: int
    new: int
    known: int
    chosen: int
    is_high: bool  # new readers' odds are above LIKE times the known readers'
    is_above: bool  # ... above theirs


def _hour(a: int, new: int, d: int, known: int, *, share: float) -> _Hour:
    b, e = new - a, known - d
    yes, no = float(d), float(e)
    if known < LENT:
        lent = LENT - known
        odds = LENT_ODDS * share / max(1 - share, 1e-3)
        yes += lent * odds / (1 + odds)
        no += lent / (1 + odds)
        d += ceil(lent * odds / (1 + odds))
        known = LENT
    ours, theirs = (a + 0.5) * (no + 0.5), (b + 0.5) * (yes + 0.5)
    a, b = _thinned(a, b)
    e, d = _thinned(known - d, d)
    return _Hour(a, a + b, d + e, a + d, ours > LIKE * theirs, ours >= theirs)


def _thinned(fewer: int, others: int) -> tuple[int, int]:
    """Return both counts in proportion, made smaller if they are many; the first rounded down."""
    votes = fewer + others
    if votes <= MOST_VOTES:
        return fewer, others
    rounded = fewer * MOST_VOTES // votes
    return rounded, MOST_VOTES - rounded


def _last(sums: list[int]) -> int:
    return sums[-1] - sums[-2]


def _grown(mass: list[float], weight: float, values: tuple[float, ...]) -> list[float]:
    return [_add(one, weight) + value for one, value in zip(mass, values, strict=True)]


def _total(logs: list[float] | tuple[float, ...]) -> float:
    total = NONE
    for one in logs:
        total = _add(total, one)
    return total


def _add(one: float, two: float) -> float:
    """Return ln(e**one + e**two)."""
    if one < two:
        one, two = two, one
    return one if two == NONE else one + log(1 + exp(two - one))
