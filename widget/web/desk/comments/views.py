"""/desk/<site>/comments: what waits for an editor, and every other comment of the site.

Reading them is a moderator's as acting is: held comments are not published figures.
"""

import time
from collections import Counter
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from widget.domain.comments.cleaning import MAX_NAME, MAX_TEXT, clean_name, clean_text
from widget.domain.comments.comment import LABELS, Comment, partition_of, scored
from widget.domain.editors.editor import Role
from widget.domain.errors import BadField, NotFound, TooLong, TooShort
from widget.domain.model import Site
from widget.store.comments.moderation import NewText
from widget.store.comments.search import SEARCHED_LABELS, SHOWS, Sought
from widget.store.figures import trends
from widget.store.figures.headlines import Headline
from widget.tone import score
from widget.web.desk.comments import acts
from widget.web.desk.comments.wording import LABELS as LABEL_WORDS
from widget.web.desk.comments.wording import STANDINGS, history, reasons
from widget.web.desk.figures.request import figures, live_answer
from widget.web.desk.services import desk
from widget.web.desk.signin.access import signed_in, site_for_role_or_404
from widget.web.desk.signin.safe_next import safe_next
from widget.web.services import services

PAGE = 30
SHOW_NAMES = {"waiting": "Waiting", "all": "All", **{s: s.capitalize() for s in SHOWS[2:]}}

blueprint = Blueprint("moderation", __name__, url_prefix="/desk/<site_key>/comments")


@dataclass(frozen=True, slots=True)
class Case:
    """A comment as the list shows it."""

    comment: Comment
    headline: Headline
    reasons: list[str]


@blueprint.get("")
def index(site_key: str) -> str:
    site = site_for_role_or_404(site_key, Role.MODERATOR)
    sought, before = _asked(), _cursor("before")
    found = desk().comment_search.find(site, sought, before=before, limit=PAGE)
    articles = [comment.article_id for comment in found.comments]
    if sought.article:
        articles.append(sought.article)
    headlines = figures().pages.headlines(site, list(dict.fromkeys(articles)), with_tone=False)
    # Only the top of the queue itself can say what came after it.
    is_top = sought.show == "waiting" and sought.is_plain and not before
    newest = found.comments[0].id if is_top and found.comments else ""
    return render_template(
        "desk/comments.html",
        sought=sought,
        found=found,
        before=before,
        cases=[Case(c, headlines[c.article_id], reasons(c)) for c in found.comments],
        about=headlines.get(sought.article),
        labels=LABELS,
        searched_labels=SEARCHED_LABELS,
        shows=SHOW_NAMES,
        regions=_parts(site, newest),
        notice=acts.notice(site),
        back=request.full_path.rstrip("?"),
        live=url_for(".live", site_key=site.key, newest=newest or None),
        **_WORDS,
    )


@blueprint.get("/live.json")
def live(site_key: str) -> Response:
    site = site_for_role_or_404(site_key, Role.MODERATOR)
    return live_answer(_parts(site, _cursor("newest")))


@blueprint.post("/acts")
def act(site_key: str) -> AnyResponse:
    """``one``: act and comment of a button; or ``act`` with each ``comment`` that is ticked."""
    site = site_for_role_or_404(site_key, Role.MODERATOR)
    following = ""
    try:
        typed = acts.typed_act()
        acts.do(site, typed)
        following = typed.following
    except BadField as problem:
        acts.refuse(site, problem)
    return _back(site, following)


@blueprint.post("/reversals")
def undo(site_key: str) -> AnyResponse:
    """Take back each ``entry`` of the log."""
    site = site_for_role_or_404(site_key, Role.MODERATOR)
    try:
        acts.undo(site)
    except BadField as problem:
        acts.refuse(site, problem)
    return _back(site)


