"""The mark of a store that is only half restored, which nothing but a restore may use."""

from typing import Any

from widget.settings import SettingError
from widget.store import keys
from widget.store.connect import Connection
from widget.store.scripts import store_errors


def refuse_half_restored(connection: Connection) -> None:
    """Refuse a store in which a restore began and did not end.

    :raise SettingError: it is one.
    :raise StoreUnavailable: the store timed out or refused.
    """
    if is_half_restored(connection):
        raise SettingError(
            "a restore into this store was interrupted, so only some of its data is there. "
            "Run `readback restore PATH` again, which begins anew, or empty the store"
        )


def is_half_restored(connection: Connection) -> bool:
    with store_errors():
        return bool(connection.client.exists(keys.restoring()))


def mark(client: Any) -> None:
    client.set(keys.restoring(), 1)


def unmark(client: Any) -> None:
    client.unlink(keys.restoring())
