"""Origins of apps: what a web view sends for the pages that it loads from inside its app.

Pure. docs/clients.md says which kind of app sends what.
"""

import re

MAX_CHARS = 200
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.ASCII)
_APP = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<host>[a-z0-9._-]+)(?P<port>:[0-9]{1,5})?/?", re.ASCII
)
# Of anybody: a file or a sandboxed frame on any device, or text that a page made itself.
_ANYBODYS = frozenset(
    "about blob content data file filesystem intent javascript mailto null tel vbscript "
    "view-source".split()
)
_OTHER_PROTOCOLS = frozenset("ftp ftps sftp ssh ws wss gopher".split())
# A misspelt scheme of the web is no app's.
_WEB = re.compile(r"(?:h+t+p*|h*t+p+|htp+t+)s*")


def app_origin(origin: str) -> str | None:
    """Return an app's origin in the form that its web view sends; None if it is not an app's.

    :raise ValueError: no page of one app alone sends it; the message says why, without a full stop.
    """
    text = origin.lower()
    scheme = _SCHEME.match(text)
    name = scheme[1] if scheme else text
    if name in _ANYBODYS:
        raise ValueError(
            f"{origin!r} is not an origin of yours: files, sandboxed frames and pages of anybody "
            "send it; let the app load its pages from an origin such as capacitor://localhost"
        )
    if not scheme or name in ("http", "https") or name in _OTHER_PROTOCOLS or _WEB.fullmatch(name):
        return None
    match = _APP.fullmatch(text)
    if not match or len(text) > MAX_CHARS:
        raise ValueError(
            f"{origin!r} must be an app's scheme and a host, such as capacitor://localhost, and "
            "nothing after that"
        )
    if "." in match["host"].strip("."):
        raise ValueError(
            f"{origin!r} must begin with https://, as it names a host on the web; an app's own "
            "scheme has a host such as localhost"
        )
    return f"{match['scheme']}://{match['host']}{match['port'] or ''}"
