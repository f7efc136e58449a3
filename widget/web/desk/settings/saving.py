"""Saving a site's settings. A form carries the version it shows, so that nobody overwrites changes
that they have not seen.
"""

from collections.abc import Callable

from flask import Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from widget.domain.errors import Stale
from widget.domain.forms import described
from widget.domain.forms.problems import InvalidForm
from widget.domain.model import Site
from widget.store.sites import version_of
from widget.web.desk.services import desk
from widget.web.desk.signin.access import log
from widget.web.services import services

TRIES = 5
NOTHING_NEW = "Nothing has changed, so nothing was saved."


def saved(
    site_key: str, change: Callable[[Site], Site], again: Callable[..., Response], *, then: str = ""
) -> AnyResponse:
    """Store a change and redirect, or show the form again with its problems.

    :param change: makes the changed site from the stored one; raises InvalidForm.
    :param again: renders the form from the site, the status and the template's other values.
    :param then: where to redirect; by default the first page of the settings.
    """
    try:
        before, after = services().sites.change(site_key, request.form.get("version", ""), change)
    except InvalidForm as refusal:
        return again(services().sites.fresh(site_key), 422, problems=refusal.problems)
    except ValueError as problem:
        return again(services().sites.fresh(site_key), 422, problems={"choices": str(problem)})
    except Stale:
        return _conflict(site_key, change, again)
    flash("Saved." if _log_change(before, after) else NOTHING_NEW)
    return redirect(then or url_for("site_settings.show", site_key=site_key), 303)


def saved_at_once(site_key: str, change: Callable[[Site], Site]) -> None:
    """Store a change that needs no look at other settings, whatever else was saved meanwhile.

    :raise InvalidForm: ``change`` refuses.
    :raise Stale: others saved each time in between.
    """
    for left in reversed(range(TRIES)):
        version = version_of(services().sites.fresh(site_key))
        try:
            before, after = services().sites.change(site_key, version, change)
        except Stale:
            if not left:
                raise
        else:
            _log_change(before, after)
            return


def _log_change(before: Site, after: Site) -> bool:
    """Write to the audit log what differs, and return whether anything does."""
    old, new = described.difference(before, after)
    if old != new:
        log(after, "settings changed", after.key, before=old, after=new)
    return old != new


def _conflict(
    site_key: str, change: Callable[[Site], Site], again: Callable[..., Response]
) -> Response:
    """Show the stored settings beside the typed ones. The editor can save again to replace them."""
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
