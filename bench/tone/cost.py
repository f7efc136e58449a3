"""What the scoring of a comment costs: a typical one, the worst one, and memory."""

import random
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
)

from bench.figures import Figure, figure, sane
from widget.tone import score
from widget.tone.normal import CAP_CHARS

TYPICAL = (
    "I really liked this article, but the headline was misleading and the comments are awful. "
    "Not what I would expect from a good paper!"
)
# The language gate reads only the start of a text: the rest is scored, whatever it is. The opening
# also triggers every step of the normaliser.
ENGLISH = "@you This is what I think about the sooo good story you wrote &amp; \u2019 " * 3
TYPICAL_LIMIT_US, WORST_LIMIT_MS = 250, 20
COST_US = sane(2, 100_000)  # a hundred characters take some time on any machine
COMMENTS = 100_000


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
    # The processor's time, since what else runs on the machine costs a server nothing here.
    began = time.process_time()
    for _ in range(times):
        judge(text)
    return (time.process_time() - began) / times * 1e6


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
        "aa-",
        "aa!",
        "aa--",
        "a.b/",
        "ab.cd.ef.gh/",
        "not good. ",
        "i like ",
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
