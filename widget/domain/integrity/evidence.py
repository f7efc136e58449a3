"""What an hour's votes on one story say about themselves: counts, and nobody's mark. Pure."""

from dataclasses import dataclass, field
from enum import IntEnum


class Kind(IntEnum):
    """How long a voter's token was known when the vote was cast; the numbers are the store's.

    NONE has no token that tells: an Open Heart request, or a vote from before evidence was kept.
    """

    NONE = 0
    NEW = 1
    KNOWN = 2


@dataclass(frozen=True, slots=True)
class ChoiceEvidence:
    """The votes for one choice in one hour that count or are set aside; held ones are not in it.

    :param new: of readers whose token was not a day old.
    :param known: of readers whose token was older.
    :param again: first votes from a network that had already brought one for this choice since
        midnight, UTC; so the choice's new networks in this hour are first votes less ``again``.
    """

    new: int = 0
    known: int = 0
    again: int = 0


@dataclass(frozen=True, slots=True)
class HourEvidence:
    """One hour of one story.

    :param hour: since the epoch.
    :param choices: by choice number; a choice without votes may be missing.
    :param forms: first votes from the form without JavaScript.
    :param worked: first votes of readers who did a proof of work.
    :param open_hearts: first votes by Open Heart, which are of no kind.
    :param held_at_gate: votes held because their network brought too many new readers.
    :param held_of_network: votes held because their network had no allowance left on the story.
    :param held_by_alarm: votes of new readers held because of a flag.
    :param asked_to_work: readers who were asked for a proof of work.
    :param turned_away: readers who were refused because their network sent too much.
    :param origins: first votes by the origin of their page, where it is not the site's first one.
    """

    hour: int
    choices: dict[int, ChoiceEvidence] = field(default_factory=dict)
    forms: int = 0
    worked: int = 0
    open_hearts: int = 0
    held_at_gate: int = 0
    held_of_network: int = 0
    held_by_alarm: int = 0
    asked_to_work: int = 0
    turned_away: int = 0
    origins: dict[str, int] = field(default_factory=dict)

    @property
    def new(self) -> int:
        """The votes of new readers for any choice."""
        return sum(one.new for one in self.choices.values())

    @property
    def known(self) -> int:
        """The votes of known readers for any choice."""
        return sum(one.known for one in self.choices.values())
