"""A check of every call of a script: if the script computes keys, the call declares the guard."""

import re
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import pytest

from widget.store.scripts import Script

_COMPUTED_KEY = re.compile(r"\b(?:stem|KEYS\[\d\]) \.\.")


def is_guarded(text: str, keys: Sequence[str]) -> bool:
    """Return whether a cluster refuses this call while half of the slot's keys have moved."""
    if not _COMPUTED_KEY.search(text):
        return True  # every key is declared, so a cluster checks them all
    return len(set(keys)) > 1 and any(key.endswith("}:") for key in keys)


def check_every_call(patch: pytest.MonkeyPatch) -> None:
    """Fail at any call of a script that computes keys and lacks the guard."""

    def checked(run: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(run)
        def check_and_run(script: Script, keys: Sequence[str], *more: Any) -> Any:
            assert is_guarded(script.text, keys), f"no guard among {keys}: {script.text[:400]}"
            return run(script, keys, *more)

        return check_and_run

    for name in ("__call__", "call"):
        patch.setattr(Script, name, checked(getattr(Script, name)))
