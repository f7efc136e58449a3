"""What a site's settings show of the origins whose votes and comments were refused."""

from dataclasses import dataclass

from widget.domain import clock
from widget.domain.forms.refused_origin import is_related, why_not_allowed
from widget.domain.model import Site
from widget.web.desk.services import desk

MOST_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Refused:
    """A row of the settings.

    :param why_not: why the origin cannot be allowed, "" if it can.
    :param is_related: its host belongs to one of the site's, as far as a name can tell.
    """

    origin: str
    times: int
    last_s: int
    why_not: str
    is_related: bool


def refused_by(site: Site) -> list[Refused]:
    """Return the origins that the site refused within a day, those seen most often first."""
    found = desk().refused_origins.of(site.key, now_s=int(clock.now()))
    return [
        Refused(
            one.origin,
            one.times,
            one.last_s,
            why_not_allowed(one.origin),
            is_related(one.origin, site.origins),
        )
        for one in found
        if one.origin not in site.origins
    ][:MOST_SHOWN]
