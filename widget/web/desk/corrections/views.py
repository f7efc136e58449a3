"""/desk/<site>/articles/<id>/corrections: what an editor puts right on one article.

Every act is an editor's: each is shown before it is done where it moves counts, gives its reason,
is logged with it, and can be undone, so it need not wait for an admin to be awake.
"""

import time
from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from widget.domain.editors.editor import Role
from widget.domain.errors import BadArticle, BadField, CannotCorrect, NotFound, ReadbackError
from widget.domain.model import Site
from widget.domain.page import Page
from widget.store.reactions.correction_records import MOST_SHOWN
from widget.store.reactions.corrections import Actor, Corrections, Outcome
from widget.web.desk.corrections.forms import (
    MAX_NOTE_CHARS,
    MAX_REASON_CHARS,
    Subject,
    address_typed,
    expected_typed,
    filter_typed,
    note_typed,
    reason_typed,
    subject_or_404,
    title_of,
)
from widget.web.desk.corrections.previews import merge_preview, n_votes, reset_preview, void_preview
from widget.web.desk.services import desk
from widget.web.desk.signin.access import signed_in, site_for_role_or_404
from widget.web.services import services

blueprint = Blueprint("corrections", __name__, url_prefix="/desk/<site_key>/articles/<article_id>")

Answer = AnyResponse | str | tuple[str, int]


@blueprint.get("/corrections")
def show(site_key: str, article_id: str) -> str:
    site, subject = _subject(site_key, article_id)
    return _page(site, subject)


@blueprint.post("/closure")
def close(site_key: str, article_id: str) -> Answer:
    site, subject = _subject(site_key, article_id)
    return _correct(
        site,
        subject,
        lambda by: _corrections().close(site, article_id, by=by),
        lambda outcome: "The article takes no more votes.",
    )


@blueprint.post("/reopening")
def reopen(site_key: str, article_id: str) -> Answer:
    site, subject = _subject(site_key, article_id)

    def said(outcome: Outcome) -> str:
        if outcome.forgotten:
            return (
                "The article takes votes again. Its voters were forgotten when it closed, so who "
                "voted before can be counted once more."
            )
        return "The article takes votes again."

    return _correct(site, subject, lambda by: _corrections().reopen(site, article_id, by=by), said)


@blueprint.post("/readers-note")
def set_note(site_key: str, article_id: str) -> Answer:
    site, subject = _subject(site_key, article_id)

    def act(by: Actor) -> Outcome:
        return _corrections().note(site, article_id, note_typed(request.form), by=by)

    return _correct(
        site,
        subject,
        act,
        lambda outcome: "Readers see the note with the counts.",
        has_reason=False,
    )


@blueprint.post("/releases")
def release(site_key: str, article_id: str) -> Answer:
    site, subject = _subject(site_key, article_id)

    def act(by: Actor) -> Outcome:
        expected = expected_typed(request.form)
        return _corrections().release(site, article_id, expected=expected, by=by)

    return _correct(
        site, subject, act, lambda outcome: f"{n_votes(outcome.votes)} released and counted."
    )


@blueprint.get("/voids/new")
def preview_void(site_key: str, article_id: str) -> Answer:
    site, subject = _subject(site_key, article_id)
    try:
        return void_preview(site, subject, request.args)
    except (BadField, CannotCorrect) as problem:
        return _page(site, subject, problem=str(problem)), problem.status


@blueprint.post("/voids")
def void(site_key: str, article_id: str) -> Answer:
    site, subject = _subject(site_key, article_id)

    def act(by: Actor) -> Outcome:
        which = filter_typed(request.form, subject)
        expected = expected_typed(request.form)
        return _corrections().void(site, article_id, which, expected=expected, by=by)

    return _correct(
        site,
        subject,
        act,
        lambda outcome: f"{n_votes(outcome.votes)} taken out of the counts.",
        again=lambda problem: void_preview(site, subject, request.form, problem),
    )


@blueprint.get("/resets/new")
def preview_reset(site_key: str, article_id: str) -> Answer:
    site, subject = _subject(site_key, article_id)
    try:
        return reset_preview(site, subject)
    except CannotCorrect as problem:
        return _page(site, subject, problem=str(problem)), problem.status


@blueprint.post("/resets")
def reset(site_key: str, article_id: str) -> Answer:
    site, subject = _subject(site_key, article_id)

    def act(by: Actor) -> Outcome:
        expected = expected_typed(request.form)
        return _corrections().reset(site, article_id, expected=expected, by=by)

    return _correct(
        site,
        subject,
        act,
        lambda outcome: f"{n_votes(outcome.votes)} taken back: counts are zero.",
        again=lambda problem: reset_preview(site, subject, problem),
    )


@blueprint.get("/merges/new")
def preview_merge(site_key: str, article_id: str) -> Answer:
    site, subject = _subject(site_key, article_id)
    try:
        return merge_preview(site, subject, request.args.get("into", ""))
    except (BadArticle, BadField, CannotCorrect) as problem:
        return _page(site, subject, problem=str(problem)), problem.status


