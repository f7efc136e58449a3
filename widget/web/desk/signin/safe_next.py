"""The address to go to after signing in, which is always one of our own desk."""

import ada_url

HOME = "/desk/"
MAX_CHARS = 2000


def safe_next(address: str | None, public_url: str) -> str:
    """Return the path and query of ``address`` if it is an address of the desk, else the desk's.

    It is resolved as a browser would resolve it, so what it looks like does not matter. The result
    begins with /desk, which no browser takes for another host's.

    :param public_url: our own origin.
    """
    if address is None or len(address) > MAX_CHARS:
        return HOME
    try:
        own, found = ada_url.URL(public_url), ada_url.URL(address, base=public_url)
    except ValueError:
        return HOME
    path = found.pathname
    if found.origin != own.origin or not (path == "/desk" or path.startswith("/desk/")):
        return HOME
    return f"{path}{found.search}"
