"""Times in the formats of other systems."""

from datetime import UTC, datetime, tzinfo


def seconds(text: str, zone: tzinfo = UTC) -> int | None:
    """Parse an ISO 8601 time to seconds since the epoch; return None if invalid or before 1970.

    :param zone: the time zone of a time without one.
    """
    try:
        at = datetime.fromisoformat(text.strip())
        at_s = int((at if at.tzinfo else at.replace(tzinfo=zone)).timestamp())
    except (ValueError, OverflowError):
        return None
    return at_s if at_s > 0 else None
