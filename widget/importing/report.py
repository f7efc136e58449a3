"""The report of an import."""

from collections import Counter
from dataclasses import dataclass, field

from widget.importing.model import Skipped

EXAMPLES = 3
MOST_ORIGINS = 20


@dataclass(slots=True)
class Report:
    """The outcome for the comments of a file, in numbers.

    :param there: comments that were already stored and are unchanged.
    :param held: the stored comments that wait for an editor.
    :param places: deleted threads kept without text, because they have answers.
    :param cut: names that were too long and are shortened.
    :param cut_texts: texts that were too long and are cut.
    :param exposed: skipped comments that readers must not see, and which an earlier import has
        stored; ``exposed_on`` has some of their articles.
    :param skipped: skipped comments by reason; ``examples`` has the sources of some.
    :param origins: comments by an origin that is not the site's; at most 20 origins.
    """

    stored: int = 0
    there: int = 0
    held: int = 0
    places: int = 0
    cut: int = 0
    cut_texts: int = 0
    exposed: int = 0
    exposed_on: list[str] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    origins: Counter[str] = field(default_factory=Counter)

    def skip(self, skipped: Skipped) -> None:
        """Count a skipped comment, and keep its source if it is among the first."""
        self.skipped[skipped.why] += 1
        some = self.examples.setdefault(skipped.why, [])
        if len(some) < EXAMPLES:
            some.append(skipped.source)

    def expose(self, address: str) -> None:
        """Count a stored comment that readers must not see, on the article of this address."""
        self.exposed += 1
        if address not in self.exposed_on and len(self.exposed_on) < EXAMPLES:
            self.exposed_on.append(address)

    def miss(self, origin: str) -> None:
        """Count a comment on an origin that is not the site's."""
        if origin in self.origins or len(self.origins) < MOST_ORIGINS:
            self.origins[origin] += 1
