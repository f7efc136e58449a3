"""/desk/<site>/articles: the articles of a period, and the page of one article."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from widget.domain import clock
from widget.domain.article import article_at
from widget.domain.editors.editor import Role
from widget.domain.errors import BadField, ReadbackError
from widget.domain.model import Site
from widget.domain.page import clean_line
from widget.services.figures.article import ArticleFigures, View
from widget.services.figures.listing import MOST_EXPORTED
from widget.services.figures.stories import SORTS
from widget.store.desk.notes import MAX_TEXT_CHARS
from widget.store.reactions.page_records import PageRecord
from widget.web.desk.figures.drawings import WITH, WITHOUT, doubt_query, is_with_doubt, scale_query
from widget.web.desk.figures.exports import table_answer
from widget.web.desk.figures.regions import article_regions
from widget.web.desk.figures.request import (
    choices_of,
    figures,
    live_answer,
    period_links,
    requested_filter,
    requested_period,
)
from widget.web.desk.figures.tables import article_tables, listing_table
from widget.web.desk.signin.access import log, signed_in, site_for_role_or_404

CLOCK_SKEW_S = 60

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
    period, which = requested_period(site), requested_filter()
    if request.args.get("format"):
        listing = figures().listings.articles(site, period, which, limit=MOST_EXPORTED)
        return table_answer(
            site, period, [listing_table(site, listing)], "articles", choices_of(site)
        )
    after = request.args.get("after", "")
    return render_template(
        "desk/articles.html",
        period=period,
        filter=which,
        filter_names=("section", "author", "tag"),
        listing=figures().listings.articles(site, period, which, after=after, whole=False),
        after=after,
        sorts=[(name, SORT_NAMES[name]) for name in SORTS],
        choices=choices_of(site),
        period_links=period_links(period, ".index", site_key=site.key),
        now_s=int(clock.now()),
    )


@blueprint.get("/<article_id>")
def show(site_key: str, article_id: str) -> Response | str:
    site = site_for_role_or_404(site_key, Role.VIEWER)
    if request.args.get("format"):
        asked = request.args.get("doubt", "")
        view: View = "with" if asked == WITH else "without" if asked == WITHOUT else "counted"
        article = figures().articles.figures(site, article_id, view)
        tables = article_tables(site, article)
        choices = choices_of(site, article.detail.headline.page.poll_key)
        return table_answer(site, None, tables, "article", choices, article=article_id)
    return _article_page(site, _shown(site, article_id))


@blueprint.get("/<article_id>/live.json")
def live(site_key: str, article_id: str) -> Response:
    site = site_for_role_or_404(site_key, Role.VIEWER)
    return live_answer(article_regions(site, _shown(site, article_id)))


@blueprint.post("/<article_id>/notes")
def add_note(site_key: str, article_id: str) -> AnyResponse | tuple[str, int]:
    site = site_for_role_or_404(site_key, Role.EDITOR)
    article = _shown(site, article_id)
    typed = {name: request.form.get(name, "") for name in ("text", "at")}
    try:
        text, at_s = _note_text(typed["text"]), _note_time(site, typed["at"])
        note = figures().notes.add(site, article_id, text, signed_in().editor.name, at_s)
    except ReadbackError as problem:
        field = problem.field if isinstance(problem, BadField) else ""
        problems = {field or "text": str(problem)}
        return _article_page(site, article, typed=typed, problems=problems), problem.status
    log(site, "note added", f"article {article_id}", after=note.text)
    flash("The note is on the timeline.")
    return _to_notes(site, article_id)


@blueprint.post("/<article_id>/notes/<note_id>/removal")
def remove_note(site_key: str, article_id: str, note_id: str) -> AnyResponse:
    site = site_for_role_or_404(site_key, Role.EDITOR)
    note = figures().notes.remove(site, article_id, note_id)
    log(site, "note removed", f"article {article_id}", before=note.text)
    flash("The note was removed.")
    return _to_notes(site, article_id)


def _shown(site: Site, article_id: str) -> ArticleFigures:
    """Return an article's figures without the votes in doubt, unless the address asks for them."""
    view: View = "with" if is_with_doubt() else "without"
    return figures().articles.figures(site, article_id, view)


def _article_page(
    site: Site,
    article: ArticleFigures,
    *,
    typed: dict[str, str] | None = None,
    problems: dict[str, str] | None = None,
) -> str:
    headline, now_s = article.detail.headline, int(clock.now())
    return render_template(
        "desk/article.html",
        article=article,
        headline=headline,
        regions=article_regions(site, article),
        problems=problems or {},
        typed=typed or {"text": "", "at": f"{site.zone.time(now_s):%Y-%m-%dT%H:%M}"},
        now_s=now_s,
        live=url_for(
            ".live", site_key=site.key, article_id=headline.id, **scale_query(), **doubt_query()
        ),
        max_chars=MAX_TEXT_CHARS,
        may_note=signed_in().editor.may(Role.EDITOR, site.key),
        **_question_values(site, headline.page),
    )


def _question_values(site: Site, page: PageRecord) -> dict[str, Any]:
    """Return what the page says about an editor's own question, or about those on a story."""
    poll_key = page.poll_key
    story = article_at(site.key, page.address.partition("#")[0])
    return {
        "poll_key": poll_key,
        "poll": site.polls.get(poll_key),
        "story_id": story.id,
        "questions": [] if poll_key else figures().pages.questions(site, page),
    }


def _note_text(typed: str) -> str:
    text = clean_line(typed)
    if not 1 <= len(text) <= MAX_TEXT_CHARS:
        raise BadField(f"A note has 1 to {MAX_TEXT_CHARS} characters.", field="text")
    return text


def _note_time(site: Site, typed: str) -> int:
    try:
        at_s = site.zone.seconds(datetime.fromisoformat(typed))
    except (ValueError, OverflowError):
        why = f"Type when it happened as a day and a time, {site.zone.label}."
        raise BadField(why, field="at") from None
    if not 0 <= at_s <= clock.now() + CLOCK_SKEW_S:
        why = "A note is about something that has happened: its time cannot be ahead."
        raise BadField(why, field="at")
    return at_s


def _to_notes(site: Site, article_id: str) -> AnyResponse:
    path = url_for(".show", site_key=site.key, article_id=article_id, _anchor="notes")
    return redirect(path, 303)
