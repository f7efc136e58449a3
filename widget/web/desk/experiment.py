"""/desk/<site>/experiment: whether seeing the counts moves what readers choose."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from widget.domain import clock
from widget.domain.editors.editor import Role
from widget.domain.experiment import DAYS, begun
from widget.domain.integrity.blind import FALSE_ALARM, LOOKS, Effect, Look, result
from widget.domain.integrity.blind_sentence import points, sentence
from widget.domain.model import Choice, Site
from widget.web.desk.services import desk
from widget.web.desk.settings.saving import saved_at_once
from widget.web.desk.signin.access import signed_in, site_for_role_or_404
from widget.web.services import services

DAY_S = 86_400
REACH = 300  # of the drawing, on either side of zero
HIDDEN = (
    "The bars of this site show nothing before the choice, so there is nothing to compare. Choose "
    "another way first, under Settings."
)

blueprint = Blueprint("experiment", __name__, url_prefix="/desk/<site_key>/experiment")


@dataclass(frozen=True, slots=True)
class Row:
    """One choice of a look, and its difference drawn around zero.

    :param is_retired: no bar offers it any more.
    :param at, low, high: from -REACH to REACH.
    """

    choice: Choice
    effect: Effect
    is_retired: bool
    at: int
    low: int
    high: int


@blueprint.get("")
def show(site_key: str) -> str:
    return _page(site_for_role_or_404(site_key, Role.VIEWER))


@blueprint.post("")
def begin(site_key: str) -> AnyResponse | tuple[str, int]:
    """Begin an experiment, without what an earlier one counted."""
    site = site_for_role_or_404(site_key, Role.EDITOR)
    now_s = int(clock.now())
    if site.results == "after":
        return _page(site, problem=HIDDEN), 409
    if site.experiment.is_running(now_s):
        flash("The experiment is running already.")
    else:
        desk().experiment_arms.forget(site)
        saved_at_once(site.key, lambda site: replace(site, experiment=begun(now_s)))
        flash(f"The experiment runs. It ends by itself in {DAYS} days.")
    return redirect(url_for(".show", site_key=site.key), 303)


@blueprint.post("/end")
def end(site_key: str) -> AnyResponse:
    """End the experiment now. What it counted stays."""
    site = site_for_role_or_404(site_key, Role.EDITOR)
    now_s = int(clock.now())
    saved_at_once(site.key, lambda site: replace(site, experiment=site.experiment.ended(now_s)))
    flash("The experiment has ended. Its figures stay.")
    return redirect(url_for(".show", site_key=site.key), 303)


def _page(site: Site, *, problem: str = "") -> str:
    now_s = int(clock.now())
    site = services().sites.fresh(site.key)
    choices = dict(enumerate(site.choices(""), 1))
    found = result(desk().experiment_arms.by_day(site), today=now_s // DAY_S)
    return render_template(
        "desk/experiment.html",
        site=site,
        result=found,
        rows=list(_rows(site, choices, found.look)) if found.look else [],
        says=sentence(found, {number: choice.label for number, choice in choices.items()}),
        is_running=site.experiment.is_running(now_s),
        may_run=signed_in().editor.may(Role.EDITOR, site.key),
        problem=problem,
        points=points,
        looks=LOOKS,
        false_alarm=FALSE_ALARM,
        days=DAYS,
        reach=REACH,
        day_s=DAY_S,
        why_not=HIDDEN if site.results == "after" else "",
    )


def _rows(site: Site, choices: dict[int, Choice], look: Look) -> Iterator[Row]:
    """Yield the choices of a look, the largest difference first, all drawn on one scale."""
    per = REACH / max(0.01, *(max(-one.low, one.high) for one in look.effects))
    offered = {choice.key for poll in site.reaction_sets for choice in poll.choices}
    for one in sorted(look.effects, key=lambda effect: -abs(effect.points)):
        choice = choices.get(one.choice) or Choice(str(one.choice), f"Choice {one.choice}", "")
        drawn = (round(part * per) for part in (one.points, one.low, one.high))
        yield Row(choice, one, choice.key not in offered, *drawn)
