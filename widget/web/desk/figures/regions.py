"""The live regions of the pages of figures.

One function per page renders them for the page, for ``live.json`` and for a shared link.
"""

from functools import partial
from typing import Any

from flask import render_template, url_for
from markupsafe import Markup

from widget.domain import clock
from widget.domain.figures.groups import bounded
from widget.domain.figures.period import Period
from widget.domain.figures.reactions import changed, reactions, scale
from widget.domain.figures.sections import most_different, reach
from widget.domain.figures.statistics import has_sides
from widget.domain.figures.story import verdict
from widget.domain.figures.tone_drawing import beside_usual, tone_line
from widget.domain.model import Site
from widget.domain.morning.sentence import sentence
from widget.services.figures.article import ArticleFigures
from widget.services.figures.morning import morning_figures
from widget.services.figures.story import story_figures
from widget.services.figures.words import MOST_SCORED
from widget.web.desk.figures.drawings import (
    WITH,
    WITHOUT,
    article_drawing,
    doubt_query,
    is_with_doubt,
    overview_drawing,
    scale_links,
    scale_query,
)
from widget.web.desk.figures.request import choices_of, figures
from widget.web.desk.services import desk
from widget.web.desk.start import start_steps
from widget.web.desk.todos import waiting_beside, waiting_for_reader
from widget.web.services import services

OVERVIEW = (
    "start",
    "morning",
    "figures",
    "trend",
    "waiting",
    "organic",
    "moved",
    "different",
    "lists",
    "sections",
    "later",
)
FOR_EDITORS = ("start", "waiting", "later")  # not behind a shared link
ARTICLE = (
    "verdict",
    "doubt",
    "figures",
    "timeline",
    "mix",
    "organic",
    "tone",
    "early",
    "comments",
    "origins",
)
MOST_WORDS = 5
MOST_SECTIONS = 8  # on the overview


def overview_regions(site: Site, period: Period, *, linked: bool = True) -> dict[str, Markup]:
    """Render the regions of the overview.

    :param linked: for an editor: with links to other pages, and with what waits for an editor.
    """
    overview = figures().overviews.overview(site, period)
    names = OVERVIEW if linked else tuple(name for name in OVERVIEW if name not in FOR_EDITORS)
    state = desk().site_desk.of(site.key)
    waiting = waiting_beside(site, overview, state) if linked else None
    todos = None if waiting is None else waiting.todos
    different = most_different(overview.sections)
    return _rendered(
        "overview",
        names,
        site=site,
        overview=overview,
        clauses=sentence(
            morning_figures(site, overview, todos, state.morning.lang), state.morning.lang
        ),
        lang=state.morning.lang,
        waiting=waiting,
        start=start_steps(site, overview, state) if linked else None,
        different=different,
        different_reach=reach(different),
        sections=bounded(overview.sections, lambda section: section.mix, MOST_SECTIONS),
        period=period,
        linked=linked,
        drawing=overview_drawing(site, overview),
        scale=scale_links("overview.show", site_key=site.key, **period.query) if linked else (),
    )


def article_regions(
    site: Site, article: ArticleFigures, *, linked: bool = True
) -> dict[str, Markup]:
    """Render the regions of an article, with ``linked`` as in :func:`overview_regions`."""
    article_id = article.detail.headline.id
    choices = choices_of(site, article.detail.headline.page.poll_key)
    keys = [choice.key for choice in choices]
    found = reactions(article.detail.mix, article.usual, keys)
    waiting = waiting_for_reader(site, article) if linked else None
    lang = desk().site_desk.of(site.key).morning.lang
    return _rendered(
        "article",
        ARTICLE,
        site=site,
        article=article,
        detail=article.detail,
        linked=linked,
        choices=choices,
        clauses=verdict(story_figures(site, article, found, waiting, lang), lang),
        lang=lang,
        has_sides=has_sides(keys),
        reactions=found,
        reach=scale(found),
        tone_drawing=beside_usual(article.detail.headline.tone, article.usual_tone),
        changed=changed(article.early.differences, keys),
        drawing=article_drawing(site, article),
        scale=scale_links(
            "articles.show", site_key=site.key, article_id=article_id, **doubt_query()
        )
        if linked
        else (),
        doubt=article.doubt,
        doubt_links=_doubt_links(site, article),
        table_doubt=(WITH if is_with_doubt() else WITHOUT) if _doubt_links(site, article) else None,
        words=partial(_words, site),
        found_negative=_found_negative(site, article) if linked else None,
        most_scored=MOST_SCORED,
        tone_line=tone_line(article.steps, article.usual_tone),
    )


def _doubt_links(site: Site, article: ArticleFigures) -> list[tuple[str, str, bool]]:
    """Return links to a story's figures without, and with, the votes in doubt."""
    doubt = article.doubt
    if doubt is None or not doubt.n_waiting + doubt.n_aside:
        return []
    place: dict[str, Any] = {"site_key": site.key, "article_id": article.detail.headline.id}
    place |= scale_query()
    path, path_with = (
        url_for("articles.show", **place),
        url_for("articles.show", **place, doubt=WITH),
    )
    return [
        (f"{doubt.counted - doubt.n_waiting:,} without", path, not is_with_doubt()),
        (f"{doubt.counted + doubt.n_aside:,} with", path_with, is_with_doubt()),
    ]


def _rendered(page: str, names: tuple[str, ...], *, site: Site, **values: Any) -> dict[str, Markup]:
    values = {"site": site, "choices": choices_of(site), "now_s": int(clock.now())} | values
    return {name: Markup(render_template(f"desk/{page}/_{name}.html", **values)) for name in names}


def _found_negative(site: Site, article: ArticleFigures) -> tuple[int, int] | None:
    return desk().tone_reports.found_negative(site, article.detail.section)


def _words(site: Site, text: str) -> list[tuple[str, float]]:
    """Return the words that contribute most to a comment's tone, strongest first."""
    ranked = sorted(services().tone.score(site, text).contributions, key=lambda c: -abs(c.value))
    return [(c.word, c.value) for c in ranked if abs(c.value) >= 0.1][:MOST_WORDS]
