"""/desk/<site>/integrity: windows of votes that do not look organic, and what an editor decides.

Everyone on the site may look; explaining, setting aside and restoring need the editor role.
"""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from widget.domain import clock
from widget.domain.editors.editor import Role
from widget.domain.errors import BadArticle, BadField, CannotCorrect, NotFound, ReadbackError
from widget.domain.integrity.flag import Flag
from widget.domain.model import Choice, Site
from widget.store.integrity.flags import MAX_NOTE_CHARS
from widget.store.reactions.corrections import Actor
from widget.web.desk.corrections.forms import expected_typed
from widget.web.desk.figures.filters import plural
from widget.web.desk.figures.request import choices_of, figures
from widget.web.desk.integrity.held import held_values
from widget.web.desk.integrity.public import public_of
from widget.web.desk.integrity.reading import reading_of
from widget.web.desk.integrity.wording import NONE_SHOWN, every, measured, shows, window
from widget.web.desk.signin.access import signed_in, site_for_role_or_404
from widget.web.services import services

MOST_SHOWN = 100
RECENT_S = 30 * 86400

blueprint = Blueprint("integrity", __name__, url_prefix="/desk/<site_key>/integrity")

Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("")
def index(site_key: str) -> str:
    site = site_for_role_or_404(site_key, Role.VIEWER)
    show = request.args.get("show", "")
    show = show if show in NONE_SHOWN else "recent"
    waiting = services().integrity.flags.waiting(site)
    listed = services().integrity.flags.listed(site, limit=MOST_SHOWN + 1)
    flags = [flag for flag in listed if _is_in(flag, show)]
    held = held_values(site)
    article_ids = [*(flag.article_id for flag in flags), *(one for one, _ in held["held"])]
    headlines = figures().pages.headlines(site, list(dict.fromkeys(article_ids)), with_tone=False)

    def choice_of(flag: Flag) -> Choice:
        return _choice(choices_of(site, headlines[flag.article_id].page.poll_key), flag)

    return render_template(
        "desk/integrity/index.html",
        flags=flags[:MOST_SHOWN],
        is_cut=len(listed) > MOST_SHOWN,
        waiting=waiting,
        shows=[
            (name, url_for(".index", site_key=site.key, show=key), key == show)
            for key, name in shows(waiting)
        ],
        none_shown=NONE_SHOWN[show],
        looks=every(services().settings.integrity_s),
        headlines=headlines,
        choice_of=choice_of,
        may_act=signed_in().editor.may(Role.EDITOR, site.key),
        problems={},
        typed={},
        **held,
        **measured(),
    )


@blueprint.get("/<flag_id>")
def show(site_key: str, flag_id: str) -> str:
    site = site_for_role_or_404(site_key, Role.VIEWER)
    return _page(site, _flag(site, flag_id))


@blueprint.post("/<flag_id>/explanation")
def explain(site_key: str, flag_id: str) -> Answer:
    site = site_for_role_or_404(site_key, Role.EDITOR)
    note = request.form.get("note", "")
    try:
        services().integrity.flags.explain(site, _flag(site, flag_id).id, note, by=_actor())
    except (BadField, CannotCorrect) as problem:
        return _page(site, _flag(site, flag_id), problem), problem.status
    flash("Explained. The flag rests, and its votes go on counting.")
    return _to(".show", site, flag_id)


@blueprint.post("/<flag_id>/setting-aside")
def set_aside(site_key: str, flag_id: str) -> Answer:
    site = site_for_role_or_404(site_key, Role.EDITOR)
    flag = _flag(site, flag_id)
    by = _actor(f"{reading_of(site, flag).choice.label}, {window(flag.finding)}")
    try:
        expected = expected_typed(request.form)
        done = services().integrity.acts.set_aside(site, flag.id, by=by, expected=expected)
    except (BadField, CannotCorrect) as problem:
        return _page(site, _flag(site, flag_id), problem), problem.status
    flash(f"{plural(done.votes_aside, 'vote')} set aside. Readers are told beside the counts.")
    return _to(".show", site, flag_id)


@blueprint.post("/<flag_id>/restoration")
def restore(site_key: str, flag_id: str) -> Answer:
    site = site_for_role_or_404(site_key, Role.EDITOR)
    flag = _flag(site, flag_id)
    try:
        services().integrity.acts.restore(site, flag.id, by=_actor())
    except CannotCorrect as problem:
        return _page(site, _flag(site, flag_id), problem), problem.status
    was_aside = flag.state == "set_aside"
    flash("Every vote counts again." if was_aside else "The flag waits for a decision again.")
    return _to(".show", site, flag_id)


def _flag(site: Site, flag_id: str) -> Flag:
    """:raise NotFound: there is no such flag."""
    try:
        return services().integrity.flags.get(site, flag_id)
    except BadArticle:
        raise NotFound from None


def _page(site: Site, flag: Flag, problem: ReadbackError | None = None) -> str:
    field = problem.field if isinstance(problem, BadField) else ""
    reading = reading_of(site, flag)
    return render_template(
        "desk/integrity/show.html",
        problem="" if problem is None else str(problem),
        problems={field: str(problem)} if field else {},
        typed_note=request.form.get("note", ""),
        max_note=MAX_NOTE_CHARS,
        may_act=signed_in().editor.may(Role.EDITOR, site.key),
        public=public_of(site, reading, request.args.get("lang", "")),
        **reading.values,
        **measured(),
    )


def _is_in(flag: Flag, show: str) -> bool:
    if flag.state == "waiting" or show == "all":
        return True
    return show == "recent" and flag.decided_s >= clock.now() - RECENT_S


def _choice(choices: list[Choice], flag: Flag) -> Choice:
    return choices[min(flag.finding.choice, len(choices)) - 1]


def _actor(reason: str = "") -> Actor:
    return Actor(signed_in().editor.name, int(clock.now()), reason)


def _to(endpoint: str, site: Site, flag_id: str, **query: Any) -> AnyResponse:
    return redirect(url_for(endpoint, site_key=site.key, flag_id=flag_id, **query), 303)
