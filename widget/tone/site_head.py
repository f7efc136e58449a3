"""A newsroom's own head for English: what its labels add to the shipped one. Pure.

72 numbers: a weight of each dense feature in the log-odds of each class, and three constants. The
features are small numbers (0 to 3; the compound and that of a question -1 to 1), and a probability
below one in a million counts as that, so no comment is worth more than its class.
docs/adr/0121-a-newsrooms-own-head.md explains the guard.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from widget.tone.features import NAMES, Features
from widget.tone.fitting import Row, Three, Weights, softmax
from widget.tone.judging import better, by_story, likeliest
from widget.tone.lesson import Labelled, Needs, missing, teach

NEEDS = Needs(labels=100, random=60)
ASKED_EACH = 50  # labels, between two lessons
NEWEST = 2_000  # labels that teach; more would take minutes and hardly change 72 numbers
LEAST_WINS = 0.9  # of resampled stories in which a head must be the better one to speak
LEAST_F1 = 0.4  # and above this: guesses reach a third, where the shipped head may not
_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class SiteHead:
    """What is added to the logarithms of the shipped head's probabilities."""

    weights: Weights

    def probabilities(self, shipped: Three, found: Features) -> Three:
        """Return how likely a text is negative, neutral and positive at this site."""
        one, two, three = self.weights.logits(row_of(found))
        negative, neutral, positive = logs(shipped)
        return softmax((negative + one, neutral + two, positive + three))


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a site's labels teach.

    :param missing: what is too few for a head, in words; if anything is, there is none.
    :param left_out: for each label, the probabilities by a head that has not seen its story.
    :param wins: the share of resampled stories in which the site's head has the better macro-F1.
    """

    missing: tuple[str, ...]
    head: SiteHead | None = None
    left_out: Sequence[Three] = ()
    wins: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether the head may speak."""
        return self.head is not None and self.wins >= LEAST_WINS


def learn(labels: Sequence[Labelled]) -> Lesson:
    """Fit a site's head, and ask by random labels whether it is better than the shipped one.

    :param labels: made of :func:`row_of` and :func:`logs`, at most :data:`NEWEST`.
    """
    few = missing(labels, NEEDS)
    if few:
        return Lesson(few)
    taught = teach(labels, len(NAMES))
    measuring = [at for at, label in enumerate(labels) if label.measures]
    stories = [labels[at].story for at in measuring]
    opinions = [labels[at].opinion for at in measuring]
    own = by_story(stories, opinions, [likeliest(taught.left_out[at]) for at in measuring])
    shipped = by_story(stories, opinions, [likeliest(labels[at].before) for at in measuring])
    return Lesson((), SiteHead(taught.weights), taught.left_out, better(own, shipped, LEAST_F1))


def row_of(found: Features) -> Row:
    """Return the dense features of a text that are not 0."""
    return [(at, value) for at, value in enumerate(found.dense) if value]


def logs(probabilities: Three) -> Three:
    """Return the logarithms of probabilities."""
    one, two, three = (math.log(max(probability, _LEAST)) for probability in probabilities)
    return one, two, three
