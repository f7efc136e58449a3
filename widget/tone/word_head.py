"""A newsroom's own head for another language: the words of its labelled comments alone. Pure.

There is no lexicon beneath it, so it knows only words of several labelled comments. It is judged
against always answering the most frequent class. docs/adr/0121-a-newsrooms-own-head.md says why.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from widget.tone.fitting import Row, Three, softmax
from widget.tone.judging import better, by_story, likeliest
from widget.tone.language import WORD
from widget.tone.lesson import Labelled, Needs, missing, teach
from widget.tone.site_head import LEAST_WINS

NEEDS = Needs(labels=200, random=120)
LEAST_F1 = 0.48  # what the shipped head is held to on English news comments; guesses reach .33
LEAST_COMMENTS, LEAST_STORIES = 3, 2  # that have a word, for it to be known
MOST_WORDS = 500
_PENALTIES = (30.0, 10.0, 3.0, 1.0)
_SAMPLE_CHARS = 5_000


@dataclass(frozen=True, slots=True)
class WordHead:
    """Weights of words in the log-odds of negative, neutral and positive."""

    words: Mapping[str, Three]
    constant: Three

    def probabilities(self, words: Sequence[str]) -> Three | None:
        """Return how likely a text is negative, neutral and positive; None without a known word."""
        known = [weights for word in words if (weights := self.words.get(word))]
        if not known:
            return None
        one, two, three = (sum(of_class) for of_class in zip(self.constant, *known, strict=True))
        return softmax((one, two, three))


@dataclass(frozen=True, slots=True)
class WordLabel:
    """A labelled comment. :param words: as :func:`words_of` returns them."""

    words: Sequence[str]
    opinion: int
    story: str
    measures: bool = True


@dataclass(frozen=True, slots=True)
class WordLesson:
    """As :class:`widget.tone.site_head.Lesson`. :param wins: over the most frequent class."""

    missing: tuple[str, ...]
    head: WordHead | None = None
    left_out: Sequence[Three] = ()
    wins: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether the head may speak."""
        return self.head is not None and self.wins >= LEAST_WINS


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a normalised text in lower case, each once."""
    return tuple(dict.fromkeys(WORD.findall(text[:_SAMPLE_CHARS].lower())))


def learn(labels: Sequence[WordLabel]) -> WordLesson:
    """Fit a head to the words of comments in one language, and ask whether it may speak."""
    places = {word: at for at, word in enumerate(_vocabulary(labels))}
    rows = [_labelled(label, places) for label in labels]
    few = missing(rows, NEEDS)
    if few or not places:
        return WordLesson(few or ("words that several comments share",))
    taught = teach(rows, len(places), _PENALTIES)
    head = WordHead(
        {word: taught.weights.features[at] for word, at in places.items()}, taught.weights.constant
    )
    return WordLesson((), head, taught.left_out, _wins(rows, taught.left_out))


def _vocabulary(labels: Sequence[WordLabel]) -> list[str]:
    """Return the words of several comments and stories, the commonest first."""
    stories: dict[str, set[str]] = {}
    counts: Counter[str] = Counter()
    for label in labels:
        counts.update(label.words)
        for word in label.words:
            stories.setdefault(word, set()).add(label.story)
    known = [
        word
        for word, count in counts.items()
        if count >= LEAST_COMMENTS and len(stories[word]) >= LEAST_STORIES
    ]
    return sorted(known, key=lambda word: (-counts[word], word))[:MOST_WORDS]


def _labelled(label: WordLabel, places: Mapping[str, int]) -> Labelled:
    row: Row = [(places[word], 1.0) for word in label.words if word in places]
    return Labelled(row, (0.0, 0.0, 0.0), label.opinion, label.story, label.measures)


def _wins(rows: Sequence[Labelled], left_out: Sequence[Three]) -> float:
    """Return how often, over resampled stories, the head exceeds the class and the least F1."""
    measuring = [at for at, row in enumerate(rows) if row.measures]
    stories = [rows[at].story for at in measuring]
    opinions = [rows[at].opinion for at in measuring]
    [(most_frequent, _)] = Counter(opinions).most_common(1)
    own = by_story(stories, opinions, [likeliest(left_out[at]) for at in measuring])
    always = by_story(stories, opinions, [most_frequent] * len(opinions))
    return better(own, always, LEAST_F1)
