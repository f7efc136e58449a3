"""A site's settings: name and origins, closing, reactions, questions, rules for comments."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from widget.domain.editors.editor import Role
from widget.domain.errors import BadField
from widget.domain.forms import site as site_form
from widget.domain.forms.comment_rules import rules_shown, rules_typed
from widget.domain.forms.site import InvalidForm
from widget.domain.model import KEY_PATTERN, MAX_SETS, Poll, Site
from widget.domain.page import clean_section
from widget.services.home import HOME
from widget.store.sites import version_of
from widget.web.desk.services import desk
from widget.web.desk.settings.saving import saved
from widget.web.desk.signin.access import site_for_role_or_404
from widget.web.services import services

blueprint = Blueprint("site_settings", __name__, url_prefix="/desk/<site_key>/settings")


@dataclass(frozen=True, slots=True)
class ChoiceSet:
    """Which question is edited: the bar's, a section's own set of it, or one of the polls.

    :param register: keys of its life. A section's set shares the bar's.
    """

    section: str
    poll_key: str
    poll: Poll
    register: tuple[str, ...]
    is_new: bool

    @property
    def query(self) -> dict[str, Any]:
        """Return what names the set in an address; nothing for the bar's own."""
        named = {"section": self.section, "poll": self.poll_key}
        return {name: value for name, value in named.items() if value}


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
    return saved(
        site_key, lambda site: replace(site, **site_form.each_parsed(fields, parsers)), _typed_page
    )


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
        lambda site: replace(site, comments=rules_typed(fields)),
        again,
        then=url_for(".show_comments", site_key=site_key),
    )


@blueprint.get("/reactions")
def show_reactions(site_key: str) -> Response:
    site_for_role_or_404(site_key, Role.EDITOR)
    site = services().sites.fresh(site_key)
    chosen = _choice_set(site)
    known = (*site.reactions.choices, *chosen.poll.choices)
    rows = site_form.rows_of(chosen.poll, chosen.register, known)
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
            return _without(site, now)
        return _with(site, now, site_form.poll_typed(fields, now.register))

    def again(site: Site, status: int, **shown: object) -> Response:
        rows, question = site_form.rows_typed(fields), fields.get("question", "")
        return _reactions_page(site, chosen, question, rows, status=status, **shown)

    if act == "preview":
        return _previewed(site_key, chosen, fields, again)
    query = {} if act == "remove" else chosen.query
    then = url_for(".show_reactions", site_key=site_key, **query)
    return saved(site_key, change, again, then=then)


def _previewed(
    site_key: str, chosen: ChoiceSet, fields: dict[str, str], again: Callable[..., Response]
) -> Response:
    site = services().sites.fresh(site_key)
    try:
        preview = site_form.poll_typed(fields, chosen.register)
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
            "values": rules_shown(site.comments),
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
    rows: list[site_form.Row],
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
            "known": len(chosen.register),
            **shown,
        },
    )
    return make_response(page, status)


def _choice_set(site: Site) -> ChoiceSet:
    """The set that the address names; one that is not there yet begins as the bar's.

    :raise BadField: a name that no set can have, or too many sets.
    """
    section = clean_section(request.args.get("section", "")).casefold()
    poll_key = request.args.get("poll", "").strip().lower()
    if poll_key:
        if not KEY_PATTERN.fullmatch(poll_key):
            raise BadField("A question's key is 1 to 32 of a-z 0-9 _ - and begins with a-z or 0-9.")
        poll = site.polls.get(poll_key)
        _check_room(site.polls, poll_key)
        register = site.register.get(poll_key, ())
        return ChoiceSet("", poll_key, poll or Poll("", ()), register, poll is None)
    own = site.section_reactions.get(section) if section else site.reactions
    if section:
        _check_room(site.section_reactions, section)
    return ChoiceSet(section, "", own or site.reactions, site.choice_keys(""), own is None)


def _check_room(sets: dict[str, Poll], name: str) -> None:
    if name not in sets and len(sets) >= MAX_SETS:
        raise BadField(f"A site has at most {MAX_SETS} of these. Give one up first.")


def _with(site: Site, chosen: ChoiceSet, poll: Poll) -> Site:
    if chosen.poll_key:
        return replace(site, polls={**site.polls, chosen.poll_key: poll})
    if chosen.section:
        sets = {**site.section_reactions, chosen.section: poll}
        return replace(site, section_reactions=sets)
    return replace(site, reactions=poll)


def _without(site: Site, chosen: ChoiceSet) -> Site:
    """The bar's own set cannot be given up; a poll's counts stay in the store."""
    polls = {key: poll for key, poll in site.polls.items() if key != chosen.poll_key}
    sets = {key: poll for key, poll in site.section_reactions.items() if key != chosen.section}
    return replace(site, polls=polls, section_reactions=sets)
