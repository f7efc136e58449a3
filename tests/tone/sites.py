"""Simulated sites for lessons: the shipped head's answers, and labels that follow a given truth."""

import random
from collections.abc import Callable, Mapping

from widget.tone.features import NAMES
from widget.tone.fitting import Three, softmax
from widget.tone.lesson import Labelled
from widget.tone.site_head import logs

Truth = Callable[[Three, Mapping[int, float], random.Random], int]
SHIFTED = 3  # the feature by which a shifted truth differs from the shipped head


def site(labels: int, stories: int, truth: Truth, seed: int = 1) -> list[Labelled]:
    """Return the labels of a site whose comments have random features.

    :param truth: the opinion, from the shipped head's log-odds and the features.
    """
    chance, found = random.Random(seed), []
    for _ in range(labels):
        logits = chance.gauss(0, 1.2), chance.gauss(0, 1.2), chance.gauss(0, 1.2)
        features = {at: chance.uniform(0, 2) for at in chance.sample(range(len(NAMES)), 4)}
        opinion = truth(logits, features, chance)
        story = f"story-{chance.randrange(stories)}"
        found.append(Labelled([*features.items()], logs(softmax(logits)), opinion, story))
    return found


def as_shipped(logits: Three, _: Mapping[int, float], chance: random.Random) -> int:
    """Answer as the shipped head's probabilities have it, which are right here."""
    return chance.choices(range(3), softmax(logits))[0]


def shifted(logits: Three, features: Mapping[int, float], chance: random.Random) -> int:
    """Answer more negatively than the shipped head, but for one feature that praises."""
    negative, neutral, positive = logits
    odds = negative + 1.5, neutral, positive - 1.5 + features.get(SHIFTED, 0.0)
    return chance.choices(range(3), softmax(odds))[0]


def noise(_: Three, __: Mapping[int, float], chance: random.Random) -> int:
    """Answer anything, whatever the comment."""
    return chance.randrange(3)


def disagreeing(logits: Three, _: Mapping[int, float], chance: random.Random) -> int:
    """Answer as the shipped head, but in two of five comments anything."""
    return logits.index(max(logits)) if chance.random() < 0.6 else chance.randrange(3)
