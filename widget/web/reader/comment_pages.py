"""Comments without JavaScript.

A story shows the first ones, the same for everyone. A reader writes, edits, deletes, reports and
recommends on a separate page, which is personal and no-store.
"""

from typing import Any

from flask import Blueprint, Response, redirect, request, session, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse

from widget.domain import clock
from widget.domain.comments.comment import partition_of
from widget.domain.comments.reasons import ground_from
from widget.domain.errors import NotFound, RateLimited, ReadbackError, StoreUnavailable
from widget.domain.page import Page
from widget.domain.stories import Story
from widget.domain.times import ago_text, machine_text, people_text
from widget.services.commenting import Commenter, Submission
from widget.store.limits import WINDOW_S
from widget.web.reader.comment_page import Place, page, remember_own
from widget.web.reader.cookie import FormReader, known_reader, reader_of_form, remember
from widget.web.reader.drafts import opened
from widget.web.reader.stories import home, story_or_404
from widget.web.services import request_address, services

blueprint = Blueprint("comment_pages", __name__)


def story_comments(story: Story) -> dict[str, Any] | None:
    """Return what a story's page shows below the bar; None while the store is unavailable."""
    try:
        site = home()
        article = services().articles.find(site, story.id)
        listing = services().threads.page(
            site, article, order=site.comments.first, now_s=int(clock.now())
        )
    except StoreUnavailable:
        return None
    return {"listing": listing, "order": site.comments.first, "enabled": site.comments.enabled}


blueprint.add_app_template_filter(machine_text, "machine_time")
blueprint.add_app_template_filter(people_text, "readable_time")


@blueprint.app_template_filter()
def time_ago(at_s: int) -> str:
    return ago_text(at_s, int(clock.now()))


@blueprint.get("/articles/<slug>/comments")
def read(slug: str) -> Response:
    """List comments, with the form for a new one, a reply or an edit.

    ``before``, ``after``, ``around``, ``thread`` and ``order`` choose the comments; ``reply``,
    ``edit``, ``report`` and ``write`` choose the form.
    """
    return page(_place(slug), note=request.args.get("note", ""))


@blueprint.post("/articles/<slug>/comments")
def write(slug: str) -> AnyResponse:
    place = _place(slug)
    if not FlaskForm().validate_on_submit():
        return page(place, status=400, note="expired")
    form = request.form
    draft, spent_ms = opened(form.get("draft", ""))
    sent = Submission(
        form.get("name", ""),
        _line_ends(form.get("text", "")),
        form.get("parent", ""),
        form.get("website", ""),
        spent_ms,
        draft,
    )
    try:
        if sent.parent and partition_of(sent.parent) is None:
            raise NotFound
        reader = reader_of_form(place.site)
        about = services().articles.page(place.site, place.story.id, Page())
        commenter = _commenter(place, reader.id)
        created = commenter.post(place.article, sent, page=about, is_own=True, is_held=reader.hold)
    except ReadbackError as refusal:
        return _refused(place, refusal)
    comment = created.comment
    session["name"] = comment.name
    remember_own(comment.id)
    note = "held" if comment.state == "held" else ""
    return _back(place, comment.id, note=note, reader=reader)


@blueprint.post("/articles/<slug>/comments/<comment_id>/text")
def edit(slug: str, comment_id: str) -> AnyResponse:
    place = _place(slug)
    if not FlaskForm().validate_on_submit():
        return page(place, status=400, note="expired", editing=comment_id)
    try:
        comment = _own(place).edit(comment_id, _line_ends(request.form.get("text", "")))
    except ReadbackError as refusal:
        return _refused(place, refusal, editing=comment_id)
    return _back(place, comment_id, note="held" if comment.state == "held" else "")


