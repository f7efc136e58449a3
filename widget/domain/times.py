"""Times as text. Pure."""

from datetime import UTC, datetime

from widget.domain.zones import UTC_ZONE, Zone


def machine_text(at_s: int) -> str:
    """Format a time for programs, to the second: ``2026-11-24T08:00:00Z``."""
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def people_text(at_s: int, zone: Zone = UTC_ZONE) -> str:
    """Format a time for people, to the minute: ``24 Nov 2026, 08:00 UTC``."""
    return f"{zone.time(at_s):%-d %b %Y, %H:%M} {zone.abbreviation(at_s)}"


def ago_text(at_s: int, now_s: int) -> str:
    """Say how long ago a time was, and its day where that is more than a week: ``2 h ago``."""
    passed_s = max(0, now_s - at_s)
    if passed_s >= 7 * 86400:
        return people_text(at_s).partition(",")[0]
    for unit, size_s in (("d", 86400), ("h", 3600), ("min", 60)):
        if passed_s >= size_s:
            return f"{passed_s // size_s} {unit} ago"
    return "now"
