"""Votes that an imported comment brought from elsewhere: shown apart, never counted as ours."""

import re
from dataclasses import dataclass

MOST = 1_000_000
# A comment's source begins with one of these: "remark42:123".
_SYSTEMS = {
    "artalk": "Artalk",
    "commento": "Commento",
    "isso": "Isso",
    "isso-generic": "Isso",
    "remark42": "Remark42",
    "waline": "Waline",
}
_WHOLE = re.compile("[0-9]+")


@dataclass(frozen=True, slots=True)
class Brought:
    """The votes for and against a comment where it was imported from.

    :param system: the name of that system, for people.
    """

    system: str
    ups: int
    downs: int


def brought_from(source: str, ups: int, downs: int) -> Brought | None:
    """Return the votes of an imported comment; None if it brought none."""
    system = _SYSTEMS.get(source.partition(":")[0], "")
    return Brought(system, ups, downs) if system and (ups or downs) else None


def bounded(value: object) -> int:
    """Return a number of votes from 0 to 1,000,000, whatever a file has for it."""
    if isinstance(value, str):
        value = int(value[:9]) if _WHOLE.fullmatch(value) else 0
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0
    if not value > 0:  # negative, or not a number
        return 0
    return MOST if value > MOST else int(value)
