"""/desk/<site>/articles/<id>/corrections: what an editor corrects on one article.

All corrections need the editor role. Those that change counts have a preview; all are logged with
their reason and can be undone, so no admin has to approve them.
"""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from widget.domain import clock
from widget.domain.editors.editor import Role
from widget.domain.errors import BadArticle, BadField, CannotCorrect, NotFound, ReadbackError
from widget.domain.model import Site
from widget.domain.page import (
    MAX_AUTHOR_CHARS,
    MAX_SECTION_CHARS,
    MAX_TAGS,
    MAX_TITLE_CHARS,
    Page,
    PageEdits,
    edits_from,
)
from widget.store.reactions.correction_records import MOST_SHOWN
from widget.store.reactions.corrections import Actor, Corrections, Outcome
from widget.web.desk.corrections.forms import (
    MAX_NOTE_CHARS,
    MAX_REASON_CHARS,
    address_typed,
    expected_typed,
    filter_typed,
    note_typed,
    reason_typed,
)
from widget.web.desk.corrections.previews import merge_preview, reset_preview, void_preview
from widget.web.desk.corrections.subject import Subject, subject_or_404, title_of
from widget.web.desk.corrections.wording import DEEDS, STALE, done_text
from widget.web.desk.services import desk
from widget.web.desk.signin.access import signed_in, site_for_role_or_404
from widget.web.services import services

blueprint = Blueprint("corrections", __name__, url_prefix="/desk/<site_key>/articles/<article_id>")

Answer = AnyResponse | str | tuple[str, int]
Again = Callable[[str, str], str]
REFUSALS = (BadArticle, BadField, CannotCorrect)
NAME_LIMITS = {"title": MAX_TITLE_CHARS, "section": MAX_SECTION_CHARS, "author": MAX_AUTHOR_CHARS}
WITHOUT_REASON = ("keep", "name", "note", "undo")
# The field that an action is about, for refusals that name none.
FIELD_OF = {"alias": "address", "merge": "into"}


@blueprint.get("/corrections")
def show(site_key: str, article_id: str) -> str:
    site, subject = _subject(site_key, article_id)
    return _page(site, subject)


@blueprint.post("/closure")
def close(site_key: str, article_id: str) -> Answer:
    site, subject = _subject(site_key, article_id)
    return _correct(
        site, subject, "close", lambda by: _corrections().close(site, article_id, by=by)
    )


@blueprint.post("/reopening")
def reopen(site_key: str, article_id: str) -> Answer:
    site, subject = _subject(site_key, article_id)
    return _correct(
        site, subject, "reopen", lambda by: _corrections().reopen(site, article_id, by=by)
    )


@blueprint.post("/name")
def set_name(site_key: str, article_id: str) -> Answer:
    """Set title, section, author and tags; an empty field follows readers' pages again."""
    site, subject = _subject(site_key, article_id)

    def act(by: Actor) -> Outcome:
        return _corrections().name(site, article_id, edits_from(request.form), by=by)

    return _correct(site, subject, "name", act)


@blueprint.post("/confirmation")
def keep(site_key: str, article_id: str) -> Answer:
    """Let a story stay that nobody else has confirmed."""
    site, subject = _subject(site_key, article_id)
    return _correct(
        site,
        subject,
        "keep",
        lambda by: _corrections().keep(site, article_id, by=by),
        to="articles.show",
    )


@blueprint.post("/readers-note")
def set_note(site_key: str, article_id: str) -> Answer:
    site, subject = _subject(site_key, article_id)

    def act(by: Actor) -> Outcome:
        return _corrections().note(site, article_id, note_typed(request.form), by=by)

    return _correct(site, subject, "note", act)


@blueprint.post("/releases")
def release(site_key: str, article_id: str) -> Answer:
    site, subject = _subject(site_key, article_id)

    def act(by: Actor) -> Outcome:
        expected = expected_typed(request.form)
        return _corrections().release(site, article_id, expected=expected, by=by)

    return _correct(site, subject, "release", act)


@blueprint.get("/voids/new")
def preview_void(site_key: str, article_id: str) -> Answer:
    site, subject = _subject(site_key, article_id)
    return _previewed(site, subject, "void", lambda: void_preview(site, subject, request.args))


@blueprint.post("/voids")
def void(site_key: str, article_id: str) -> Answer:
    site, subject = _subject(site_key, article_id)

    def act(by: Actor) -> Outcome:
        which = filter_typed(request.form, subject)
        expected = expected_typed(request.form)
        return _corrections().void(site, article_id, which, expected=expected, by=by)

    def again(problem: str, field: str) -> str:
        return void_preview(site, subject, request.form, problem, field)

    return _correct(site, subject, "void", act, again)


@blueprint.get("/resets/new")
def preview_reset(site_key: str, article_id: str) -> Answer:
    site, subject = _subject(site_key, article_id)
    return _previewed(site, subject, "reset", lambda: reset_preview(site, subject))


@blueprint.post("/resets")
def reset(site_key: str, article_id: str) -> Answer:
    site, subject = _subject(site_key, article_id)

    def act(by: Actor) -> Outcome:
        expected = expected_typed(request.form)
        return _corrections().reset(site, article_id, expected=expected, by=by)

    def again(problem: str, field: str) -> str:
        return reset_preview(site, subject, problem, field)

    return _correct(site, subject, "reset", act, again)


@blueprint.get("/merges/new")
def preview_merge(site_key: str, article_id: str) -> Answer:
    site, subject = _subject(site_key, article_id)
    into = request.args.get("into", "")
    return _previewed(site, subject, "merge", lambda: merge_preview(site, subject, into))


