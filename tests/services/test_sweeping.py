"""The thread that removes stories nobody confirmed."""

import os
import threading
import time

import pytest

from widget.domain.model import Site
from widget.services import sweeping
from widget.services.sweeping import Sweeper
from widget.store.connect import Connection
from widget.store.reactions.unconfirmed import Unconfirmed
from widget.store.sites import Sites


class Counted(Unconfirmed):
    """The stories of a store, which say when a sweep has looked for them."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.looked = threading.Event()

    def due(self, site: Site, *, now_s: int, most: int) -> list[str]:
        assert abs(now_s - time.time()) < 60
        self.looked.set()
        return super().due(site, now_s=now_s, most=most)


@pytest.mark.parametrize(("days", "sweeps"), [(7, True), (0, False)])
def test_a_thread_sweeps_unless_no_story_goes(
    connection: Connection, site: Site, monkeypatch: pytest.MonkeyPatch, days: int, sweeps: bool
) -> None:
    monkeypatch.setattr(sweeping, "EVERY_S", 0.01)
    monkeypatch.setattr(os, "register_at_fork", lambda **_: None)
    stories = Counted(connection)
    Sweeper(Sites(connection, site), stories, days=days).start()
    assert stories.looked.wait(10 if sweeps else 0.2) == sweeps
