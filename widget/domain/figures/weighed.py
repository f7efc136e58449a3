"""The words that weighed most in the tone of some comments. Pure: it scores nothing."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

MOST_WORDS = 8
LEAST_WEIGHT = 0.5  # on the lexicon's scale; below it, praise and blame cancel out
_MARKS = frozenset("!?")  # emphasis, which is no word


@dataclass(frozen=True, slots=True)
class Weighed:
    """
    :param comments: number of comments that have the word.
    :param weight: what it added in all of them; negative pulls down.
    """

    word: str
    comments: int
    weight: float


def weighed(of_each: Iterable[Iterable[tuple[str, float]]]) -> list[Weighed]:
    """Return the words that weighed most: those that pulled down, then the others.

    :param of_each: the words of each comment, with what each added.
    """
    added: dict[str, list[float]] = defaultdict(list)
    for contributions in of_each:
        of_one: dict[str, float] = defaultdict(float)
        for word, value in contributions:
            if not _MARKS.issuperset(word):
                of_one[word.lower()] += value
        for word, value in of_one.items():
            added[word].append(value)
    found = [Weighed(word, len(values), sum(values)) for word, values in added.items()]
    found.sort(key=lambda one: (-abs(one.weight), one.word))
    most = [one for one in found if abs(one.weight) >= LEAST_WEIGHT][:MOST_WORDS]
    return _by_comments(one for one in most if one.weight < 0) + _by_comments(
        one for one in most if one.weight > 0
    )


def _by_comments(words: Iterable[Weighed]) -> list[Weighed]:
    return sorted(words, key=lambda one: (-one.comments, one.word))
