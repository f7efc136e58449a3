"""Which requests have threads of their own: busy threads never keep these waiting."""

# Health alone has a thread that never waits for the store; the other two may.
LANES = (("/healthz",), ("/readyz", "/metrics"))
_LANE_OF = {path: at for at, paths in enumerate(LANES) for path in paths}


def lane(method: str, path: str) -> int | None:
    """Return the lane of a request; None for any that is no probe."""
    return _LANE_OF.get(path) if method in ("GET", "HEAD") else None
