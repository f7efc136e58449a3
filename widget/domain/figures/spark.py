"""A small line of votes over a period, without axes: when a story had them. Pure."""

from collections.abc import Mapping, Sequence

WIDTH, HEIGHT = 100, 28
MOST_POINTS = 56


def spark(votes: Mapping[int, Sequence[int]], first_hour: int, end_hour: int) -> str:
    """Return the area below a story's votes as an SVG path, "" if it had none in these hours.

    :param votes: votes by choice of the hours that had any.
    """
    hours = max(1, end_hour - first_hour)
    points = min(MOST_POINTS, hours)
    sums = [0] * points
    for hour, counts in votes.items():
        if first_hour <= hour < end_hour:
            sums[(hour - first_hour) * points // hours] += sum(counts)
    top = max(sums)
    if not top:
        return ""
    step = WIDTH / points
    line = "".join(
        f"L{(at + 0.5) * step:.1f} {HEIGHT - (HEIGHT - 2) * one / top:.1f}"
        for at, one in enumerate(sums)
    )
    return f"M0 {HEIGHT}{line}L{WIDTH} {HEIGHT}Z"
