"""What became of a file, for whoever brought it in."""

from collections import Counter
from dataclasses import dataclass, field

from widget.importing.model import Skipped

EXAMPLES = 3
MOST_ORIGINS = 20


@dataclass(slots=True)
class Report:
    """What became of the comments of a file.

    :param there: were stored before, and stay as they are.
    :param held: of the stored ones, those that wait for an editor.
    :param places: threads kept without words, because answers stand under them.
    :param cut: names that were too long.
    :param skipped: how many, and ``examples`` some sources, by the reason.
    :param origins: comments by an origin that is not the site's; the first 20 origins.
    """

    stored: int = 0
    there: int = 0
    held: int = 0
    places: int = 0
    cut: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    origins: Counter[str] = field(default_factory=Counter)

    def skip(self, skipped: Skipped) -> None:
        self.skipped[skipped.why] += 1
        some = self.examples.setdefault(skipped.why, [])
        if len(some) < EXAMPLES:
            some.append(skipped.source)

    def miss(self, origin: str) -> None:
        """Count a comment of an origin that is not the site's."""
        if origin in self.origins or len(self.origins) < MOST_ORIGINS:
            self.origins[origin] += 1