@blueprint.get("/<comment_id>")
def show(site_key: str, comment_id: str) -> str:
    site = site_for_role_or_404(site_key, Role.MODERATOR)
    comment = services().comments.get(site, comment_id)
    headline = figures().pages.headlines(site, [comment.article_id], with_tone=False)
    [parent] = services().comments.get_all(site, [comment.parent]) if comment.parent else [None]
    past = desk().moderation.history(site, [comment_id])[comment_id]
    tone = score(comment.text) if comment.text else None
    words = Counter((c.word, c.value) for c in tone.contributions) if tone else Counter()
    return render_template(
        "desk/comment.html",
        comment=comment,
        headline=headline[comment.article_id],
        parent=parent,
        reasons=reasons(comment),
        labels=LABELS,
        back=request.path,
        tone=tone,
        tone_words=[(*named, times) for named, times in words.items()],
        acts=history(comment, past, now_s=int(time.time())),
        notice=acts.notice(site),
        **_WORDS,
    )


@blueprint.get("/<comment_id>/edit")
def edit(site_key: str, comment_id: str) -> str:
    site = site_for_role_or_404(site_key, Role.MODERATOR)
    comment = _with_words_or_404(site, comment_id)
    return _edit_page(comment, comment.name, comment.text)


@blueprint.post("/<comment_id>/text")
def save(site_key: str, comment_id: str) -> AnyResponse:
    site = site_for_role_or_404(site_key, Role.MODERATOR)
    comment = _with_words_or_404(site, comment_id)
    name, text = request.form.get("name", ""), request.form.get("text", "")
    try:
        name, text = clean_name(name), clean_text(text)
    except (TooLong, TooShort) as problem:
        return make_response(_edit_page(comment, name, text, problem=str(problem)), problem.status)
    if (name, text) != (comment.name, comment.text):
        outcome = desk().moderation.edit(
            site,
            comment_id,
            NewText(name, text, scored(score(text))),
            who=signed_in().editor.name,
            now_s=int(time.time()),
            seen=request.form.get("seen", ""),
        )
        if outcome.result == "changed_since":
            now = _with_words_or_404(site, comment_id)
            return make_response(_edit_page(now, name, text, is_stale=True), 409)
        acts.remember(site, "edit", [outcome])
    return redirect(url_for(".show", site_key=site.key, comment_id=comment_id), 303)


def _edit_page(
    comment: Comment, name: str, text: str, *, problem: str = "", is_stale: bool = False
) -> str:
    return render_template(
        "desk/comment_edit.html",
        comment=comment,
        name=name,
        text=text,
        problem=problem,
        is_stale=is_stale,
        max_name=MAX_NAME,
        max_text=MAX_TEXT,
    )


def _with_words_or_404(site: Site, comment_id: str) -> Comment:
    comment = services().comments.get(site, comment_id)
    if comment.state == "deleted":
        raise NotFound("This comment was deleted. Undo that first.")
    return comment


def _asked() -> Sought:
    """:raise BadField: as :class:`Sought`."""
    words = " ".join(request.args.get("q", "")[:200].split())
    named = (request.args.get(name, "")[:40] for name in ("label", "article"))
    return Sought(request.args.get("show") or "waiting", words, *named)


def _cursor(name: str) -> str:
    """:raise BadField: not the id of a comment."""
    cursor = request.args.get(name, "")
    if cursor and partition_of(cursor) is None:
        raise BadField(f"{name} names no comment.")
    return cursor


def _parts(site: Site, newest: str) -> dict[str, Markup]:
    """The live regions of the list.

    :param newest: what stands first in the queue as the page shows it, "" if it shows another.
    """
    [waiting] = figures().trends.ask(site, trends.waiting())
    arrived = desk().moderation.waiting(site, after=newest) if newest else 0
    part = render_template(
        "desk/comments/_waiting.html", site=site, waiting=waiting, arrived=arrived
    )
    return {"waiting": Markup(part)}


def _back(site: Site, following: str = "") -> AnyResponse:
    """To the page an act was made from, at the comment that followed."""
    path = safe_next(request.form.get("back"))
    if not path.startswith(url_for(".index", site_key=site.key)):
        path = url_for(".index", site_key=site.key)
    return redirect(f"{path}#c-{following}" if partition_of(following) is not None else path, 303)


_WORDS = {"label_words": LABEL_WORDS, "standings": STANDINGS}
