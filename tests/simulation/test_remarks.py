"""The comments of the simulated newsroom: mixed as under news, and no favour to the scorer."""

import random
from collections import Counter
from itertools import islice

import pytest

from widget.domain.comments.cleaning import clean_text
from widget.simulation.notable import NOTABLE
from widget.simulation.remarks import ANY, FOREIGN, OPINIONS, remarks, written
from widget.simulation.story import SECTIONS
from widget.tone import score

OF_SECTION = {"negative": 3, "neutral": 3, "positive": 3, "mixed": 1}


def test_every_section_has_several_remarks_of_each_opinion() -> None:
    found = Counter((one.topic, one.opinion) for one in written())
    for section in SECTIONS:
        for opinion, least in OF_SECTION.items():
            assert found[section, opinion] >= least, (section, opinion)
    assert {one.topic for one in written()} <= {ANY, *SECTIONS, *NOTABLE}
    assert {one.opinion for one in written()} == set(OPINIONS)
    texts = [one.text for one in written()]
    assert len(set(texts)) == len(texts)
    assert [clean_text(text) for text in texts] == texts


@pytest.mark.parametrize(("kindness", "more"), [(0.9, "positive"), (0.1, "negative")])
def test_opinions_follow_the_mood_and_many_have_none(kindness: float, more: str) -> None:
    said = islice(remarks("42", "City", kindness, random.Random(1)), 2000)
    found = Counter(one.opinion for one in said)
    assert found.most_common(2)[0][0] in (more, "neutral")
    assert found[more] > 3 * found["negative" if more == "positive" else "positive"]
    assert 0.3 < found["neutral"] / 2000 < 0.5


def test_the_scorer_is_measured_on_them_and_not_flattered() -> None:
    """Print the figures. They are a matter of chance and of taste, so no value is required."""
    labels = Counter((one.opinion, score(one.text).label) for one in written())
    for opinion in OPINIONS:
        of = {label: n for (meant, label), n in labels.most_common() if meant == opinion}
        print(f"meant {opinion}: {of}")
    for label in ("negative", "neutral", "positive"):
        called = sum(n for (_, found), n in labels.items() if found == label)
        print(f"of {called} called {label}, {labels[label, label] / called:.0%} are")
    ironies = [one for one in written() if one.kind == "irony" and one.opinion == "negative"]
    missed = sum(score(one.text).label != "negative" for one in ironies)
    print(f"of {len(ironies)} ironies, {missed} were missed")
    assert len(ironies) >= 15
    assert all(score(one.text).label == "not_scored" for one in written() if one.kind == FOREIGN)
