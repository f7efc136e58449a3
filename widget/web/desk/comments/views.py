"""/desk/<site>/comments: the comments that wait for an editor, and all others of the site.

Reading comments needs the moderator role too, because held ones are not public.
"""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from widget.domain import clock
from widget.domain.comments.cleaning import (
    MAX_LONG_BYTES,
    MAX_NAME,
    MAX_TEXT,
    clean_long_text,
    clean_name,
    clean_text,
    is_long,
)
from widget.domain.comments.comment import Comment, partition_of
from widget.domain.comments.reasons import REASON_NAMES
from widget.domain.editors.editor import Role
from widget.domain.errors import BadField, NotFound, TooLong, TooShort
from widget.domain.model import Site
from widget.store.comments.moderation import NewText, Outcome
from widget.web.audience import wants_json
from widget.web.desk.addresses import this_address
from widget.web.desk.comments import actions, listing, removals
from widget.web.desk.comments.changes import changed
from widget.web.desk.comments.notices import remember, remember_problem, take_notice
from widget.web.desk.comments.scored import scored_text
from widget.web.desk.comments.wording import author_reads, history, reasons
from widget.web.desk.figures.exports import table_answer
from widget.web.desk.figures.request import figures, live_answer
from widget.web.desk.services import desk
from widget.web.desk.signin.access import signed_in, site_for_role_or_404
from widget.web.desk.signin.safe_next import safe_next
from widget.web.services import services

blueprint = Blueprint("moderation", __name__, url_prefix="/desk/<site_key>/comments")

_MAX_EDIT_BYTES = 3 * MAX_LONG_BYTES  # an imported text, its line ends and the other fields


@blueprint.url_value_preprocessor
def allow_imported_texts(endpoint: str | None, _: object) -> None:
    """Accept a form with a text as long as an imported one, before anything reads the form."""
    if endpoint == f"{blueprint.name}.{save.__name__}":
        request.max_content_length = request.max_form_memory_size = _MAX_EDIT_BYTES


@blueprint.get("")
def index(site_key: str) -> str | Response:
    site = site_for_role_or_404(site_key, Role.MODERATOR)
    which = listing.requested_filter()
    past = listing.requested_comment("after" if which.is_oldest_first else "before")
    if "format" in request.args:
        return table_answer(site, None, [removals.table(site, which, past)], "comments")
    found = desk().comment_search.find(site, which, past=past, limit=listing.PAGE)
    newest = listing.newest_waiting(site, which)
    query: dict[str, Any] = which.query | ({"newest": newest} if newest else {})
    return render_template(
        "desk/comments.html",
        filter=which,
        found=found,
        past=past,
        regions=listing.regions(site, which, newest),
        notice=take_notice(site),
        back=this_address(),
        query=query,
        live=url_for(".live", site_key=site.key, **query),
        **listing.list_values(site, which, found),
    )


@blueprint.get("/live.json")
def live(site_key: str) -> Response:
    site = site_for_role_or_404(site_key, Role.MODERATOR)
    newest = listing.requested_comment("newest")
    return live_answer(listing.regions(site, listing.requested_filter(), newest))


@blueprint.post("/acts")
def act(site_key: str) -> AnyResponse:
    """Apply an act to comments.

    ``one`` has the action and the comment of a button. Without it, ``act`` applies to each
    ``comment`` that is ticked. A script gets what was done as JSON.
    """
    site = site_for_role_or_404(site_key, Role.MODERATOR)
    try:
        requested = actions.requested_act()
        outcomes = actions.apply(site, requested)
    except BadField as problem:
        return _refused(site, problem)
    if wants_json():
        return changed(site, requested.action, outcomes)
    remember(site, requested.action, outcomes)
    return _back(site, requested.following)


@blueprint.post("/reversals")
def undo(site_key: str) -> AnyResponse:
    """Undo the act of each ``entry`` of the audit log."""
    site = site_for_role_or_404(site_key, Role.MODERATOR)
    try:
        outcomes = actions.undo(site)
    except BadField as problem:
        return _refused(site, problem)
    if wants_json():
        return changed(site, "undo", outcomes)
    remember(site, "undo", outcomes)
    return _back(site)


