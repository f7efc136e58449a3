"""What the pages of figures share: the services, the period, the filter, and live answers."""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
from flask import Response, after_this_request, g, request, url_for

from widget.domain import clock
from widget.domain.errors import BadField
from widget.domain.figures.groups import MOST_EXPORTED, MOST_SHOWN
from widget.domain.figures.period import PRESETS, Period, period_from
from widget.domain.model import Choice, Site
from widget.services.figures.listing import ArticleQuery
from widget.services.figures.wiring import Figures
from widget.web.audience import is_api, wants_json
from widget.web.services import services

_PRESET_NAMES = {"today": "Today", "7d": "7 days", "30d": "30 days", "90d": "90 days"}
_FILTER_FIELDS = ("section", "author", "tag", "q")
_LIST_FIELDS = (*_FILTER_FIELDS, "sort", "scale")


def figures() -> Figures:
    return services().figures


def requested_period(site: Site) -> Period:
    """Return the period in the query, in the site's days.

    A page for people with a wrong one shows the default period, with the problem at the field and
    the status 400. See :func:`period_problem`.

    :raise BadField: as :func:`period_from`, for programs.
    """
    fields = (request.args.get(name, "") for name in ("period", "from", "to"))
    now_s = int(clock.now())
    try:
        return period_from(*fields, now_s=now_s, zone=site.zone)
    except BadField as problem:
        if is_api() or wants_json() or request.args.get("format"):
            raise
        g.period_problem = str(problem)
        after_this_request(_as_bad_field)
        return period_from("", "", "", now_s=now_s, zone=site.zone)


def period_problem() -> str:
    """Return what is wrong with the requested period, "" if it is right."""
    return str(g.get("period_problem", ""))


def _as_bad_field(answer: Response) -> Response:
    answer.status_code = BadField.status
    return answer


def requested_text() -> str:
    """Return the part of a name in the query, "" for all."""
    return request.args.get("q", "")[:200].strip()


def most_groups() -> int:
    """Return how many sections, authors or tags the requested table has a row for."""
    return MOST_SHOWN if request.args.get("format") == "table" else MOST_EXPORTED


def requested_filter() -> ArticleQuery:
    """Return the filter and the order in the query."""
    section, author, tag, text = (request.args.get(name, "")[:200] for name in _FILTER_FIELDS)
    return ArticleQuery(section, author, tag, text, request.args.get("sort") or "votes")


def choices_of(site: Site, poll_key: str = "") -> list[Choice]:
    """Return every choice that a poll of the site ever had, by its number.

    Retired choices keep their votes, so they keep their places, and are named as they were.

    :param poll_key: an editor's own question; "" for the reactions.
    """
    return site.choices(poll_key)


def period_links(period: Period, endpoint: str, **place: Any) -> list[tuple[str, str, bool]]:
    """Return links to the same page for other periods: ``[(name, path, is chosen), ...]``."""
    kept = {k: v for k, v in request.args.items() if k in _LIST_FIELDS and k not in place}
    links = []
    for name in PRESETS:
        query = kept | Period(name, 0, 0, 0).query
        path = url_for(endpoint, **place, **query)
        links.append((_PRESET_NAMES[name], path, name == period.name))
    return links


def live_answer(regions: Mapping[str, str]) -> Response:
    """Answer a page's live regions as JSON, or 304 if the client has them already."""
    body = msgspec.json.encode({"regions": {name: str(html) for name, html in regions.items()}})
    answer = Response(body, mimetype="application/json")
    answer.set_etag(hashlib.sha256(body).hexdigest()[:24])
    answer.make_conditional(request)
    return answer
