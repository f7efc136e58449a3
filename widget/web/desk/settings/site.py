"""A site's settings: name and origins, closing, reactions, questions, rules for comments."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from widget.domain.editors.editor import Role
from widget.domain.errors import BadField
from widget.domain.forms import polls
from widget.domain.forms import site as site_form
from widget.domain.forms.comment_rules import form_of_rules, rules_from_form
from widget.domain.forms.polls import ChoiceSet
from widget.domain.forms.problems import InvalidForm, parse_fields
from widget.domain.model import Site
from widget.services.home import HOME
from widget.store.sites import version_of
from widget.web.desk.services import desk
from widget.web.desk.settings.saving import saved
from widget.web.desk.signin.access import site_for_role_or_404
from widget.web.services import services

blueprint = Blueprint("site_settings", __name__, url_prefix="/desk/<site_key>/settings")


@blueprint.get("/")
def show(site_key: str) -> Response:
    site_for_role_or_404(site_key, Role.EDITOR)
    return _page(services().sites.fresh(site_key))


@blueprint.post("/origins")
def set_origins(site_key: str) -> AnyResponse:
    """The site's name and where its bar may stand."""
    site_for_role_or_404(site_key, Role.ADMIN)
    fields = request.form.to_dict()
    parsers = {"name": site_form.site_name, "origins": site_form.site_origins}
    return saved(site_key, lambda site: replace(site, **parse_fields(fields, parsers)), _typed_page)


@blueprint.post("/closing")
def set_closing(site_key: str) -> AnyResponse:
    """How long an article takes votes."""
    site_for_role_or_404(site_key, Role.EDITOR)
    days = request.form.get("open_days", "")
    return saved(
        site_key, lambda site: replace(site, open_days=site_form.open_days(days)), _typed_page
    )


@blueprint.get("/comments")
def show_comments(site_key: str) -> Response:
    site_for_role_or_404(site_key, Role.EDITOR)
    return _comments_page(services().sites.fresh(site_key))


@blueprint.post("/comments")
def set_comments(site_key: str) -> AnyResponse:
    site_for_role_or_404(site_key, Role.EDITOR)
    fields = request.form.to_dict()

    def again(site: Site, status: int, **shown: object) -> Response:
        return _comments_page(site, status=status, values=fields, **shown)

    return saved(
        site_key,
        lambda site: replace(site, comments=rules_from_form(fields)),
        again,
        then=url_for(".show_comments", site_key=site_key),
    )


@blueprint.get("/reactions")
def show_reactions(site_key: str) -> Response:
    site_for_role_or_404(site_key, Role.EDITOR)
    site = services().sites.fresh(site_key)
    chosen = _choice_set(site)
    known = (*site.reactions.choices, *chosen.poll.choices)
    rows = polls.rows_for(chosen.poll, chosen.choice_keys, known)
    return _reactions_page(site, chosen, chosen.poll.question, rows)


@blueprint.post("/reactions")
def set_reactions(site_key: str) -> AnyResponse:
    """Save a question and its choices; show them without saving; or give a set up."""
    site_for_role_or_404(site_key, Role.EDITOR)
    act = request.form.get("act", "save")
    fields = request.form.to_dict()
    chosen = _choice_set(services().sites.fresh(site_key))

    def change(site: Site) -> Site:
        now = _choice_set(site)
        if act == "remove":
            return now.removed_from(site)
        return now.put_in(site, polls.poll_from_form(fields, now.choice_keys))

    def again(site: Site, status: int, **shown: object) -> Response:
        rows, question = polls.rows_from_form(fields), fields.get("question", "")
        return _reactions_page(site, chosen, question, rows, status=status, **shown)

    if act == "preview":
        return _previewed(site_key, chosen, fields, again)
    query: dict[str, Any] = {} if act == "remove" else dict(chosen.query)
    then = url_for(".show_reactions", site_key=site_key, **query)
    return saved(site_key, change, again, then=then)


def _previewed(
    site_key: str, chosen: ChoiceSet, fields: dict[str, str], again: Callable[..., Response]
) -> Response:
    site = services().sites.fresh(site_key)
    try:
        preview = polls.poll_from_form(fields, chosen.choice_keys)
    except InvalidForm as refusal:
        return again(site, 422, problems=refusal.problems)
    return again(site, 200, preview=preview, version=fields.get("version", ""))


def _page(site: Site, *, status: int = 200, **shown: object) -> Response:
    values = {
        "name": site.name,
        "origins": "\n".join(site.origins),
        "open_days": str(site.open_days),
    }
    seen = desk().seen_on(site.key)
    page = render_template(
        "desk/settings.html",
        **{
            "site": site,
            "values": values,
            "version": version_of(site),
            "problems": {},
            "seen": [(origin, seen.get(origin)) for origin in site.origins],
            "is_home": site.key == HOME,
            "public_url": services().settings.public_url,
            **shown,
        },
    )
    return make_response(page, status)


def _typed_page(site: Site, status: int, **shown: object) -> Response:
    """The page with what was typed in the form that was sent."""
    values = {
        "name": site.name,
        "origins": "\n".join(site.origins),
        "open_days": str(site.open_days),
    } | request.form.to_dict()
    return _page(site, status=status, values=values, **shown)


def _comments_page(site: Site, *, status: int = 200, **shown: object) -> Response:
    page = render_template(
        "desk/comment_rules.html",
        **{
            "site": site,
            "values": form_of_rules(site.comments),
            "version": version_of(site),
            "problems": {},
            **shown,
        },
    )
    return make_response(page, status)


def _reactions_page(
    site: Site,
    chosen: ChoiceSet,
    question: str,
    rows: list[polls.Row],
    *,
    status: int = 200,
    **shown: object,
) -> Response:
    page = render_template(
        "desk/reactions.html",
        **{
            "site": site,
            "chosen": chosen,
            "question": question,
            "rows": rows,
            "problems": {},
            "preview": chosen.poll,
            "version": version_of(site),
            "known": len(chosen.choice_keys),
            **shown,
        },
    )
    return make_response(page, status)


def _choice_set(site: Site) -> ChoiceSet:
    """Return the question that the address selects; a new one begins as the bar's reactions.

    :raise BadField: a name that no question can have, or too many questions.
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
