"""Texts with people's opinions of them. They are beside the checkout, and never part of it."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
NEGATIVE, NEUTRAL, POSITIVE = range(3)
CLASSES = ("negative", "neutral", "positive")
RATED = 0.5  # a mean rating beyond this, either way, is an opinion

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
_CLASS_OF = {emotion: of for of, emotions in _EMOTIONS.items() for emotion in emotions.split()}


@dataclass(frozen=True, slots=True)
class Judged:
    """A text and what people said of it: :data:`NEGATIVE`, NEUTRAL or POSITIVE."""

    text: str
    opinion: int


def reddit(part: str) -> list[Judged]:
    """Read the GoEmotions comments of one sentiment.

    :param part: train, dev or test.
    :raise FileNotFoundError: the data are not there.
    """
    return list(_reddit(DATA / "goemotions", part))


def _reddit(folder: Path, part: str) -> Iterator[Judged]:
    emotions = (folder / "labels.txt").read_text("utf-8").split()
    with (folder / f"{part}.tsv").open(encoding="utf-8") as lines:
        for line in lines:
            text, _, numbers = line.rstrip("\n").rpartition("\t")
            opinions = {_CLASS_OF.get(emotions[int(number)]) for number in numbers.split(",")}
            opinion = opinions.pop()
            if opinion is not None and not opinions:
                yield Judged(text, opinion)


@dataclass(frozen=True, slots=True)
class Rated:
    """:param rating: the mean of about twenty people's, -4 to 4."""

    rating: float
    text: str

    @property
    def opinion(self) -> int:
        return opinion_of(self.rating, RATED)


def rated(path: Path) -> list[Rated]:
    """Read a set of texts rated for VADER (Hutto and Gilbert 2014)."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Rated(float(row["mean"]), row["text"]) for row in rows]


def rated_sets() -> list[Path]:
    """Return the files of rated texts; none if they are not there."""
    return sorted((DATA / "tone").glob("*.tsv"))


def opinion_of(value: float, threshold: float) -> int:
    """Return the class of a number that leans one way or the other."""
    return NEUTRAL if abs(value) < threshold else POSITIVE if value > 0 else NEGATIVE
