"""The files beside the Python code: inside the package once installed, at the top of a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def asset_folder(name: str) -> Path:
    """Return the path of ``templates``, ``static`` or ``articles``."""
    packed = _PACKAGE / name
    return packed if packed.is_dir() else _PACKAGE.parent / name


def checkout() -> Path | None:
    """Return the top of the checkout that this package is part of, or None once installed."""
    top = asset_folder("templates").parent
    return None if top == _PACKAGE else top