@blueprint.get("/<comment_id>")
def show(site_key: str, comment_id: str) -> str:
    site = site_for_role_or_404(site_key, Role.MODERATOR)
    comment = services().comments.get(site, comment_id)
    headlines = figures().pages.headlines(site, [comment.article_id], with_tone=False)
    [parent] = services().comments.get_all(site, [comment.parent]) if comment.parent else [None]
    entries = desk().moderation.history(site, [comment_id])[comment_id]
    tone = services().tone.score(site, comment.text) if comment.text else None
    return render_template(
        "desk/comment.html",
        comment=comment,
        headline=headlines[comment.article_id],
        parent=parent,
        reasons=reasons(comment),
        back=this_address(),
        scored=scored_text(comment, tone) if tone else None,
        statements=services().comments.statements(site, [comment_id])[comment_id][::-1],
        reason_names=REASON_NAMES,
        removal_reasons=REASON_NAMES,
        author_reads=author_reads(site),
        acts=history(comment, entries, now_s=int(clock.now())),
        notice=take_notice(site),
        **listing.NAMES,
    )


@blueprint.get("/<comment_id>/edit")
def edit(site_key: str, comment_id: str) -> str:
    site = site_for_role_or_404(site_key, Role.MODERATOR)
    comment = _editable_or_404(site, comment_id)
    return _edit_page(comment, comment.name, comment.text)


@blueprint.post("/<comment_id>/text")
def save(site_key: str, comment_id: str) -> AnyResponse:
    site = site_for_role_or_404(site_key, Role.MODERATOR)
    comment = _editable_or_404(site, comment_id)
    typed = {field: request.form.get(field, "") for field in ("name", "text")}
    cleaners = (
        ("name", clean_name),
        ("text", clean_long_text if is_long(comment.text) else clean_text),
    )
    problems = {}
    for field, clean in cleaners:
        try:
            typed[field] = clean(typed[field])
        except (TooLong, TooShort) as problem:
            problems[field] = str(problem)
    name, text = typed["name"], typed["text"]
    if problems:
        return make_response(_edit_page(comment, name, text, problems=problems), 422)
    if (name, text) != (comment.name, comment.text):
        outcome = _edited(site, comment_id, name, text)
        if outcome.result == "changed_since":
            now = _editable_or_404(site, comment_id)
            return make_response(_edit_page(now, name, text, is_stale=True), 409)
        remember(site, "edit", [outcome])
    return redirect(url_for(".show", site_key=site.key, comment_id=comment_id), 303)


def _edited(site: Site, comment_id: str, name: str, text: str) -> Outcome:
    return desk().moderation.edit(
        site,
        comment_id,
        NewText(name, text, services().tone.scored(site, text)),
        who=signed_in().editor.name,
        now_s=int(clock.now()),
        seen=request.form.get("seen", ""),
    )


def _edit_page(
    comment: Comment,
    name: str,
    text: str,
    *,
    problems: dict[str, str] | None = None,
    is_stale: bool = False,
) -> str:
    return render_template(
        "desk/comment_edit.html",
        comment=comment,
        name=name,
        text=text,
        problems=problems or {},
        is_stale=is_stale,
        max_name=MAX_NAME,
        max_text=MAX_LONG_BYTES if is_long(comment.text) else MAX_TEXT,
    )


def _editable_or_404(site: Site, comment_id: str) -> Comment:
    comment = services().comments.get(site, comment_id)
    if comment.state == "deleted":
        raise NotFound("This comment was deleted. Undo that first.")
    return comment


def _refused(site: Site, problem: BadField) -> AnyResponse:
    if wants_json():
        raise problem
    remember_problem(site, problem)
    return _back(site)


def _back(site: Site, following: str = "") -> AnyResponse:
    """Redirect to the page of the form, at the comment that followed the one acted on."""
    path = safe_next(request.form.get("back"), services().settings.public_url)
    if not path.startswith(url_for(".index", site_key=site.key)):
        path = url_for(".index", site_key=site.key)
    return redirect(f"{path}#c-{following}" if partition_of(following) is not None else path, 303)
