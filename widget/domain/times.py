"""Times as text. Pure."""

from datetime import UTC, datetime

from widget.domain.zones import UTC_ZONE, Zone


def machine_text(at_s: int) -> str:
    """Format a time for programs, to the second: ``2026-11-24T08:00:00Z``."""
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def people_text(at_s: int, zone: Zone = UTC_ZONE) -> str:
    """Format a time for people, to the minute: ``24 Nov 2026, 08:00 UTC``."""
    return f"{zone.time(at_s):%-d %b %Y, %H:%M} {zone.abbreviation(at_s)}"
