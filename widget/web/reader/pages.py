"""/ and /articles/<slug>: HTML for readers, the same for everyone, without cookie or token."""

import time
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError

from widget.domain.errors import NotFound, StoreUnavailable
from widget.domain.model import Poll, Site, Tally
from widget.domain.stories import Story
from widget.services.voting import HOME, counts_by_key, poll_or_error, services

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def index() -> Response:
    answer = make_response(
        render_template("pages/index.html", stories=list(services().stories.values()))
    )
    return _shared(answer)


@blueprint.get("/articles/<slug>")
def article(slug: str) -> Response:
    story = services().stories.get(slug)
    if story is None:
        raise NotFound("There is no story at this address. It may have moved.")
    try:
        site = services().sites.get(HOME)
        poll = poll_or_error(site, "", story.section)
        counts, tally = _counts(site, story, poll)
    except StoreUnavailable:
        return _without_counts(story)
    page = render_template(
        "pages/article.html",
        story=story,
        site=site,
        poll=poll,
        counts=counts,
        is_open=tally.is_open,
        correction=tally.note,
        total=sum(counts.values()),
    )
    return _shared(make_response(page))


@blueprint.app_errorhandler(CSRFError)
def refuse_form(error: CSRFError) -> tuple[str, int]:
    return render_template("pages/error.html", status=400, message=str(error.description)), 400


def _without_counts(story: Story) -> Response:
    """The story stands while the store is away; no number is invented."""
    site = Site(HOME, "", ())
    answer = make_response(
        render_template("pages/article.html", story=story, site=site, poll=site.reactions)
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _counts(site: Site, story: Story, poll: Poll) -> tuple[dict[str, int], Tally]:
    asked = [(services().article(site, story.id), len(site.choice_keys("")))]
    [tally] = services().tallies(site, asked, now_s=int(time.time()))
    return counts_by_key(site, "", poll, tally), tally


def _shared(answer: Any) -> Response:
    """A page that is the same for every reader: a CDN may keep it for a moment.

    A browser asks again by ETag, so that who voted by form sees the vote on coming back.
    """
    answer.headers["Cache-Control"] = "public, max-age=0, s-maxage=5, must-revalidate"
    answer.add_etag()
    return answer.make_conditional(request)  # type: ignore[no-any-return]


def protect(answer: Response) -> Response:
    """Headers of every page: only our own files run, nothing frames us."""
    if answer.mimetype == "text/html":
        answer.headers["Content-Security-Policy"] = (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
            "require-trusted-types-for 'script'"
        )
    return answer
