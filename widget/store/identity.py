"""Whose store this is: the voter key that its readers were counted with, and its schema.

docs/adr/0018-one-truth-a-store.md says why. Another key would count every reader a second time, and
a release that does not know the schema could read or write it wrongly.
"""

from collections.abc import Callable
from typing import Any

import redis
from redis.cluster import RedisCluster
from redis.exceptions import RedisClusterException

from widget.domain.errors import WrongStore
from widget.settings import SettingError
from widget.store import keys
from widget.store.room import Hourly
from widget.store.scanning import keys_like

SCHEMA = 2
SCHEMAS = (1, SCHEMA)  # those that this release can work with; 1 keeps no kinds of readers
VOTERS, SCHEMA_FIELD, RESTORING = "voters", "schema", "restoring"

_OTHER_KEY = (
    "READBACK_SECRETS: this store's readers were counted with another secrets file, and this one "
    "would count them twice. Put that file back. If it is lost, run `readback store adopt-key`"
)
_HALF_RESTORED = (
    "A restore into this store was interrupted, so only some of its data is there. Run "
    "`readback restore PATH` again, which starts over, or empty the store"
)
_OTHER_SCHEMA = (
    f"The store has schema %s, and this release knows schema {SCHEMA} and 1 only: another wrote "
    "it. Install that release, or a later one"
)


class Identity:
    """What a server or command expects of its store, and whether the store is that.

    :param voters: fingerprint of the voter key; "" for a command that counts no voter.
    """

    def __init__(self, voters: str = "") -> None:
        self._voters = voters
        self.is_ours = False
        self.schema = SCHEMAS[0]
        self._is_copied = False
        self._warning = Hourly()

    def check(self, client: Any) -> None:
        """Compare with the store. A store that nobody has used yet becomes ours.

        The caller handles the errors of redis.

        :raise WrongStore: ``why`` says what differs, and the remedy.
        """
        voters, schema, restoring = _read(client)
        if self._voters and (voters is None or schema is None) and restoring is None:
            # Each only if it is missing still: of two servers that start at once, one is first.
            # Together, so that a vote in between does not make the store look like an old one.
            pipe = client.pipeline(transaction=True)
            new = SCHEMAS[0] if _has_stories(client) else SCHEMA
            pipe.hsetnx(keys.store(), VOTERS, self._voters)
            pipe.hsetnx(keys.store(), SCHEMA_FIELD, new)
            pipe.execute()
            voters, schema, restoring = _read(client)
        why = _HALF_RESTORED if restoring else self._why_refused(voters, schema)
        self.is_ours = not why
        if not why and schema is not None:
            self.schema = int(schema)
        if why:
            self._warning.warn("Readback does not use its store, and refuses votes. %s.", why)
            raise WrongStore(why=why)
        if isinstance(client, RedisCluster) and not self._is_copied and voters is not None:
            self._is_copied = _copied(client, voters, self.schema)

    def check_at_start(self, client: Callable[[], Any]) -> None:
        """Compare with the store if it answers. One that is away is checked as soon as it does.

        :raise SettingError: it is not ours. The message has the remedy.
        """
        try:
            self.check(client())
        except WrongStore as problem:
            raise SettingError(f"{problem.why}.") from None
        except (redis.RedisError, RedisClusterException, OSError):
            pass

    def _why_refused(self, voters: str | None, schema: str | None) -> str:
        if schema is not None and schema not in map(str, SCHEMAS):
            return _OTHER_SCHEMA % repr(schema[:20])
        return _OTHER_KEY if self._voters and voters != self._voters else ""


def touch(client: Any) -> None:
    """Read what every use of the store reads first.

    :raise redis.RedisError: the store does not answer.
    """
    _read(client)


def has_counted(client: Any, voters: str) -> bool | None:
    """Return whether a voter key counted the store's readers; None if none did yet."""
    stored, *_ = _read(client)
    return None if stored is None else stored == voters


def adopt(client: Any, voters: str) -> None:
    """Have the readers counted with another key from now on."""
    _remove_copy(client)
    client.hset(keys.store(), VOTERS, voters)


def begin_restore(client: Any) -> None:
    """Have the store refused by everything but a restore, until it is whole."""
    _remove_copy(client)
    client.hset(keys.store(), RESTORING, 1)


def upgrade(client: Any) -> bool:
    """Raise the schema to this release's; return False if it has it. Earlier releases then stop."""
    schema = _read(client)[1]
    if schema == str(SCHEMA):
        return False
    _remove_copy(client)
    client.hset(keys.store(), SCHEMA_FIELD, SCHEMA)
    return True


def end_restore(client: Any, voters: str, schema: int) -> None:
    """Have the store used again, by those who have the voter key."""
    pipe = client.pipeline(transaction=True)
    pipe.hset(keys.store(), mapping={VOTERS: voters, SCHEMA_FIELD: schema})
    pipe.hdel(keys.store(), RESTORING)
    pipe.execute()


def is_half_restored(client: Any) -> bool:
    """Return whether a restore began here and did not end."""
    return bool(client.hexists(keys.store(), RESTORING))


def _read(client: Any) -> tuple[str | None, str | None, str | None]:
    """Return voters, schema and the mark of a restore; while their shard is away, their copy."""
    try:
        return _read_at(client, keys.store())
    except (redis.RedisError, RedisClusterException, OSError):
        if not isinstance(client, RedisCluster):
            raise
        copied = _read_at(client, keys.store_copy())
        if copied[0] is None:
            raise
        return copied


def _read_at(client: Any, key: str) -> tuple[str | None, str | None, str | None]:
    voters, schema, restoring = client.hmget(key, [VOTERS, SCHEMA_FIELD, RESTORING])
    return _text(voters), _text(schema), _text(restoring)


def _copied(client: Any, voters: str, schema: int) -> bool:
    """Keep what is true of the store at another shard too; return False if that is away."""
    try:
        client.hset(keys.store_copy(), mapping={VOTERS: voters, SCHEMA_FIELD: schema})
    except (redis.RedisError, RedisClusterException, OSError):
        return False
    return True


def _has_stories(client: Any) -> bool:
    """Return whether an earlier release, which recorded no schema, counted votes here."""
    return next(keys_like(client, f"{keys.PREFIX}{{*}}:a:*"), None) is not None


def _remove_copy(client: Any) -> None:
    """Before it is true no longer, so that it never outlives the original."""
    if isinstance(client, RedisCluster):
        client.delete(keys.store_copy())


def _text(raw: bytes | None) -> str | None:
    return None if raw is None else raw.decode(errors="replace")
