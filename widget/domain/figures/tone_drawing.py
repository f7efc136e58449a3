"""Where a tone is drawn beside what is usual. There is no zero, only distances. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from widget.domain.figures.statistics import Mean
from widget.domain.figures.timeline import ToneStep
from widget.domain.figures.tone import UsualTone

WIDTH, HEIGHT = 600, 100
_ROOM = 1.15  # beyond the farthest end
_LEAST_REACH = 0.05


@dataclass(frozen=True, slots=True)
class BesideUsual:
    """Places from 0 to WIDTH, the more positive the higher; what is usual is around the middle.

    :param start: of the band of nine in ten; ``end`` likewise.
    :param low: of the interval of the mean ``at``; ``high`` likewise.
    """

    start: int
    end: int
    low: int
    at: int
    high: int


def beside_usual(now: Mean, usual: UsualTone) -> BesideUsual:
    """Place a mean beside the usual ones."""
    ends = (usual.low, usual.high, now.low, now.value, now.high)
    reach = _reach(usual, ends)
    start, end, low, at, high = (
        round(WIDTH / 2 * (1 + (one - usual.value) / reach)) for one in ends
    )
    return BesideUsual(start, end, low, at, high)


@dataclass(frozen=True, slots=True)
class ToneLine:
    """The tone over the slots of a timeline, from 0, more positive, to HEIGHT, more negative.

    :param path: of SVG, x in slots.
    :param top: of the band of nine in ten; ``bottom`` likewise.
    """

    path: str
    top: float
    bottom: float


def tone_line(steps: Sequence[ToneStep], usual: UsualTone) -> ToneLine | None:
    """Draw the tone over time; None without two steps, or without anything to compare them with."""
    if len(steps) < 2 or not usual.is_enough:
        return None
    reach = _reach(usual, (usual.low, usual.high, *(step.mean.value for step in steps)))

    def y(value: float) -> float:
        return round(HEIGHT / 2 * (1 - (value - usual.value) / reach), 1)

    path = "".join(f"M{step.start:g} {y(step.mean.value):g}H{step.end:g}" for step in steps)
    return ToneLine(path, y(usual.high), y(usual.low))


def _reach(usual: UsualTone, ends: Sequence[float]) -> float:
    return max(_LEAST_REACH, *(abs(end - usual.value) for end in ends)) * _ROOM
