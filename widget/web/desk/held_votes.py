"""/desk/<site>/held-votes: the articles with held votes, and ways to count those votes.

With ``?article=`` it has that one alone.

Releasing held votes needs the moderator role; discarding counted votes needs the editor role.
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from widget.domain import clock
from widget.domain.editors.editor import Role
from widget.domain.errors import BadArticle, BadField, CannotCorrect, NotFound
from widget.domain.model import Site
from widget.services.integrity.held import MOST_STORIES, Released
from widget.store.reactions.corrections import Actor
from widget.web.desk.corrections.forms import MAX_REASON_CHARS, expected_typed, reason_typed
from widget.web.desk.corrections.subject import subject_or_404
from widget.web.desk.corrections.wording import STALE, done_text
from widget.web.desk.figures.filters import plural
from widget.web.desk.figures.request import figures
from widget.web.desk.services import desk
from widget.web.desk.signin.access import signed_in, site_for_role_or_404
from widget.web.services import services

MOST_SHOWN = MOST_STORIES
ALL = "all"

blueprint = Blueprint("held_votes", __name__, url_prefix="/desk/<site_key>/held-votes")


@blueprint.get("")
def index(site_key: str) -> str:
    return _page(site_for_role_or_404(site_key, Role.MODERATOR))


@blueprint.post("/<article_id>/releases")
def release(site_key: str, article_id: str) -> AnyResponse | tuple[str, int]:
    site = site_for_role_or_404(site_key, Role.MODERATOR)
    corrections = desk().corrections
    try:
        subject_or_404(site, corrections.records.part(site, article_id))
        by = Actor(signed_in().editor.name, int(clock.now()), reason_typed(request.form))
        expected = expected_typed(request.form)
        outcome = corrections.release(site, article_id, expected=expected, by=by)
    except BadArticle:
        raise NotFound from None
    except (BadField, CannotCorrect) as problem:
        return _page(site, problem=str(problem), article_id=article_id), problem.status
    if outcome.is_stale:
        return _page(site, problem=STALE, article_id=article_id), 409
    flash(done_text("release", outcome))
    return redirect(url_for(".index", site_key=site.key), 303)


@blueprint.post("/releases")
def release_all(site_key: str) -> AnyResponse | tuple[str, int]:
    """Release the held votes of all listed stories, if they are as many as on the page."""
    site = site_for_role_or_404(site_key, Role.MODERATOR)
    try:
        by = Actor(signed_in().editor.name, int(clock.now()), reason_typed(request.form))
        expected = expected_typed(request.form)
        done = services().integrity.releases.release_all(site, by=by, expected=expected)
    except (BadField, CannotCorrect) as problem:
        return _page(site, problem=str(problem), article_id=ALL), problem.status
    if done.is_stale:
        return _page(site, problem=STALE, article_id=ALL), 409
    flash(released_text(done))
    return redirect(url_for(".index", site_key=site.key), 303)


def released_text(done: Released) -> str:
    """Return what one act released, for the editor who did it."""
    if not done.votes:
        return "No held votes were released."
    on = plural(done.stories, "story", "stories")
    left = f" {plural(done.left, 'story', 'stories')} changed meanwhile." if done.left else ""
    return f"{plural(done.votes, 'vote')} released on {on}.{left}"


def _page(site: Site, *, problem: str = "", article_id: str = "") -> str:
    """:param article_id: the article whose form the problem is about; ALL: the one for all."""
    article = request.args.get("article", "")
    held = desk().held_votes.most(site, limit=MOST_SHOWN)
    if article:
        votes = desk().held_votes.of(site, article)
        held = [(article, votes)] if votes else []
    article_ids = [article_id for article_id, _ in held]
    together = [] if article else services().integrity.releases.releasable(site)
    return render_template(
        "desk/held_votes.html",
        held=held,
        all_votes=sum(votes for _, votes in together),
        flagged=0 if article else len(held) - len(together),
        is_one=bool(article),
        headlines=figures().pages.headlines(site, article_ids, with_tone=False),
        problem=problem,
        problems={f"why-{article_id}": problem},
        typed={article_id: request.form.get("reason", "")},
        max_reason=MAX_REASON_CHARS,
        most_shown=MOST_SHOWN,
        may_correct=signed_in().editor.may(Role.EDITOR, site.key),
    )
