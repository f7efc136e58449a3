"""The forms of editors' own questions: making one, changing it, closing it, archiving it."""

from collections.abc import Callable
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from widget.domain import clock
from widget.domain.editors.editor import Role
from widget.domain.errors import BadField, NotFound
from widget.domain.forms import polls
from widget.domain.forms.closing import closing_from_form, form_of_closing
from widget.domain.forms.polls import ChoiceSet
from widget.domain.forms.problems import InvalidForm
from widget.domain.forms.rows import first_rows
from widget.domain.model import Site
from widget.store.sites import version_of
from widget.web.desk.figures.request import figures
from widget.web.desk.settings.choice_forms import (
    form_values,
    moved_values,
    stored_values,
    typed_values,
)
from widget.web.desk.settings.saving import saved, saved_at_once
from widget.web.desk.signin.access import site_for_role_or_404
from widget.web.services import services

CREATED = "The question was created. Paste its line where readers should see it."

blueprint = Blueprint("question_forms", __name__, url_prefix="/desk/<site_key>")


@blueprint.get("/new-question")
def new(site_key: str) -> Response:
    site = _site(site_key)
    chosen = polls.new_poll()
    values = form_values(site, chosen, "", first_rows())
    return _page(site, chosen, values, closing=form_of_closing(0))


@blueprint.post("/new-question")
def create(site_key: str) -> AnyResponse:
    """Create a question, or give its form back with a row more, or in another order."""
    site, fields = _site(site_key), request.form.to_dict()
    chosen = polls.new_poll()
    moved = moved_values(site, chosen, fields)
    if moved is not None:
        return _page(site, chosen, moved, poll_key=_suggested_key(site, fields))
    made: list[str] = []

    def change(site: Site) -> Site:
        problems: dict[str, str] = {}
        parse: dict[str, Callable[[], Any]] = {
            "poll": lambda: polls.poll_from_form(fields, chosen),
            "key": lambda: _new_key(site, fields),
            "closes_s": lambda: _typed_closing(site, fields),
        }
        parsed = {}
        for name, read in parse.items():
            try:
                parsed[name] = read()
            except InvalidForm as refusal:
                problems.update(refusal.problems)
        if problems:
            raise InvalidForm(problems)
        made[:] = [parsed["key"]]
        stored = polls.poll_set(site, parsed["key"]).put_in(site, parsed["poll"])
        return polls.closing_at(stored, parsed["key"], parsed["closes_s"])

    try:
        saved_at_once(site_key, change)
    except InvalidForm as refusal:
        values = typed_values(site, chosen, fields)
        return _page(site, chosen, values, 422, problems=refusal.problems)
    flash(CREATED)
    return redirect(url_for("questions.show", site_key=site_key, poll_key=made[0]), 303)


@blueprint.get("/questions/<poll_key>/form")
def edit(site_key: str, poll_key: str) -> Response:
    site = _site(site_key)
    chosen = _asked(site, poll_key)
    closing = form_of_closing(chosen.poll.closes_s, site.zone)
    return _page(site, chosen, stored_values(site, chosen), closing=closing)


@blueprint.post("/questions/<poll_key>/form")
def save(site_key: str, poll_key: str) -> AnyResponse:
    """Save a question, or give its form back with its rows changed."""
    site, fields = _site(site_key), request.form.to_dict()
    chosen = _asked(site, poll_key)
    moved = moved_values(site, chosen, fields)
    if moved is not None:
        return _page(site, chosen, moved, version=fields.get("version", ""))

    def change(site: Site) -> Site:
        now = _asked(site, poll_key)
        before_s = now.poll.closes_s
        changed = now.put_in(site, polls.poll_from_form(fields, now))
        return polls.closing_at(changed, poll_key, _typed_closing(site, fields, before_s))

    def again(site: Site, status: int, **values: Any) -> Response:
        now = _asked(site, poll_key)
        return _page(site, now, typed_values(site, now, fields), status, **values)

    then = url_for("questions.show", site_key=site_key, poll_key=poll_key)
    return saved(site_key, change, again, then=then)


