"""Saving a site's settings: a form carries the version it was made from, and nobody overwrites
unseen.
"""

from collections.abc import Callable

from flask import Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from widget.domain.errors import Stale
from widget.domain.forms import described
from widget.domain.forms.problems import InvalidForm
from widget.domain.model import Site
from widget.web.desk.services import desk
from widget.web.desk.signin.access import log
from widget.web.services import services


def saved(
    site_key: str, change: Callable[[Site], Site], again: Callable[..., Response], *, then: str = ""
) -> AnyResponse:
    """Store a change and go back; or show the form again with what is wrong.

    :param change: makes the new site of the one the form was made from; raises InvalidForm.
    :param again: makes that page from (site, status, and what it shows).
    :param then: where to go; the first page of the settings unless given.
    """
    try:
        before, after = services().sites.change(site_key, request.form.get("version", ""), change)
    except InvalidForm as refusal:
        return again(services().sites.fresh(site_key), 422, problems=refusal.problems)
    except ValueError as problem:
        return again(services().sites.fresh(site_key), 422, problems={"choices": str(problem)})
    except Stale:
        return _conflict(site_key, change, again)
    old, new = described.difference(before, after)
    if old != new:
        log(after, "settings changed", after.key, before=old, after=new)
    flash("Saved." if old != new else "Nothing was different: nothing had to be saved.")
    return redirect(then or url_for("site_settings.show", site_key=site_key), 303)


def _conflict(
    site_key: str, change: Callable[[Site], Site], again: Callable[..., Response]
) -> Response:
    """Two editors at once: what stands now beside what was typed; saving again is a choice."""
    now = services().sites.fresh(site_key)
    try:
        mine = change(now)
    except ValueError as problem:
        problems = (
            problem.problems if isinstance(problem, InvalidForm) else {"choices": str(problem)}
        )
        return again(now, 422, problems=problems)
    stored, typed = described.described(now), described.described(mine)
    conflict = [
        (what, stored.get(what, "nothing"), typed.get(what, "nothing"))
        for what in {**stored, **typed}
        if stored.get(what) != typed.get(what)
    ]
    last = next((e for e in desk().audit.page(now) if e.action == "settings changed"), None)
    return again(now, 409, conflict=conflict, last=last)
