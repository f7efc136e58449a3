"""Text from elsewhere, made safe to print on a terminal or in a log."""

import json


def printable(text: str, *, keep: str = "") -> str:
    """Replace what could control a terminal or begin a line, except the characters in ``keep``.

    That is controls, escapes, direction overrides, invisible characters and line ends.
    """
    return "".join(sign if sign.isprintable() or sign in keep else "\ufffd" for sign in text)


def printable_json(text: str) -> str:
    """Escape in JSON what :func:`printable` replaces, so that it is still the same value."""
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)
