"""Read-only links to one page of figures: made and revoked at the desk, open to anyone."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from widget.domain import clock
from widget.domain.editors.editor import Role
from widget.domain.errors import BadField, NotFound, ReadbackError, UnknownSite
from widget.domain.figures.period import period_from
from widget.domain.model import Site
from widget.domain.page import clean_line
from widget.store.desk.share_links import ShareLink, question_subject
from widget.web.desk.figures.question_page import result_values
from widget.web.desk.figures.regions import article_regions, overview_regions
from widget.web.desk.figures.request import figures
from widget.web.desk.signin.access import log, signed_in, site_for_role_or_404
from widget.web.services import services

LIFETIMES_DAYS = (1, 7, 30, 90)
MAX_LABEL_CHARS = 60
GONE = "This link has expired or was revoked."

blueprint = Blueprint("share_links", __name__)


@blueprint.get("/desk/<site_key>/links/")
def index(site_key: str) -> Response:
    return _page(site_for_role_or_404(site_key, Role.EDITOR))


@blueprint.post("/desk/<site_key>/links/")
def make(site_key: str) -> Response:
    """Make a link. Only this answer shows it."""
    site = site_for_role_or_404(site_key, Role.EDITOR)
    try:
        link = _requested_link(site)
        secret = figures().links.make(site, link)
    except ReadbackError as problem:
        field = problem.field if isinstance(problem, BadField) else ""
        return _page(site, {field: str(problem)}, problem.status)
    log(site, "share link made", link.label)
    path = url_for(".show", site_key=site.key, secret=secret)
    return _page(site, made=f"{services().settings.public_url}{path}", label=link.label)


@blueprint.post("/desk/<site_key>/links/revoked")
def revoke(site_key: str) -> AnyResponse:
    site = site_for_role_or_404(site_key, Role.EDITOR)
    revoked = figures().links.revoke(site, request.form.get("link", ""))
    if revoked is None:
        raise NotFound("That link has already been revoked.")
    log(site, "share link revoked", revoked.label)
    flash(f"The link \u201c{revoked.label}\u201d no longer works.")
    return redirect(url_for(".index", site_key=site.key), 303)


@blueprint.get("/shared/<site_key>/<secret>")
def show(site_key: str, secret: str) -> Response:
    """Show the page of a link to anyone who has it. A wrong link looks like an expired one."""
    now_s = int(clock.now())
    site, link = _link_or_404(site_key, secret, now_s)
    g.site = site
    answer = make_response(_page_of(site, link, now_s))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _link_or_404(site_key: str, secret: str, now_s: int) -> tuple[Site, ShareLink]:
    try:
        site = services().sites.get(site_key)
    except UnknownSite:
        raise NotFound(GONE) from None
    link = figures().links.find(site, secret, now_s=now_s)
    if link is None:
        raise NotFound(GONE)
    return site, link


def _page_of(site: Site, link: ShareLink, now_s: int) -> str:
    if link.poll_key:
        return _question_page(site, link)
    return _article_page(site, link, now_s) if link.article_id else _overview(site, link, now_s)


def _question_page(site: Site, link: ShareLink) -> str:
    found = figures().questions.figures(site, link.poll_key)
    return render_template(
        "desk/shared_question.html", site=site, link=link, linked=False, **result_values(found)
    )


def _article_page(site: Site, link: ShareLink, now_s: int) -> str:
    article = figures().articles.figures(site, link.article_id)
    headline = article.detail.headline
    return render_template(
        "desk/shared_article.html",
        site=site,
        link=link,
        now_s=now_s,
        regions=article_regions(site, article, linked=False),
        headline=headline,
        poll_key=headline.page.poll_key,
    )


def _overview(site: Site, link: ShareLink, now_s: int) -> str:
    period = period_from(link.period, link.first, link.last, now_s=now_s, zone=site.zone)
    return render_template(
        "desk/shared.html",
        site=site,
        link=link,
        now_s=now_s,
        regions=overview_regions(site, period, linked=False),
        period=period,
    )


def _requested_link(site: Site) -> ShareLink:
    """Return the link that the form describes.

    :raise ReadbackError: a field is wrong, or the article does not exist.
    """
    form, now_s = request.form, int(clock.now())
    label = clean_line(form.get("label", ""))
    if not 1 <= len(label) <= MAX_LABEL_CHARS:
        why = f"Say who the link is for, in 1 to {MAX_LABEL_CHARS} characters."
        raise BadField(why, field="label")
    days = form.get("days", "")
    if days not in {str(days) for days in LIFETIMES_DAYS}:
        raise BadField("A link expires after 1, 7, 30 or 90 days.", field="days")
    article_id, poll_key = form.get("article", ""), form.get("question", "")
    if poll_key:
        # As stored now: the question may be a second old.
        figures().questions.figures(services().sites.fresh(site.key), poll_key)
        article_id = question_subject(poll_key)
    elif article_id:
        figures().articles.figures(site, article_id)
    period, first, last = (form.get(name, "") for name in ("period", "from", "to"))
    period_from(period, first, last, now_s=now_s, zone=site.zone)
    ends_s = now_s + int(days) * 86400
    who = signed_in().editor.name
    return ShareLink("", label, article_id, period, first, last, who, now_s, ends_s)


def _page(
    site: Site, problems: dict[str, str] | None = None, status: int = 200, **values: Any
) -> Response:
    page_fields = ("article", "question", "period", "from", "to")
    page = render_template(
        "desk/links.html",
        links=figures().links.of(site, now_s=int(clock.now())),
        problems=problems or {},
        lifetimes_days=LIFETIMES_DAYS,
        typed=request.form if problems else {},
        page_fields={name: request.values.get(name, "") for name in page_fields},
        **values,
    )
    return make_response(page, status)
