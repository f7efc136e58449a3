"""``python -m bench NAME ...``: run these measurements, or all of the service's own."""

import importlib
import sys

SERVICE = ("script", "memory", "http")


def main(names: list[str]) -> int:
    """0, or 1 when a figure that is held was missed (a ``main`` that returns False)."""
    held = [importlib.import_module(f"bench.{name}").main() for name in names or SERVICE]
    return 1 if False in held else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