@blueprint.post("/articles/<slug>/comments/<comment_id>/removal")
def delete(slug: str, comment_id: str) -> AnyResponse:
    place = _place(slug)
    if not FlaskForm().validate_on_submit():
        return page(place, status=400, note="expired")
    try:
        _own(place).delete(comment_id)
    except ReadbackError as refusal:
        return _refused(place, refusal)
    return _back(place, "", note="deleted")


@blueprint.post("/articles/<slug>/comments/<comment_id>/report")
def report(slug: str, comment_id: str) -> AnyResponse:
    place = _place(slug)
    if not FlaskForm().validate_on_submit():
        return page(place, status=400, note="expired", reporting=comment_id)
    reason, line = request.form.get("reason"), request.form.get("note")
    if not reason:
        return page(place, status=400, reporting=comment_id, why="Choose a reason.")
    try:
        ground = ground_from(reason, line)
        reader = _counted_reader(place)
        _commenter(place, reader.id).report(comment_id, ground)
    except ReadbackError as refusal:
        return _refused(place, refusal, reporting=comment_id)
    session["reported"] = ground.reason
    return _back(place, comment_id, note="reported", reader=reader)


@blueprint.post("/articles/<slug>/comments/<comment_id>/look")
def ask_for_look(slug: str, comment_id: str) -> AnyResponse:
    place = _place(slug)
    if not FlaskForm().validate_on_submit():
        return page(place, status=400, note="expired")
    try:
        _own(place).ask_for_look(comment_id)
    except ReadbackError as refusal:
        return _refused(place, refusal)
    return _back(place, "", note="asked")


@blueprint.post("/articles/<slug>/comments/<comment_id>/vote")
def vote(slug: str, comment_id: str) -> AnyResponse:
    """``up`` is 1, or 0 to take it back."""
    place = _place(slug)
    if not FlaskForm().validate_on_submit():
        return page(place, status=400, note="expired")
    try:
        reader = _counted_reader(place)
        commenter = _commenter(place, reader.id)
        commenter.vote_next(comment_id, up=request.form.get("up") == "1")
    except ReadbackError as refusal:
        return _refused(place, refusal)
    return _back(place, comment_id, reader=reader)


def _counted_reader(place: Place) -> FormReader:
    """Return who votes or reports by form.

    :raise RateLimited: a new reader of a crowded network, which must not count unchecked.
    """
    reader = reader_of_form(place.site)
    if reader.hold:
        raise RateLimited(retry_after_s=WINDOW_S)
    return reader


def _place(slug: str) -> Place:
    story, site = story_or_404(slug), home()
    return Place(story, site, services().articles.find(site, story.id))


def _own(place: Place) -> Commenter:
    """Return what the reader may do with their own comments.

    :raise NotFound: a reader without a cookie has written nothing.
    :raise RateLimited: the network sends too much.
    """
    services().gate.count_write(request_address())
    reader = known_reader(place.site)
    if reader is None:
        raise NotFound
    return _commenter(place, reader)


def _commenter(place: Place, reader: bytes) -> Commenter:
    return services().commenting.by(place.site, reader, request_address())


def _refused(
    place: Place, refusal: ReadbackError, editing: str = "", reporting: str = ""
) -> Response:
    """Show the form again, with the reader's text in it."""
    answer = page(
        place, status=refusal.status, refusal=refusal, editing=editing, reporting=reporting
    )
    if refusal.retry_after_s is not None:
        answer.headers["Retry-After"] = str(refusal.retry_after_s)
    return answer


def _back(
    place: Place, comment_id: str, *, note: str = "", reader: FormReader | None = None
) -> AnyResponse:
    path = url_for(
        "comment_pages.read", slug=place.story.slug, around=comment_id or None, note=note or None
    )
    answer = redirect(path + (f"#c-{comment_id}" if comment_id and not note else ""), 303)
    if reader is not None:
        remember(answer, place.site, reader)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _line_ends(text: str) -> str:
    """Return a textarea's text with line ends of one character, as browsers count them."""
    return text.replace("\r\n", "\n")
