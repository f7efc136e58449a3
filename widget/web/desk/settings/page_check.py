"""The page check: what the bar on one of the site's pages would use, from the page's source.

The publisher pastes the source. The server fetches nothing.
"""

from flask import Blueprint, Response, make_response, render_template, request

from widget.domain.article import resolve_for
from widget.domain.editors.editor import Role
from widget.domain.errors import UnknownSite
from widget.domain.model import Site
from widget.domain.page_check import Bar, PageCheck, check_page, page_address
from widget.domain.page_source import read_source
from widget.web.body import MAX_PAGE_BYTES
from widget.web.desk.signin.access import site_for_role_or_404
from widget.web.services import services

blueprint = Blueprint("page_check", __name__, url_prefix="/desk/<site_key>/settings/page-check")


@blueprint.url_value_preprocessor
def _allow_a_long_source(endpoint: str | None, _: object) -> None:
    """Accept a form with a page's source, before anything reads the form."""
    if endpoint == f"{blueprint.name}.{check.__name__}":
        request.max_content_length = request.max_form_memory_size = MAX_PAGE_BYTES


@blueprint.get("/")
def show(site_key: str) -> Response:
    return _page(site_for_role_or_404(site_key, Role.EDITOR))


@blueprint.post("/")
def check(site_key: str) -> Response:
    """Show what the page would use. Nothing is stored."""
    site = site_for_role_or_404(site_key, Role.EDITOR)
    problems = {}
    source = request.form.get("source", "")
    if not source.strip():
        problems["source"] = "Paste the page's source."
    try:
        address = page_address(request.form.get("address", ""))
    except ValueError as problem:
        problems["address"] = str(problem)
    if problems:
        return _page(site, 422, problems=problems)
    found = check_page(read_source(source), address, site, _find, services().settings.public_url)
    return _page(site, check=found, votes=[_votes(site, bar) for bar in found.bars])


def _find(key: str) -> Site | None:
    try:
        return services().sites.get(key)
    except UnknownSite:
        return None


def _votes(site: Site, bar: Bar) -> tuple[str, str, int | None]:
    """Return the article that a bar names: its id, its address, and the votes it has.

    The number is None for a question that the site does not have.
    """
    if not bar.name or bar.key != site.key:
        return "", "", None
    article = resolve_for(site, bar.name)
    if site.poll(bar.poll) is None:
        return article.id, article.address, None
    [(ballot, tally)] = services().voting.tallies(site, [bar.name], bar.poll)
    return ballot.article.id, article.address, sum(ballot.counts(tally).values())


def _page(
    site: Site,
    status: int = 200,
    *,
    problems: dict[str, str] | None = None,
    check: PageCheck | None = None,
    votes: list[tuple[str, str, int | None]] | None = None,
) -> Response:
    page = render_template(
        "desk/page_check.html",
        site=site,
        problems=problems or {},
        values=request.form,
        check=check,
        votes=votes or [],
    )
    return make_response(page, status)
