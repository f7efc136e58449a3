"""The page of a reaction set or a question: the one that the address selects, and its preview."""

from collections.abc import Callable

from flask import Response, make_response, render_template, request

from widget.domain.errors import BadField
from widget.domain.forms import polls
from widget.domain.forms.polls import ChoiceSet
from widget.domain.forms.problems import InvalidForm
from widget.domain.model import Site
from widget.store.sites import version_of
from widget.web.services import services


def requested_set(site: Site) -> ChoiceSet:
    """Return the question that the address selects; a new one begins as the bar's reactions.

    :raise BadField: the name is not valid, or the site has too many questions.
    """
    section, poll_key = request.args.get("section", ""), request.args.get("poll", "")
    try:
        if poll_key.strip():
            return polls.poll_set(site, poll_key)
        if section.strip():
            return polls.section_set(site, section)
    except InvalidForm as refusal:
        raise BadField(str(refusal)) from None
    return polls.bar_set(site)


def stored_page(site: Site) -> Response:
    """Show the requested set as it is stored."""
    chosen = requested_set(site)
    known = (*site.reactions.choices, *chosen.poll.choices)
    rows = polls.rows_for(chosen.poll, chosen.choice_keys, known)
    return _page(site, chosen, question=chosen.poll.question, rows=rows)


def typed_page(
    chosen: ChoiceSet, fields: dict[str, str], site: Site, status: int, **values: object
) -> Response:
    """Show the form again as the editor typed it."""
    return _page(
        site,
        chosen,
        status,
        question=fields.get("question", ""),
        rows=polls.rows_from_form(fields),
        **values,
    )


def preview(
    site_key: str, chosen: ChoiceSet, fields: dict[str, str], again: Callable[..., Response]
) -> Response:
    """Show the set as readers would see it, without saving it."""
    site = services().sites.fresh(site_key)
    try:
        poll = polls.poll_from_form(fields, chosen.choice_keys)
    except InvalidForm as refusal:
        return again(site, 422, problems=refusal.problems)
    return again(site, 200, preview=poll, version=fields.get("version", ""))


def _page(site: Site, chosen: ChoiceSet, status: int = 200, **values: object) -> Response:
    page = render_template(
        "desk/reactions.html",
        **{
            "site": site,
            "chosen": chosen,
            "problems": {},
            "preview": chosen.poll,
            "version": version_of(site),
            "used": len(chosen.choice_keys),
            **values,
        },
    )
    return make_response(page, status)
