"""gunicorn's master killed twelve times under votes, and started again at once."""

from tests.support.killed import kill_under_votes
from tests.support.server import Serve


def test_twelve_killed_masters_lose_no_vote_and_no_start(serve: Serve) -> None:
    server = serve(
        READBACK_NEW_READERS="100000", READBACK_NEW_READERS_WIDE="100000", READBACK_FSYNC="always"
    )
    kill_under_votes(server, times=12)
