"""Tone: how right, how fast, how bounded. ``script/bench tone``.

The sets of short texts with human ratings (-4 to 4) stand beside the checkout and are never part of
it. Without them the accuracy is left out, and said to be.
"""

import csv
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from pathlib import Path

from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
)

from widget.tone import score
from widget.tone.normal import CAP_CHARS

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "tone"
CLASSES = ("positive", "neutral", "negative")
RATED = 0.5  # people's mean rating beyond this, either way, is an opinion
LEANS = 0.05  # a compound beyond this is one

TYPICAL = (
    "I really liked this article, but the headline was misleading and the comments are awful. "
    "Not what I would expect from a good paper!"
)
# The language gate reads the start of a text only: what follows is scored, whatever it is. The
# opening also wakes every step of the normaliser.
ENGLISH = "@you This is what I think about the sooo good story you wrote &amp; \u2019 " * 3
TYPICAL_LIMIT_US, WORST_LIMIT_MS = 200, 50
COMMENTS = 100_000


@dataclass(frozen=True)
class Rated:
    rating: float
    text: str


@dataclass(frozen=True)
class Accuracy:
    f1: float
    r: float

    def __str__(self) -> str:
        return f"{self.f1:.3f}  {self.r:.3f}"


def main() -> None:
    memory()
    accuracy()
    typical_cost()
    worst_cost()


def accuracy() -> None:
    """Both by the sign of the compound, so that only the compounds are compared.

    On the texts that Readback scores; then on all, where one that is not scored counts as 0.
    """
    print("Accuracy: macro-F1 of three classes, and Pearson r with the mean rating")
    if not DATA.is_dir():
        print(f"  not measured: no rated texts at {DATA}")
        return
    upstream = SentimentIntensityAnalyzer()
    print(f"  {'':32}{'upstream':17}readback")
    for path in sorted(DATA.glob("*.tsv")):
        rows = rated(path)
        for form, write in (("", str), (", typographic", _typographic)):
            texts = [write(row.text) for row in rows]
            theirs = [upstream.polarity_scores(text)["compound"] for text in texts]
            ours = [score(text).compound for text in texts]
            scored = [compound is not None for compound in ours]
            _compare(f"{path.stem}{form}", rows, theirs, ours, scored)
            _compare("  and those not scored", rows, theirs, ours, [True] * len(rows))


def _compare(
    name: str,
    rows: Sequence[Rated],
    theirs: Sequence[float],
    ours: Sequence[float | None],
    chosen: Sequence[bool],
) -> None:
    ratings = [row.rating for row in compress(rows, chosen)]
    before = _accuracy(ratings, list(compress(theirs, chosen)))
    after = _accuracy(ratings, [compound or 0.0 for compound in compress(ours, chosen)])
    print(f"  {f'{name} ({len(ratings):,})':32}{before!s:17}{after}")


def rated(path: Path) -> list[Rated]:
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Rated(float(row["mean"]), row["text"]) for row in rows]


def _typographic(text: str) -> str:
    """As phones and word processors write it."""
    return text.replace("'", "\u2019").replace('"', "\u201d")


def _class(figure: float, threshold: float) -> str:
    return CLASSES[1] if abs(figure) < threshold else CLASSES[0 if figure > 0 else 2]


def _accuracy(ratings: Sequence[float], compounds: Sequence[float]) -> Accuracy:
    gold = [_class(rating, RATED) for rating in ratings]
    found = [_class(compound, LEANS) for compound in compounds]
    f1s = []
    for name in CLASSES:
        right = sum(a == b == name for a, b in zip(gold, found, strict=True))
        f1s.append(2 * right / (gold.count(name) + found.count(name)))
    return Accuracy(statistics.fmean(f1s), statistics.correlation(ratings, compounds))


def typical_cost() -> None:
    upstream = SentimentIntensityAnalyzer()
    theirs = min(_cost_us(upstream.polarity_scores, TYPICAL) for _ in range(5))
    ours = min(_cost_us(score, TYPICAL) for _ in range(5))
    print(f"A typical comment ({len(TYPICAL)} characters), language included")
    print(
        f"  {ours:.0f} us; upstream, without language, {theirs:.0f} us: {ours / theirs:.2f} of it"
    )
    print(f"  limit {TYPICAL_LIMIT_US} us: {_verdict(ours <= TYPICAL_LIMIT_US)}")


def _cost_us(judge: Callable[[str], object], text: str, times: int = 500) -> float:
    began = time.perf_counter()
    for _ in range(times):
        judge(text)
    return (time.perf_counter() - began) / times * 1e6


def worst_cost() -> None:
    """Every unit of the lexicon and of the rules repeated, then the worst of them in pairs."""
    analyzer = SentimentIntensityAnalyzer()
    units = {*analyzer.emojis, *(word for word in analyzer.lexicon if len(word) < 5)}
    units |= {*BOOSTER_DICT, *NEGATE, *SPECIAL_CASES, "but", "no", "kind of", "least", "a", "."}
    units |= {
        "&amp;",
        "&#0;",
        "@a",
        "www.",
        "aaa",
        "\u2026",
        "\u2014",
        "\u200b",
        "\ufe0f",
        "a. b\n",
    }
    alone = _costliest(unit + gap for unit in sorted(units) for gap in ("", " ", ". "))
    top = [unit for _, unit in alone[:60]]
    mixed = [
        *top[:30],
        "but ",
        "not ",
        "so ",
        "no ",
        "never ",
        "\U0001f600",
        "\U0001f63a",
        "a",
        "! ",
    ]
    pairs = _costliest(first + second for first in mixed for second in mixed if first != second)
    rng = random.Random(5000)
    crowd = _costliest("".join(rng.sample(top, 40)) for _ in range(100))
    cost_ms, unit = max(alone[0], pairs[0], crowd[0])
    tried = len(alone) + len(pairs) + len(crowd)
    print(f"The worst {CAP_CHARS:,} characters of {tried:,} searched")
    print(f"  {cost_ms:.1f} ms, {unit[:40]!r} repeated after an English opening")
    print(f"  limit {WORST_LIMIT_MS} ms: {_verdict(cost_ms <= WORST_LIMIT_MS)}")


def _costliest(units: Iterable[str]) -> list[tuple[float, str]]:
    """Each unit with its cost in ms, costliest first; the first ten at their best of five."""
    timed = sorted(((_repeated_ms(unit), unit) for unit in units), reverse=True)
    again = [(min(_repeated_ms(unit) for _ in range(5)), unit) for _, unit in timed[:10]]
    return sorted(again, reverse=True) + timed[10:]


def _repeated_ms(unit: str) -> float:
    text = (ENGLISH + unit * (CAP_CHARS // len(unit) + 1))[:CAP_CHARS]
    return _cost_us(score, text, times=1) / 1000


def memory() -> None:
    """Resident memory after a first thousand different comments, and after all of them."""
    rng = random.Random(100_000)
    words = sorted(SentimentIntensityAnalyzer().lexicon)
    first = 0
    for done in range(1, COMMENTS + 1):
        never_seen = f"{rng.choice(words)}{rng.randrange(10**9)}"
        score(f"this is {never_seen} and {' '.join(rng.sample(words, 9))}")
        if done == 1000:
            first = _resident_kb()
    grown = _resident_kb() - first
    print(f"Memory over {COMMENTS:,} comments, all different")
    print(f"  {first:,} kB after 1,000, {grown:+,} kB after all")


def _resident_kb() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def _verdict(holds: bool) -> str:
    return "held" if holds else "MISSED"


if __name__ == "__main__":
    sys.exit(main())
