"""The live regions of the pages of figures: one function each serves page, live.json and link."""

import time
from typing import Any

from flask import render_template
from markupsafe import Markup

from widget.domain.figures import chart
from widget.domain.figures.period import Period
from widget.domain.model import Site
from widget.services.figures.article import ArticleFigures
from widget.tone import score
from widget.web.desk.figures.request import choices_of, figures

OVERVIEW = ("figures", "trend", "waiting", "lists", "sections")
ARTICLE = ("figures", "timeline", "mix", "comments", "origins")
MOST_WORDS = 5


def overview_parts(site: Site, period: Period, *, linked: bool = True) -> dict[str, Markup]:
    """:param linked: for an editor: they lead on into the desk, and say what waits for a person."""
    seen = figures().overviews.overview(site, period)
    names = OVERVIEW if linked else tuple(name for name in OVERVIEW if name != "waiting")
    return _rendered(
        "overview",
        names,
        site=site,
        seen=seen,
        period=period,
        linked=linked,
        stack=chart.stack(seen.series),
    )


def article_parts(site: Site, seen: ArticleFigures, *, linked: bool = True) -> dict[str, Markup]:
    """As :func:`overview_parts`, of one article."""
    return _rendered(
        "article",
        ARTICLE,
        site=site,
        seen=seen,
        detail=seen.detail,
        linked=linked,
        choices=choices_of(site, seen.detail.headline.page.poll_key),
        stack=chart.stack(seen.line.series),
        words=_words,
        tone_path=_tone_path(seen),
    )


def _rendered(page: str, names: tuple[str, ...], *, site: Site, **shown: Any) -> dict[str, Markup]:
    shown = {"site": site, "choices": choices_of(site), "now_s": int(time.time())} | shown
    return {name: Markup(render_template(f"desk/{page}/_{name}.html", **shown)) for name in names}


def _tone_path(seen: ArticleFigures) -> str:
    """The tone's steps as a path over the timeline's slots, 1 at the top and -1 at 100 below."""
    return "".join(
        f"M{step.start:g} {(1 - step.mean.value) * 50:.1f}H{step.end:g}" for step in seen.steps
    )


def _words(text: str) -> list[tuple[str, float]]:
    """The words that made a comment what it is, strongest first."""
    ranked = sorted(score(text).contributions, key=lambda c: -abs(c.value))
    return [(c.word, c.value) for c in ranked if abs(c.value) >= 0.1][:MOST_WORDS]
