"""Loading of code that stays to the end of a process."""

import gc
from importlib import import_module
from types import ModuleType


def loaded(module: str) -> ModuleType:
    """Import a module, and keep collections away from what was loaded, then and later.

    A fifth of the time of an import would go to looking for garbage that is not there. A process
    that forks then shares that memory for longer: a collection writes to all that it looks at.
    """
    gc.disable()
    try:
        return import_module(module)
    finally:
        gc.freeze()
        gc.enable()
