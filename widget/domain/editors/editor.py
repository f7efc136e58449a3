"""Who works at the desk: editors, their roles on sites, and what a password must be. Pure."""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import IntEnum

EVERY_SITE = "*"  # stands for all sites among an editor's roles, those added later included
NAME_PATTERN = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,63}")
MIN_PASSWORD_CHARS = 12
MAX_PASSWORD_CHARS = 256


class Role(IntEnum):
    """What an editor may do on a site; each may do what those before it may."""

    VIEWER = 1
    MODERATOR = 2
    EDITOR = 3
    ADMIN = 4

    @property
    def label(self) -> str:
        return self.name.capitalize()


@dataclass(frozen=True, slots=True)
class Editor:
    """
    :param password_hash: argon2's own text, empty until a one-time link was used.
    :param roles: by site key; EVERY_SITE is a key as well.
    :param epoch: grows when all sessions must end. A session of an older epoch is no session.
    """

    name: str
    password_hash: str = ""
    roles: dict[str, Role] = field(default_factory=dict)
    epoch: int = 0
    created_s: int = 0

    def role_on(self, site_key: str) -> Role | None:
        held = [self.roles[key] for key in (site_key, EVERY_SITE) if key in self.roles]
        return max(held, default=None)

    def may(self, role: Role, site_key: str) -> bool:
        held = self.role_on(site_key)
        return held is not None and held >= role

    @property
    def is_admin(self) -> bool:
        """Admin of every site: adds sites and editors."""
        return self.may(Role.ADMIN, EVERY_SITE)

    @property
    def looks_after_all(self) -> bool:
        """Admin of every site, and able to sign in."""
        return self.is_admin and bool(self.password_hash)


def editor_name(text: str) -> str:
    """A name as it is stored: the same however it was capitalised.

    :raise ValueError: the sentence says what a name may be.
    """
    name = text.strip().lower()
    if not NAME_PATTERN.fullmatch(name):
        raise ValueError(
            "A name is 1 to 64 of a-z 0-9 . _ @ + - and begins with a letter or digit."
        )
    return name


def role_named(text: str) -> Role:
    """:raise ValueError: no role has this name."""
    try:
        return Role[text.upper()]
    except KeyError:
        roles = ", ".join(role.name.lower() for role in Role)
        raise ValueError(f"A role is one of {roles}.") from None


def roles_text(roles: dict[str, Role]) -> str:
    """``news:editor *:viewer``, as the audit log keeps it."""
    return " ".join(f"{key}:{role.name.lower()}" for key, role in sorted(roles.items()))


def typed_password(text: str) -> str:
    """A password as it is hashed: keyboards that compose accents differently type the same one.

    :raise ValueError: one that no account can have, so it need not be hashed.
    """
    if len(text) > MAX_PASSWORD_CHARS:
        raise ValueError(f"A password has at most {MAX_PASSWORD_CHARS} characters.")
    if "\0" in text:
        raise ValueError("A password cannot hold the character NUL.")
    return unicodedata.normalize("NFC", text)


def new_password(text: str, name: str) -> str:
    """:raise ValueError: too weak to guard an account; the sentence says what to do."""
    password = typed_password(text)
    if len(password) < MIN_PASSWORD_CHARS:
        raise ValueError(
            f"A password has at least {MIN_PASSWORD_CHARS} characters: a few words do well."
        )
    if name in password.lower() and len(password) < len(name) + MIN_PASSWORD_CHARS:
        raise ValueError("This password is little more than your name. Choose other words.")
    if len(set(password)) < 5:
        raise ValueError("This password repeats the same few characters. Choose other words.")
    return password
