"""The address to go to after signing in, which is always one of our own desk."""

import re

_OWN_PATH = re.compile(r"/desk(?:[/?][^\\\x00-\x20\x7f]*)?")
_HOME = "/desk/"


def safe_next(path: str | None) -> str:
    """Return ``path`` if it is an address of the desk, else the desk's first page.

    A path that begins with /desk and then a slash, a query or nothing cannot name another host,
    however a browser parses it.
    """
    if path is None or not _OWN_PATH.fullmatch(path) or len(path) > 2000:
        return _HOME
    return path
