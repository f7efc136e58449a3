"""Whether an origin that was refused can be allowed, and what an admin should know before. Pure."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from widget.domain.article import canonical_origin

NOBODYS = (
    "Any sandboxed frame and any local file sends it, so it cannot be allowed. Add "
    "allow-same-origin to the frame's sandbox, or put the tag in the page itself."
)
NOT_HTTPS = "Only an origin that begins with https:// can be allowed."


def why_not_allowed(origin: str) -> str:
    """Return why no site can allow an origin, as a sentence; "" if one can."""
    if origin == "null":
        return NOBODYS
    try:
        is_exact = canonical_origin(origin) == origin
    except ValueError as problem:
        return NOT_HTTPS if origin.startswith("http://") else f"{problem}."
    return "" if is_exact else f"{origin!r} is not written as browsers send it."


def is_related(origin: str, registered: Iterable[str]) -> bool:
    """Return whether an origin's host is one of a site's, or below or above one of them."""
    host = _host(origin)
    others = [_host(one) for one in registered]
    return any(
        host == one or host.endswith(f".{one}") or one.endswith(f".{host}") for one in others
    )


def _host(origin: str) -> str:
    return (urlsplit(origin).hostname or "").removeprefix("www.")
