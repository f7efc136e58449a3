"""The tone scores: their accuracy, their cost, their memory. ``script/bench tone``.

The sets of judged texts are beside the checkout, never part of it. Without them, the accuracy is
not measured, and the output says so. docs/tone-card.md explains the figures.
"""

from collections.abc import Iterator

from bench.figures import Figure, Range, figure, sane, show


def main() -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    # Imported in the functions: the trainer is a module of this package that is run by itself.
    from bench.tone.cost import memory, typical_cost, worst_cost

    figures = [*memory(), *accuracy(), *checklist(), *typical_cost(), *worst_cost()]
    return show("The tone of comments", figures)


# Least macro-F1 by set, and most failures by test. On the sets of which a half was learned from,
# Readback must not be worse than upstream.
HELD = {"GoEmotions, test part": 0.69, "nyt": 0.555, "tweeteval": 0.58}
NOT_WORSE = ("amazon", "tweets")
MOST_FAILED = {"identities": 0.0, "names": 0.0}
PRECISE = 0.55  # least precision of a shown label on the comments of Reddit
MOST_WRONG = 0.06  # of stories whose mean lean is beyond LEVEL_ERROR
BETTER_THAN_CHANCE = sane(0.35, 1)
SHARE = sane(0, 1)


def accuracy() -> Iterator[Figure]:
    """Compare labels with upstream's and with people's, on every set that is there."""
    from bench.tone.measuring import REDDIT, measured, sets
    from bench.tone.sets import CLASSES, DATA

    found = [measured(*one) for one in sets()]
    if not found:
        print(f"The accuracy is not measured: there are no judged texts at {DATA}")
    for one in found:
        old, new, gain = one.f1.old, one.f1.new, one.f1.gain
        title = f"{one.name} ({one.texts:,}): macro-F1"
        yield _of(title, new.low, new.value, new.high, least=HELD.get(one.name))
        yield _of("  upstream", old.low, old.value, old.high)
        least = 0.0 if one.name in NOT_WORSE else None
        yield _of("  gain", gain.low, gain.value, gain.high, within=sane(-1, 1), least=least)
        yield _of("  of the compound, as read", one.read)
        yield _of("  of the compound, with the supplement", one.supplemented)
        for label, ours, theirs in zip(CLASSES, one.labels, one.upstream_labels, strict=True):
            least = PRECISE if one.name == REDDIT else None
            title = f"  precision of {ours.texts:,} {label}"
            yield _of(title, ours.share, within=SHARE, least=least)
            yield _of(f"    upstream, of {theirs.texts:,}", theirs.share, within=SHARE)
        yield _of("  calibration error", one.calibration, within=SHARE)
        yield _of("  left out by the language gate", one.left_out / one.texts, within=SHARE)
        yield _of("  mean lean, less people's mean", one.bias, within=sane(-1, 1))
        yield _of("    upstream's compound", one.upstream_bias, within=sane(-1, 1))
        if one.stories and one.stories.beyond:
            title = f"  {one.stories.beyond:,} stories beyond LEVEL_ERROR: wrong sign"
            share = one.stories.wrong / one.stories.beyond
            yield _of(title, share, within=SHARE, most=MOST_WRONG)


def checklist() -> Iterator[Figure]:
    """Count the failures of each test beside upstream's."""
    from bench.tone.checklist import TESTS, failures, readback, upstream

    for test in TESTS:
        ours, theirs = failures(test, readback), failures(test, upstream)
        title = f"{test}: failures of {ours.cases:,}"
        yield _of(title, ours.rate, within=SHARE, most=MOST_FAILED.get(test, theirs.rate))
        yield _of("  upstream", theirs.rate, within=SHARE)


def _of(
    title: str,
    *rounds: float,
    within: Range = BETTER_THAN_CHANCE,
    least: float | None = None,
    most: float | None = None,
) -> Figure:
    return figure(title, "", rounds, within, least=least, most=most)
