"""Times as other systems write them."""

from datetime import UTC, datetime, tzinfo


def seconds(text: str, zone: tzinfo = UTC) -> int | None:
    """Seconds since the epoch of an ISO 8601 time; None for what is none, or before 1970.

    :param zone: where the time was written, when it does not say so itself.
    """
    try:
        at = datetime.fromisoformat(text.strip())
        at_s = int((at if at.tzinfo else at.replace(tzinfo=zone)).timestamp())
    except (ValueError, OverflowError):
        return None
    return at_s if at_s > 0 else None
