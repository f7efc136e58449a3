"""/desk/<site>/questions: the site's own questions with their votes, and the page of one."""

from flask import Blueprint, Response, render_template, request

from widget.domain import clock
from widget.domain.editors.editor import Role
from widget.domain.model import Site
from widget.store.figures.poll_votes import MOST_STORIES
from widget.web.desk.figures.exports import table_answer
from widget.web.desk.figures.question_page import result_values
from widget.web.desk.figures.question_tables import question_tables, questions_table
from widget.web.desk.figures.request import figures
from widget.web.desk.signin.access import signed_in, site_for_role_or_404
from widget.web.services import services

blueprint = Blueprint("questions", __name__, url_prefix="/desk/<site_key>/questions")


@blueprint.get("/")
def index(site_key: str) -> Response | str:
    site = _site(site_key)
    found = figures().questions.all(site)
    now_s = int(clock.now())
    if request.args.get("format"):
        return table_answer(site, None, [questions_table(found, now_s, site.zone)], "questions")
    return render_template(
        "desk/questions/index.html",
        asked=[one for one in found if not one.is_archived],
        archived=[one for one in found if one.is_archived],
        is_all=all(one.is_all for one in found),
        most_stories=MOST_STORIES,
        now_s=now_s,
        may_edit=_may_edit(site),
    )


@blueprint.get("/<poll_key>")
def show(site_key: str, poll_key: str) -> Response | str:
    site = _site(site_key)
    if request.args.get("format"):
        found = figures().questions.figures(site, poll_key, most_stories=MOST_STORIES)
        tables, choices = question_tables(found, site.zone), found.state.choices
        page = f"question-{poll_key}"
        return table_answer(site, None, tables, page, choices, question=poll_key)
    found = figures().questions.figures(site, poll_key)
    return render_template(
        "desk/questions/show.html",
        **result_values(found),
        linked=True,
        may_edit=_may_edit(site),
        public_url=services().settings.public_url,
        line_key=poll_key,
        line_choices=len(found.state.poll.choices),
    )


def _site(site_key: str) -> Site:
    """Return the site as stored now: an editor comes here from a form that has just changed it."""
    site_for_role_or_404(site_key, Role.VIEWER)
    return services().sites.fresh(site_key)


def _may_edit(site: Site) -> bool:
    return signed_in().editor.may(Role.EDITOR, site.key)
