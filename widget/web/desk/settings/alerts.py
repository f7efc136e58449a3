"""Who is told when a story makes readers angry: a webhook, mails, and how the last ones went."""

import time

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from widget.alerts import event
from widget.alerts.address import Unreachable
from widget.alerts.delivery import MOST_TRIES
from widget.alerts.receivers import Receivers, receivers_typed
from widget.alerts.rule import MIN_VOTES, TIMES_USUAL, offers_anger
from widget.domain.editors.editor import Role
from widget.domain.errors import NotFound, Stale
from widget.domain.forms.problems import InvalidForm
from widget.domain.model import Site
from widget.services.alerts.wiring import Alerting
from widget.store.alerts.outbox import MOST_A_DAY, new_message_id
from widget.web.desk.signin.access import log, site_for_role_or_404
from widget.web.services import services

blueprint = Blueprint("site_alerts", __name__, url_prefix="/desk/<site_key>/settings/alerts")


@blueprint.get("/")
def show(site_key: str) -> Response:
    return _page(site_for_role_or_404(site_key, Role.ADMIN))


@blueprint.post("/")
def set_receivers(site_key: str) -> AnyResponse:
    """A new webhook's secret is in the answer, the only place where it can be read."""
    site = site_for_role_or_404(site_key, Role.ADMIN)
    before, version = _alerting().book.of(site.key)
    try:
        after = receivers_typed(request.form, before)
        if after.webhook != before.webhook and after.webhook:
            _alerting().sender.egress.target(after.webhook)
    except InvalidForm as refusal:
        return _page(site, 422, problems=refusal.problems)
    except Unreachable as problem:
        return _page(site, 422, problems={"webhook": str(problem)})
    try:
        if request.form.get("version", "") != version:
            raise Stale
        _alerting().book.put(site.key, after, version=version)
    except Stale:
        return _conflict(site, after)
    if before == after:
        flash("Nothing was different: nothing had to be saved.")
        return _back(site)
    _log_change(site, before, after)
    if after.webhook and after.webhook != before.webhook:
        return _page(site, secret=_alerting().sender.keys.shown(site.key, after))
    flash("Saved.")
    return _back(site)


@blueprint.post("/secret")
def replace_secret(site_key: str) -> AnyResponse:
    """The old secret signs beside the new one for another day."""
    site = site_for_role_or_404(site_key, Role.ADMIN)
    stored, version = _alerting().book.of(site.key)
    if not stored.webhook:
        raise NotFound("There is no webhook, so no secret to replace.")
    replaced = stored.with_new_secret(now_s=int(time.time()))
    _alerting().book.put(site.key, replaced, version=version)
    log(site, "alert secret replaced", site.key)
    return _page(
        site, secret=_alerting().sender.keys.shown(site.key, replaced), is_replacement=True
    )


@blueprint.post("/tests")
def send_test(site_key: str) -> AnyResponse:
    """Send a test through each channel now, and say how it went."""
    site = site_for_role_or_404(site_key, Role.ADMIN)
    alerting = _alerting()
    receivers, _ = alerting.book.of(site.key)
    if not receivers.channels:
        raise NotFound("Nobody gets alerts yet, so nobody gets a test.")
    if not alerting.outbox.may_test(site.key):
        flash("A test was sent just now. Wait ten seconds, then send another.")
        return _back(site)
    now_s = int(time.time())
    settings_url = services().settings.public_url + url_for(".show", site_key=site.key)
    message = event.test(new_message_id(), site, settings_url=settings_url, now_s=now_s)
    log(site, "alert test sent", site.key)
    for channel in receivers.channels:
        outcome = alerting.sender.send(site, receivers, channel, message, now_s=now_s)
        alerting.outbox.keep_test(site.key, message, channel, outcome, now_s=now_s)
        name = channel.capitalize()
        flash(f"{name}: the test {'arrived' if outcome.arrived else 'failed'}. {outcome.said}")
    return _back(site)


def _conflict(site: Site, mine: Receivers) -> Response:
    """Two admins at once: what stands now beside what was typed; saving again is a choice."""
    stored, _ = _alerting().book.of(site.key)
    now, typed = stored.described, mine.described
    if stored.webhook != mine.webhook and now["webhook"] == typed["webhook"]:
        now, typed = now | {"webhook": stored.webhook}, typed | {"webhook": mine.webhook}
    conflict = [
        (what, now[what] or "nothing", typed[what] or "nothing")
        for what in now
        if now[what] != typed[what]
    ]
    return _page(site, 409, conflict=conflict, last=None)


def _log_change(site: Site, before: Receivers, after: Receivers) -> None:
    old, new = before.described, after.described
    moved = before.webhook != after.webhook
    if moved and old["webhook"] == new["webhook"]:
        new = new | {"webhook": f"{new['webhook']}, another path"}
    changed = [what for what in old if old[what] != new[what]]
    log(
        site,
        "alerts changed",
        site.key,
        before="\n".join(f"{what}: {old[what] or 'nothing'}" for what in changed),
        after="\n".join(f"{what}: {new[what] or 'nothing'}" for what in changed),
    )


def _page(site: Site, status: int = 200, **shown: object) -> Response:
    alerting = _alerting()
    stored, version = alerting.book.of(site.key)
    values = {"webhook": stored.webhook, "mails": "\n".join(stored.mails)}
    if status != 200:
        values |= {name: request.form.get(name, "") for name in values}
    page = render_template(
        "desk/alerts.html",
        **{
            "site": site,
            "stored": stored,
            "values": values,
            "version": version,
            "problems": {},
            "deliveries": alerting.outbox.latest(site.key),
            "can_mail": alerting.sender.can_mail,
            "offers_anger": offers_anger(services().sites.fresh(site.key)),
            "is_off": not services().settings.alerts_s,
            "min_votes": MIN_VOTES,
            "times_usual": TIMES_USUAL,
            "most_a_day": MOST_A_DAY,
            "most_tries": MOST_TRIES,
            **shown,
        },
    )
    return make_response(page, status)


def _back(site: Site) -> AnyResponse:
    return redirect(url_for(".show", site_key=site.key), 303)


def _alerting() -> Alerting:
    return services().alerting
