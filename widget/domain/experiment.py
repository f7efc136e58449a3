"""The blind experiment of a site: when it runs, and which votes are in it. Pure.

While it runs, one load of a page in ten shows a story's counts only after the reader's choice. The
page draws that by chance and keeps it nowhere; the vote says which of the two it saw.
widget/domain/integrity/blind.py reads the result.
"""

from dataclasses import dataclass
from typing import Literal

Arm = Literal["", "shown", "blind"]  # "" outside the experiment

ARMS: tuple[Arm, ...] = ("shown", "blind")
DAYS = 90
_DAY_S = 86_400


@dataclass(frozen=True, slots=True)
class Experiment:
    """When it runs, in seconds since the epoch. It never ran if both are 0.

    :param until_s: when it ends by itself, or when an editor ended it.
    """

    from_s: int = 0
    until_s: int = 0

    def is_running(self, now_s: float) -> bool:
        return self.from_s <= now_s < self.until_s

    @property
    def has_run(self) -> bool:
        return self.until_s > 0

    def ended(self, now_s: int) -> "Experiment":
        """Return it as it is after an editor ended it now; as it is, if it had ended already."""
        return Experiment(self.from_s, min(now_s, self.until_s))


def begun(now_s: int) -> Experiment:
    """Return an experiment that begins now, and ends by itself."""
    return Experiment(now_s, now_s + DAYS * _DAY_S)
