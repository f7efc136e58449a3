"""A vote as it is stored beside its mark. lua/shared/marks.lua packs and unpacks it too."""

from enum import IntEnum
from typing import NamedTuple

from widget.domain.integrity.evidence import Kind


class Status(IntEnum):
    """What a vote counts as; the numbers are the store's."""

    COUNTED = 0
    HELD = 1
    VOID = 2
    ASIDE = 3


class PackedVote(NamedTuple):
    """One reader's vote on one article.

    :param hours: since the base hour of the table of voters.
    """

    choice: int
    status: Status
    hours: int
    seq: int
    kind: Kind

    @classmethod
    def of(cls, stored: int) -> "PackedVote":
        """Unpack what is stored; 0 is no vote."""
        if stored and abs(stored) < 1 << 15:
            hours, choice = divmod(abs(stored) - 1, 16)
            return cls(choice, Status.COUNTED, hours, 1, Kind.NEW if stored > 0 else Kind.KNOWN)
        kind, packed = Kind.NONE, stored
        if stored < 0:
            kind = Kind.NEW if stored % 2 else Kind.KNOWN
            packed = (-stored - kind) // 2
        elif stored >= 1 << 51:  # by a build before v0.4.0 was complete
            kind, packed = Kind(stored >> 51), stored % (1 << 51)
        return cls(packed % 16, Status(packed // 16 % 4), packed // 64 % 16384, packed >> 20, kind)
