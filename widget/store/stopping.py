"""What became of the votes when the embedded store was stopped, and why not all may be on disk."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from widget.domain.printable import printable

MAX_CHARS = 200
_FAILURES = ("Fail to fsync", "Error writing to the AOF", "Short write", "AOF write error")
_MENDED = "AOF write error looks solved"
_SYNCED = "Calling fsync() on the AOF file"
_ENDED = "ready to exit"


@dataclass(frozen=True, slots=True)
class Stopped:
    """How a store was left.

    :param is_own: this process owned the server, and has ended it.
    :param trouble: why not everything may be on disk, in the middle of a sentence; "" if it is.
    :param deaths: how often the server ended by itself, and was started again, before that.
    :param fsync: as the setting.
    """

    is_own: bool
    trouble: str = ""
    deaths: int = 0
    fsync: str = "everysec"

    @property
    def lost_s(self) -> int:
        """Return how many seconds of votes before each of its deaths may be missing."""
        return 0 if self.fsync == "always" or not self.deaths else 2


def is_written(socket: Path) -> bool:
    """Return False if the store says that its last write to the disk failed."""
    try:
        once = Retry(NoBackoff(), 0)
        with redis.Redis(unix_socket_path=str(socket), socket_timeout=1, retry=once) as client:
            return bool(client.info("persistence")["aof_last_write_status"] == "ok")
    except redis.RedisError:
        return True  # it says so in its log when it ends


def why_not_on_disk(code: int, lines: Sequence[str], *, was_written: bool) -> str:
    """Return why not everything may be on disk; "" if the store has said that it is.

    :param code: the server's exit code.
    :param lines: what it wrote into its log while it was stopped.
    """
    if code:
        return (
            f"the store {f'was ended by signal {-code}' if code < 0 else f'ended with code {code}'}"
        )
    failures = [line for line in lines if any(failure in line for failure in _FAILURES)]
    mended = [line for line in failures if _MENDED in line]
    failures = [line for line in failures if _MENDED not in line]
    if failures:
        return f'the store could not write to its disk ("{_said(failures[-1])}")'
    if not was_written and not mended:
        return "the store could not write to its disk"
    if not all(any(sign in line for line in lines) for sign in (_SYNCED, _ENDED)):
        return "the store ended without a word in valkey.log that it wrote everything"
    return ""


def _said(line: str) -> str:
    return printable(line.partition(" # ")[2] or line)[:MAX_CHARS]
