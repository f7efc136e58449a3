"""What is installed beside the Python code: files, and the number of the release.

The files are inside the package once installed, and at the top of a checkout.
"""

from importlib.metadata import PackageNotFoundError, version
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


def release() -> str:
    """Return the number of the release that runs; "unknown" in a checkout that is not installed."""
    try:
        return version("readback")
    except PackageNotFoundError:
        return "unknown"
