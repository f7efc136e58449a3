"""Which keys a back-up has, and which belong together.

docs/adr/0027-back-up-while-votes-run.md says why some are left out. Every other key is copied,
whatever it is, so a new kind of key needs nothing here. Pure.
"""

import inspect
import re
from collections.abc import Callable

from widget.store import keys

LEFT_OUT: tuple[tuple[Callable[..., str], str], ...] = (
    (keys.salt, "names networks, and must be forgotten within two days"),
    (keys.networks, "networks under the salt of a day"),
    (keys.comment_networks, "networks under the salt of a day"),
    (keys.reporting_networks, "networks under the salt of a day"),
    (keys.said, "networks under the salt of a day"),
    (keys.new_readers, "a network's allowance"),
    (keys.new_readers_wide, "a network's allowance"),
    (keys.let_in, "a network's allowance"),
    (keys.held_readers, "a network's allowance"),
    (keys.let_in_held, "a network's allowance"),
    (keys.allowance, "the allowance of a network, a reader or a site"),
    (keys.comment_draft, "joins a reader's acts, and must be forgotten within two days"),
    (keys.comment_text, "stays behind a comment that its reader deletes"),
    (keys.wrong_passwords, "networks under the salt of a day"),
    (keys.spent_proof, "ends after five minutes"),
    (keys.session, "a session that was ended since would be open again"),
    (keys.sessions, "a session that was ended since would be open again"),
    (keys.invitation, "a one-time link that was used since would be good again"),
    (keys.first_admin, "a one-time link that was used since would be good again"),
    (keys.barrier, "ends after a minute"),
    (keys.sweep, "a lease of less than a minute"),
    (keys.copying, "a lease of less than a minute"),
    (keys.watch, "a lease of less than a minute"),
    (keys.integrity_watch, "a lease of five minutes"),
    (keys.tone_lesson, "a lease of five minutes"),
    (keys.ledger_lease, "a lease of less than a minute"),
    (keys.ledger_marks, "after a restore the ledger says of each story what was restored"),
    (keys.alert_test, "ends after ten seconds"),
    (keys.refused_origins, "ends after a day, and comes again with the next refusal"),
    (keys.store, "is in the head of the file instead"),
    (keys.store_copy, "is in the head of the file instead"),
)
_PARAMETERS = {
    "partition": r"\d{1,2}",
    # No act is called alerts or ledger, and none looks like the mark of a commenter, which is 16
    # digits of the hexadecimal system. In a cluster, an act may have a second place.
    "act": r"(?!alerts\}|ledger\}|[a-f]{16}\})[a-z-]+(?:~\d+)?",
    "whose": "[^:{}]*",
    "tag": "[^{}]+",
}
_TAG = re.compile(rb"\{([^}]+)\}")
_PARTITION = re.compile(rb"([^:]+):\d{1,2}")


def pattern(key: Callable[..., str]) -> str:
    """Return the regular expression of the keys that a function of ``keys`` makes."""
    names = list(inspect.signature(key).parameters)
    made = re.escape(key(*(f"\x00{name}\x00" for name in names)))
    for name in names:
        made = made.replace(re.escape(f"\x00{name}\x00"), _PARAMETERS.get(name, "[^:{}]+"))
    return made


_LEFT_OUT = re.compile("|".join(pattern(key) for key, _ in LEFT_OUT).encode())


def is_backed_up(key: bytes) -> bool:
    return key.startswith(keys.PREFIX.encode()) and not _LEFT_OUT.fullmatch(key)


def unit_of(key: bytes) -> bytes:
    """Return what the key must agree with: its partition's hash tag, or only the key itself."""
    tag = _TAG.search(key)
    return tag[1] if tag else key


def site_of_partition(unit: bytes) -> str | None:
    """Return the site of a unit that is a partition, None for any other unit."""
    match = _PARTITION.fullmatch(unit)
    return match[1].decode() if match else None
