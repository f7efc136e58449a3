"""Alerts about stories that make readers angry: their receivers, a test, and recent deliveries."""

from dataclasses import replace

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
from widget.domain import clock
from widget.domain.editors.editor import Role
from widget.domain.errors import NotFound, Stale
from widget.domain.forms.problems import InvalidForm
from widget.domain.model import Site
from widget.domain.morning.schedule import WEEKDAYS, schedule_typed
from widget.domain.morning.sentence import LANGUAGE_NAMES
from widget.services.alerts.wiring import Alerting
from widget.store.alerts.outbox import MOST_A_DAY, new_message_id
from widget.web.desk.services import desk
from widget.web.desk.settings.saving import NOTHING_NEW
from widget.web.desk.signin.access import log, site_for_role_or_404
from widget.web.services import services

blueprint = Blueprint("site_alerts", __name__, url_prefix="/desk/<site_key>/settings/alerts")


@blueprint.get("/")
def show(site_key: str) -> Response:
    return _page(site_for_role_or_404(site_key, Role.ADMIN))


@blueprint.post("/")
def set_receivers(site_key: str) -> AnyResponse:
    """Save the receivers. Only this answer shows the secret of a new webhook."""
    site = site_for_role_or_404(site_key, Role.ADMIN)
    before, version = _alerting().book.of(site.key)
    try:
        after = _typed_receivers(before)
    except InvalidForm as refusal:
        return _page(site, 422, problems=refusal.problems)
    try:
        if request.form.get("version", "") != version:
            raise Stale
        _alerting().book.put(site.key, after, version=version)
    except Stale:
        return _conflict(site, after)
    if before == after:
        flash(NOTHING_NEW)
        return _back(site)
    _log_change(site, before, after)
    if after.webhook and after.webhook != before.webhook:
        return _page(site, secret=_alerting().sender.keys.shown(site.key, after))
    flash("Saved.")
    return _back(site)


@blueprint.post("/morning")
def set_morning(site_key: str) -> AnyResponse:
    """Save when the morning sentence goes out by mail, and its language."""
    site = site_for_role_or_404(site_key, Role.ADMIN)
    before = desk().site_desk.of(site.key).morning
    try:
        after = schedule_typed(request.form, now_s=int(clock.now()))
    except InvalidForm as refusal:
        return _page(site, 422, problems=refusal.problems, schedule=request.form)
    if replace(after, since_s=before.since_s) == before:
        flash(NOTHING_NEW)
        return _back(site)
    desk().site_desk.set_morning(site.key, after)
    log(site, "morning mail changed", site.key, before=before.described, after=after.described)
    flash("Saved.")
    return _back(site)


@blueprint.post("/secret")
def replace_secret(site_key: str) -> AnyResponse:
    """Make a new secret. The old one also signs for another day."""
    site = site_for_role_or_404(site_key, Role.ADMIN)
    stored, version = _alerting().book.of(site.key)
    if not stored.webhook:
        raise NotFound("This site has no webhook, so there is no secret to replace.")
    replaced = stored.with_new_secret(now_s=int(clock.now()))
    _alerting().book.put(site.key, replaced, version=version)
    log(site, "alert secret replaced", site.key)
    return _page(
        site, secret=_alerting().sender.keys.shown(site.key, replaced), is_replacement=True
    )


@blueprint.post("/tests")
def send_test(site_key: str) -> AnyResponse:
    """Send a test through each channel now, and report the outcomes."""
    site = site_for_role_or_404(site_key, Role.ADMIN)
    receivers, _ = _alerting().book.of(site.key)
    if not receivers.channels:
        raise NotFound("This site has no receivers yet, so there is nobody to send a test to.")
    if not _alerting().outbox.may_test(site.key):
        flash("A test was sent a moment ago. Wait ten seconds, then send another.")
        return _back(site)
    for outcome in _test_outcomes(site, receivers):
        flash(outcome)
    return _back(site)


def _typed_receivers(before: Receivers) -> Receivers:
    """:raise InvalidForm: with the problems of all fields, or a webhook that may not be reached."""
    after = receivers_typed(request.form, before)
    if after.webhook and after.webhook != before.webhook:
        try:
            _alerting().sender.egress.target(after.webhook)
        except Unreachable as problem:
            raise InvalidForm({"webhook": str(problem)}) from None
    return after


def _test_outcomes(site: Site, receivers: Receivers) -> list[str]:
    alerting, now_s, outcomes = _alerting(), int(clock.now()), list[str]()
    settings_url = services().settings.public_url + url_for(".show", site_key=site.key)
    message = event.test(new_message_id(), site, settings_url=settings_url, now_s=now_s)
    log(site, "alert test sent", site.key)
    for channel in receivers.channels:
        outcome = alerting.sender.send(site, receivers, channel, message, now_s=now_s)
        alerting.outbox.keep_test(site.key, message, channel, outcome, now_s=now_s)
        result = "arrived" if outcome.arrived else "failed"
        outcomes.append(f"{channel.capitalize()}: the test {result}. {outcome.detail}")
    return outcomes


def _conflict(site: Site, mine: Receivers) -> Response:
    """Show the stored receivers beside the typed ones. The admin can save again to replace them."""
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


def _page(site: Site, status: int = 200, **values: object) -> Response:
    alerting = _alerting()
    stored, version = alerting.book.of(site.key)
    fields = {"webhook": stored.webhook, "mails": "\n".join(stored.mails)}
    if status != 200 and "schedule" not in values:
        fields |= {name: request.form.get(name, "") for name in fields}
    page = render_template(
        "desk/alerts.html",
        **{
            "site": site,
            "stored": stored,
            "values": fields,
            "version": version,
            "problems": {},
            "schedule": desk().site_desk.of(site.key).morning,
            "languages": LANGUAGE_NAMES,
            "weekdays": WEEKDAYS,
            "deliveries": alerting.outbox.latest(site.key),
            "can_mail": alerting.sender.can_mail,
            "offers_anger": offers_anger(services().sites.fresh(site.key)),
            "is_off": not services().settings.alerts_s,
            "min_votes": MIN_VOTES,
            "times_usual": TIMES_USUAL,
            "most_a_day": MOST_A_DAY,
            "most_tries": MOST_TRIES,
            **values,
        },
    )
    return make_response(page, status)


def _back(site: Site) -> AnyResponse:
    return redirect(url_for(".show", site_key=site.key), 303)


def _alerting() -> Alerting:
    return services().alerting
