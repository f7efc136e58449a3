"""What is said beside the counts of a story as long as votes of it are set aside. Pure."""

from dataclasses import dataclass
from datetime import date

from widget.domain.model import Site, Tally
from widget.domain.zones import day_date


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice to readers.

    :param day: the site's local day of the votes; None if they are of several windows.
    :param path: of the page that says why.
    """

    votes: int
    day: date | None
    path: str


def notice_of(site: Site, article_id: str, tally: Tally) -> Notice | None:
    """Return what to say beside the counts; None if every vote counts or is held."""
    if not tally.aside:
        return None
    day = day_date(site.zone.day_of_hour(tally.aside_hour)) if tally.aside_hour else None
    return Notice(tally.aside, day, why_path(site.key, article_id))


def why_path(site_key: str, article_id: str) -> str:
    return f"{statement_path(site_key)}/{article_id}"


def statement_path(site_key: str) -> str:
    return f"/integrity/{site_key}"
