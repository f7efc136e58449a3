"""Addresses without what may be a password in them, whether they are well-formed or not."""

import re

STARS = "***"
# The parameters of a store's address that are no secret.
_HARMLESS = ("db", "ssl_ca_certs", "ssl_certfile", "ssl_keyfile", "sentinel_username")
_SCHEME = re.compile(r"[a-z][a-z+]*://", re.ASCII)


def masked(text: str) -> str:
    """Return ``redis://user:***@host/0`` of an address; of anything else, only stars."""
    if not text:
        return ""
    scheme = _SCHEME.match(text)
    if scheme is None:
        return STARS
    login, at, rest = text[scheme.end() :].rpartition("@")
    if at:
        # Without a colon, somebody may have written a password in the place of the user.
        user, colon, _ = login.partition(":")
        is_user = colon and not set(user) & set("/?#@")
        login = f"{user}:{STARS}@" if is_user else f"{STARS}@"
    place, mark, query = rest.partition("?")
    return f"{scheme[0]}{login}{place}{mark}{'&'.join(map(_pair, query.split('&')))}"


def _pair(text: str) -> str:
    name, equals, _ = text.partition("=")
    return text if name in _HARMLESS or not text else f"{name}={STARS}" if equals else STARS
