"""Text from elsewhere, made safe to print."""


def printable(text: str, *, keep: str = "") -> str:
    """Replace what could control the terminal, except the characters in ``keep``."""
    return "".join(sign if sign.isprintable() or sign in keep else "\ufffd" for sign in text)
