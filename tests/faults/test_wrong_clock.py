"""A server whose clock is a year off, beside a right one, on one store: by libfaketime."""

from pathlib import Path

import pytest

from tests.support.programs import missing
from tests.support.server import Serve, Server, nonce
from widget.store.connect import Connection
from widget.store.embedded import EmbeddedStore

FAKETIME = next(iter(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)
DAY_S = 86400


@pytest.mark.parametrize("days", [-365, 365, 2])
def test_a_server_with_a_wrong_clock_closes_no_story(
    serve: Serve, tmp_path: Path, days: int
) -> None:
    if FAKETIME is None:
        missing("libfaketime is missing: install Debian's package faketime")
    store = EmbeddedStore(tmp_path / "store")
    store.start()
    secrets = tmp_path / "secrets.json"
    assert Server(tmp_path / "d").cli("secrets", "new", str(secrets)).returncode == 0
    named = {"READBACK_REDIS_URL": store.url, "READBACK_SECRETS": str(secrets)}
    right = serve(**named)
    wrong = serve(**named, LD_PRELOAD=str(FAKETIME), FAKETIME=f"{days:+}d")
    try:
        for article in ("one", "two"):
            first = wrong.react(article=article, nonce=nonce())
            assert first.status == 200
            token = first.json["token"]
            assert right.react(article=article, token=token, seq=2, reaction="sad").status == 200
            assert (
                right.react(article=article, nonce=nonce()).json["counts"]
                == (wrong.react(article=article, token=token, seq=2, reaction="sad").json["counts"])
            )
        connection = Connection(store.url, timeout_ms=1000)
        left_s = [connection.client.ttl(key) for key in connection.client.keys("*m:*")]
        assert left_s and all(29 * DAY_S < left < 366 * DAY_S for left in left_s)
        assert right.cli("verify").returncode == 0
        lines = [line for line in wrong.output().splitlines() if "clock of this machine" in line]
        assert len(lines) == 1 and "NTP" in lines[0]
        assert "clock of this machine" not in right.output()
    finally:
        for server in (right, wrong):
            server.stop()
        store.stop()
