"""What the page of a story's comments shows to one reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, make_response, render_template, request, session
from flask_wtf import FlaskForm

from widget.domain import clock
from widget.domain.article import ArticleRef
from widget.domain.comments.cleaning import clean_name
from widget.domain.comments.comment import EDIT_WINDOW_S, Comment, partition_of
from widget.domain.comments.reasons import REASONS
from widget.domain.errors import NameReserved, NotFound, ReadbackError, TooLong, TooShort
from widget.domain.model import Site
from widget.domain.stories import Story
from widget.domain.strings import reason_words
from widget.services.commenting import Commenter, OwnComment
from widget.store.comments.threads import ORDERS, Listing, Thread, rank_from
from widget.web.reader.cookie import known_reader
from widget.web.reader.drafts import open_draft
from widget.web.services import services

MOST_OWN = 10
_MINE = "mine"


@dataclass(frozen=True, slots=True)
class Place:
    """The story that a form belongs to."""

    story: Story
    site: Site
    article: ArticleRef


@dataclass(frozen=True, slots=True)
class Shown:
    """The comments that the address chooses.

    :param thread: the one thread that the page is about, None for a list of threads.
    :param more_replies: the cursor for the thread's next replies, or "".
    :param around: the comment that the list is around, or "".
    """

    order: str
    listing: Listing
    thread: Thread | None
    more_replies: str
    around: str

    @property
    def ids(self) -> list[str]:
        threads = [self.thread] if self.thread else self.listing.threads
        return [comment.id for each in threads for comment in (each.root, *each.replies)]


def page(
    place: Place,
    *,
    status: int = 200,
    note: str = "",
    refusal: ReadbackError | None = None,
    editing: str = "",
    reporting: str = "",
    why: str = "",
) -> Response:
    """Render the page for the reader whose cookie the request has.

    :param note: what just happened; the template has a sentence for it.
    :param refusal: why the reader's last request was refused.
    :param editing: the comment whose form is shown, "" for the one that the address names; so is
        ``reporting``.
    :param why: what is wrong with the reason of a report.
    """
    shown, now_s = _shown(place), int(clock.now())
    reader = known_reader(place.site)
    me = services().commenting.by(place.site, reader) if reader else None
    typed = request.form if status != 200 else {}
    words = reason_words(place.site)
    rendered = render_template(
        "pages/comments.html",
        form=FlaskForm(),
        story=place.story,
        order=shown.order,
        listing=shown.listing,
        thread=shown.thread,
        more_replies=shown.more_replies,
        around=shown.around,
        note=note,
        refusal=refusal,
        voted_for=me.voted_for(shown.ids) if me else set(),
        is_mine=_is_mine(me, now_s),
        field=_field_of(refusal, typed),
        edited=_own(me, editing or _id(request.args.get("edit", ""))),
        reporting=reporting or _id(request.args.get("report", "")),
        why=why,
        typed=typed,
        reasons={code: words[code] for code in REASONS},
        all_reasons=words,
        reported=words.get(session.pop("reported", "")) if note == "reported" else "",
        parent=_parent(place, typed),
        name=typed.get("name", session.get("name", "")),
        text=typed.get("text", ""),
        draft=typed.get("draft") or open_draft(),
        own_unseen=_own_unseen(me, place),
        is_writing=bool(typed or request.args.keys() & {"write", "reply"}),
    )
    answer = make_response(rendered, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _shown(place: Place) -> Shown:
    args = request.args
    order = args.get("order", "")
    order = order if order in ORDERS else place.site.comments.first
    around, thread = _id(args.get("around", "")), _id(args.get("thread", ""))
    cursor_of = _rank if order == "best" and not thread else _id
    cursor = cursor_of(args.get("before", "")) or cursor_of(args.get("after", ""))
    one, more = None, ""
    if thread:
        threads = services().threads
        one, more = threads.thread(place.site, place.article, thread, after=cursor)
    listing = _listing(place, order, "" if thread else cursor, around)
    return Shown(order, listing, one, more, around)


def _listing(place: Place, order: str, cursor: str, around: str) -> Listing:
    now_s, threads, at = int(clock.now()), services().threads, (place.site, place.article)
    if around:
        try:
            return threads.page_around(*at, around, order=order, now_s=now_s)
        except NotFound:  # the reader's own held comment, or one deleted since
            cursor = ""
    return threads.page(*at, order=order, now_s=now_s, cursor=cursor)


def _is_mine(me: Commenter | None, now_s: int) -> Any:
    """Return tests for the template: did the reader write this comment, and may they edit it?"""

    def is_mine(comment: Comment) -> bool:
        return me is not None and comment.mark == me.mark(comment.id)

    def is_changeable(comment: Comment) -> bool:
        return is_mine(comment) and now_s < comment.at_s + EDIT_WINDOW_S

    return {"written": is_mine, "changeable": is_changeable}


def _own(me: Commenter | None, comment_id: str) -> Comment | None:
    """Return the reader's own comment of this id; None if it is not theirs."""
    if me is None or not comment_id:
        return None
    try:
        return me.own_or_404(comment_id)
    except NotFound:
        return None


def _own_unseen(me: Commenter | None, place: Place) -> list[OwnComment]:
    """Return the reader's own comments here that others do not see, and answers to second looks."""
    ids = [one for one in session.get(_MINE, []) if partition_of(one) is not None]
    around = _id(request.args.get("around", ""))
    if me is None or not (ids or around):
        return []
    return [
        own
        for own in me.own(list(dict.fromkeys([*filter(None, [around]), *ids])))
        if own.comment.article_id in place.article.addresses
        and (own.statement or own.comment.state == "held")
    ]


def remember_own(comment_id: str) -> None:
    """Keep in the form's cookie which comments are the reader's: no list says whose one is."""
    session[_MINE] = [*session.get(_MINE, []), comment_id][-MOST_OWN:]


def _field_of(refusal: ReadbackError | None, typed: Mapping[str, str]) -> str:
    """Return the field that a refusal is about, "" for none."""
    if isinstance(refusal, NameReserved):
        return "name"
    if not isinstance(refusal, (TooLong, TooShort)):
        return ""
    try:
        clean_name(typed.get("name", "a name"))
    except (TooLong, TooShort):
        return "name"
    return "text"


def _parent(place: Place, typed: Any) -> Comment | None:
    """Return the comment that the reader replies to, if readers can see it."""
    parent = _id(typed.get("parent") or request.args.get("reply", ""))
    if not parent:
        return None
    try:
        comment = services().comments.get(place.site, parent)
    except NotFound:
        return None
    is_here = comment.article_id in place.article.addresses
    return comment if is_here and comment.state == "published" else None


def _rank(text: str) -> str:
    return text if rank_from(text) else ""


def _id(text: str) -> str:
    return text if partition_of(text) is not None else ""
