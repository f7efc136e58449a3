"""/ and /articles/<slug>: HTML for readers, the same for everyone, without cookie or token."""

from flask import Blueprint, Response, render_template
from flask_wtf.csrf import CSRFError

from widget.domain.errors import StoreUnavailable
from widget.domain.integrity.notice import notice_of
from widget.domain.model import Site
from widget.domain.stories import Story
from widget.services.home import HOME
from widget.services.story_counts import StoryCount
from widget.web.reader.answers import shared, unshared
from widget.web.reader.stories import home, story_or_404
from widget.web.reader.story_metadata import absolute, linked_data, picture_path
from widget.web.services import services

MORE = 3  # other stories that are named below one

blueprint = Blueprint("pages", __name__)
for _filter in (absolute, linked_data, picture_path):
    blueprint.add_app_template_filter(_filter)


@blueprint.get("/")
def index() -> Response:
    counts = _story_counts()
    page = render_template(
        "pages/index.html", stories=list(services().stories.values()), counts=counts or {}
    )
    return unshared(page) if counts is None else shared(page)


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
        is_withheld=ballot.site.results == "after" and tally.is_open,
        correction=tally.note,
        aside=notice_of(ballot.site, ballot.article.id, tally),
        total=sum(counts.values()),
        more=_more(story),
        story_counts=_story_counts() or {},
    )
    return shared(page)


@blueprint.app_errorhandler(CSRFError)
def refuse_form(error: CSRFError) -> tuple[str, int]:
    return render_template("pages/error.html", status=400, message=str(error.description)), 400


def _without_counts(story: Story) -> Response:
    """Show the story while the store is away. No number is invented."""
    site = Site(HOME, "", ())
    page = render_template(
        "pages/article.html",
        story=story,
        site=site,
        poll=site.reactions,
        more=_more(story),
        story_counts={},
    )
    return unshared(page)


def _more(story: Story) -> list[Story]:
    """Return some other stories, those of the same section first."""
    others = [other for other in services().stories.values() if other is not story]
    return sorted(others, key=lambda other: other.section != story.section)[:MORE]


def _story_counts() -> dict[str, StoryCount] | None:
    """Return the counts by story; None while the store is away."""
    try:
        return services().story_counts.by_slug()
    except StoreUnavailable:
        return None


def protect(answer: Response) -> Response:
    """Set the headers of every page: only our own files run, and nothing frames us."""
    if answer.mimetype == "text/html":
        answer.headers["Content-Security-Policy"] = (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
            "require-trusted-types-for 'script'"
        )
    return answer
