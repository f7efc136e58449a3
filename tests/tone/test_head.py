"""The shipped head: it loads, it is small, and it knows no word for people."""

import json
from importlib.resources import files

import pytest

from bench.tone.training import people, word_list
from widget.tone.features import NAMES, Features
from widget.tone.head import head_from, shipped
from widget.tone.supplement import SENSES, supplement

HEAD = shipped()
NOTHING = Features((0.0,) * len(NAMES), ())


def test_the_shipped_head_is_small_and_has_300_words() -> None:
    record = (files("widget.tone") / "head.json").read_bytes()
    assert len(record) < 13_000
    assert (len(HEAD.dense), len(HEAD.words)) == (len(NAMES), 300)


def test_no_word_for_people_politics_or_reddit_has_a_weight() -> None:
    plain = {word.removeprefix("not ") for word in HEAD.words}
    for name in ("people.txt", "politics.txt", "marks.txt", "slurs.txt"):
        assert plain & word_list(name) == set()


def test_the_supplement_has_no_valence_for_people() -> None:
    valences = supplement()
    assert {word for word in people() if valences.get(word)} == set()
    assert valences["straight"] == valences["blind"] == valences["party"] == 0
    assert {valences[word] < 0 for word in "corrupt bigot hypocrite traitor trash".split()} == {
        True
    }
    assert not SENSES.keys() & valences.keys()


def test_probabilities_sum_to_one() -> None:
    everything = Features((2.0,) * len(NAMES), tuple(HEAD.words))
    for found in (NOTHING, everything):
        assert sum(HEAD.probabilities(found)) == pytest.approx(1)


def test_a_word_moves_the_odds_by_its_weight() -> None:
    before, after = HEAD.logits(NOTHING), HEAD.logits(Features(NOTHING.dense, ("love", "table")))
    moved = tuple(one - other for one, other in zip(after, before, strict=True))
    assert moved == pytest.approx(HEAD.words["love"])
    assert "love" in HEAD.opinions and "the" not in HEAD.opinions


def test_a_head_without_a_feature_is_refused() -> None:
    record = json.loads((files("widget.tone") / "head.json").read_text())
    del record["dense"][NAMES[3]]
    with pytest.raises(KeyError, match=NAMES[3]):
        head_from(record)
