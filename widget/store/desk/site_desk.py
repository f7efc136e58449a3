"""What the editors of a site set for their desk: what they ticked off, and the morning mail."""

from dataclasses import dataclass, field

import msgspec

from widget.domain.morning.schedule import Schedule
from widget.domain.todos import Hidden
from widget.store import keys
from widget.store.connect import Connection
from widget.store.scripts import store_errors, written

_TODO = "todo:"
_MORNING = "morning"
_START = "start:"


@dataclass(frozen=True, slots=True)
class DeskState:
    """
    :param hidden: what is done or snoozed, by the key of the to-do.
    :param start: the steps of the first-run checklist that an editor ticked; "away" is all of it.
    """

    hidden: dict[str, Hidden] = field(default_factory=dict)
    morning: Schedule = field(default_factory=Schedule)
    start: frozenset[str] = frozenset()


class SiteDesk:
    """The hash of each site, in a slot of its own."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, site_key: str) -> DeskState:
        with store_errors():
            stored = self._connection.client.hgetall(keys.site_desk(site_key))
        texts = {name.decode(): raw for name, raw in stored.items()}
        hidden = {
            name.removeprefix(_TODO): msgspec.json.decode(raw, type=Hidden)
            for name, raw in texts.items()
            if name.startswith(_TODO)
        }
        raw = texts.get(_MORNING)
        schedule = msgspec.json.decode(raw, type=Schedule) if raw else Schedule()
        start = frozenset(one.removeprefix(_START) for one in texts if one.startswith(_START))
        return DeskState(hidden, schedule, start)

    def hide(self, site_key: str, todo_key: str, hidden: Hidden, *, now_s: int) -> None:
        """Tick off or snooze a to-do, and forget those whose time is over."""
        ended = [
            _TODO + key for key, one in self.of(site_key).hidden.items() if one.until_s <= now_s
        ]
        key = keys.site_desk(site_key)
        with store_errors():
            written(self._connection, ("HSET", key, _TODO + todo_key, msgspec.json.encode(hidden)))
            if ended:
                self._connection.client.hdel(key, *ended)

    def show(self, site_key: str, todo_key: str) -> bool:
        """Bring a to-do back, and return whether it was hidden."""
        with store_errors():
            [was] = written(self._connection, ("HDEL", keys.site_desk(site_key), _TODO + todo_key))
        return bool(was)

    def set_morning(self, site_key: str, schedule: Schedule) -> None:
        with store_errors():
            key = keys.site_desk(site_key)
            written(self._connection, ("HSET", key, _MORNING, msgspec.json.encode(schedule)))

    def tick_start(self, site_key: str, step: str) -> None:
        """Tick a step of the first-run checklist; ``away`` puts all of it away."""
        with store_errors():
            written(self._connection, ("HSET", keys.site_desk(site_key), _START + step, b"1"))
