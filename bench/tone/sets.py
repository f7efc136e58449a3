"""Texts with people's opinions of them. They are beside the checkout, and never part of it."""

import csv
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data"
DATA = Path(os.environ.get("TONE_DATA", _BESIDE))
NEGATIVE, NEUTRAL, POSITIVE = range(3)
CLASSES = ("negative", "neutral", "positive")
RATED = 0.5  # a mean rating beyond this, either way, is an opinion
LEARNED = ("amazon", "tweets")  # the rated sets of which one half is learned from
GROUP = 7  # neighbours of a rated set are of one review, and stay in one half

T = TypeVar("T")

# The groups of Demszky and others (2020). The ambiguous emotions (realization, surprise, curiosity,
# confusion) belong to no class.
_EMOTIONS = {
    NEGATIVE: """
        fear nervousness remorse embarrassment disappointment sadness grief disgust anger annoyance
        disapproval
    """,
    NEUTRAL: "neutral",
    POSITIVE: """
        amusement excitement joy love desire optimism caring pride admiration gratitude relief
        approval
    """,
}
_ASKING = {"curiosity", "confusion"}
_CLASS_OF = {emotion: of for of, emotions in _EMOTIONS.items() for emotion in emotions.split()}


@dataclass(frozen=True, slots=True)
class Judged:
    """A text and what people said of it: :data:`NEGATIVE`, NEUTRAL or POSITIVE."""

    text: str
    opinion: int


def reddit(part: str, data: Path = DATA) -> list[Judged]:
    """Read the GoEmotions comments of one sentiment.

    :param part: train, dev or test.
    :raise FileNotFoundError: the data are not there.
    """
    return list(_reddit(data / "goemotions", part))


def asked(part: str, data: Path = DATA) -> list[Judged]:
    """Read the GoEmotions questions out of curiosity or confusion alone, which are no opinions."""
    return [
        Judged(text, NEUTRAL)
        for text, emotions in _lines(data / "goemotions", part)
        if emotions <= _ASKING and text.rstrip().endswith("?")
    ]


def _reddit(folder: Path, part: str) -> Iterator[Judged]:
    for text, emotions in _lines(folder, part):
        opinions = {_CLASS_OF.get(emotion) for emotion in emotions}
        opinion = opinions.pop()
        if opinion is not None and not opinions:
            yield Judged(text, opinion)


def _lines(folder: Path, part: str) -> Iterator[tuple[str, set[str]]]:
    names = (folder / "labels.txt").read_text("utf-8").split()
    with (folder / f"{part}.tsv").open(encoding="utf-8") as lines:
        for line in lines:
            text, _, numbers = line.rstrip("\n").rpartition("\t")
            yield text, {names[int(number)] for number in numbers.split(",")}


@dataclass(frozen=True, slots=True)
class Rated:
    """
    :param rating: the mean of about twenty people's, -4 to 4.
    :param source: the review or article that the text is from.
    """

    rating: float
    text: str
    source: str

    @property
    def opinion(self) -> int:
        return opinion_of(self.rating, RATED)


def rated(path: Path) -> list[Rated]:
    """Read a set of texts rated for VADER (Hutto and Gilbert 2014)."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            Rated(float(row["mean"]), row["text"], row["id"].rpartition("_")[0]) for row in rows
        ]


def rated_sets(data: Path = DATA) -> list[Path]:
    """Return the files of rated texts; none if they are not there."""
    return sorted((data / "tone").glob("*.tsv"))


def half(rows: Sequence[T], *, other: bool = False) -> list[T]:
    """Return the half of a rated set to learn from, or the one to measure with."""
    return [row for at, row in enumerate(rows) if at // GROUP % 2 == other]


def opinion_of(value: float, threshold: float) -> int:
    """Return the class of a number that leans one way or the other."""
    return NEUTRAL if abs(value) < threshold else POSITIVE if value > 0 else NEGATIVE
