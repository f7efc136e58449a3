"""/ and /articles/<slug>: HTML for readers, the same for everyone, without cookie or token."""

from flask import Blueprint, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError

from widget.domain.errors import StoreUnavailable
from widget.domain.model import Site
from widget.domain.stories import Story
from widget.services.home import HOME
from widget.web.reader.stories import home, story_or_404
from widget.web.services import services

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def index() -> Response:
    answer = make_response(
        render_template("pages/index.html", stories=list(services().stories.values()))
    )
    return _shared(answer)


@blueprint.get("/articles/<slug>")
def article(slug: str) -> Response:
    story = story_or_404(slug)
    try:
        [(ballot, tally)] = services().voting.tallies(home(), [story.id])
    except StoreUnavailable:
        return _without_counts(story)
    counts = ballot.counts(tally)
    page = render_template(
        "pages/article.html",
        story=story,
        site=ballot.site,
        poll=ballot.poll,
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
    """Show the story while the store is away. No number is invented."""
    site = Site(HOME, "", ())
    answer = make_response(
        render_template("pages/article.html", story=story, site=site, poll=site.reactions)
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _shared(answer: Response) -> Response:
    """Let a CDN keep a page that is the same for every reader, for a moment.

    A browser revalidates by ETag, so that readers who voted by form see their vote.
    """
    answer.headers["Cache-Control"] = "public, max-age=0, s-maxage=5, must-revalidate"
    answer.add_etag()
    answer.make_conditional(request)  # changes the answer itself
    return answer


def protect(answer: Response) -> Response:
    """Set the headers of every page: only our own files run, and nothing frames us."""
    if answer.mimetype == "text/html":
        answer.headers["Content-Security-Policy"] = (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
            "require-trusted-types-for 'script'"
        )
    return answer
