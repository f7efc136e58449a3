"""What the readers of one network may do with comments, hour by hour."""

import secrets
import time
from collections import Counter
from dataclasses import replace

import pytest

from tests.conftest import NOW_S
from widget.domain.errors import RateLimited
from widget.domain.model import Site
from widget.domain.readers.reader import Readers
from widget.services.comment_limits import CommentLimits
from widget.services.new_stories import HOUR_S, Author, NewStories
from widget.settings import Settings
from widget.store.connect import Connection
from widget.store.limits import Limits

ALICE = b"alice..........."
MOST = 60


class Clock:
    """The time, as a test sets it."""

    def __init__(self) -> None:
        self.now_s = float(NOW_S)


class Network:
    """What readers of networks do on one site."""

    def __init__(self, connection: Connection, site: Site, *, most: int = MOST) -> None:
        settings = replace(Settings.from_env({}), network_comments=most, new_stories=2)
        limits, key = Limits(connection), secrets.token_urlsafe(48)
        readers = Readers((key,), key.encode())
        stories = NewStories(limits, readers, an_hour=settings.new_stories)
        self.limits, self._site = CommentLimits(limits, stories, settings), site

    def send(self, address: str, *, is_held: bool = False, begins: bool = False) -> str:
        """Send one comment, and return what becomes of it."""
        author = Author(ALICE, address)
        try:
            may_publish = self.limits.admit(
                self._site, author, begins_story=begins, is_held=is_held
            )
        except RateLimited as refusal:
            assert refusal.retry_after_s
            return "refused"
        return "published" if may_publish else "held"

    def may_hold(self, address: str) -> bool:
        return self.limits.may_hold(self._site, address)

    def reporter(self, address: str) -> bytes:
        return self.limits.reporter(self._site, "comment", address, now_s=NOW_S)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "time", lambda: clock.now_s)
    return clock


@pytest.fixture
def network(connection: Connection, site: Site) -> Network:
    return Network(connection, site)


def most_in_an_hour(times: list[float]) -> int:
    return max(sum(t <= at < t + HOUR_S for at in times) for t in times)


def test_no_hour_has_more_published_or_held_comments_than_the_setting(
    clock: Clock, network: Network
) -> None:
    times: dict[str, list[float]] = {"published": [], "held": [], "refused": []}
    for _ in range(4 * 60):
        clock.now_s += 60
        for _ in range(3):
            times[network.send("192.0.2.1")].append(clock.now_s)
    assert 55 <= most_in_an_hour(times["published"]) <= MOST
    assert 55 <= most_in_an_hour(times["held"]) <= MOST
    assert Counter(network.send("192.0.2.2") for _ in range(50)) == {
        "published": 10,
        "held": 30,
        "refused": 10,
    }


def test_comments_held_anyway_use_only_the_second_allowance(clock: Clock, network: Network) -> None:
    sent = Counter(network.send("192.0.2.1", is_held=True) for _ in range(40))
    assert sent == {"held": 30, "refused": 10}
    assert network.send("192.0.2.1") == "published"


def test_a_48_may_send_four_times_as_many(clock: Clock, network: Network) -> None:
    sent = Counter(network.send(f"2001:db8:7:{n:x}::1") for n in range(200))
    assert sent == {"published": 40, "held": 120, "refused": 40}
    assert network.send("2001:db8:8::1") == "published"


@pytest.mark.parametrize("most", [1, 2, 5, 7])
def test_small_limits_hold(clock: Clock, connection: Connection, site: Site, most: int) -> None:
    network, times = Network(connection, site, most=most), list[float]()
    for _ in range(300):
        clock.now_s += 60
        if network.send("192.0.2.1") == "published":
            times.append(clock.now_s)
    assert 1 <= most_in_an_hour(times) <= most


def test_without_a_limit_only_new_stories_are_bounded(
    clock: Clock, connection: Connection, site: Site
) -> None:
    network = Network(connection, site, most=0)
    assert {network.send("192.0.2.1") for _ in range(200)} == {"published"}
    assert network.send("192.0.2.1", begins=True) == "published"
    assert network.send("192.0.2.1", begins=True) == "refused"


def test_a_network_helps_to_hold_ten_comments_at_once_and_ten_more_in_an_hour(
    clock: Clock, network: Network
) -> None:
    assert [network.may_hold("192.0.2.1") for _ in range(12)] == [True] * 10 + [False] * 2
    clock.now_s += HOUR_S
    assert [network.may_hold("192.0.2.1") for _ in range(12)] == [True] * 10 + [False] * 2
    assert [network.may_hold(f"2001:db8:7:{n:x}::1") for n in range(11)] == [True] * 10 + [False]
    assert [network.may_hold("") for _ in range(20)] == [True] * 20


def test_a_report_comes_from_one_network_and_from_the_48_of_an_ipv6_address(
    network: Network,
) -> None:
    reporter = network.reporter
    assert len(reporter("192.0.2.1")) == len(reporter("2001:db8:7:1::1")) == 16
    assert reporter("2001:db8:7:1::1") == reporter("2001:db8:7:ffff::2")
    assert reporter("64:ff9b::192.0.2.1") == reporter("192.0.2.1") != reporter("192.0.2.2")
    assert reporter("") == b""
