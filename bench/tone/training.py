"""Make the head and the lexicon's supplement from judged texts. ``script/train-tone``.

docs/tone-card.md says what was chosen and why. The result depends on the data alone. To rename a
feature, rename it in head.json first: the scorer loads that file whenever it is imported.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from bench.tone.accuracy import macro_f1
from bench.tone.sets import (
    DATA,
    LEARNED,
    NEGATIVE,
    POSITIVE,
    Judged,
    asked,
    half,
    opinion_of,
    rated,
    reddit,
)
from widget.tone.analyzer import Analyzer
from widget.tone.features import NAMES, Features, features, words_of
from widget.tone.fitting import CLASSES, Row, Sample, Three, Weights, balanced, fit
from widget.tone.head import Head
from widget.tone.normal import normalise
from widget.tone.reading import read
from widget.tone.supplement import SENSES

HERE, TONE = Path(__file__).parent, Path(__file__).resolve().parents[2] / "widget" / "tone"
LEAST_TEXTS = 20  # that have a word, for the word to have a weight
WORDS = 300
PENALTY = 1 / 0.3
RATED_WEIGHT = 2.0  # of a text that twenty people rated, beside one of Reddit
# Reddit's comments have fewer opinions than other texts, so neutral gives way as far as this costs
# no more of the macro-F1 on the comments set apart for such choices.
MOST_LOST, SHIFT, MOST_SHIFTS = 0.02, 0.05, 20
LEANS = 0.05
LEAST_SEEN = 5  # texts with a word that VADER lacks, for the data to have a say in it
LEAST_GAIN = 1e-5  # of macro-F1 by a word that is silenced
DIGITS = 3


@dataclass(frozen=True, slots=True)
class Example:
    features: Features
    opinion: int


@dataclass(frozen=True, slots=True)
class Lesson:
    """What the data teach.

    :param comments: number of comments learned from, and of rated texts.
    """

    supplement: Mapping[str, float]
    head: Head
    comments: int
    rated: int


def main() -> int:
    """Write widget/tone/supplement.tsv and head.json; return 0, or 1 without the data."""
    try:
        lesson = learned(DATA)
    except FileNotFoundError as missing:
        print(
            f"There is nothing to train on: {missing.filename} is not there.\n"
            "docs/tone-card.md says where the texts are from and how to lay them out.",
            file=sys.stderr,
        )
        return 1
    (TONE / "supplement.tsv").write_text(supplement_record(lesson.supplement), "utf-8")
    (TONE / "head.json").write_text(record(lesson.head), "utf-8")
    print(f"Learned from {lesson.comments:,} comments and {lesson.rated:,} rated texts.")
    print(
        f"{len(lesson.supplement)} words supplement the lexicon;"
        f" {len(lesson.head.words)} have a weight."
    )
    return 0


def learned(data: Path) -> Lesson:
    """Choose the supplement and fit the head.

    :raise FileNotFoundError: a file is not there.
    """
    train, dev = without_politics(reddit("train", data)), reddit("dev", data)
    files = [data / "tone" / f"{name}.tsv" for name in LEARNED]
    extra = [Judged(one.text, one.opinion) for file in files for one in half(rated(file))]
    added = chosen(train, candidates())
    analyzer = Analyzer(added, SENSES)
    train += without_politics(asked("train", data))
    head = trained(examples(train, analyzer), examples(extra, analyzer), examples(dev, analyzer))
    return Lesson(added, head, len(train), len(extra))


def word_list(name: str) -> frozenset[str]:
    """Read one of the lists beside this file."""
    return frozenset((HERE / name).read_text("utf-8").split())


def without_politics(judged: Iterable[Judged]) -> list[Judged]:
    """Leave out texts about politics: what is said in them of parties is no opinion of words."""
    about = word_list("politics.txt") - {"right", "wing"}  # they are seldom of parties
    return [one for one in judged if about.isdisjoint(words_of(one.text))]


def examples(judged: Iterable[Judged], analyzer: Analyzer) -> list[Example]:
    """Read each text as the scorer does, in whatever language the gate takes it to be."""
    found = []
    for one in judged:
        text = normalise(one.text, analyzer.lexicon)
        reading = read(text, analyzer)
        values = [contribution.value for contribution in reading.contributions]
        found.append(Example(features(text, reading.compound, values), one.opinion))
    return found


def candidates() -> dict[str, float]:
    """Return the words that may supplement the lexicon."""
    lines = (HERE / "candidates.tsv").read_text("utf-8").splitlines()
    return {word: float(value) for word, value in (line.split("\t") for line in lines)}


def people() -> frozenset[str]:
    """Return words for people and groups that are no abuse: they are no opinion either."""
    return word_list("people.txt") - word_list("slurs.txt") - SENSES.keys()


def chosen(train: Sequence[Judged], offered: Mapping[str, float]) -> dict[str, float]:
    """Choose the words that the judged texts do not contradict.

    A word that VADER lacks is taken unless texts that have it are more often of the other opinion.
    An everyday word loses its valence if the labels of VADER's own scores are then better, and a
    word for people loses it in any case.
    """
    lexicon = SentimentIntensityAnalyzer().lexicon
    having: dict[str, list[int]] = {word: [] for word in offered}
    for at, one in enumerate(train):
        for word in having.keys() & set(words_of(one.text)):
            having[word].append(at)
    plain = {word: value for word, value in offered.items() if value and word not in lexicon}
    taken = {
        word: value
        for word, value in plain.items()
        if _agrees(value, [train[at] for at in having[word]])
    }
    taken |= dict.fromkeys(people() & lexicon.keys(), 0.0)
    taken |= dict.fromkeys(filter(str.isdigit, lexicon), 0.0)  # emoticons once, and numbers now
    right = [one.opinion for one in train]
    found = _opinions(train, Analyzer(taken, SENSES))
    score = macro_f1(right, found)
    everyday = [word for word, value in offered.items() if not value and word in lexicon]
    for word in everyday:
        analyzer = Analyzer({**taken, word: 0.0}, SENSES)
        with_it = list(found)
        changed = _opinions([train[at] for at in having[word]], analyzer)
        for at, opinion in zip(having[word], changed, strict=True):
            with_it[at] = opinion
        better = macro_f1(right, with_it)
        if better >= score + LEAST_GAIN:
            taken[word], found, score = 0.0, with_it, better
    return taken


def _agrees(value: float, texts: Sequence[Judged]) -> bool:
    counts = Counter(one.opinion for one in texts)
    if len(texts) < LEAST_SEEN:
        return True
    same, opposite = (POSITIVE, NEGATIVE) if value > 0 else (NEGATIVE, POSITIVE)
    return counts[same] > counts[opposite]


def _opinions(judged: Sequence[Judged], analyzer: Analyzer) -> list[int]:
    """Return what VADER alone says of each text."""
    texts = (normalise(one.text, analyzer.lexicon) for one in judged)
    return [opinion_of(read(text, analyzer).compound, LEANS) for text in texts]


def trained(train: list[Example], extra: list[Example], dev: list[Example]) -> Head:
    """Fit all features and frequent words, and keep the heaviest words."""
    texts = Counter(word for example in train for word in example.features.words)
    left_out = word_list("people.txt") | word_list("politics.txt") | word_list("marks.txt")
    known = [word for word, count in texts.items() if count >= LEAST_TEXTS and len(word) > 1]
    vocabulary = sorted(word for word in known if word.removeprefix("not ") not in left_out)
    index = {word: len(NAMES) + at for at, word in enumerate(vocabulary)}
    learned = [*train, *extra]
    opinions = [example.opinion for example in learned]
    weights = [1.0] * len(train) + [RATED_WEIGHT] * len(extra)
    weights = [one * other for one, other in zip(weights, balanced(opinions), strict=True)]
    rows = [_row(example.features, index) for example in learned]
    fitted = fit(Sample(rows, opinions, weights), len(NAMES) + len(vocabulary), penalty=PENALTY)
    heaviest = sorted(
        vocabulary,
        key=lambda word: (-_size(fitted.features[index[word]]) * texts[word] ** 0.5, word),
    )[:WORDS]
    return _leaning(_head(fitted, {word: index[word] for word in sorted(heaviest)}), dev)


def _row(found: Features, index: Mapping[str, int]) -> Row:
    dense = [(at, value) for at, value in enumerate(found.dense) if value]
    return [*dense, *((index[word], 1.0) for word in found.words if word in index)]


def _size(weights: Three) -> float:
    middle = sum(weights) / CLASSES
    return float(sum((weight - middle) ** 2 for weight in weights) ** 0.5)


def _head(fitted: Weights, words: Mapping[str, int]) -> Head:
    return Head(
        tuple(map(_rounded, fitted.features[: len(NAMES)])),
        {word: _rounded(fitted.features[at]) for word, at in words.items()},
        _rounded(fitted.constant),
    )


def _rounded(weights: Three) -> Three:
    negative, neutral, positive = (round(weight, DIGITS) for weight in weights)
    return negative, neutral, positive


def _leaning(head: Head, dev: Sequence[Example]) -> Head:
    """Move neutral down as far as :data:`MOST_LOST` allows."""
    right = [example.opinion for example in dev]
    logits = [head.logits(example.features) for example in dev]

    def moved(by: float) -> float:
        shifted = ((one, two - by, three) for one, two, three in logits)
        return macro_f1(right, [max(range(CLASSES), key=three.__getitem__) for three in shifted])

    scores = [moved(at * SHIFT) for at in range(MOST_SHIFTS)]
    furthest = max(at for at, score in enumerate(scores) if score >= max(scores) - MOST_LOST)
    negative, neutral, positive = head.constant
    return Head(head.dense, head.words, _rounded((negative, neutral - furthest * SHIFT, positive)))


def supplement_record(added: Mapping[str, float]) -> str:
    """Return the text of supplement.tsv."""
    return "".join(f"{word}\t{value:g}\n" for word, value in sorted(added.items()))


def record(head: Head) -> str:
    """Return the text of head.json: one line for each weight, so that changes can be read."""
    dense = dict(zip(NAMES, head.dense, strict=True))
    parts = {"dense": dense, "words": head.words}
    lines = [f'  "constant": {json.dumps(head.constant)}']
    for name, weights in parts.items():
        inner = ",\n".join(
            f"    {json.dumps(key)}: {json.dumps(of)}" for key, of in weights.items()
        )
        lines.append(f'  "{name}": {{\n{inner}\n  }}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    sys.exit(main())
