"""When a site gets the morning sentence by mail. Pure: no store, no clock of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from widget.domain.forms.problems import InvalidForm
from widget.domain.morning.sentence import FALLBACK, LANGUAGE_NAMES
from widget.domain.zones import Zone

LATE_S = 4 * 3600  # a mail that is due longer than this is not sent: it would be about yesterday
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
RHYTHMS = ("off", "daily", "weekly")
_DAYS = {"daily": 1, "weekly": 7}


@dataclass(frozen=True, slots=True)
class Schedule:
    """
    :param weekday: of a weekly mail, 0 is Monday.
    :param hour: of the site's own clock.
    :param lang: language of the sentence, also on the desk and behind shared links.
    :param since_s: when it was set; no mail is due for a time before.
    """

    rhythm: Literal["off", "daily", "weekly"] = "off"
    weekday: int = 0
    hour: int = 7
    lang: str = FALLBACK
    since_s: int = 0

    def due_s(self, now_s: int, zone: Zone) -> int | None:
        """Return when the latest mail was due; None if none is, or it is too late to send it.

        An hour that the clock skips in spring is the one after it. Of one that comes twice in
        autumn, it is the first.
        """
        if self.rhythm == "off":
            return None
        day = zone.time(now_s).date()
        for earlier in range(8):
            at = day - timedelta(days=earlier)
            if self.rhythm == "weekly" and at.weekday() != self.weekday:
                continue
            due_s = zone.seconds(datetime.combine(at, time(self.hour)))
            if due_s <= now_s:
                return due_s if max(self.since_s, now_s - LATE_S) < due_s else None
        return None

    def days(self, due_s: int, zone: Zone) -> tuple[date, date]:
        """Return the first and last day that a mail is about: yesterday, or a week up to it."""
        last = zone.time(due_s).date() - timedelta(days=1)
        return last - timedelta(days=_DAYS.get(self.rhythm, 1) - 1), last

    @property
    def described(self) -> str:
        """What the audit log says of it."""
        language = LANGUAGE_NAMES.get(self.lang, self.lang)
        if self.rhythm == "off":
            return f"no mail, {language}"
        when = "every day" if self.rhythm == "daily" else f"every {WEEKDAYS[self.weekday]}"
        return f"{when} at {self.hour:02}:00, {language}"


def schedule_typed(form: Mapping[str, str], *, now_s: int) -> Schedule:
    """Read the form of the morning mail.

    :raise InvalidForm: with the problems of all fields.
    """
    problems = {}
    rhythm, lang = form.get("rhythm", ""), form.get("lang", "")
    weekday, hour = _number(form.get("weekday", ""), 7), _number(form.get("hour", ""), 24)
    if rhythm not in RHYTHMS:
        problems["rhythm"] = "Choose off, every day or every week."
    if weekday is None:
        problems["weekday"] = "Choose a day of the week."
    if hour is None:
        problems["hour"] = "Choose an hour from 0 to 23."
    if lang not in LANGUAGE_NAMES:
        problems["lang"] = "Choose one of the languages."
    if problems or weekday is None or hour is None:
        raise InvalidForm(problems)
    known: dict[str, Literal["off", "daily", "weekly"]] = {
        "off": "off",
        "daily": "daily",
        "weekly": "weekly",
    }
    return Schedule(known[rhythm], weekday, hour, lang, now_s)


def _number(text: str, end: int) -> int | None:
    """Return a whole number below ``end``, or None."""
    if not (text.isascii() and text.isdigit() and len(text) <= 2):
        return None
    return int(text) if int(text) < end else None
