"""Sessions of signed-in browsers. The store has the hash of a session's id, never the id."""

import secrets
from dataclasses import dataclass, replace

import msgspec

from widget.domain.errors import StoreFull
from widget.store import keys
from widget.store.connect import Connection
from widget.store.desk.editors import digest
from widget.store.scripts import store_errors

IDLE_S = 12 * 3600
ABSOLUTE_S = 7 * 86400
TOUCH_S = 60  # how old the time of last use may be


@dataclass(frozen=True, slots=True)
class Session:
    """A session as stored.

    :param digest: hash of the id; identifies the session on the editor's own page.
    :param epoch: the editor's epoch at sign-in. Once the editor's is higher, the session has ended.
    :param agent: the browser's User-Agent; untrusted.
    """

    digest: str
    editor: str
    epoch: int
    created_s: int
    seen_s: int
    agent: str = ""

    def has_ended(self, now_s: int) -> bool:
        return now_s >= min(self.seen_s + IDLE_S, self.created_s + ABSOLUTE_S)


class Sessions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, editor: str, *, epoch: int, agent: str, now_s: int) -> str:
        """Begin a session, and return its id for the cookie."""
        session_id = secrets.token_urlsafe(32)
        session = Session(digest(session_id), editor, epoch, now_s, now_s, agent[:200])
        with store_errors():
            client = self._connection.client
            index = keys.sessions(editor)
            # It is listed before it exists, so that no session can exist and be impossible to end.
            client.zadd(index, {session.digest: now_s + ABSOLUTE_S})
            client.zremrangebyscore(index, "-inf", now_s)
            client.expire(index, ABSOLUTE_S)
            client.set(keys.session(session.digest), msgspec.json.encode(session), ex=IDLE_S)
        return session_id

    def get(self, session_id: str, *, now_s: int) -> Session | None:
        """Return the session of a cookie unless it has ended, and renew its idle time."""
        with store_errors():
            raw = self._connection.client.get(keys.session(digest(session_id)))
        session = msgspec.json.decode(raw, type=Session) if raw else None
        if session is None or session.has_ended(now_s):
            return None
        if now_s - session.seen_s >= TOUCH_S:
            try:
                session = self._store(replace(session, seen_s=now_s), now_s)
            except StoreFull:
                pass  # the desk can still be read, until the session's idle time ends
        return session

    def renew(self, session: Session, *, epoch: int, now_s: int) -> None:
        """Keep this session when the editor's epoch changes, which ends all others."""
        self._store(replace(session, epoch=epoch), now_s)

    def of(self, editor: str, *, epoch: int, now_s: int) -> list[Session]:
        """Return an editor's sessions that have not ended, last used first."""
        with store_errors():
            client = self._connection.client
            digests = client.zrange(keys.sessions(editor), 0, -1)
            raws = [client.get(keys.session(d.decode())) for d in digests]
        found = [msgspec.json.decode(raw, type=Session) for raw in raws if raw]
        living = [s for s in found if s.epoch == epoch and not s.has_ended(now_s)]
        return sorted(living, key=lambda session: session.seen_s, reverse=True)

    def end(self, editor: str, session_digest: str) -> bool:
        """End one of this editor's sessions; return False if it is not one."""
        with store_errors():
            client = self._connection.client
            if not client.zrem(keys.sessions(editor), session_digest):
                return False
            client.delete(keys.session(session_digest))
        return True

    def end_all(self, editor: str) -> None:
        """End every session of a removed editor."""
        with store_errors():
            digests = self._connection.client.zrange(keys.sessions(editor), 0, -1)
        for session_digest in digests:
            self.end(editor, session_digest.decode())

    def _store(self, session: Session, now_s: int) -> Session:
        left_s = min(IDLE_S, session.created_s + ABSOLUTE_S - now_s)
        with store_errors():
            # XX: a session that was ended meanwhile must not come back.
            self._connection.client.set(
                keys.session(session.digest), msgspec.json.encode(session), ex=left_s, xx=True
            )
        return session
