"""How well the detector works, as ``script/bench integrity`` measured it on held-out stories.

The desk and docs/integrity.md say these figures and no others. ``--write`` renews the file.
"""

from functools import cache
from importlib.resources import files

import msgspec


class Measured(msgspec.Struct, frozen=True):
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


class AttackFigures(msgspec.Struct, frozen=True):
    """What becomes of one kind of attack. All are shares of 1.

    :param title: the attack in a few words.
    :param recall: of attacks, those that are flagged by an hour after their last vote.
    :param soon: ... those flagged within 15 minutes of the attack's 100th vote.
    :param honest_counted: of votes set aside, those by which the count is too small afterwards.
    :param honest_drawn: ... those of honest readers, drawn in the place of stuffed ones.
    :param left: of flagged attacks, the votes that are still in the count.
    """

    title: str
    recall: Measured
    soon: float
    honest_counted: float
    honest_drawn: float
    left: float


class Figures(msgspec.Struct, frozen=True):
    """All that was measured.

    :param measured: the day, YYYY-MM-DD.
    :param stories: honest ones; ``story_days``: their days with 30 votes or more.
    :param false_flags: honest stories that were flagged, in each 1,000 story-days.
    :param false_alarms: ... whose new readers would have been held.
    :param crowd_false_flags: ... of stories to which a crowd of new readers comes for one choice.
    :param attacks: by name; the kit of bench/integrity/attacks.py has them all.
    """

    measured: str
    stories: int
    story_days: int
    false_flags: Measured
    false_alarms: Measured
    crowd_false_flags: Measured
    attacks: dict[str, AttackFigures]


@cache
def figures() -> Figures:
    """Return the figures of this release."""
    file = files("widget.domain.integrity").joinpath("figures.json")
    return msgspec.json.decode(file.read_bytes(), type=Figures)
