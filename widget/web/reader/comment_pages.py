"""Comments without JavaScript. A story shows the first ones, the same for everyone; what a reader
writes, changes or reports goes through a personal, no-store page of its own.
"""

import secrets
import time
from dataclasses import dataclass
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_wtf import FlaskForm
from itsdangerous import BadSignature, TimestampSigner
from werkzeug.wrappers import Response as AnyResponse

from widget.domain.article import ArticleRef
from widget.domain.comments.comment import EDIT_WINDOW_S, Comment, partition_of
from widget.domain.errors import NotFound, RateLimited, ReadbackError, StoreUnavailable
from widget.domain.model import Site
from widget.domain.page import Page
from widget.domain.stories import Story
from widget.domain.times import machine_text, people_text
from widget.services.commenting import Commenter, Submission
from widget.store.comments.threads import ORDERS
from widget.store.limits import WINDOW_S
from widget.web.reader.cookie import FormReader, known_reader, reader_of_form, remember
from widget.web.reader.stories import home, story_or_404
from widget.web.services import services

blueprint = Blueprint("comment_pages", __name__)


@dataclass(frozen=True, slots=True)
class Place:
    """The story a form belongs to."""

    story: Story
    site: Site
    article: ArticleRef


def story_comments(story: Story) -> dict[str, Any] | None:
    """What a story's page shows below the bar; None while the store is away."""
    try:
        site = home()
        article = services().articles.find(site, story.id)
        listing = services().threads.page(
            site, article, order=site.comments.order, now_s=int(time.time())
        )
    except StoreUnavailable:
        return None
    return {"listing": listing, "order": site.comments.order, "enabled": site.comments.enabled}


blueprint.add_app_template_filter(machine_text, "machine_time")
blueprint.add_app_template_filter(people_text, "readable_time")


@blueprint.get("/articles/<slug>/comments")
def read(slug: str) -> Response:
    """``before``, ``after``, ``around``, ``thread``, ``order`` choose what is listed; ``reply`` and
    ``edit`` which form stands first."""
    return _page(_place(slug), note=request.args.get("note", ""))


@blueprint.post("/articles/<slug>/comments")
def write(slug: str) -> AnyResponse:
    place = _place(slug)
    if not FlaskForm().validate_on_submit():
        return _page(place, status=400, note="expired")
    form = request.form
    draft, spent_ms = _opened(form.get("draft", ""))
    sent = Submission(
        form.get("name", ""),
        _line_ends(form.get("text", "")),
        form.get("parent", ""),
        form.get("website", ""),
        spent_ms,
        draft,
    )
    try:
        reader = reader_of_form(place.site)
        page = services().articles.page(place.site, place.story.id, Page())
        created = (
            services()
            .commenting.by(place.site, reader.id)
            .post(place.article, sent, page=page, is_held=reader.hold)
        )
    except ReadbackError as refusal:
        return _refused(place, refusal)
    comment = created.comment
    session["name"] = comment.name
    note = "held" if comment.state == "held" else ""
    return _back(place, comment.id, note=note, reader=reader)


@blueprint.post("/articles/<slug>/comments/<comment_id>/text")
def edit(slug: str, comment_id: str) -> AnyResponse:
    place = _place(slug)
    if not FlaskForm().validate_on_submit():
        return _page(place, status=400, note="expired")
    try:
        comment = _own(place).edit(comment_id, _line_ends(request.form.get("text", "")))
    except ReadbackError as refusal:
        return _refused(place, refusal, editing=comment_id)
    return _back(place, comment_id, note="held" if comment.state == "held" else "")


@blueprint.post("/articles/<slug>/comments/<comment_id>/removal")
def delete(slug: str, comment_id: str) -> AnyResponse:
    place = _place(slug)
    if not FlaskForm().validate_on_submit():
        return _page(place, status=400, note="expired")
    try:
        _own(place).delete(comment_id)
    except ReadbackError as refusal:
        return _refused(place, refusal)
    return _back(place, "", note="deleted")


@blueprint.post("/articles/<slug>/comments/<comment_id>/report")
def report(slug: str, comment_id: str) -> AnyResponse:
    place = _place(slug)
    if not FlaskForm().validate_on_submit():
        return _page(place, status=400, note="expired")
    try:
        reader = _counted_reader(place)
        services().commenting.by(place.site, reader.id).report(comment_id)
    except ReadbackError as refusal:
        return _refused(place, refusal)
    return _back(place, comment_id, note="reported", reader=reader)


@blueprint.post("/articles/<slug>/comments/<comment_id>/vote")
def vote(slug: str, comment_id: str) -> AnyResponse:
    """``up`` is 1, or 0 to take it back."""
    place = _place(slug)
    if not FlaskForm().validate_on_submit():
        return _page(place, status=400, note="expired")
    try:
        reader = _counted_reader(place)
        commenter = services().commenting.by(place.site, reader.id)
        commenter.vote_next(comment_id, up=request.form.get("up") == "1")
    except ReadbackError as refusal:
        return _refused(place, refusal)
    return _back(place, comment_id, reader=reader)


