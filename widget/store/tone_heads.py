"""The heads that each site's labels taught: their versions, which one speaks, what lessons found.

One hash of a site, in a slot of its own. Whoever scores a comment reads one small field of it, and
a version only when another one speaks than before.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from widget.store import keys
from widget.store.connect import Connection
from widget.store.scripts import Field, Swap, store_errors, written
from widget.tone.outcome import NegativeShare, Outcome, Speaker, Version

KEPT_VERSIONS = 20
LEASE_S = 300
_SPEAKER, _LATEST, _NEXT, _SHARE = "speaker", "latest", "next", "share"
_VERSION, _OUTCOME = "version:", "outcome:"


@dataclass(frozen=True, slots=True)
class Learned:
    """All that a site's labels taught.

    :param versions: newest first.
    :param outcomes: of the latest lesson in each language.
    :param next_at: number of labelled comments at which the next lesson is due.
    """

    speaker: Speaker
    versions: tuple[Version, ...]
    outcomes: dict[str, Outcome]
    share: NegativeShare | None
    next_at: int

    def version(self, number: int) -> Version | None:
        """Return a version; None if it is not kept, or is the standard one."""
        return next((one for one in self.versions if one.number == number), None)


class ToneHeads:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._swap = Swap(connection)

    def speaker(self, site_key: str) -> Speaker:
        """Return which version speaks at a site."""
        return _speaker(self._field(site_key, _SPEAKER))

    def version(self, site_key: str, number: int) -> Version | None:
        """Return a version; None if it is not kept."""
        raw = self._field(site_key, f"{_VERSION}{number}")
        return msgspec.json.decode(raw, type=Version) if raw else None

    def outcome(self, site_key: str, language: str) -> Outcome | None:
        """Return what the latest lesson in a language found."""
        raw = self._field(site_key, f"{_OUTCOME}{language}")
        return msgspec.json.decode(raw, type=Outcome) if raw else None

    def next_at(self, site_key: str) -> int:
        """Return at how many labelled comments the next lesson is due; 0 before the first."""
        return int(self._field(site_key, _NEXT) or 0)

    def of(self, site_key: str) -> Learned:
        with store_errors():
            stored = self._connection.client.hgetall(keys.tone_heads(site_key))
        texts = {name.decode(): raw for name, raw in stored.items()}
        versions = [
            msgspec.json.decode(raw, type=Version)
            for name, raw in texts.items()
            if name.startswith(_VERSION)
        ]
        outcomes = {
            name.removeprefix(_OUTCOME): msgspec.json.decode(raw, type=Outcome)
            for name, raw in texts.items()
            if name.startswith(_OUTCOME)
        }
        share = texts.get(_SHARE)
        return Learned(
            _speaker(texts.get(_SPEAKER)),
            tuple(sorted(versions, key=lambda one: -one.number)),
            outcomes,
            msgspec.json.decode(share, type=NegativeShare) if share else None,
            int(texts.get(_NEXT, 0)),
        )

    def keep_outcomes(
        self,
        site_key: str,
        outcomes: Iterable[Outcome],
        share: NegativeShare | None,
        *,
        next_at: int,
    ) -> None:
        """Store what a lesson found in each language, in place of the lesson before."""
        found = {f"{_OUTCOME}{one.language}": msgspec.json.encode(one) for one in outcomes}
        fields: dict[str, bytes | int] = {**found, _NEXT: next_at}
        if share is not None:
            fields[_SHARE] = msgspec.json.encode(share)
        key = keys.tone_heads(site_key)
        pairs = [part for pair in fields.items() for part in pair]
        with store_errors():
            stored = self._connection.client.hkeys(key)
            old = [one for one in stored if one.startswith(_OUTCOME.encode())]
            gone = [one for one in old if one.decode() not in found]
            without = [("HDEL", key, *gone)] if gone else []
            written(self._connection, ("HSET", key, *pairs), *without)

    def next_number(self, site_key: str) -> int:
        """Return the number of the version to come; each is given once."""
        with store_errors():
            key = keys.tone_heads(site_key)
            [number] = written(self._connection, ("HINCRBY", key, _LATEST, 1))
        return int(number)

    def keep_version(self, site_key: str, version: Version) -> None:
        """Store a version, and forget those that are too old, but not one that speaks or did."""
        key = keys.tone_heads(site_key)
        speaker = self.speaker(site_key)
        with store_errors():
            field = f"{_VERSION}{version.number}"
            written(self._connection, ("HSET", key, field, msgspec.json.encode(version)))
            stored = [name.decode() for name in self._connection.client.hkeys(key)]
            numbers = sorted(
                int(name.removeprefix(_VERSION)) for name in stored if name.startswith(_VERSION)
            )
            kept = {speaker.number, speaker.before}
            old = [one for one in numbers[:-KEPT_VERSIONS] if one not in kept]
            if old:
                self._connection.client.hdel(key, *(f"{_VERSION}{one}" for one in old))

    def speak(self, site_key: str, speaker: Speaker, *, after: Speaker) -> bool:
        """Let a version speak, and return whether it does.

        :param after: the speaker that the caller saw; with another, nothing changes.
        """
        old = b"" if after == Speaker() else msgspec.json.encode(after)
        with store_errors():
            key = keys.tone_heads(site_key)
            return self._swap(key, Field(_SPEAKER, old), msgspec.json.encode(speaker))

    def begin_lesson(self, site_key: str) -> str:
        """Return a lease on the site's lesson, "" if another process has it."""
        lease = secrets.token_hex(8)
        with store_errors():
            key = keys.tone_lesson(site_key)
            is_ours = self._connection.client.set(key, lease, nx=True, ex=LEASE_S)
        return lease if is_ours else ""

    def end_lesson(self, site_key: str, lease: str) -> None:
        """Give a lease back. One that ended meanwhile may be another process's, and stays."""
        with store_errors():
            key = keys.tone_lesson(site_key)
            if self._connection.client.get(key) == lease.encode():
                self._connection.client.delete(key)

    def _field(self, site_key: str, name: str) -> bytes | None:
        with store_errors():
            raw: bytes | None = self._connection.client.hget(keys.tone_heads(site_key), name)
        return raw


def _speaker(raw: bytes | None) -> Speaker:
    return msgspec.json.decode(raw, type=Speaker) if raw else Speaker()
