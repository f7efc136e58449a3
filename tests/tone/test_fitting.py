"""The logistic regression against solutions that are known."""

import math
import random

import pytest

from widget.tone.fitting import CLASSES, Sample, Three, Weights, balanced, fit, softmax


def made_up(rows: int, width: int) -> Sample:
    chance = random.Random(12)
    features = [[(at, chance.gauss(0, 1)) for at in range(width)] for _ in range(rows)]
    classes = []
    for row in features:
        odds = [row[one][1] + chance.gauss(0, 1) for one in range(CLASSES)]
        classes.append(odds.index(max(odds)))
    weights = [chance.uniform(0.5, 2) for _ in range(rows)]
    offsets: list[Three] = [(chance.gauss(0, 1), 0.0, chance.gauss(0, 1)) for _ in range(rows)]
    return Sample(features, classes, weights, offsets)


def loss(sample: Sample, weights: Weights, penalty: float) -> float:
    """Compute the penalised log-loss anew, and plainly."""
    total = penalty / 2 * sum(one**2 for three in weights.features for one in three)
    for at, (row, right) in enumerate(zip(sample.rows, sample.classes, strict=True)):
        logits = weights.logits(row)
        if sample.offsets:
            one, two, three = (a + b for a, b in zip(logits, sample.offsets[at], strict=True))
            logits = one, two, three
        weight = sample.weights[at] if sample.weights else 1.0
        total -= weight * math.log(softmax(logits)[right])
    return total


def test_no_small_step_from_the_solution_is_better() -> None:
    sample, penalty = made_up(120, 4), 2.0
    fitted = fit(sample, 4, penalty=penalty, flat=1e-8)
    least, step = loss(sample, fitted, penalty), 1e-4
    numbers = [[*three] for three in (*fitted.features, fitted.constant)]
    for at in range(len(numbers)):
        for one in range(CLASSES):
            slopes = []
            for by in (step, -step):
                moved = [list(three) for three in numbers]
                moved[at][one] += by
                threes: list[Three] = [(a, b, c) for a, b, c in moved]
                slopes.append(loss(sample, Weights(threes[:-1], threes[-1]), penalty))
            assert min(slopes) >= least - 1e-9
            assert (slopes[0] - slopes[1]) / (2 * step) == pytest.approx(0, abs=1e-3)


def test_without_features_the_constants_are_the_logarithms_of_the_shares() -> None:
    fitted = fit(Sample([()] * 10, [0] * 5 + [1] * 3 + [2] * 2), 0, penalty=1.0)
    assert softmax(fitted.logits(())) == pytest.approx((0.5, 0.3, 0.2), abs=1e-4)


def test_rows_that_can_be_told_apart_are() -> None:
    rows = [((one, 1.0),) for one in range(CLASSES) for _ in range(20)]
    classes = [one for one in range(CLASSES) for _ in range(20)]
    fitted = fit(Sample(rows, classes), CLASSES, penalty=0.01)
    for row, right in zip(rows, classes, strict=True):
        assert softmax(fitted.logits(row))[right] > 0.95


def test_one_feature_with_a_penalty_solves_its_equation() -> None:
    """Each class has a row in its own direction: by symmetry, one number is the whole solution."""
    rows, penalty = [((one, 1.0),) for one in range(CLASSES)], 0.5
    fitted = fit(Sample(rows, [0, 1, 2]), CLASSES, penalty=penalty, flat=1e-9)
    own, other = fitted.features[0][0], fitted.features[0][1]
    likely = math.exp(own) / (math.exp(own) + 2 * math.exp(other))
    assert penalty * own == pytest.approx(1 - likely, abs=1e-6)
    assert other == pytest.approx(-own / 2, abs=1e-6)


def test_a_heavy_penalty_leaves_the_offsets_alone() -> None:
    sample = Sample([((0, 1.0),)] * 3, [0, 1, 2], offsets=[(2.0, 0.0, 0.0)] * 3)
    fitted = fit(sample, 1, penalty=1e9)
    assert fitted.features[0] == pytest.approx((0, 0, 0), abs=1e-6)
    assert softmax((fitted.constant[0] + 2, *fitted.constant[1:])) == pytest.approx(
        (1 / 3, 1 / 3, 1 / 3), abs=1e-3
    )


def test_the_weight_of_a_row_counts_as_so_many_rows() -> None:
    rows, classes = [((0, 1.0),), ((0, -1.0),), ()], [0, 1, 2]
    weighted = fit(Sample(rows, classes, [3.0, 1.0, 1.0]), 1, penalty=1.0, flat=1e-9)
    repeated = fit(Sample([rows[0]] * 2 + rows, [0, 0, *classes]), 1, penalty=1.0, flat=1e-9)
    assert weighted.features[0] == pytest.approx(repeated.features[0], abs=1e-5)


def test_balanced_weights_make_the_classes_count_alike() -> None:
    classes = [0] * 8 + [1] * 3 + [2]
    sums = [0.0] * CLASSES
    for one, weight in zip(classes, balanced(classes), strict=True):
        sums[one] += weight
    assert sums == pytest.approx([4.0] * CLASSES)


def test_the_same_rows_give_the_same_weights() -> None:
    sample = made_up(60, 3)
    assert fit(sample, 3, penalty=1.0) == fit(sample, 3, penalty=1.0)


def test_probabilities_of_extreme_odds_sum_to_one() -> None:
    for logits in ((1e4, 0.0, -1e4), (-1e4, -1e4, -1e4), (0.0, 0.0, 0.0)):
        assert sum(softmax(logits)) == pytest.approx(1)
