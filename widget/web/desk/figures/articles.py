"""/desk/<site>/articles: the articles of a period, and one article whole."""

import time
from datetime import UTC, datetime

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from widget.domain.article import article_at
from widget.domain.editors.editor import Role
from widget.domain.errors import BadField, ReadbackError
from widget.domain.model import Site
from widget.domain.page import clean_line
from widget.services.figures.article import ArticleFigures
from widget.services.figures.listing import MOST_EXPORTED, SORTS
from widget.store.desk.notes import MAX_TEXT_CHARS
from widget.web.desk.figures.regions import article_parts
from widget.web.desk.figures.request import (
    asked_articles,
    asked_period,
    choices_of,
    figures,
    live_answer,
    period_links,
)
from widget.web.desk.figures.tables import article_tables, listing_table, table_answer
from widget.web.desk.signin.access import log, signed_in, site_for_role_or_404

blueprint = Blueprint("articles", __name__, url_prefix="/desk/<site_key>/articles")

SORT_NAMES = {
    "votes": "Most votes",
    "newest": "Newest",
    "loved": "Most loved",
    "angry": "Most angry",
    "split": "Most split",
}


@blueprint.get("")
def index(site_key: str) -> Response | str:
    site = site_for_role_or_404(site_key, Role.VIEWER)
    period, wanted = asked_period(), asked_articles()
    if request.args.get("format"):
        listing = figures().listings.articles(site, period, wanted, limit=MOST_EXPORTED)
        return table_answer(site, period, [listing_table(site, listing)], "articles")
    after = request.args.get("after", "")
    listing = figures().listings.articles(site, period, wanted, after=after)
    return render_template(
        "desk/articles.html",
        period=period,
        wanted=wanted,
        listing=listing,
        after=after,
        sorts=[(name, SORT_NAMES[name]) for name in SORTS],
        choices=choices_of(site),
        period_links=period_links(period, ".index", site_key=site.key),
        now_s=int(time.time()),
        filters=("section", "author", "tag"),
    )


@blueprint.get("/<article_id>")
def show(site_key: str, article_id: str) -> Response | str:
    site = site_for_role_or_404(site_key, Role.VIEWER)
    seen = figures().articles.figures(site, article_id)
    if request.args.get("format"):
        tables = article_tables(site, seen)
        return table_answer(site, None, tables, "article", article=article_id)
    return article_page(site, seen)


@blueprint.get("/<article_id>/live.json")
def live(site_key: str, article_id: str) -> Response:
    site = site_for_role_or_404(site_key, Role.VIEWER)
    return live_answer(article_parts(site, figures().articles.figures(site, article_id)))


@blueprint.post("/<article_id>/notes")
def add_note(site_key: str, article_id: str) -> AnyResponse | tuple[str, int]:
    site = site_for_role_or_404(site_key, Role.EDITOR)
    seen = figures().articles.figures(site, article_id)
    typed = {name: request.form.get(name, "") for name in ("text", "at")}
    try:
        text, at_s = _note_text(typed["text"]), _note_time(typed["at"])
        note = figures().notes.add(site, article_id, text, signed_in().editor.name, at_s)
    except ReadbackError as problem:
        return article_page(site, seen, typed=typed, problem=str(problem)), problem.status
    log(site, "note added", f"article {article_id}", after=note.text)
    flash("The note stands on the timeline.")
    return _back(site, article_id)


@blueprint.post("/<article_id>/notes/<note_id>/removal")
def remove_note(site_key: str, article_id: str, note_id: str) -> AnyResponse:
    site = site_for_role_or_404(site_key, Role.EDITOR)
    note = figures().notes.remove(site, article_id, note_id)
    log(site, "note removed", f"article {article_id}", before=note.text)
    flash("The note was removed.")
    return _back(site, article_id)


def article_page(
    site: Site, seen: ArticleFigures, *, typed: dict[str, str] | None = None, problem: str = ""
) -> str:
    page = seen.detail.headline.page
    question = page.poll_key
    story = article_at(site.key, page.address.partition("#")[0])
    now = datetime.now(UTC)
    return render_template(
        "desk/article.html",
        question=question,
        story_id=story.id,
        asked=site.polls.get(question),
        questions=[] if question else figures().pages.questions(site, page),
        seen=seen,
        headline=seen.detail.headline,
        regions=article_parts(site, seen),
        problem=problem,
        typed=typed or {"text": "", "at": now.strftime("%Y-%m-%dT%H:%M")},
        now_s=now.timestamp(),
        live=url_for(".live", site_key=site.key, article_id=seen.detail.headline.id),
        max_chars=MAX_TEXT_CHARS,
        may_note=signed_in().editor.may(Role.EDITOR, site.key),
    )


def _note_text(typed: str) -> str:
    text = clean_line(typed)
    if not 1 <= len(text) <= MAX_TEXT_CHARS:
        raise BadField(f"A note is 1 to {MAX_TEXT_CHARS} characters.")
    return text


def _note_time(typed: str) -> int:
    try:
        at = datetime.fromisoformat(typed).replace(tzinfo=UTC)
    except ValueError:
        raise BadField("When it happened is a day and a time, UTC.") from None
    if not 0 <= at.timestamp() <= time.time() + 60:
        raise BadField("A note tells what has happened: its time cannot be ahead.")
    return int(at.timestamp())


def _back(site: Site, article_id: str) -> AnyResponse:
    path = url_for(".show", site_key=site.key, article_id=article_id, _anchor="notes")
    return redirect(path, 303)
