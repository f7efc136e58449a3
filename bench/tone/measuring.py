"""The scorer on every set of judged texts that is there, beside upstream's."""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from bench.tone.accuracy import (
    Compared,
    Precision,
    calibration_error,
    compared,
    macro_f1,
    precision,
)
from bench.tone.sets import (
    CLASSES,
    LEARNED,
    NEUTRAL,
    Judged,
    half,
    opinion_of,
    rated,
    rated_sets,
    reddit,
)
from widget.tone import LEVEL_ERROR, Analyzer, Tone, score
from widget.tone.normal import normalise
from widget.tone.reading import read

UPSTREAM, PLAIN = SentimentIntensityAnalyzer(), Analyzer()
LEANS = 0.05  # a compound beyond this is an opinion
LEAST_OF_STORY = 8  # texts of a story, for its mean to be compared
REDDIT = "GoEmotions, test part"
UNSEEN = ", half not learned from"


@dataclass(frozen=True, slots=True)
class Stories:
    """Stories whose mean lean is beyond :data:`LEVEL_ERROR`.

    :param wrong: those of them that people found to be of the other sign, or of none.
    """

    beyond: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Measured:
    """
    :param upstream: macro-F1 of upstream beside that of the head; texts left out are neutral.
    :param read: macro-F1 of the compound as Readback reads a text, without the supplement.
    :param supplemented: the same with it.
    :param labels: the precision of each shown label.
    :param calibration: the expected calibration error of the likeliest class.
    :param bias: the mean lean less the mean of people's opinions, -1, 0 or 1.
    :param stories: None of a set that tells no stories apart.
    """

    name: str
    texts: int
    left_out: int
    f1: Compared
    read: float
    supplemented: float
    labels: tuple[Precision, ...]
    upstream_labels: tuple[Precision, ...]
    calibration: float
    bias: float
    upstream_bias: float
    stories: Stories | None = None


def sets() -> Iterator[tuple[str, Sequence[Judged], Sequence[str]]]:
    """Yield each set that is there: its name, its texts, and the story of each."""
    try:
        texts = reddit("test")
        yield REDDIT, texts, ()
    except FileNotFoundError:
        pass
    for path in rated_sets():
        rows = rated(path)
        parts = {path.stem: rows}
        if path.stem in LEARNED:
            parts[path.stem + UNSEEN] = half(rows, other=True)
        for name, part in parts.items():
            stories = [row.source for row in part]
            yield name, [Judged(row.text, row.opinion) for row in part], stories


def measured(name: str, texts: Sequence[Judged], stories: Sequence[str] = ()) -> Measured:
    """Measure the scorer on one set."""
    right = [one.opinion for one in texts]
    tones = [score(one.text) for one in texts]
    compounds = [UPSTREAM.polarity_scores(one.text)["compound"] for one in texts]
    upstream = [opinion_of(compound, LEANS) for compound in compounds]
    shown = [CLASSES.index(one.label) if one.label in CLASSES else -1 for one in tones]
    plain = [read(normalise(one.text, PLAIN.lexicon), PLAIN).compound for one in texts]
    known = [at for at, tone in enumerate(tones) if tone.lean is not None]
    likeliest = [max(tones[at].probabilities or (0.0,)) for at in known]
    hits = [_opinion(tones[at]) == right[at] for at in known]
    mean = statistics.fmean(right[at] - NEUTRAL for at in known)
    return Measured(
        name,
        len(texts),
        sum(tone.reason is not None for tone in tones),
        compared(right, upstream, [_opinion(tone) for tone in tones]),
        macro_f1(right, [opinion_of(compound, LEANS) for compound in plain]),
        macro_f1(right, [opinion_of(tone.compound or 0.0, LEANS) for tone in tones]),
        tuple(precision(right, shown, one) for one in range(len(CLASSES))),
        tuple(precision(right, upstream, one) for one in range(len(CLASSES))),
        calibration_error(likeliest, hits),
        statistics.fmean(tones[at].lean or 0.0 for at in known) - mean,
        statistics.fmean(compounds) - statistics.fmean(one - NEUTRAL for one in right),
        _beyond(tones, right, stories) if any(stories) else None,
    )


def _opinion(tone: Tone) -> int:
    """Return the likeliest class; neutral without a known word, or if it is not scored."""
    if tone.lean is None or tone.probabilities is None:
        return NEUTRAL
    return tone.probabilities.index(max(tone.probabilities))


def _beyond(tones: Sequence[Tone], right: Sequence[int], stories: Sequence[str]) -> Stories:
    of_story: dict[str, list[tuple[float, int]]] = {}
    for tone, opinion, story in zip(tones, right, stories, strict=True):
        if tone.lean is not None:
            of_story.setdefault(story, []).append((tone.lean, opinion - NEUTRAL))
    beyond = wrong = 0
    for texts in of_story.values():
        lean = statistics.fmean(one for one, _ in texts)
        if len(texts) >= LEAST_OF_STORY and abs(lean) >= LEVEL_ERROR:
            beyond += 1
            wrong += lean * statistics.fmean(opinion for _, opinion in texts) <= 0
    return Stories(beyond, wrong)
