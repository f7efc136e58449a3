"""What the desk's figures work with, and what their pages share: period, address, live answers."""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import msgspec
from flask import Response, current_app, request, url_for

from widget.domain.figures.period import PRESETS, Period, period_from
from widget.domain.model import Choice, Site
from widget.services.figures.article import ArticleReadings
from widget.services.figures.baseline import Baseline
from widget.services.figures.listing import Listings, Wanted
from widget.services.figures.overview import Overviews
from widget.services.figures.past import Past
from widget.store.connect import Connection
from widget.store.desk.notes import Notes
from widget.store.desk.share_links import ShareLinks
from widget.store.figures.headlines import Pages
from widget.store.figures.trends import Trends

_PRESET_NAMES = {"today": "Today", "7d": "7 days", "30d": "30 days", "90d": "90 days"}
_LIST_FIELDS = ("section", "author", "tag", "q", "sort")  # of the list of articles


@dataclass(frozen=True, slots=True)
class Figures:
    trends: Trends
    pages: Pages
    usual: Baseline
    overviews: Overviews
    listings: Listings
    notes: Notes
    articles: ArticleReadings
    links: ShareLinks


def open_figures(connection: Connection) -> Figures:
    trends, pages, notes = Trends(connection), Pages(connection), Notes(connection)
    usual, past = Baseline(trends), Past(trends)
    return Figures(
        trends,
        pages,
        usual,
        Overviews(past, pages, usual),
        Listings(past, pages),
        notes,
        ArticleReadings(connection, pages, notes),
        ShareLinks(connection),
    )


def figures() -> Figures:
    return cast(Figures, current_app.extensions["readback.figures"])


def asked_period() -> Period:
    """The period the address names.

    :raise BadField: as :func:`period_from`.
    """
    named = (request.args.get(name, "") for name in ("period", "from", "to"))
    return period_from(*named, now_s=int(time.time()))


def asked_articles() -> Wanted:
    """Which articles the address names, and in which order."""
    section, author, tag, text = (request.args.get(name, "")[:200] for name in _LIST_FIELDS[:4])
    return Wanted(section, author, tag, text, request.args.get("sort") or "votes")


def choices_of(site: Site, poll_key: str = "") -> list[Choice]:
    """Every reaction the site ever offered, by its number, with the label it has now or had last.

    With the key of a question of the site's own, every choice of that.

    A retired one keeps its votes, so it keeps its place; without a label it shows its key.
    """
    if poll_key:
        polls = [site.polls[poll_key]] if poll_key in site.polls else []
    else:
        polls = [site.reactions, *site.section_reactions.values()]
    known = {choice.key: choice for poll in reversed(polls) for choice in poll.choices}
    return [
        known.get(key) or Choice(key, key.capitalize(), "") for key in site.choice_keys(poll_key)
    ]


def period_links(period: Period, endpoint: str, **place: Any) -> list[tuple[str, str, bool]]:
    """Shape: ``[(name, path, is chosen), ...]``, for the same page with another period."""
    kept = {k: v for k, v in request.args.items() if k in _LIST_FIELDS and k not in place}
    links = []
    for name in PRESETS:
        query = kept | Period(name, 0, 0, 0).query
        links.append(
            (_PRESET_NAMES[name], url_for(endpoint, **place, **query), name == period.name)
        )
    return links


def live_answer(regions: Mapping[str, str]) -> Response:
    """The page's live regions as JSON; 304 where the asker has just these."""
    body = msgspec.json.encode({"regions": {name: str(part) for name, part in regions.items()}})
    answer = Response(body, mimetype="application/json")
    answer.set_etag(hashlib.sha256(body).hexdigest()[:24])
    answer.make_conditional(request)
    return answer
