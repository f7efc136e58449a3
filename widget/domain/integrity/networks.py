"""The network signal: votes for a choice that come again and again from the same networks. Pure.

After Ewens, the i-th vote for a choice in a day comes from a network that brought one already with
probability (i-1) / (diversity + i-1). Given the votes before, each vote has an e-value for a choice
whose networks are much less diverse than those of the story's other choices, so one may look at any
time. It sees what the odds signal cannot: known readers who are few.
"""

from collections.abc import Iterable, Iterator
from math import exp, lgamma, log

from widget.domain.integrity.window import Sums, Window, window

LESS = 0.6  # a choice may be so much less diverse than the others, and it is no evidence
FEWER = (4.0, 16.0)  # the attack's diversity is that many times smaller still
# One network may well be a campus. It brings at most 50 counted votes at once, and 3 an hour more.
CAMPUS = 49
CAMPUS_HOURLY = 3
LEAST = 20  # votes beyond those of a campus
# The window begins in the first hour whose evidence is at most so much weaker than the best one's.
# A campus is left out of each, so the best one tends to begin too late.
WEAKER = 10.0
BESIDE = 40  # votes for others that a day has at least; if not, the day before counts too
BESIDE_LEAST = 20


def diversity(samples: Iterable[tuple[int, int]]) -> float:
    """Return Ewens's parameter at which these (votes, networks) are expected. Bisection."""
    days = [(votes, networks) for votes, networks in samples if votes > 0]
    votes = sum(v for v, _ in days)
    networks = min(sum(n for _, n in days), votes - 0.5)
    low, high = log(0.1), 16.0
    for _ in range(30):
        middle = exp((low + high) / 2)
        if sum(middle * log(1 + v / middle) for v, _ in days) < networks:
            low = log(middle)
        else:
            high = log(middle)
    return exp((low + high) / 2)


def log_value(before: int, votes: int, fresh: int, usual: float, tested: float) -> float:
    """Return ln of the e-value of ``votes``, ``fresh`` from new networks, after ``before`` ones."""
    after = before + votes
    return (
        fresh * log(tested / usual)
        + lgamma(usual + after)
        - lgamma(usual + before)
        - lgamma(tested + after)
        + lgamma(tested + before)
    )


def total_of(logs: Iterable[float]) -> float:
    """Return the logarithm of the sum of numbers that are given by theirs."""
    values = list(logs)
    highest = max(values)
    return highest + log(sum(exp(value - highest) for value in values))


class Networks:
    """The signal over a story's hours; it may be asked after any vote."""

    def __init__(self, sums: Sums, level: float, candidates: tuple[int, ...]) -> None:
        self._sums = sums
        self._level = level
        self._candidates = candidates
        self._weight = log(1 / 24 / max(2, len(sums.choices)) / len(FEWER))

    def look(self) -> Iterator[Window]:
        """Yield a window for each choice whose evidence is above the level now."""
        hour = self._sums.hours[-1]
        day = first_of_day(self._sums.hours, len(self._sums.hours) - 1)
        for choice in self._candidates:
            again = self._sums.again[choice]
            if again[-1] - again[day] <= CAMPUS or again[-1] == again[-2]:
                continue
            usual = usual_diversity(self._sums, choice, hour)
            if usual is not None:
                yield from self._look(choice, day, usual)

    def _look(self, choice: int, day: int, usual: float) -> Iterator[Window]:
        new, known = self._sums.new[choice], self._sums.known[choice]
        again = self._sums.again[choice]
        null = LESS * usual
        values: dict[int, float] = {}  # by the hour in which the window would begin
        for place in range(day, len(self._sums.hours)):
            # Votes of one campus are left out, as if they had not come.
            spared = CAMPUS + CAMPUS_HOURLY * (self._sums.hours[-1] - self._sums.hours[place])
            before = new[place] + known[place] - new[day] - known[day]
            votes = new[-1] + known[-1] - new[place] - known[place]
            repeats = again[-1] - again[place]
            if repeats <= spared or votes < spared + LEAST:
                continue
            fresh = votes - repeats
            values[place] = total_of(
                log_value(before, votes - spared, fresh, null, null / times) for times in FEWER
            )
        if values and (strength := total_of(values.values()) + self._weight) >= self._level:
            best = max(values.values())
            start = min(place for place, value in values.items() if value >= best - WEAKER)
            yield window(self._sums, choice, start, "networks", strength)


def usual_diversity(sums: Sums, choice: int, hour: int) -> float | None:
    """Return the diversity of networks behind the other choices that day; None if they are few."""
    samples: list[tuple[int, int]] = []
    end = len(sums.hours)
    while end > 0 and sums.hours[end - 1] > hour:
        end -= 1
    for _ in range(2):
        if end == 0 or sums.hours[end - 1] // 24 < hour // 24 - 1:
            break
        day = first_of_day(sums.hours, end - 1)
        for other in sums.choices:
            if other != choice:
                votes = sums.new[other][end] + sums.known[other][end]
                votes -= sums.new[other][day] + sums.known[other][day]
                samples.append((votes, votes - sums.again[other][end] + sums.again[other][day]))
        end = day
        if sum(votes for votes, _ in samples) >= BESIDE:
            break
    if sum(votes for votes, _ in samples) < BESIDE_LEAST:
        return None
    return diversity(samples)


def first_of_day(hours: list[int], place: int) -> int:
    """Return the place of the first hour of the same UTC day."""
    day = hours[place] // 24
    while place > 0 and hours[place - 1] // 24 == day:
        place -= 1
    return place


def expected_networks(
    sums: Sums, choice: int, from_hour: int, to_hour: int
) -> tuple[int | None, int | None]:
    """Return the networks that were new to a choice in a window, and those to be expected.

    A network is new once a day. What is expected follows from the other choices; None if they are
    too few to say.
    """
    places = [i for i, hour in enumerate(sums.hours) if from_hour <= hour < to_hour]
    if not places:
        return None, None
    networks, expected = 0, 0.0
    known: bool = True
    for day in sorted({sums.hours[place] // 24 for place in places}):
        inside = [place for place in places if sums.hours[place] // 24 == day]
        start, end, first = inside[0], inside[-1] + 1, first_of_day(sums.hours, inside[0])
        before, until, after = (
            sums.new[choice][place] + sums.known[choice][place] for place in (first, start, end)
        )
        networks += after - until - sums.again[choice][end] + sums.again[choice][start]
        usual = usual_diversity(sums, choice, sums.hours[inside[-1]])
        if usual is None:
            known = False
        else:
            expected += usual * log((usual + after - before) / (usual + until - before))
    return networks, round(expected) if known else None
