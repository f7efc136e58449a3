"""A site's own head learns what differs there, and the guard refuses what does not."""

import math
from dataclasses import replace

import pytest

from tests.tone.sites import Truth, as_shipped, disagreeing, noise, shifted, site
from widget.tone.features import NAMES
from widget.tone.fitting import softmax
from widget.tone.lesson import Labelled
from widget.tone.own import own_from, record_of
from widget.tone.site_head import NEEDS, SiteHead, learn

SIMULATED = 12


def test_labels_that_differ_by_a_pattern_give_a_head_that_wins() -> None:
    lesson = learn(site(200, 30, shifted))
    assert lesson.passed and not lesson.missing
    assert len(lesson.left_out) == 200
    assert all(math.isclose(sum(three), 1) for three in lesson.left_out)


@pytest.mark.parametrize("truth", [noise, disagreeing])
def test_labels_without_a_pattern_are_refused(truth: Truth) -> None:
    lesson = learn(site(200, 30, truth))
    assert lesson.head is not None and not lesson.passed


def test_the_guard_lets_few_heads_pass_where_the_shipped_one_is_right() -> None:
    """Of 300 such sites with 100 labels it let 15 pass; docs/adr/0121-a-newsrooms-own-head.md."""
    passed = sum(learn(site(100, 12, as_shipped, seed)).passed for seed in range(SIMULATED))
    print(f"the guard let {passed} of {SIMULATED} heads pass that are no better")
    assert passed <= 3  # fewer than 1 expected


def test_the_same_labels_teach_the_same_head() -> None:
    labels = site(100, 12, shifted)
    assert learn(labels) == learn(list(labels))


@pytest.mark.parametrize(
    ("labels", "missing"),
    [
        ([], "100 more labels"),
        (site(99, 30, shifted), "1 more label"),
        (site(100, 7, shifted), "3 more stories with labels"),
        (
            [replace(one, measures=at < 40) for at, one in enumerate(site(100, 12, shifted))],
            "20 more comments drawn at random",
        ),
        (
            [replace(one, opinion=min(one.opinion, 1)) for one in site(100, 12, shifted)],
            "5 more comments labelled positive",
        ),
    ],
)
def test_what_is_missing_is_said(labels: list[Labelled], missing: str) -> None:
    lesson = learn(labels)
    assert missing in lesson.missing
    assert lesson.head is None and not lesson.passed


def test_labels_of_corrections_teach_and_never_measure() -> None:
    """Corrections that contradict every random label cannot make a head pass."""
    random_ones = site(100, 12, as_shipped)
    corrections = [
        replace(one, opinion=(one.opinion + 1) % 3, measures=False)
        for one in site(100, 12, as_shipped, seed=2)
    ]
    assert not learn([*random_ones, *corrections]).passed
    few = [replace(one, measures=at < NEEDS.random - 1) for at, one in enumerate(random_ones)]
    assert learn(few).missing


def test_one_class_in_one_story_and_huge_stories_are_survived() -> None:
    labels = site(120, 12, as_shipped)
    lonely = [
        replace(one, opinion=one.opinion % 2)
        if at > 5
        else replace(one, opinion=2, story="the only one")
        for at, one in enumerate(labels)
    ]
    huge = [replace(one, story="huge") if at > 30 else one for at, one in enumerate(labels)]
    for odd in (lonely, huge):
        assert all(math.isfinite(part) for three in learn(odd).left_out for part in three)


def test_a_head_survives_its_record() -> None:
    head = learn(site(100, 12, shifted)).head
    assert head is not None and len(head.weights.features) == len(NAMES)
    read = own_from(7, {"en": record_of(head)})
    assert read.number == 7 and isinstance(read.english, SiteHead)
    shipped = softmax((1.0, 0.0, -1.0))
    [one, *_] = site(1, 1, shifted)
    for ours, theirs in zip(
        head.weights.logits(one.row), read.english.weights.logits(one.row), strict=True
    ):
        assert ours == pytest.approx(theirs, abs=1e-3)
    assert sum(shipped) == pytest.approx(1)


def test_a_head_of_other_features_is_no_head() -> None:
    head = learn(site(100, 12, shifted)).head
    assert head is not None
    record = record_of(head)
    del record.dense[NAMES[0]]
    with pytest.raises(KeyError):
        own_from(1, {"en": record})
