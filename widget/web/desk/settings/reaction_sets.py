"""The page of a reaction set: the bar's or a section's, which the address selects."""

from typing import Any

from flask import Response, make_response, render_template, request

from widget.domain.errors import BadField
from widget.domain.forms import polls
from widget.domain.forms.polls import ChoiceSet
from widget.domain.forms.problems import InvalidForm
from widget.domain.model import Site
from widget.store.sites import version_of
from widget.web.desk.settings.choice_forms import moved_values, stored_values, typed_values


def requested_set(site: Site) -> ChoiceSet:
    """Return the set that the address selects; a section's new one begins as the bar's.

    :raise BadField: the site has too many sets.
    """
    section = request.args.get("section", "")
    try:
        return polls.section_set(site, section) if section.strip() else polls.bar_set(site)
    except InvalidForm as refusal:
        raise BadField(str(refusal)) from None


def stored_page(site: Site) -> Response:
    """Show the requested set as it is stored."""
    chosen = requested_set(site)
    return _page(site, stored_values(site, chosen))


def moved_page(site: Site, fields: dict[str, str]) -> Response | None:
    """Show the form after a button that stores nothing; None for another button."""
    values = moved_values(site, requested_set(site), fields)
    return None if values is None else _page(site, values, version=fields.get("version", ""))


def typed_page(fields: dict[str, str], site: Site, status: int, **values: object) -> Response:
    """Show the form again as the editor typed it."""
    return _page(site, typed_values(site, requested_set(site), fields), status, **values)


def _page(site: Site, form: dict[str, Any], status: int = 200, **values: object) -> Response:
    page = render_template(
        "desk/reactions.html",
        **{"site": site, "problems": {}, "version": version_of(site), **form, **values},
    )
    return make_response(page, status)
