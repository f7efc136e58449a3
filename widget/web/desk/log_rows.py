"""The rows of the log: an entry in words, with the addresses of what it is about."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import url_for

from widget.domain.editors.deeds import deed
from widget.domain.editors.editor import Role
from widget.domain.figures.tables import Table, moment
from widget.domain.model import Site
from widget.domain.zones import Zone
from widget.services.log_reading import Line
from widget.store.desk.audit import Entry
from widget.web.desk.comments.wording import LABELS, STATUSES
from widget.web.desk.signin.access import signed_in
from widget.web.desk.zone import shown_zone

_PAGES = (  # of what has no page of its own: beginning of the deed, endpoint, least role
    ("share link ", "share_links.index", Role.EDITOR),
    ("API key ", "site_keys.index", Role.ADMIN),
    ("alert", "site_alerts.show", Role.ADMIN),
    ("morning mail ", "site_alerts.show", Role.ADMIN),
    ("tone scorer ", "tone.show", Role.VIEWER),
    ("comments labelled", "labels.show", Role.MODERATOR),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the log.

    :param title: what it is about, or ""; ``path`` leads there, if there is a page.
    :param undo_path: the page where it can be looked at and undone, or "".
    """

    entry: Entry
    deed: str
    title: str
    path: str = ""
    undo_path: str = ""
    before: str = ""
    after: str = ""

    @property
    def is_short(self) -> bool:
        """Whether the change fits on the line: ``held → removed``."""
        return bool(self.before and self.after) and self.entry.kind in ("state", "label")

    @property
    def direction(self) -> str:
        """That of the title: parts which are isolated from each other follow from the left."""
        return "ltr" if self.title.startswith("\u2068") else "auto"

    @property
    def has_values(self) -> bool:
        return bool(self.entry.reason or self.before or self.after)


def by_day(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    """Return rows under the local days of their page: ``[("Thu 26 Nov 2026", rows), ...]``."""
    days = groupby(rows, lambda row: shown_zone().time(row.entry.at_s).date())
    return [(f"{day:%a} {day.day} {day:%b %Y}", list(some)) for day, some in days]


def log_table(rows: list[Row], zone: Zone) -> Table:
    """Return rows as a table for CSV and JSON."""
    columns = ("time", "who", "action", "about", "address", "before", "after", "reason", "entry")
    return Table(
        "entries",
        "Log",
        columns,
        [
            (
                moment(row.entry.at_s, zone),
                row.entry.who,
                row.deed,
                row.title,
                row.path,
                row.before,
                row.after,
                row.entry.reason,
                row.entry.id,
            )
            for row in rows
        ],
    )


def rows_of_site(site: Site, lines: tuple[Line, ...]) -> list[Row]:
    """Describe entries of a site's log."""
    return [_row(line, site, _of_site(site, line)) for line in lines]


def rows_of_all(
    lines: tuple[Line, ...], editors: dict[str, str], sites: dict[str, str]
) -> list[Row]:
    """Describe entries of the log of all sites.

    :param editors: addresses of the pages of those there are, by name; ``sites``: names by key.
    """

    def place(line: Line) -> tuple[str, str, str]:
        named = line.entry.object
        if line.entry.action == "denied":
            return named, "", ""
        if line.entry.action.startswith("site "):
            path = url_for("overview.show", site_key=named) if named in sites else ""
            return sites.get(named, named), path, ""
        return ("" if named == line.entry.who else named), editors.get(named, ""), ""

    return [_row(line, None, place(line)) for line in lines]


def _row(line: Line, site: Site | None, place: tuple[str, str, str]) -> Row:
    entry = line.entry
    title, path, undo_path = place
    said = _words_for(entry)
    return Row(
        entry,
        deed(entry.kind, entry.action),
        title,
        path,
        undo_path,
        said(entry.before),
        said(entry.after),
    )


def _of_site(site: Site, line: Line) -> tuple[str, str, str]:
    """Return the title, its address, and that of the page where the deed is undone."""
    subject, entry = line.subject, line.entry
    if subject.kind == "story":
        article: dict[str, Any] = {"site_key": site.key, "article_id": subject.id}
        undo = url_for("corrections.show", **article) if entry.kind == "article" else ""
        return subject.title, url_for("articles.show", **article), undo
    if subject.kind == "comment":
        case = url_for("moderation.show", site_key=site.key, comment_id=subject.id)
        return subject.title, case, case
    if entry.action == "settings changed":
        return _changed_settings(site, entry)
    title = "" if subject.title in (site.key, entry.who) else subject.title
    for start, endpoint, role in _PAGES:
        if entry.action.startswith(start) and signed_in().editor.may(role, site.key):
            return title or "See", url_for(endpoint, site_key=site.key), ""
    return title, "", ""


def _changed_settings(site: Site, entry: Entry) -> tuple[str, str, str]:
    """Return the names of the settings that changed; a question has its text and its page."""
    lines = f"{entry.before}\n{entry.after}".splitlines()
    names = list(dict.fromkeys(line.partition(": ")[0] for line in lines if ": " in line))
    key = names[0].removeprefix("archived ").removeprefix("question ") if names else ""
    asked = {**site.archived_polls, **site.polls}.get(key)
    if asked and names[0].endswith(f"question {key}"):
        path = url_for("questions.show", site_key=site.key, poll_key=key)
        return f"\u201c{asked.question}\u201d", path, ""
    path = url_for("site_settings.show", site_key=site.key)
    return ", ".join(names) or "See", path, ""


def _words_for(entry: Entry) -> Callable[[str], str]:
    """Return how the values of an entry are said. Of texts it has only ids, which say nothing."""
    if entry.kind in ("site", "article"):
        return str
    if entry.kind == "label":
        return lambda label: LABELS.get(label, "as scored").lower()
    return lambda state: STATUSES.get(state, "")
