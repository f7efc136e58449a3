"""The one order of reactions in every bar and legend: warm to cold. Pure."""

from collections.abc import Sequence
from functools import lru_cache

# A mood can be read by its place, not by colour alone. A site's own reactions are in the middle,
# since nobody said whether they are warm or cold.
_WARM_TO_COLD = ("like", "love", "funny", "wow", "sad", "", "dislike", "angry")


def warm_to_cold(keys: Sequence[str]) -> list[int]:
    """Return the indexes of choice keys from the warmest to the coldest."""
    return list(_order(tuple(keys)))


@lru_cache(maxsize=256)
def _order(keys: tuple[str, ...]) -> tuple[int, ...]:
    def place(at: int) -> int:
        return _WARM_TO_COLD.index(keys[at] if keys[at] in _WARM_TO_COLD else "")

    return tuple(sorted(range(len(keys)), key=place))
