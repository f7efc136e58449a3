"""Editors, their roles on sites, and the rules for passwords. Pure."""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from enum import IntEnum

EVERY_SITE = "*"  # the key of a role on all sites, including those added later
NAME_PATTERN = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")
MIN_PASSWORD_CHARS = 12
MAX_PASSWORD_CHARS = 256


class Role(IntEnum):
    """An editor's role on a site. Each role includes the ones before it."""

    VIEWER = 1
    MODERATOR = 2
    EDITOR = 3
    ADMIN = 4

    @property
    def label(self) -> str:
        return self.name.capitalize()


@dataclass(frozen=True, slots=True)
class Editor:
    """A person with access to the desk.

    :param password_hash: in argon2's format; empty until the editor has used a one-time link.
    :param roles: by site key, which may be EVERY_SITE.
    :param epoch: rises when all sessions must end. A session with an older epoch is invalid.
    :param link: hash of the one-time link that is still valid, or "".
    """

    name: str
    password_hash: str = ""
    roles: dict[str, Role] = field(default_factory=dict)
    epoch: int = 0
    created_s: int = 0
    link: str = ""

    def role_on(self, site_key: str) -> Role | None:
        held = [self.roles[key] for key in (site_key, EVERY_SITE) if key in self.roles]
        return max(held, default=None)

    def may(self, role: Role, site_key: str) -> bool:
        held = self.role_on(site_key)
        return held is not None and held >= role

    def with_password(self, password_hash: str) -> "Editor":
        """Return the editor with another password. All sessions and the one-time link end."""
        return replace(self, password_hash=password_hash, epoch=self.epoch + 1, link="")

    def with_roles(self, roles: dict[str, Role]) -> "Editor":
        """Return the editor with other roles. Losing or lowering one ends the one-time link."""
        loses = any(roles.get(key, 0) < role for key, role in self.roles.items())
        return replace(self, roles=roles, link="" if loses else self.link)

    @property
    def is_admin(self) -> bool:
        """Whether this is an admin of every site, who may add sites and editors."""
        return self.may(Role.ADMIN, EVERY_SITE)

    @property
    def looks_after_all(self) -> bool:
        """Whether this is an admin of every site who can sign in."""
        return self.is_admin and bool(self.password_hash)


def editor_name(text: str) -> str:
    """Parse an editor's name; upper case becomes lower case.

    :raise ValueError: the sentence says which names are valid.
    """
    name = text.strip().lower()
    if not NAME_PATTERN.fullmatch(name):
        raise ValueError(
            "A name is 1 to 64 of a-z 0-9 . _ @ + - and begins with a letter or a digit."
        )
    return name


def role_named(text: str) -> Role:
    """Return the role with this name.

    :raise ValueError: no role has this name.
    """
    try:
        return Role[text.upper()]
    except KeyError:
        roles = ", ".join(role.name.lower() for role in Role)
        raise ValueError(f"A role is one of {roles}.") from None


def roles_text(roles: dict[str, Role]) -> str:
    """Format roles for the audit log: ``*:viewer news:editor``."""
    return " ".join(f"{key}:{role.name.lower()}" for key, role in sorted(roles.items()))


def typed_password(text: str) -> str:
    """Normalise a password before hashing, because keyboards compose accents differently.

    :raise ValueError: no account can have this password, so hashing it is pointless.
    """
    if len(text) > MAX_PASSWORD_CHARS:
        raise ValueError(f"A password has at most {MAX_PASSWORD_CHARS} characters.")
    if "\0" in text:
        raise ValueError("A password cannot contain the character NUL.")
    return unicodedata.normalize("NFC", text)


def new_password(text: str, name: str) -> str:
    """Check a password for an account.

    :raise ValueError: it is too weak; the sentence says what to do.
    """
    password = typed_password(text)
    if len(password) < MIN_PASSWORD_CHARS:
        raise ValueError(
            f"A password needs at least {MIN_PASSWORD_CHARS} characters; a short phrase works well."
        )
    if name in password.lower() and len(password) < len(name) + MIN_PASSWORD_CHARS:
        raise ValueError("This password is little more than your name. Choose other words.")
    if len(set(password)) < 5:
        raise ValueError("This password repeats the same few characters. Choose other words.")
    return password
