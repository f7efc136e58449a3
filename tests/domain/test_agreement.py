"""Agreement of editors: alpha as published, and what is compared with what."""

from itertools import product

import pytest

from widget.domain.agreement import FEWEST, Agreement, agreement, alpha
from widget.domain.labels import Label

# Krippendorff (2011), sections A to C; "." is a missing value.
TWO_OF_TEN = ("0100000010", "1110010000")
FOUR_OF_TWELVE = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")


def units(*observers: str) -> list[list[str]]:
    return [[value for value in unit if value not in ". "] for unit in zip(*observers, strict=True)]


@pytest.mark.parametrize(
    ("observers", "published"), [(TWO_OF_TEN, 0.095238), (FOUR_OF_TWELVE, 0.743421)]
)
def test_alpha_is_that_of_published_examples(observers: tuple[str, ...], published: float) -> None:
    assert alpha(units(*observers)) == pytest.approx(published, abs=1e-6)


def test_alpha_at_its_ends() -> None:
    assert alpha([["a", "a"], ["b", "b"]]) == 1
    assert alpha([["a", "b"], ["b", "a"]]) == pytest.approx(-0.5)
    for nothing_varies in ([], [["a"]], [["a", "a"], ["a", "a"]], [["a"], ["b"]]):
        assert alpha(nothing_varies) is None


def test_alpha_does_not_depend_on_the_order() -> None:
    found = units(*FOUR_OF_TWELVE)
    assert alpha([unit[::-1] for unit in found[::-1]]) == pytest.approx(alpha(found) or 0)


def answered(
    editor: str, comment: str, answer: str, draw: str = "random", text: str = "t"
) -> Label:
    return Label(comment, editor, answer, draw, 0, text)


def test_only_the_same_text_drawn_at_random_is_compared() -> None:
    labels = [
        answered("Ana", "1", "negative"),
        answered("Bo", "1", "negative"),
        answered("Ana", "2", "negative"),
        answered("Bo", "2", "positive", text="edited"),
        answered("Ana", "3", "negative"),
        answered("Bo", "3", "positive", "uncertain"),
        answered("Ana", "4", "negative"),
        answered("Bo", "4", "positive", "correction"),
        answered("Ana", "5", "cannot_say"),
        answered("Bo", "5", "neutral"),
    ]
    found = agreement(labels, "Ana")
    assert (found.others, found.pairs, found.same) == (("Bo",), 2, 1)
    assert found.verdict == "few"


def test_more_than_two_editors_are_compared_by_pairs_of_ones_own() -> None:
    labels = [answered(who, "1", "neutral") for who in ("Ana", "Bo", "Cy")]
    labels += [answered(who, "2", "negative") for who in ("Bo", "Cy")]
    labels += [answered("Ana", "3", "positive"), answered("Cy", "3", "negative")]
    found = agreement(labels, "Ana")
    assert (found.others, found.pairs, found.same) == (("Cy", "Bo"), 3, 2)
    assert found.alpha == alpha([["neutral"] * 3, ["negative"] * 2, ["positive", "negative"]])


def shared(pairs: str) -> list[Label]:
    """:param pairs: answers of Ana and Bo on one comment after the other, n, p or o for neutral."""
    names = {"n": "negative", "p": "positive", "o": "neutral"}
    return [
        answered(who, f"{at}", names[answer])
        for at, pair in enumerate(pairs.split())
        for who, answer in zip(("Ana", "Bo"), pair, strict=True)
    ]


@pytest.mark.parametrize(
    ("labels", "verdict"),
    [
        ([], "alone"),
        ([answered("Ana", "1", "neutral")], "alone"),
        ([answered("Bo", "1", "neutral", "correction")], "alone"),
        ([answered("Bo", "1", "neutral")], "none_shared"),
        (shared("nn pp " * 9), "few"),
        (shared("nn " * FEWEST), "one_answer"),
        (shared("nn pp oo pp nn " * 4), "enough"),
        (shared("nn pp on po nn " * 4), "apart"),
    ],
)
def test_what_agreement_means(labels: list[Label], verdict: str) -> None:
    assert agreement(labels, "Ana").verdict == verdict


def test_the_verdict_changes_at_the_limits() -> None:
    for pairs, alpha_, verdict in (
        (FEWEST - 1, 0.9, "few"),
        (FEWEST, 0.9, "enough"),
        (FEWEST, 0.667, "enough"),
        (FEWEST, 0.666, "apart"),
    ):
        assert Agreement(False, ("Bo",), pairs, pairs, alpha_).verdict == verdict


def test_alpha_equals_its_definition_by_pairs() -> None:
    found = [unit for unit in units(*FOUR_OF_TWELVE) if len(unit) > 1]
    n = sum(map(len, found))
    apart = sum(sum(a != b for a, b in product(unit, repeat=2)) / (len(unit) - 1) for unit in found)
    flat = [value for unit in found for value in unit]
    by_chance = sum(a != b for a, b in product(flat, repeat=2)) / (n - 1)
    assert alpha(found) == pytest.approx(1 - apart / by_chance)
