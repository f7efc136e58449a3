"""What is usual for a site: its mix of choices, and new readers beside known ones. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from widget.domain.integrity.evidence import ChoiceEvidence

# A site that has few votes is taken for one with an even mix and two new readers for three known
# ones, as if it had had that many votes more.
SUPPOSED_VOTES = 200
SUPPOSED_NEW_PER_KNOWN = 0.67
UNUSUAL = 0.01  # a choice with less than this share may belong to a question of its own


@dataclass(frozen=True, slots=True)
class Usual:
    """A site's last 28 days.

    :param shares: of each choice, that of choice number 1 first; they sum to 1.
    :param new_per_known: votes of new readers for each vote of a known one.
    :param votes: behind these figures.
    """

    shares: tuple[float, ...]
    new_per_known: float = SUPPOSED_NEW_PER_KNOWN
    votes: int = 0

    def share(self, choice: int) -> float:
        """Return the usual share of a choice; 0 if it is not known."""
        return self.shares[choice - 1] if 0 < choice <= len(self.shares) else 0.0

    def of_story(self, choices: Iterable[int]) -> "Usual":
        """Return what is usual for a story on which these choices have votes.

        An editor's question has choices that the site's other stories do not have. Their mix is
        taken for even, as their share of all votes says nothing.
        """
        voted = sorted(choices)
        if not voted or all(self.share(choice) >= UNUSUAL for choice in voted):
            return self
        even = [0.0] * voted[-1]
        for choice in voted:
            even[choice - 1] = 1 / len(voted)
        return replace(self, shares=tuple(even))


def usual_of(totals: Mapping[int, ChoiceEvidence], choices: Iterable[int]) -> Usual:
    """Return what is usual where ``choices`` are offered and got these votes in 28 days."""
    offered = sorted(set(choices) | set(totals)) or [1]
    counts = {number: totals.get(number, ChoiceEvidence()) for number in offered}
    new = sum(max(0, one.new) for one in counts.values())
    known = sum(max(0, one.known) for one in counts.values())
    votes = new + known
    shares = [0.0] * offered[-1]
    for number, one in counts.items():
        supposed = SUPPOSED_VOTES / len(offered)
        shares[number - 1] = (max(0, one.new) + max(0, one.known) + supposed) / (
            votes + SUPPOSED_VOTES
        )
    supposed_known = SUPPOSED_VOTES / (1 + SUPPOSED_NEW_PER_KNOWN)
    ratio = (new + supposed_known * SUPPOSED_NEW_PER_KNOWN) / (known + supposed_known)
    return Usual(tuple(shares), ratio, votes)
