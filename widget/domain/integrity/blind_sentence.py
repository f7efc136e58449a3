"""What a blind experiment found, in a sentence that an editor can quote. Pure."""

from collections.abc import Mapping

from widget.domain.integrity.blind import LOOKS, Effect, Result

MOST_NAMED = 3


def sentence(result: Result, labels: Mapping[int, str]) -> str:
    """Say what the latest look means.

    :param labels: by choice number.
    """
    look = result.look
    if look is None:
        blind = result.so_far.blind.total()
        return (
            f"Too early to say: the first look needs {LOOKS[0]} blind votes, and there are {blind}."
        )
    if look.found:
        moved = [_moved(one, labels) for one in look.found[:MOST_NAMED]]
        return f"Seeing the counts {_listed(moved)}."
    shown = "shown yet" if result.next_at else "shown"
    return (
        f"No difference {shown}. With {look.arms.blind.total():,} blind votes, a difference of "
        f"{points(look.findable)} is found in four of five cases."
    )


def points(part: float) -> str:
    """Say a difference of shares without its sign, a small one with a decimal."""
    size = abs(part) * 100
    text = f"{size:.1f}" if size < 1.95 else f"{size:.0f}"
    return f"{text} point" if text == "1.0" else f"{text} points"


def _moved(effect: Effect, labels: Mapping[int, str]) -> str:
    verb = "raised" if effect.points > 0 else "lowered"
    low, high = sorted((abs(effect.low) * 100, abs(effect.high) * 100))
    digits = 1 if low < 1.95 else 0
    label = labels.get(effect.choice, f"choice {effect.choice}")
    return (
        f"{verb} {label} by about {points(effect.points)} ({low:.{digits}f} to {high:.{digits}f})"
    )


def _listed(parts: list[str]) -> str:
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last
