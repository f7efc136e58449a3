"""Refused origins in the real store: bounded, gone after a day, and crowded out by no network."""

import pytest

from tests.conftest import NOW_S
from widget.store import keys
from widget.store.connect import Connection
from widget.store.desk.refused_origins import (
    KEPT_S,
    LANES,
    MOST_OF_LANE,
    RefusedOrigin,
    RefusedOrigins,
)

STAGING = "https://staging.news.example"


@pytest.fixture
def refused(connection: Connection) -> RefusedOrigins:
    return RefusedOrigins(connection)


def test_an_origin_is_counted_whichever_lane_names_it(refused: RefusedOrigins) -> None:
    for lane in (3, 3, 5):
        refused.count("news", STAGING, lane=lane, now_s=NOW_S + lane)
    refused.count("news", "null", lane=3, now_s=NOW_S)
    assert refused.of("news", now_s=NOW_S + 9) == [
        RefusedOrigin(STAGING, 3, NOW_S + 3, NOW_S + 5),
        RefusedOrigin("null", 1, NOW_S, NOW_S),
    ]
    assert refused.of("other", now_s=NOW_S) == []


def test_one_network_crowds_out_only_its_own_lane(refused: RefusedOrigins) -> None:
    for lane in range(LANES):
        refused.count("news", f"https://true-{lane}.example", lane=lane, now_s=NOW_S)
    for number in range(300):
        refused.count("news", f"https://{number}.invented.example", lane=2, now_s=NOW_S + 1)
    found = [one.origin for one in refused.of("news", now_s=NOW_S + 2)]
    assert len(found) == LANES - 1 + MOST_OF_LANE
    true = [origin for origin in found if "true" in origin]
    assert sorted(true) == [f"https://true-{n}.example" for n in range(LANES) if n != 2]


def test_what_is_counted_twice_outlives_what_is_invented_once(refused: RefusedOrigins) -> None:
    for _ in range(2):
        refused.count("news", STAGING, lane=2, now_s=NOW_S)
    for number in range(50):
        refused.count("news", f"https://{number}.invented.example", lane=2, now_s=NOW_S + 1)
    assert refused.of("news", now_s=NOW_S + 2)[0].origin == STAGING


def test_it_is_gone_after_a_day(refused: RefusedOrigins, connection: Connection) -> None:
    refused.count("news", STAGING, lane=2, now_s=NOW_S)
    refused.count("news", "https://b.example", lane=2, now_s=NOW_S + 60)
    assert 0 < connection.client.ttl(keys.refused_origins("news")) <= KEPT_S
    later = NOW_S + KEPT_S
    assert [one.origin for one in refused.of("news", now_s=later)] == ["https://b.example"]
    refused.count("news", "https://c.example", lane=7, now_s=later)
    assert connection.client.hlen(keys.refused_origins("news")) == 2  # the old one is not stored
