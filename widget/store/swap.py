"""Replacing one field of a hash only if nobody else has changed it meanwhile."""

from typing import NamedTuple

from widget.store.connect import Connection
from widget.store.scripts import ActScript


class Field(NamedTuple):
    """A field of a hash and the value read from it; b"" if it has none."""

    name: str
    value: bytes


class Swap:
    """Compare and set. Callers turn errors of the store with ``store_errors``."""

    def __init__(self, connection: Connection) -> None:
        self._swap = ActScript(connection, "desk/swap.lua")

    def __call__(self, key: str, old: Field, new: bytes, needs: Field | None = None) -> bool:
        """Replace a field, and return whether it was done.

        :param new: b"" removes the field.
        :param needs: another field that must still have its value.
        """
        act = {"field": old.name, "old": old.value.decode(), "new": new.decode()}
        if needs is not None:
            act |= {"needs": needs.name, "needs_value": needs.value.decode()}
        return bool(self._swap((key,), act))
