"""The first-run checklist of a site: each step ticks itself once it is true."""

from dataclasses import dataclass

from flask import url_for

from widget.domain.comments.rules import CommentRules
from widget.domain.editors.editor import Role
from widget.domain.model import Site
from widget.services.figures.overview import Overview
from widget.store.desk.site_desk import DeskState
from widget.web.desk.services import desk
from widget.web.desk.signin.access import signed_in
from widget.web.services import services

AWAY, COMMENTS = "away", "comments"  # what an editor ticks: no store can see that somebody looked


@dataclass(frozen=True, slots=True)
class Step:
    """
    :param path: where to do it, "" if this editor may not.
    :param tick: what to send to tick it by hand, "" if it only ticks itself.
    """

    title: str
    help: str
    is_done: bool
    path: str
    tick: str = ""


def start_steps(site: Site, overview: Overview, state: DeskState) -> list[Step]:
    """Return the steps; none for those who change no settings, or once all are done or put away.

    A site that was put away costs no reading.
    """
    editor = signed_in().editor
    if AWAY in state.start or not editor.may(Role.EDITOR, site.key):
        return []
    is_admin = editor.may(Role.ADMIN, site.key)
    key = site.key
    steps = [
        Step(
            "Paste the tag on your pages",
            "Ticks itself with the first reaction from one of your pages.",
            bool(overview.mix.n or desk().seen_on(key)),
            url_for("site_settings.show", site_key=key),
        ),
        Step(
            "Decide which comments wait for you",
            "The rules that new comments go through.",
            site.comments != CommentRules() or COMMENTS in state.start,
            url_for("site_settings.show_comments", site_key=key),
            COMMENTS,
        ),
        Step(
            "Choose who gets alerts",
            "By mail or webhook, when a story makes readers angry.",
            bool(services().alerting.book.of(key)[0].channels),
            url_for("site_alerts.show", site_key=key) if is_admin else "",
        ),
        Step(
            "Get the morning sentence by mail",
            "Every day or every week, at the hour you choose.",
            state.morning.rhythm != "off",
            url_for("site_alerts.show", site_key=key, _anchor="morning") if is_admin else "",
        ),
        Step(
            "Invite a second editor",
            "So that someone is there when you are away.",
            sum(one.role_on(key) is not None for one in desk().editors.all()) > 1,
            "/desk/editors/" if editor.is_admin else "",
        ),
    ]
    made = Step("Create the site", ", ".join(site.origins), True, "")
    return [] if all(step.is_done for step in steps) else [made, *steps]
