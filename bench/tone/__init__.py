"""The tone scores: their accuracy, their cost, their memory. ``script/bench tone``.

The sets of short texts with human ratings (-4 to 4) are beside the checkout, never part of it.
Without them, the accuracy is not measured, and the output says so.
"""

import csv
import random
import statistics
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

from bench.figures import Figure, figure, sane, show
from widget.tone import score
from widget.tone.normal import CAP_CHARS

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "tone"
CLASSES = ("positive", "neutral", "negative")
RATED = 0.5  # a mean rating beyond this, either way, is an opinion
LEANS = 0.05  # a compound beyond this is an opinion
BETTER_THAN_CHANCE = sane(0.35, 1)  # of three classes; and for r, more than none

TYPICAL = (
    "I really liked this article, but the headline was misleading and the comments are awful. "
    "Not what I would expect from a good paper!"
)
# The language gate reads only the start of a text: the rest is scored, whatever it is. The opening
# also triggers every step of the normaliser.
ENGLISH = "@you This is what I think about the sooo good story you wrote &amp; \u2019 " * 3
TYPICAL_LIMIT_US, WORST_LIMIT_MS = 200, 50
COST_US = sane(2, 100_000)  # a hundred characters take some time on any machine
COMMENTS = 100_000


@dataclass(frozen=True)
class Rated:
    rating: float
    text: str


@dataclass(frozen=True)
class Accuracy:
    f1: float
    r: float


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    return show("The tone of comments", [*memory(), *accuracy(), *typical_cost(), *worst_cost()])


def accuracy() -> list[Figure]:
    """Compare our compounds with upstream's: macro-F1 of their signs, and r with the mean rating.

    Once on the texts that Readback scores, once on all, where a text that is not scored counts
    as 0.
    """
    if not DATA.is_dir():
        print(f"The accuracy is not measured: there are no rated texts at {DATA}")
        return []
    upstream = SentimentIntensityAnalyzer()
    figures = []
    for path in sorted(DATA.glob("*.tsv")):
        rows = rated(path)
        for form, write in (("", str), (", typographic", _typographic)):
            texts = [write(row.text) for row in rows]
            theirs = [upstream.polarity_scores(text)["compound"] for text in texts]
            ours = [score(text).compound for text in texts]
            scored = [compound is not None for compound in ours]
            everything = [True] * len(rows)
            for name, chosen in (("scored", scored), ("all", everything)):
                ratings = [row.rating for row in compress(rows, chosen)]
                before = _accuracy(ratings, list(compress(theirs, chosen)))
                after = _accuracy(ratings, [one or 0.0 for one in compress(ours, chosen)])
                title = f"{path.stem}{form}, {name} ({len(ratings):,})"
                figures += _compared(title, before, after)
    return figures


def _compared(title: str, upstream: Accuracy, readback: Accuracy) -> list[Figure]:
    return [
        figure(f"{title}: macro-F1", "", [readback.f1], BETTER_THAN_CHANCE),
        figure("  upstream", "", [upstream.f1], BETTER_THAN_CHANCE),
        figure("  Pearson r", "", [readback.r], BETTER_THAN_CHANCE),
        figure("  upstream", "", [upstream.r], BETTER_THAN_CHANCE),
    ]


def rated(path: Path) -> list[Rated]:
    """Read a set of rated texts."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Rated(float(row["mean"]), row["text"]) for row in rows]


def _typographic(text: str) -> str:
    """Write a text with the quotes of phones and word processors."""
    return text.replace("'", "\u2019").replace('"', "\u201d")


def _class(value: float, threshold: float) -> str:
    return CLASSES[1] if abs(value) < threshold else CLASSES[0 if value > 0 else 2]


def _accuracy(ratings: Sequence[float], compounds: Sequence[float]) -> Accuracy:
    gold = [_class(rating, RATED) for rating in ratings]
    found = [_class(compound, LEANS) for compound in compounds]
    f1s = []
    for name in CLASSES:
        right = sum(a == b == name for a, b in zip(gold, found, strict=True))
        f1s.append(2 * right / (gold.count(name) + found.count(name)))
    return Accuracy(statistics.fmean(f1s), statistics.correlation(ratings, compounds))


def typical_cost() -> list[Figure]:
    """Time the scoring of a comment of usual length, language included, beside upstream's."""
    upstream = SentimentIntensityAnalyzer()
    # The least of five, since other programs only ever add to it.
    theirs = min(_cost_us(upstream.polarity_scores, TYPICAL) for _ in range(5))
    ours = min(_cost_us(score, TYPICAL) for _ in range(5))
    name = f"a typical comment ({len(TYPICAL)} characters)"
    return [
        figure(name, "us", [ours], COST_US, most=TYPICAL_LIMIT_US),
        figure("  upstream, without language", "us", [theirs], COST_US),
        figure("  ratio", "x", [ours / theirs], sane(0.05, 20)),
    ]


def _cost_us(judge: Callable[[str], object], text: str, times: int = 500) -> float:
    began = time.perf_counter()
    for _ in range(times):
        judge(text)
    return (time.perf_counter() - began) / times * 1e6


def worst_cost() -> list[Figure]:
    """Search for the slowest text: units of the lexicon and the rules, repeated."""
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
    print(f"The slowest of {tried:,} texts repeats {unit[:40]!r} after an English opening")
    name = f"the slowest {CAP_CHARS:,} characters found"
    return [figure(name, "ms", [cost_ms], sane(0.2, 10_000), most=WORST_LIMIT_MS)]


def _costliest(units: Iterable[str]) -> list[tuple[float, str]]:
    """Return each unit with its cost in ms, slowest first; of the first ten, the least of five."""
    timed = sorted(((_repeated_ms(unit), unit) for unit in units), reverse=True)
    again = [(min(_repeated_ms(unit) for _ in range(5)), unit) for _, unit in timed[:10]]
    return sorted(again, reverse=True) + timed[10:]


def _repeated_ms(unit: str) -> float:
    text = (ENGLISH + unit * (CAP_CHARS // len(unit) + 1))[:CAP_CHARS]
    return _cost_us(score, text, times=1) / 1000


def memory() -> list[Figure]:
    """Measure the process after a first thousand different comments, and after all of them."""
    rng = random.Random(100_000)
    words = sorted(SentimentIntensityAnalyzer().lexicon)
    first = 0
    for done in range(1, COMMENTS + 1):
        never_seen = f"{rng.choice(words)}{rng.randrange(10**9)}"
        score(f"this is {never_seen} and {' '.join(rng.sample(words, 9))}")
        if done == 1000:
            first = _resident_kb()
    grown = _resident_kb() - first
    return [
        figure("resident after 1,000 comments", "kB", [first], sane(10_000, 5_000_000)),
        figure(f"  more after {COMMENTS:,}", "kB", [grown], sane(-first, 5_000_000)),
    ]


def _resident_kb() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])
