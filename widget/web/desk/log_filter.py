"""The filter of the log, as an address has it."""

from dataclasses import dataclass

from flask import request

from widget.domain.editors.deeds import GROUPS
from widget.domain.errors import BadField
from widget.domain.zones import Zone, day_number
from widget.services.log_reading import Sought

_FIELDS = ("who", "kind", "story", "since", "until")
_MOST_CHARS = 200


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What a search of the log is narrowed to, as it was typed. Dates are those of the zone."""

    who: str
    kind: str
    story: str
    since: str
    until: str

    @property
    def query(self) -> dict[str, str]:
        """The fields of an address's query, without the empty ones."""
        return {name: value for name in _FIELDS if (value := getattr(self, name))}

    @property
    def shown(self) -> list[tuple[str, str, dict[str, str]]]:
        """What it narrows to: ``[("Who", "erin", the query without it), ...]``."""
        said = self.query | ({"kind": GROUPS[self.kind]} if self.kind in GROUPS else {})
        names = dict(zip(_FIELDS, ("Who", "What", "Story", "From", "To"), strict=True))
        return [
            (names[field], value, {k: v for k, v in self.query.items() if k != field})
            for field, value in said.items()
        ]

    def sought(self, zone: Zone) -> Sought:
        """:raise BadField: a field has an unknown value."""
        if self.kind and self.kind not in GROUPS:
            raise BadField(f"kind is one of: {', '.join(GROUPS)}.")
        since, until = _day("since", self.since), _day("until", self.until)
        if since is not None and until is not None and since > until:
            raise BadField("The first day is after the last one. Choose them the other way round.")
        return Sought(
            self.who,
            self.kind,
            self.story,
            0 if since is None else zone.midnight_s(since),
            0 if until is None else zone.midnight_s(until + 1),
        )


def requested_filter() -> LogFilter:
    return LogFilter(*(request.args.get(name, "").strip()[:_MOST_CHARS] for name in _FIELDS))


def _day(name: str, text: str) -> int | None:
    if not text:
        return None
    try:
        day = day_number(text)
    except ValueError:
        day = -1
    if not 0 < day < 100_000:  # until 2243
        raise BadField(f"{name} is a date such as 2026-11-24.")
    return day
