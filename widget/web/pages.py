"""/ and /articles/<slug>: HTML for readers. Stories are the same for everyone; react is not."""

import time
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError
from werkzeug.wrappers import Response as AnyResponse

from ..article import ArticleRef
from ..errors import BadField, Challenged, Closed, NotFound, RateLimited, StoreUnavailable
from ..model import MAX_SEQ, Site
from ..stories import Story
from .cookie import known_reader, reader_of_form, remember
from .services import choice_number, counts_by_key, find, poll_or_error, services

HOME = "home"

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def index() -> Response:
    answer = make_response(
        render_template("pages/index.html", stories=list(services().stories.values()))
    )
    return _shared(answer)


@blueprint.get("/articles/<slug>")
def article(slug: str) -> Response:
    story = _story_or_404(slug)
    try:
        site = services().sites.get(HOME)
        counts, is_open = _counts(site, find(site, story.id), "")
    except StoreUnavailable:
        return _without_counts(story)
    page = render_template(
        "pages/article.html", story=story, site=site, counts=counts, is_open=is_open,
        total=sum(counts.values()),
    )  # fmt: skip
    return _shared(make_response(page))


def _without_counts(story: Story) -> Response:
    """The story stands while the store is away; no number is invented."""
    site = Site(HOME, "", ())
    answer = make_response(
        render_template("pages/article.html", story=story, site=site, counts=None, total=0)
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/articles/<slug>/react")
def react(slug: str) -> Response:
    story = _story_or_404(slug)
    return _react_page(story, status=200)


@blueprint.post("/articles/<slug>/react")
def cast(slug: str) -> AnyResponse:
    """One vote by form: ``reaction`` is a choice's key, or empty to take the vote back."""
    story = _story_or_404(slug)
    form = FlaskForm()
    if not form.validate_on_submit():
        return _react_page(story, status=400, note="expired")
    site = services().sites.get(HOME)
    ref = find(site, story.id)
    try:
        choice = choice_number(site, "", request.form.get("reaction") or None)
        reader = reader_of_form(site)
        _, seq = _own_choice(site, ref, reader.id)
        services().cast(site, ref, "", reader.id, min(seq + 1, MAX_SEQ), choice)
    except BadField:
        return _react_page(story, status=400, note="expired")
    except Closed:
        return _react_page(story, status=409, note="closed")
    except (Challenged, RateLimited) as refusal:
        return _react_page(story, status=refusal.status, note="busy")
    answer = redirect(url_for("pages.article", slug=slug) + "#reactions", 303)
    remember(answer, site, reader)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.app_errorhandler(CSRFError)
def refuse_form(error: CSRFError) -> tuple[str, int]:
    return render_template("pages/error.html", status=400, message=str(error.description)), 400


def _react_page(story: Story, *, status: int, note: str = "") -> Response:
    site = services().sites.get(HOME)
    ref = find(site, story.id)
    counts, is_open = _counts(site, ref, "")
    reader = known_reader(site)
    own = _own_choice(site, ref, reader)[0] if reader else 0
    poll = poll_or_error(site, "")
    own_key = site.numbers("")[own - 1] if own else None
    asked = request.args.get("choice")
    page = render_template(
        "pages/react.html", form=FlaskForm(), story=story, site=site, poll=poll, counts=counts,
        is_open=is_open, own=own_key, asked=asked, note=note, total=sum(counts.values()),
    )  # fmt: skip
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _own_choice(site: Site, ref: ArticleRef, reader: bytes) -> tuple[int, int]:
    mark = services().readers.mark(site.key, ref.id, reader)
    return services().reactions.choice(site, ref, mark)


def _counts(site: Site, ref: ArticleRef, poll_key: str) -> tuple[dict[str, int], bool]:
    choices = len(site.numbers(poll_key))
    [standing] = services().reactions.standings(site, [(ref, choices)], now_s=int(time.time()))
    return counts_by_key(site, poll_key, standing), standing.is_open


def _story_or_404(slug: str) -> Story:
    story = services().stories.get(slug)
    if story is None:
        raise NotFound("There is no story at this address. It may have moved.")
    return story


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