@blueprint.post("/merges")
def merge(site_key: str, article_id: str) -> Answer:
    """Merge this article into the one that ``into`` names."""
    site, subject = _subject(site_key, article_id)
    into = request.form.get("into", "")

    def act(by: Actor) -> Outcome:
        named, target = address_typed(site, into)
        page = services().articles.page(site, named, Page())
        return _corrections().merge(site, subject.article, target, page=page, by=by)

    return _correct(
        site,
        subject,
        act,
        lambda outcome: f"{n_votes(outcome.votes)} moved. The address leads on.",
        again=lambda problem: merge_preview(site, subject, into, problem),
    )


@blueprint.post("/addresses")
def add_address(site_key: str, article_id: str) -> Answer:
    """Let another address lead here. One that has votes is shown before it is merged."""
    site, subject = _subject(site_key, article_id)
    try:
        source = address_typed(site, request.form.get("address", ""))[1]
    except (BadArticle, BadField, CannotCorrect) as problem:
        return _page(site, subject, problem=str(problem)), problem.status
    part = _corrections().records.part(site, source.id)
    if part.page is not None and source.id != article_id and not part.into:
        if part.total or part.voters:
            here = url_for(".show", site_key=site.key, article_id=article_id)
            into = f"{services().settings.public_url}{here}"
            return redirect(
                url_for(".preview_merge", site_key=site.key, article_id=source.id, into=into), 303
            )
    return _correct(
        site,
        subject,
        lambda by: _corrections().merge(site, source, subject.article, by=by),
        lambda outcome: "The address leads here.",
    )


@blueprint.post("/corrections/<audit_id>/reversal")
def undo(site_key: str, article_id: str, audit_id: str) -> Answer:
    """Take back what an entry of the log did."""
    site, subject = _subject(site_key, article_id)
    if _corrections().records.correction(site, audit_id).entry.object != article_id:
        raise NotFound("This entry of the log is of another article.")
    return _correct(
        site,
        subject,
        lambda by: _corrections().undo(site, audit_id, by=by),
        lambda outcome: "Undone.",
        has_reason=False,
    )


def _subject(site_key: str, article_id: str) -> tuple[Site, Subject]:
    """:raise NotFound: no such article. :raise Forbidden: less than an editor."""
    site = site_for_role_or_404(site_key, Role.EDITOR)
    try:
        return site, subject_or_404(site, _corrections().records.part(site, article_id))
    except BadArticle:
        raise NotFound from None


def _corrections() -> Corrections:
    return desk().corrections


def _correct(
    site: Site,
    subject: Subject,
    act: Callable[[Actor], Outcome],
    said: Callable[[Outcome], str],
    *,
    again: Callable[[str], str] | None = None,
    has_reason: bool = True,
) -> Answer:
    """Do one act and go back to the article's corrections, or show what is wrong.

    :param again: the preview, with what is wrong with it.
    """
    try:
        reason = reason_typed(request.form) if has_reason else ""
        outcome = act(Actor(signed_in().editor.name, int(time.time()), reason))
        problem, status = "", 303
        if outcome.is_stale:
            problem, status = "Meanwhile it is another number of votes. Nothing was changed.", 409
    except ReadbackError as refusal:
        if not isinstance(refusal, (BadArticle, BadField, CannotCorrect)):
            raise
        problem, status = str(refusal), refusal.status
    if problem:
        try:
            return (again or (lambda _: _page(site, subject, problem=problem)))(problem), status
        except (BadArticle, BadField, CannotCorrect):
            return _page(site, subject, problem=problem), status
    flash(said(outcome) if outcome.audit_id else "There was nothing to change.")
    return redirect(url_for(".show", site_key=site.key, article_id=subject.part.id), 303)


def _page(site: Site, subject: Subject, *, problem: str = "") -> str:
    corrections = _corrections()
    into = corrections.records.part(site, subject.part.into) if subject.part.into else None
    aliases = services().aliases.all(site.key)
    typed = {**request.args.to_dict(), **request.form.to_dict()}
    return render_template(
        "desk/corrections.html",
        subject=subject,
        part=subject.part,
        problem=problem,
        typed=typed,
        into=into,
        into_title=title_of(into) if into else "",
        addresses=sorted(a.named for a in aliases.values() if a.to == subject.part.id),
        done=corrections.records.of(site, subject.part.id),
        words=WORDS,
        max_reason=MAX_REASON_CHARS,
        most_shown=MOST_SHOWN,
        max_note=MAX_NOTE_CHARS,
    )


# What the log calls an act, in words.
WORDS = {
    "close": "closed it",
    "reopen": "opened it again",
    "note": "set the note to readers",
    "void": "took votes out",
    "release": "released held votes",
    "reset": "reset the counts",
    "merge": "merged an article into it",
    "alias": "let an address lead here",
    "undo": "undid",
}
