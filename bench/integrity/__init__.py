"""How well the detector of stuffed votes works, on real arrivals with planted attacks and surges.

BENCH_SHARE=0.02 is a smoke test. Any share uses the half of the arrivals that the detector was
tuned on, so that the other one stays unseen. ``python -m bench.integrity --write`` renews the
figures that the desk shows.
"""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bench.figures import Figure, sane, show
from bench.integrity.attacks import KIT
from bench.integrity.measuring import Detected, Interval, Organic, detected, organic
from bench.integrity.stories import ARRIVALS, Stories, Surges, arrivals
from bench.shorter import share, times
from widget.domain.integrity import figures as published
from widget.domain.integrity.figures import AttackFigures, Figures, Measured

STORIES = 8_000
CROWDED_STORIES = 500
ATTACKS = 250
SEED = 131
ORGANIC = {
    "as assumed": Surges(),
    "with a link": Surges(link=1),
    "with a changed headline": Surges(turn=1),
    "with a favourite": Surges(group=1),
    "with a new crowd": Surges(group=1, group_new=0.9),
}
CROWD = "with a new crowd"
FALSE_FLAGS_MOST = 1.0  # in 1,000 story-days
RECALL_LEAST = {"new": 0.95, "tenth_aged": 0.85, "half_aged": 0.5}
HONEST_MOST, LEFT_MOST, MINUTES_MOST = 0.02, 0.1, 15.0


def main(*, write: bool = False) -> bool:
    """Print the figures. Return False if one is implausible or misses its bound."""
    held_out = share() == 1
    if write and not held_out:
        sys.exit("Only figures of the whole held-out half are written down: unset BENCH_SHARE.")
    if not ARRIVALS.exists():
        print(f"The detector is not measured: there are no arrivals at {ARRIVALS}", file=sys.stderr)
        return True
    stories = Stories(SEED, arrivals(held_out=held_out))
    honest = {name: _organic(stories, name, surges) for name, surges in ORGANIC.items()}
    found = {name: detected(stories, attack, times(ATTACKS)) for name, attack in KIT.items()}
    figures = [
        *_of_organic(honest),
        *(one for name in KIT for one in _of_attack(name, found[name])),
    ]
    if write:
        _write(honest, found)
    half = "held-out" if held_out else "tuning"
    return show(f"The detector of stuffed votes, {half} stories", figures)


def _organic(stories: Stories, name: str, surges: Surges) -> Organic:
    count = STORIES if surges == Surges() else CROWDED_STORIES
    return organic(lambda: stories.organic(surges), times(count))


def _of_organic(honest: dict[str, Organic]) -> Iterable[Figure]:
    unit = "/ 1,000 d"
    for name, one in honest.items():
        most = FALSE_FLAGS_MOST if name == "as assumed" else None
        title = f"honest {name}: flags"
        flags, alarms = (one.per_1000_days(count) for count in (one.flagged, one.alarmed))
        yield _figure(title, unit, flags, most=most)
        yield _figure(f"  alarms; {one.days:,} story-days", unit, alarms)


def _of_attack(name: str, one: Detected) -> Iterable[Figure]:
    title = KIT[name].title
    # Mimicry and aged tokens of many networks are what no test can see; they have no goal.
    yield _figure(f"{title}: found", "of 1", one.recall, least=RECALL_LEAST.get(name))
    if one.median_minutes is None:
        return
    has_goal = name in RECALL_LEAST
    minutes = one.median_minutes
    yield _figure(
        "  median after the 100th vote",
        "min",
        Interval(minutes, minutes, minutes),
        most=MINUTES_MOST if has_goal else None,
    )
    yield _share("  flagged within 15 minutes", one.soon)
    yield _figure(
        "    of those flagged",
        "of 1",
        Interval(one.soon_flagged, one.soon_flagged, one.soon_flagged),
        least=1.0 if has_goal else None,
    )
    most = HONEST_MOST if has_goal else None
    yield _share("  honest set aside, by the count", one.honest_counted, most)
    yield _share("  honest set aside, as drawn", one.honest_drawn, most)
    yield _share("  left of those flagged", one.left_flagged, LEFT_MOST if has_goal else None)
    yield _share("  left of all", one.left)
    yield _share("  alarms", one.alarmed)


def _share(what: str, value: float, most: float | None = None) -> Figure:
    return _figure(what, "of 1", Interval(value, value, value), most=most)


def _figure(
    what: str, unit: str, one: Interval, *, most: float | None = None, least: float | None = None
) -> Figure:
    return Figure(what, unit, one.value, one.low, one.high, sane(-2000, 2000), most, least)


def _write(honest: dict[str, Organic], found: dict[str, Detected]) -> None:
    """Renew the figures that the desk and the documentation say."""
    usual, crowd = honest["as assumed"], honest[CROWD]
    figures = Figures(
        measured=datetime.now(UTC).date().isoformat(),
        stories=usual.stories,
        story_days=usual.days,
        false_flags=_measured(usual.per_1000_days(usual.flagged), digits=2),
        false_alarms=_measured(usual.per_1000_days(usual.alarmed), digits=2),
        crowd_false_flags=_measured(crowd.per_1000_days(crowd.flagged), digits=1),
        attacks={
            name: AttackFigures(
                title=KIT[name].title,
                recall=_measured(one.recall, digits=3),
                soon=round(one.soon, 3),
                honest_counted=round(one.honest_counted, 3),
                honest_drawn=round(one.honest_drawn, 3),
                left=round(one.left_flagged, 3),
            )
            for name, one in found.items()
        },
    )
    path = Path(published.__file__).with_name("figures.json")
    path.write_bytes(msgspec.json.format(msgspec.json.encode(figures), indent=2) + b"\n")


def _measured(one: Interval, digits: int) -> Measured:
    return Measured(*(round(value, digits) for value in one))
