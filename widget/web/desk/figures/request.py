"""What the pages of figures share: the services, the period, the address, live answers."""

import hashlib
import time
from collections.abc import Mapping
from typing import Any

import msgspec
from flask import Response, request, url_for

from widget.domain.figures.period import PRESETS, Period, period_from
from widget.domain.model import Choice, Site
from widget.services.figures.listing import Wanted
from widget.services.figures.wiring import Figures
from widget.web.services import services

_PRESET_NAMES = {"today": "Today", "7d": "7 days", "30d": "30 days", "90d": "90 days"}
_LIST_FIELDS = ("section", "author", "tag", "q", "sort")  # of the list of articles


def figures() -> Figures:
    return services().figures


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
