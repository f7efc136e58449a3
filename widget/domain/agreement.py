"""How far editors agree in what they call comments. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from widget.domain.labels import Label

FEWEST = 20  # pairs of answers, before agreement is judged
# Krippendorff (2004), "Reliability in Content Analysis": below this, draw no conclusions.
LEAST_ALPHA = 0.667

Verdict = Literal["alone", "none_shared", "few", "one_answer", "enough", "apart"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """One editor's agreement with the others, on comments that were drawn at random.

    :param others: the editors who answered some of the same comments, those with most first.
    :param pairs: of this editor's answer and another's; ``same`` of them are equal.
    :param alpha: Krippendorff's, over all editors; None if it is not defined.
    """

    is_alone: bool
    others: tuple[str, ...] = ()
    pairs: int = 0
    same: int = 0
    alpha: float | None = None

    @property
    def verdict(self) -> Verdict:
        if self.is_alone:
            return "alone"
        if not self.pairs:
            return "none_shared"
        if self.pairs < FEWEST:
            return "few"
        if self.alpha is None:
            return "one_answer"
        return "enough" if self.alpha >= LEAST_ALPHA else "apart"


def agreement(labels: Iterable[Label], editor: str) -> Agreement:
    """Return an editor's agreement with the others.

    Answers about different texts of a comment are not compared. "Cannot say" is an answer.
    """
    answers: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    editors = set()
    for label in labels:
        if label.draw != "correction":
            editors.add(label.editor)
        if label.draw == "random":
            answers[label.comment_id, label.text_id][label.editor] = label.answer
    shared = [units for units in answers.values() if len(units) > 1]
    own = [units for units in shared if editor in units]
    pairs = [
        (units[editor], other, answer)
        for units in own
        for other, answer in units.items()
        if other != editor
    ]
    return Agreement(
        editors <= {editor},
        tuple(other for other, _ in Counter(other for _, other, _ in pairs).most_common()),
        len(pairs),
        sum(mine == theirs for mine, _, theirs in pairs),
        alpha([list(units.values()) for units in shared]),
    )


def alpha(units: Sequence[Sequence[str]]) -> float | None:
    """Return Krippendorff's alpha for nominal values: 1 is perfect agreement, 0 is chance.

    :param units: the values that each unit was given, by any number of people. One value alone
        cannot be paired, so it does not count.
    :return: None if nothing can vary: no pairs, or one value only.
    Source: Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section C.
    """
    counts = [Counter(values) for values in units if len(values) > 1]
    totals = sum(counts, Counter[str]())
    n = totals.total()
    by_chance = n * (n - 1) - _pairs(totals)
    if not by_chance:
        return None
    equal = sum(_pairs(unit) / (unit.total() - 1) for unit in counts)
    return 1 - (n - equal) * (n - 1) / by_chance


def _pairs(counts: Mapping[str, int]) -> int:
    """Return the number of ordered pairs of equal values."""
    return sum(number * (number - 1) for number in counts.values())
