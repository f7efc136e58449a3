"""Lists over several shards, one of which hangs: its own items are left out, and no others."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from redis.crc import key_slot

from widget.domain.errors import StoreUnavailable
from widget.store import shards
from widget.store.connection.deadline import current, deadline

KEYS = ("a", "b", "c")  # each at another shard


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(shards, "is_cluster", lambda connection: True)
    owners = {key_slot(key.encode()): [SimpleNamespace(name=f"at {key}")] for key in KEYS}
    return SimpleNamespace(
        client=SimpleNamespace(nodes_manager=SimpleNamespace(slots_cache=owners))
    )


@pytest.mark.parametrize("hanging", KEYS)
@pytest.mark.parametrize("failed_before", [False, True])
def test_a_shard_that_hangs_leaves_time_for_the_others(
    cluster: Any, hanging: str, failed_before: bool
) -> None:
    asked: list[str] = []

    def read(indexes: Sequence[int]) -> list[str]:
        names = [KEYS[index] for index in indexes]
        asked.extend(names)
        budget = current()
        assert budget is not None
        if hanging in names:
            budget.left_s = 0.0  # all that it was given
        if budget.left_s <= 0.05:
            raise StoreUnavailable
        return names

    for _ in range(1 + failed_before):
        with deadline(1.0) as whole:
            found = shards.reachable(cluster, [[key] for key in KEYS], read)
        assert found == [None if key == hanging else key for key in KEYS]
        assert whole.left_s > 0.05  # for what the request does with them
    assert asked[:6] == [*KEYS, *KEYS]


def test_without_any_shard_the_list_is_refused(cluster: Any) -> None:
    def read(indexes: Sequence[int]) -> list[str]:
        raise StoreUnavailable

    with deadline(1.0), pytest.raises(StoreUnavailable):
        shards.reachable(cluster, [[key] for key in KEYS], read)
