"""Names of hosts. Pure."""


def can_be_looked_up(host: str) -> bool:
    """Return whether a resolver takes a name: no part of it is empty or over 63 characters long.

    Python's resolver raises UnicodeError for any other, which is no OSError.
    """
    try:
        host.encode("idna")
    except UnicodeError:
        return False
    return True
