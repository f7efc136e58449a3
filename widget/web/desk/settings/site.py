"""A site's settings: name and origins, closing, reactions, questions, rules for comments."""

from dataclasses import replace
from functools import partial
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from widget.domain import clock
from widget.domain.editors.editor import Role
from widget.domain.forms import described, parameters, polls
from widget.domain.forms import site as site_form
from widget.domain.forms.comment_rules import form_of_rules, rules_from_form
from widget.domain.forms.problems import parse_fields
from widget.domain.model import Site
from widget.domain.zones import zone_names
from widget.services.home import HOME
from widget.store.sites import version_of
from widget.web.desk.services import desk
from widget.web.desk.settings.reaction_sets import (
    moved_page,
    requested_set,
    stored_page,
    typed_page,
)
from widget.web.desk.settings.refused import refused_by
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
    """Set the site's name and the origins of its bar."""
    site_for_role_or_404(site_key, Role.ADMIN)
    fields = request.form.to_dict()
    parsers = {"name": site_form.site_name, "origins": site_form.site_origins}
    return saved(site_key, lambda site: replace(site, **parse_fields(fields, parsers)), _typed_page)


@blueprint.post("/parameters")
def set_parameters(site_key: str) -> AnyResponse:
    """Set which parameters of an address choose a story."""
    site_for_role_or_404(site_key, Role.ADMIN)
    fields = request.form.to_dict()
    return saved(
        site_key, lambda site: replace(site, parameters=parameters.rules_from(fields)), _typed_page
    )


@blueprint.post("/closing")
def set_closing(site_key: str) -> AnyResponse:
    """Set for how many days an article accepts votes."""
    site_for_role_or_404(site_key, Role.EDITOR)
    days = request.form.get("open_days", "")
    return saved(
        site_key, lambda site: replace(site, open_days=site_form.open_days(days)), _typed_page
    )


@blueprint.post("/results")
def set_results(site_key: str) -> AnyResponse:
    """Set how bars show figures whose tag does not say it."""
    site_for_role_or_404(site_key, Role.EDITOR)
    typed = request.form.get("results", "")
    return saved(
        site_key, lambda site: replace(site, results=site_form.results(typed)), _typed_page
    )


@blueprint.post("/time-zone")
def set_time_zone(site_key: str) -> AnyResponse:
    """Set the time zone of the site's days and hours at the desk."""
    site_for_role_or_404(site_key, Role.ADMIN)
    typed = request.form.get("time_zone", "")
    return saved(
        site_key, lambda site: replace(site, time_zone=site_form.time_zone(typed)), _typed_page
    )


@blueprint.post("/held-votes")
def set_held_votes(site_key: str) -> AnyResponse:
    """Set whether held votes are released by themselves if they chose as the counted ones."""
    site_for_role_or_404(site_key, Role.EDITOR)
    is_on = request.form.get("release_held") == "on"
    return saved(site_key, lambda site: replace(site, release_held=is_on), _typed_page)


@blueprint.get("/comments")
def show_comments(site_key: str) -> Response:
    site_for_role_or_404(site_key, Role.EDITOR)
    return _comments_page(services().sites.fresh(site_key))


@blueprint.post("/comments")
def set_comments(site_key: str) -> AnyResponse:
    site_for_role_or_404(site_key, Role.EDITOR)
    fields = request.form.to_dict()
    return saved(
        site_key,
        lambda site: replace(site, comments=rules_from_form(fields)),
        partial(_comments_page, values=fields),
        then=url_for(".show_comments", site_key=site_key),
    )


@blueprint.get("/reactions")
def show_reactions(site_key: str) -> AnyResponse:
    site_for_role_or_404(site_key, Role.EDITOR)
    poll_key = request.args.get("poll", "")
    if poll_key:  # where questions were edited up to v0.3
        return redirect(url_for("question_forms.edit", site_key=site_key, poll_key=poll_key), 303)
    return stored_page(services().sites.fresh(site_key))


@blueprint.post("/reactions")
def set_reactions(site_key: str) -> AnyResponse:
    """Save a reaction set, remove a section's, or give the form back with its rows changed."""
    site_for_role_or_404(site_key, Role.EDITOR)
    act = request.form.get("act", "save")
    fields = request.form.to_dict()
    moved = moved_page(services().sites.fresh(site_key), fields)
    if moved is not None:
        return moved
    query: dict[str, Any] = dict(requested_set(services().sites.fresh(site_key)).query)

    def change(site: Site) -> Site:
        now = requested_set(site)
        if act == "remove":
            return now.removed_from(site)
        return now.put_in(site, polls.poll_from_form(fields, now))

    then = url_for(".show_reactions", site_key=site_key, **({} if act == "remove" else query))
    return saved(site_key, change, partial(typed_page, fields), then=then)


def _page(site: Site, status: int = 200, **values: object) -> Response:
    last_votes = desk().seen_on(site.key)
    page = render_template(
        "desk/settings.html",
        **{
            "site": site,
            "values": _stored_values(site),
            "version": version_of(site),
            "problems": {},
            "last_votes": [(origin, last_votes.get(origin)) for origin in site.origins],
            "zone_names": sorted(zone_names()),
            "now_s": int(clock.now()),
            "result_choices": described.RESULTS.items(),
            "refused": refused_by(site),
            "is_home": site.key == HOME,
            "public_url": services().settings.public_url,
            **values,
        },
    )
    return make_response(page, status)


def _typed_page(site: Site, status: int, **values: object) -> Response:
    """Show the page again with the fields of the submitted form."""
    typed = _stored_values(site) | request.form.to_dict()
    return _page(site, status, values=typed, **values)


def _stored_values(site: Site) -> dict[str, str]:
    return {
        "name": site.name,
        "origins": "\n".join(site.origins),
        "open_days": str(site.open_days),
        "results": site.results,
        "release_held": "on" if site.release_held else "",
        "time_zone": site.time_zone,
        **parameters.form_of(site.parameters),
    }


def _comments_page(site: Site, status: int = 200, **values: object) -> Response:
    page = render_template(
        "desk/comment_rules.html",
        **{
            "site": site,
            "values": form_of_rules(site.comments),
            "version": version_of(site),
            "problems": {},
            "needs_rescore": desk().rescoring.is_due(site, services().tone.version(site)),
            **values,
        },
    )
    return make_response(page, status)
