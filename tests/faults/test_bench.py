"""The long measurements of faults and load, in their shortest form. Their bounds are not tested."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from bench import cluster
from bench.faults import failovers, kills, pauses
from bench.load import slow, soak


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("b")  # short: a socket's path has 107 bytes at most


@pytest.mark.parametrize("fsync", kills.MOST_LOST_S)
def test_a_killed_embedded_store_doubles_nothing(folder: Path, fsync: str) -> None:
    found = kills.kill(folder, fsync, 2)
    assert found.outcome.compared.is_consistent
    assert found.lost_s <= kills.MOST_LOST_S[fsync]


def test_an_address_moves_back_and_forth() -> None:
    assert failovers.address_moved(2).compared.is_exact


def test_other_shards_votes_go_on_while_one_is_paused() -> None:
    found = pauses.shard(2.0)
    assert found.rate > 0.5 and found.slowest_s <= pauses.MOST_SLOWEST_S


def test_a_slot_moves_there_and_back() -> None:
    assert cluster.run(cluster.reshard, 2).compared.is_exact


def test_a_soak_keeps_every_vote(folder: Path) -> None:
    found = soak.soak(folder, 3.0)
    assert found.requests and not found.failed


def test_readers_are_served_among_slow_and_idle_clients(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slow, "MEASURED_S", 2)
    monkeypatch.setattr(slow, "SHORTEST_S", 2)
    with ExitStack() as running:
        place = slow.start(folder, running)
        with (
            slow.crowd(place.port, 100, slow.HEAD, b"X-A: b\r\n"),
            slow.crowd(place.port, 200, b""),
        ):
            found = slow.measure(place)
    assert found.requests > 50 and not found.failed
