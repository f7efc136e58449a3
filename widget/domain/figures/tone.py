"""The tone of comments beside what is usual: a direction, never a level. Pure.

The scorer reads some subjects as warmer or colder than readers mean them, so a mean above zero is
not praise. The same error is in the earlier stories of a section, and in how far they are apart.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, quantiles, variance
from typing import Literal

from widget.domain.figures.statistics import MIN_RANKED_N, Mean, Share, student_t

MIN_USUAL = 10  # earlier stories or days, each with MIN_USUAL_N comments that have a lean
MIN_USUAL_N = 10
# On news comments, a story's mean was that much more positive than its comments were. Measured on
# version 1 of the scorer (docs/tone.md), and not yet on the present one.
TOO_POSITIVE = 0.6

Direction = Literal["above", "below", "usual", ""]
Conflict = Literal["warm_above", "cold_above", ""]


@dataclass(frozen=True, slots=True)
class UsualTone:
    """What is usual for the mean lean of stories, or of days.

    :param of: how many of them; with fewer than MIN_USUAL nothing is compared with them.
    :param section: theirs, "" if they are of the whole site.
    :param value: the mean of their means.
    :param low: where the middle nine of ten of their means begin; ``high``: where they end.
    :param variance: of their means; the scorer's error about single stories is part of it.
    :param chance: the part of it that is due to their few comments.
    """

    of: int
    section: str = ""
    value: float = 0.0
    low: float = 0.0
    high: float = 0.0
    variance: float = 0.0
    chance: float = 0.0

    @property
    def is_enough(self) -> bool:
        return self.of >= MIN_USUAL

    def direction(self, now: Mean) -> Direction:
        """Return where a mean is beside the usual ones; "" if there are too few comments.

        "above" (more positive) and "below" are outside of what one more of the same kind would be
        in 95 of 100 cases, and outside of the band of nine in ten.
        """
        if not self.is_enough or now.n < MIN_RANKED_N:
            return ""
        # As far apart as they are, and farther if this one has fewer comments than they. After
        # Higgins, Thompson and Spiegelhalter (2009), JRSS A 172: the interval of a new study.
        beyond_chance = max(0.0, self.variance - self.chance)
        one_more = max(self.variance, beyond_chance + now.error**2)
        reach = student_t(self.of - 2) * math.sqrt(one_more + self.variance / self.of)
        if now.value < min(self.low, self.value - reach):
            return "below"
        return "above" if now.value > max(self.high, self.value + reach) else "usual"


NOTHING_USUAL = UsualTone(0)


def usual_tone(means: Sequence[Mean], section: str = "") -> UsualTone:
    """Return what is usual, from the means of earlier stories or days."""
    counted = [one for one in means if one.n >= MIN_USUAL_N]
    values = [one.value for one in counted]
    if len(values) < MIN_USUAL:
        return UsualTone(len(values), section)
    ends = quantiles(values, n=20, method="inclusive")
    chance = fmean(one.error**2 for one in counted)
    return UsualTone(
        len(values), section, fmean(values), ends[0], ends[-1], variance(values), chance
    )


@dataclass(frozen=True, slots=True)
class EarlierTones:
    """What is usual at a site, from the tone of its earlier stories and days."""

    of_site: UsualTone = NOTHING_USUAL
    of_days: UsualTone = NOTHING_USUAL
    of_sections: Mapping[str, UsualTone] = field(default_factory=dict)

    def of(self, section: str) -> UsualTone:
        """Return what is usual in a section; in the site, if the section has too few stories."""
        found = self.of_sections.get(section) if section else None
        return found if found and found.is_enough else self.of_site


def earlier_tones(stories: Iterable[tuple[str, Mean]], days: Sequence[Mean]) -> EarlierTones:
    """Return what was usual.

    :param stories: the section and the mean lean of each.
    :param days: the mean lean of the site's comments on each day.
    """
    by_section: dict[str, list[Mean]] = {}
    for section, mean in stories:
        by_section.setdefault(section, []).append(mean)
    return EarlierTones(
        usual_tone([mean for means in by_section.values() for mean in means]),
        usual_tone(days),
        {section: usual_tone(means, section) for section, means in by_section.items()},
    )


def conflict(
    warm: Share, cold: Share, tone: Mean, direction: Direction, level_error: float
) -> Conflict:
    """Return how reactions and comments contradict each other, or "".

    Most reactions have to lean one way with 95 % confidence. The comments have to be unusual in the
    other, and so far from zero that the scorer's error does not explain it.

    :param level_error: how far from zero a mean has to be for its sign to be believed.
    :return: "warm_above": warm reactions, negative comments; "cold_above": the opposite.
    """
    if warm.n < MIN_RANKED_N:
        return ""
    if warm.low > 0.5 and direction == "below" and tone.high < -level_error:
        return "warm_above"
    if cold.low > 0.5 and direction == "above" and tone.low > max(level_error, TOO_POSITIVE):
        return "cold_above"
    return ""
