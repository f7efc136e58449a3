"""Compare and set: the change of one field of a hash that nobody else changes meanwhile."""

from typing import NamedTuple

from widget.store.connect import Connection
from widget.store.scripts import ActScript


class Field(NamedTuple):
    """A field of a hash, and its value when it was read; b"" if there was none."""

    name: str
    value: bytes


class Swap:
    """Compare and set. The caller wraps it in ``store_errors``."""

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