def _counted_reader(place: Place) -> FormReader:
    """Who votes or reports by form.

    :raise RateLimited: a new reader of a crowded network, whose act would count unchecked.
    """
    reader = reader_of_form(place.site)
    if reader.hold:
        raise RateLimited(retry_after_s=WINDOW_S)
    return reader


def _place(slug: str) -> Place:
    story, site = story_or_404(slug), home()
    return Place(story, site, services().articles.find(site, story.id))


def _own(place: Place) -> Commenter:
    """:raise NotFound: who has no cookie has written nothing."""
    reader = known_reader(place.site)
    if reader is None:
        raise NotFound
    return services().commenting.by(place.site, reader)


def _page(
    place: Place,
    *,
    status: int = 200,
    note: str = "",
    refusal: ReadbackError | None = None,
    editing: str = "",
) -> Response:
    args = request.args
    order = args.get("order", "")
    order = order if order in ORDERS else place.site.comments.order
    cursor = _id(args.get("before", "")) or _id(args.get("after", ""))
    around, thread = _id(args.get("around", "")), _id(args.get("thread", ""))
    threads, now_s = services().threads, int(time.time())
    try:
        if around:
            listing = threads.page_around(
                place.site, place.article, around, order=order, now_s=now_s
            )
        else:
            listing = threads.page(
                place.site, place.article, order=order, now_s=now_s, cursor="" if thread else cursor
            )
    except NotFound:  # one's own held comment, or one that was deleted since
        listing = threads.page(place.site, place.article, order=order, now_s=now_s)
    one, more = None, ""
    if thread:
        one, more = threads.thread(place.site, place.article, thread, after=cursor)
    reader = known_reader(place.site)
    me = services().commenting.by(place.site, reader) if reader else None
    editing = editing or _id(args.get("edit", ""))
    typed = request.form if status != 200 else {}
    shown = [one] if one else listing.threads
    ids = [comment.id for each in shown for comment in (each.root, *each.replies)]
    page = render_template(
        "pages/comments.html",
        form=FlaskForm(),
        story=place.story,
        order=order,
        listing=listing,
        thread=one,
        more_replies=more,
        around=around,
        note=note,
        refusal=refusal,
        voted_for=me.voted_for(ids) if me else set(),
        is_mine=_is_mine(me, now_s),
        edited=_editable(me, editing),
        parent=_parent(place, typed),
        name=typed.get("name", session.get("name", "")),
        text=typed.get("text", ""),
        draft=typed.get("draft") or _open_draft(),
        held=_own_held(me, around),
    )
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _refused(place: Place, refusal: ReadbackError, editing: str = "") -> Response:
    """The form again, with what was typed in it."""
    answer = _page(place, status=refusal.status, refusal=refusal, editing=editing)
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


def _is_mine(me: Commenter | None, now_s: int) -> Any:
    """Whether the reader wrote a comment and may still change it, for the template."""

    def is_mine(comment: Comment) -> bool:
        return me is not None and comment.mark == me.mark(comment.id)

    def is_changeable(comment: Comment) -> bool:
        return is_mine(comment) and now_s < comment.at_s + EDIT_WINDOW_S

    return {"written": is_mine, "changeable": is_changeable}


def _editable(me: Commenter | None, comment_id: str) -> Comment | None:
    if me is None or not comment_id:
        return None
    try:
        return me.own_or_404(comment_id)
    except NotFound:
        return None


def _own_held(me: Commenter | None, comment_id: str) -> Comment | None:
    own = _editable(me, comment_id)
    return own if own and own.state == "held" else None


def _parent(place: Place, typed: Any) -> Comment | None:
    """The comment that is being answered, if readers can see it."""
    parent = _id(typed.get("parent") or request.args.get("reply", ""))
    if not parent:
        return None
    try:
        comment = services().comments.get(place.site, parent)
    except NotFound:
        return None
    seen = comment.state == "published" and comment.article_id in place.article.addresses
    return comment if seen else None


def _id(text: str) -> str:
    return text if partition_of(text) is not None else ""


def _line_ends(text: str) -> str:
    """Browsers send CRLF from a textarea, and count one."""
    return text.replace("\r\n", "\n")


def _open_draft() -> str:
    """A name for the draft with the time it was begun, signed: forms come back as they went."""
    return _signer().sign(secrets.token_urlsafe(16)).decode()


def _opened(signed: str) -> tuple[str, int | None]:
    """(draft, how long it was open in ms). One that is not ours counts as sent at once."""
    try:
        draft, opened = _signer().unsign(signed, return_timestamp=True)
    except BadSignature:
        return "", 0
    return draft.decode(), int((time.time() - opened.timestamp()) * 1000)


def _signer() -> TimestampSigner:
    return TimestampSigner(str(current_app.secret_key), salt="readback.comment-form")
