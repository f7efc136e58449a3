"""/ledger/<site>: the signed ledger of the counts, its days as files, and how to check them."""

from datetime import UTC, date, datetime

from flask import Blueprint, Response, make_response, render_template, request

from widget.domain import clock
from widget.domain.errors import BadArticle, NotFound
from widget.domain.ledger.block import hour_text
from widget.domain.model import Site
from widget.services.home import HOME
from widget.store.ledger.chain import DAY_S
from widget.web.services import services

_MOMENT = "public, max-age=60"  # an hour is written some time in the minute after it

blueprint = Blueprint("ledger", __name__)


@blueprint.get("/ledger/<site_key>")
def index(site_key: str) -> Response:
    site = services().sites.get(site_key)
    chain = services().chain
    head, kept = chain.head(site), chain.days(site, now_s=int(clock.now()))
    page = render_template(
        "pages/ledger.html",
        site=site,
        head=head,
        hour=hour_text(head.hour) if head.blocks else "",
        key=head.key or services().ledger.public_key,
        days=[(_text(day), lines) for day, lines in kept.items()],
        kept_days=services().settings.ledger_days,
        **_asked_for(site),
    )
    answer = make_response(page)
    answer.headers["Cache-Control"] = _MOMENT
    return answer


@blueprint.get("/ledger/<site_key>/<day>")
def file(site_key: str, day: str) -> Response:
    site = services().sites.get(site_key)
    text = b"".join(services().chain.text(site, _day(day)))
    if not text:
        raise NotFound("The ledger has no line of this day.")
    answer = Response(text, content_type="text/plain; charset=utf-8")
    answer.headers["Cache-Control"] = _MOMENT
    answer.headers["Content-Disposition"] = f'inline; filename="ledger-{site.key}-{day}.txt"'
    answer.headers["Access-Control-Allow-Origin"] = "*"  # anybody's program may check it
    return answer


def _asked_for(site: Site) -> dict[str, str]:
    """Return the address that the reader typed, and the id under which the ledger has it."""
    typed = request.args.get("article", "").strip()
    if not typed:
        return {}
    try:
        return {"typed": typed, "found": services().articles.find(site, _name(site, typed)).id}
    except BadArticle:
        return {"typed": typed, "found": ""}


def _name(site: Site, typed: str) -> str:
    """Return the name of an article: that of our own story, if it is the address of one."""
    slug = typed.removeprefix(f"{services().settings.public_url}/articles/")
    story = services().stories.get(slug) if site.key == HOME else None
    return story.id if story else typed


def _day(text: str) -> int:
    """Return a day since the epoch.

    :raise NotFound: the text is not a day as addresses have it.
    """
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.isoformat() != text:
        raise NotFound("A day of the ledger is written as 2026-11-24.")
    return (found - date(1970, 1, 1)).days


def _text(day: int) -> str:
    return datetime.fromtimestamp(day * DAY_S, UTC).date().isoformat()
