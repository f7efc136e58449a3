"""Editors, and the one-time links with which they choose a password."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

import msgspec

from widget.domain.editors.editor import EVERY_SITE, Editor, Role
from widget.domain.errors import LastAdmin, NotFound, Stale
from widget.store import keys
from widget.store.connect import Connection
from widget.store.scripts import Field, Swap, store_errors

INVITATION_TTL_S = 24 * 3600


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time link.

    :param name: the editor who may choose a password; "" for the first admin, who also chooses a
        name.
    """

    name: str
    expires_s: int


class Editors:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._swap = Swap(connection)

    def get(self, name: str) -> Editor | None:
        raw = self._raw(name)
        return _decode(raw) if raw else None

    def all(self) -> list[Editor]:
        with store_errors():
            stored = self._connection.client.hvals(keys.editors())
        return sorted(map(_decode, stored), key=lambda editor: editor.name)

    def any(self) -> bool:
        with store_errors():
            return bool(self._connection.client.hlen(keys.editors()))

    def add(self, editor: Editor) -> Editor:
        """Store a new editor.

        :raise Stale: another editor has this name.
        """
        # Sessions of a removed editor with this name have an older epoch, and so have ended.
        editor = replace(editor, epoch=editor.created_s)
        with store_errors():
            raw = msgspec.json.encode(editor)
            if not self._swap(keys.editors(), Field(editor.name, b""), raw):
                raise Stale(f"{editor.name} is an editor already.")
        return editor

    def change(self, name: str, change: Callable[[Editor], Editor]) -> Editor:
        """Change an editor, and return the result. Try again if somebody else changes it meanwhile.

        :raise NotFound: no editor has this name.
        :raise LastAdmin: this is the last admin of every site, and would no longer be one.
        """
        while True:
            raw, old = self._read(name)
            changed = change(old)
            if self._put(old, raw, changed):
                return changed

    def remove(self, name: str) -> None:
        """Remove an editor.

        :raise NotFound, LastAdmin: as for :meth:`change`.
        """
        while True:
            raw, old = self._read(name)
            if self._put(old, raw, None):
                return

    def _read(self, name: str) -> tuple[bytes, Editor]:
        raw = self._raw(name)
        if raw is None:
            raise NotFound(f"There is no editor named {name[:64]}.")
        return raw, _decode(raw)

    def _put(self, old: Editor, raw: bytes, new: Editor | None) -> bool:
        """Store a change, or with None a removal, and return whether it was done.

        It is not done if this editor, or the other admin who makes it possible, has changed since.
        """
        with store_errors():
            needs = None
            if old.looks_after_all and not (new and new.looks_after_all):
                needs = self._another_admin(old.name)
            value = msgspec.json.encode(new) if new else b""
            return self._swap(keys.editors(), Field(old.name, raw), value, needs)

    def _another_admin(self, name: str) -> Field:
        """Return another admin of every site, as stored.

        :raise LastAdmin: there is none.
        """
        for other, raw in sorted(self._connection.client.hgetall(keys.editors()).items()):
            if other.decode() != name and _decode(raw).looks_after_all:
                return Field(other.decode(), raw)
        raise LastAdmin

    def invite(self, name: str, *, now_s: int) -> str:
        """Make a one-time link, and return its token. The store has only the token's hash.

        An earlier link for the same editor is no longer valid.

        :raise NotFound: no editor has this name.
        """
        token = secrets.token_urlsafe(32)
        link = digest(token)
        with store_errors():
            self._store_invitation(link, name, now_s)
        self.change(name, lambda e: replace(e, link=link))
        return token

    def invite_first(self, *, now_s: int) -> str | None:
        """Make the one-time link for the first admin; None while an earlier one is valid."""
        token = secrets.token_urlsafe(32)
        link = digest(token)
        with store_errors():
            client = self._connection.client
            if not client.set(keys.first_admin(), link, ex=INVITATION_TTL_S, nx=True):
                return None
            self._store_invitation(link, "", now_s)
        return token

    def first_invited_s(self, *, now_s: int) -> int:
        """Return when the first admin's link was made that is valid now, in seconds."""
        with store_errors():
            left_s = max(0, int(self._connection.client.ttl(keys.first_admin())))
        return now_s - INVITATION_TTL_S + left_s

    def _store_invitation(self, link: str, name: str, now_s: int) -> None:
        invitation = msgspec.json.encode(Invitation(name, now_s + INVITATION_TTL_S))
        self._connection.client.set(keys.invitation(link), invitation, ex=INVITATION_TTL_S)

    def invitation(self, token: str, *, now_s: int) -> Invitation | None:
        """Return the invitation of a token that is still valid. This does not use it up."""
        link = digest(token)
        with store_errors():
            raw = self._connection.client.get(keys.invitation(link))
        invitation = msgspec.json.decode(raw, type=Invitation) if raw else None
        if invitation is None or invitation.expires_s <= now_s:
            return None
        return invitation if link == self._valid_link(invitation.name) else None

    def _valid_link(self, name: str) -> str:
        """Return the hash of the only valid link for an editor or, with "", the first admin."""
        if name:
            editor = self.get(name)
            return editor.link if editor else ""
        if self.any():
            return ""  # the first admin exists already
        with store_errors():
            return bytes(self._connection.client.get(keys.first_admin()) or b"").decode()

    def use(self, token: str, name: str, password_hash: str, *, now_s: int) -> Editor | None:
        """Use up a token: set its editor's password, or add the first admin.

        :param name: of the first admin; the invited editor's otherwise.
        :return: None if the token is not valid, or no longer; only one caller gets the editor.
        """
        invitation = self.invitation(token, now_s=now_s)
        if invitation is None:
            return None
        key = keys.invitation(digest(token))
        if not invitation.name:
            with store_errors():
                is_first = self._connection.client.delete(key)
            admin = Editor(name, password_hash, {EVERY_SITE: Role.ADMIN}, created_s=now_s)
            return self.add(admin) if is_first else None
        try:
            editor = self.change(
                invitation.name, lambda e: _with_link_used(e, digest(token), password_hash)
            )
        except NotFound:
            return None
        with store_errors():
            self._connection.client.delete(key)
        return editor

    def _raw(self, name: str) -> bytes | None:
        with store_errors():
            raw: bytes | None = self._connection.client.hget(keys.editors(), name)
        return raw


def digest(secret: str) -> str:
    """Return the hash of a random secret, which the store has instead of the secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _with_link_used(editor: Editor, link: str, password_hash: str) -> Editor:
    """Return the editor with the password chosen at a link.

    :raise NotFound: the link is no longer the editor's.
    """
    if editor.link != link:
        raise NotFound
    return editor.with_password(password_hash)


def _decode(raw: bytes) -> Editor:
    return msgspec.json.decode(raw, type=Editor)
