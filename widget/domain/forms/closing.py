"""When an editor's own question ends: never, in 30 days, or at the end of a day. Pure."""

from collections.abc import Mapping

from widget.domain.forms.problems import InvalidForm
from widget.domain.zones import UTC_ZONE, Zone, day_number, day_text

DAY_S = 86400
SOON_DAYS = 30
MAX_DAYS = 3650


def closing_from_form(
    fields: Mapping[str, str], *, now_s: int, zone: Zone = UTC_ZONE, before_s: int = 0
) -> int:
    """Parse the end of a question: seconds since the epoch, 0 for never.

    :param before_s: its end so far, which stays if its day is typed again.
    :raise InvalidForm: not a day, or one that is over.
    """
    end = fields.get("closes", "never")
    if end == "never":
        return 0
    if end == "soon":
        return now_s + SOON_DAYS * DAY_S
    typed = fields.get("closes_on", "")
    if before_s and typed == last_day(before_s, zone):
        return before_s
    closes_s = _end_of(typed, zone)
    if not now_s < closes_s <= now_s + MAX_DAYS * DAY_S:
        raise InvalidForm({"closes_on": "Choose the last day, today or later."})
    return closes_s


def form_of_closing(closes_s: int, zone: Zone = UTC_ZONE) -> dict[str, str]:
    """Make the form's fields for an end."""
    if not closes_s:
        return {"closes": "never", "closes_on": ""}
    return {"closes": "date", "closes_on": last_day(closes_s, zone)}


def last_day(closes_s: int, zone: Zone) -> str:
    """Return the last local day on which a question takes votes, as ``2026-12-03``."""
    return day_text(zone.day_of(closes_s - 1))


def _end_of(day: str, zone: Zone) -> int:
    """Return when a local day ends, 0 if it is none."""
    try:
        return zone.midnight_s(day_number(day) + 1)
    except (ValueError, OverflowError):
        return 0