@blueprint.post("/merges")
def merge(site_key: str, article_id: str) -> Answer:
    """Merge this article into the one in ``into``."""
    site, subject = _subject(site_key, article_id)
    into = request.form.get("into", "")

    def act(by: Actor) -> Outcome:
        address, target = address_typed(site, into)
        page = services().articles.page(site, address, Page())
        return _corrections().merge(site, subject.article, target, page=page, by=by)

    def again(problem: str, field: str) -> str:
        return merge_preview(site, subject, into, problem, field)

    return _correct(site, subject, "merge", act, again)


@blueprint.post("/addresses")
def add_address(site_key: str, article_id: str) -> Answer:
    """Redirect another address to this article. If it has votes, show a preview of a merge."""
    site, subject = _subject(site_key, article_id)
    try:
        source = address_typed(site, request.form.get("address", ""))[1]
    except REFUSALS as problem:
        return _page(site, subject, problem=problem, action="alias"), problem.status
    current = _corrections().records.part(site, source.id)
    is_article = current.page is not None and source.id != article_id and not current.into
    if is_article and (current.total or current.voters):
        here = url_for(".show", site_key=site.key, article_id=article_id)
        into = f"{services().settings.public_url}{here}"
        preview = url_for(".preview_merge", site_key=site.key, article_id=source.id, into=into)
        return redirect(preview, 303)
    return _correct(
        site,
        subject,
        "alias",
        lambda by: _corrections().merge(site, source, subject.article, by=by),
    )


@blueprint.post("/corrections/<audit_id>/reversal")
def undo(site_key: str, article_id: str, audit_id: str) -> Answer:
    """Undo the correction of an audit entry."""
    site, subject = _subject(site_key, article_id)
    if _corrections().records.correction(site, audit_id).entry.object != article_id:
        raise NotFound("This entry of the log is about another story.")

    def act(by: Actor) -> Outcome:
        outcome = _corrections().undo(site, audit_id, by=by)
        services().integrity.acts.after_undo(site, article_id, audit_id, by=by)
        return outcome

    return _correct(site, subject, "undo", act)


def _subject(site_key: str, article_id: str) -> tuple[Site, Subject]:
    """:raise NotFound: no such article. :raise Forbidden: the role is lower than editor."""
    site = site_for_role_or_404(site_key, Role.EDITOR)
    try:
        return site, subject_or_404(site, _corrections().records.part(site, article_id))
    except BadArticle:
        raise NotFound from None


def _corrections() -> Corrections:
    return desk().corrections


def _previewed(site: Site, subject: Subject, action: str, preview: Callable[[], str]) -> Answer:
    try:
        return preview()
    except REFUSALS as problem:
        return _page(site, subject, problem=problem, action=action), problem.status


def _correct(
    site: Site,
    subject: Subject,
    action: str,
    act: Callable[[Actor], Outcome],
    again: Again | None = None,
    *,
    to: str = ".show",
) -> Answer:
    """Make a correction and redirect to the article's corrections, or show the problem.

    :param again: renders the preview with the problem, and with the field that it is about.
    :param to: the view to redirect to.
    """
    try:
        reason = "" if action in WITHOUT_REASON else reason_typed(request.form)
        outcome = act(Actor(signed_in().editor.name, int(clock.now()), reason))
    except REFUSALS as refusal:
        return _refused(site, subject, again, refusal, action), refusal.status
    if outcome.is_stale:
        return _refused(site, subject, again, CannotCorrect(STALE), ""), 409
    flash(done_text(action, outcome))
    return redirect(url_for(to, site_key=site.key, article_id=subject.current.id), 303)


def _refused(
    site: Site, subject: Subject, again: Again | None, problem: ReadbackError, action: str
) -> str:
    try:
        if again:
            return again(str(problem), problem.field if isinstance(problem, BadField) else "")
    except REFUSALS:
        pass  # what the preview needs is wrong too, so it goes back to the forms
    return _page(site, subject, problem=problem, action=action)


def _page(
    site: Site, subject: Subject, *, problem: ReadbackError | None = None, action: str = ""
) -> str:
    """Render all corrections of an article.

    :param action: what was refused with ``problem``, so that its field is marked.
    """
    records, current = _corrections().records, subject.current
    into = records.part(site, current.into) if current.into else None
    aliases = services().aliases.all(site.key)
    page = current.said
    return render_template(
        "desk/corrections.html",
        subject=subject,
        current=current,
        problem=problem,
        problems={_control_of(problem, action): str(problem)} if problem else {},
        refused=action,
        edits=(page and page.edits) or PageEdits(),
        is_own=bool(page and services().articles.story(site, page.address)),
        limits=NAME_LIMITS,
        max_tags=MAX_TAGS,
        typed={**request.args.to_dict(), **request.form.to_dict()},
        into=into,
        into_title=title_of(into) if into else "",
        addresses=sorted(a.named for a in aliases.values() if a.to == current.id),
        corrections=records.of(site, current.id),
        deeds=DEEDS,
        max_reason=MAX_REASON_CHARS,
        most_shown=MOST_SHOWN,
        max_note=MAX_NOTE_CHARS,
    )


def _control_of(problem: ReadbackError, action: str) -> str:
    """Return the id of the control that a refusal is about, "" if it is about none."""
    field = problem.field if isinstance(problem, BadField) else FIELD_OF.get(action, "")
    if field == "reason":
        return f"why-{action}"
    return f"name-{field}" if action == "name" and field else field