@blueprint.post("/questions/<poll_key>/closing")
def closing(site_key: str, poll_key: str) -> AnyResponse:
    """Close a question now, or take away its end."""
    _asked(_site(site_key), poll_key)
    ends = {"close": int(clock.now()), "reopen": 0}
    act = request.form.get("act", "")
    if act not in ends:
        raise BadField("act is close or reopen.")
    saved_at_once(
        site_key, lambda site: polls.closing_at(_still(site, poll_key), poll_key, ends[act])
    )
    flash("The question is closed." if act == "close" else "Readers can answer again.")
    return redirect(url_for("questions.show", site_key=site_key, poll_key=poll_key), 303)


@blueprint.post("/questions/<poll_key>/archive")
def archive(site_key: str, poll_key: str) -> AnyResponse:
    """Archive a question, or bring it back."""
    site = _site(site_key)
    if site.any_poll(poll_key) is None:
        raise NotFound("This site has no question with this key.")
    acts = {"archive": polls.archived_from, "restore": polls.restored_to}
    act = request.form.get("act", "")
    if act not in acts:
        raise BadField("act is archive or restore.")
    try:
        saved_at_once(site_key, lambda site: acts[act](site, poll_key))
    except InvalidForm as refusal:
        raise BadField(str(refusal)) from None
    flash("The question is archived." if act == "archive" else "The question is back on its pages.")
    return redirect(url_for("questions.show", site_key=site_key, poll_key=poll_key), 303)


def _site(site_key: str) -> Site:
    """Return the site as stored now, for an editor of it."""
    site_for_role_or_404(site_key, Role.EDITOR)
    return services().sites.fresh(site_key)


def _still(site: Site, poll_key: str) -> Site:
    """Return the site. :raise NotFound: it does not ask this question now."""
    _asked(site, poll_key)
    return site


def _asked(site: Site, poll_key: str) -> ChoiceSet:
    """:raise NotFound: the site does not ask this question now."""
    if poll_key not in site.polls:
        raise NotFound("This site has no current question with this key. It may be archived.")
    return polls.poll_set(site, poll_key)


def _new_key(site: Site, fields: dict[str, str]) -> str:
    return polls.new_poll_key(site, fields.get("poll_key", ""), fields.get("question", ""))


def _suggested_key(site: Site, fields: dict[str, str]) -> str:
    """Return the key as typed, or else the one that the question would have."""
    typed, question = fields.get("poll_key", ""), fields.get("question", "")
    if typed.strip() or not question.strip():
        return typed
    return polls.new_poll_key(site, "", question)


def _typed_closing(site: Site, fields: dict[str, str], before_s: int = 0) -> int:
    now_s = int(clock.now())
    return closing_from_form(fields, now_s=now_s, zone=site.zone, before_s=before_s)


def _page(
    site: Site,
    chosen: ChoiceSet,
    values: dict[str, Any],
    status: int = 200,
    *,
    closing: dict[str, str] | None = None,
    **more: object,
) -> Response:
    fields = request.form
    typed_closing = {name: fields.get(name, "") for name in ("closes", "closes_on")}
    is_new = chosen.is_new
    poll_key = str(more.pop("poll_key", "")) or chosen.poll_key or fields.get("poll_key", "")
    page = render_template(
        "desk/questions/form.html",
        **{
            "site": site,
            "action": request.path
            if is_new
            else url_for(".save", site_key=site.key, poll_key=poll_key),
            "problems": {},
            "version": version_of(site),
            "closing": closing or typed_closing,
            "poll_key": poll_key,
            "line_key": poll_key,
            "line_choices": max(2, len(values["preview"].choices)),
            "taken": [*site.polls, *site.archive],
            "small_words": " ".join(sorted(polls.SMALL_WORDS)),
            "votes": 0 if is_new else figures().questions.figures(site, poll_key).state.mix.n,
            "public_url": services().settings.public_url,
            **values,
            **more,
        },
    )
    return make_response(page, status)
