"""/desk/<site>/comments/tone: how right the tone is here, and which scorer speaks."""

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

from widget.domain import clock
from widget.domain.editors.editor import Role
from widget.domain.errors import BadField, NotFound
from widget.domain.figures.statistics import Share, share
from widget.domain.figures.tables import Table, share_cells
from widget.domain.forms.strings import NAMES
from widget.domain.model import Site
from widget.services.lessons import scorer_name
from widget.services.tone_report import ToneReport
from widget.store.tone_heads import KEPT_VERSIONS
from widget.tone import word_head
from widget.tone.judging import Estimate, Judgement
from widget.tone.lesson import CLASS_NAMES
from widget.tone.outcome import STANDARD, Speaker
from widget.tone.site_head import ASKED_EACH, LEAST_WINS, NEEDS
from widget.web.desk.comments.reliability import points, reliability_table
from widget.web.desk.figures.exports import table_answer
from widget.web.desk.services import desk
from widget.web.desk.signin.access import signed_in, site_for_role_or_404
from widget.web.services import services

blueprint = Blueprint("tone", __name__, url_prefix="/desk/<site_key>/comments/tone")

STALE = "Somebody else changed the scorer in the meantime. Nothing was changed; look again."


@blueprint.get("")
def show(site_key: str) -> str | Response:
    site = site_for_role_or_404(site_key, Role.VIEWER)
    report = desk().tone_reports.of(site)
    if "format" in request.args:
        return table_answer(site, None, _tables(report), "tone")
    return _page(site, report)


@blueprint.post("/speaker")
def speak(site_key: str) -> AnyResponse:
    """Let the scorer of the ``number`` speak, instead of the one that the page showed."""
    site = site_for_role_or_404(site_key, Role.EDITOR)
    report = desk().tone_reports.of(site)
    before = report.learned.speaker
    if request.form.get("seen", "") != _seen(before):
        return make_response(_page(site, report, problem=STALE), 409)
    chosen = {str(one): one for one in report.choices}.get(request.form.get("number", ""))
    if chosen is None:
        problem = "That scorer cannot speak now. Nothing was changed."
        return make_response(_page(site, report, problem=problem), BadField.status)
    who, now_s = signed_in().editor.name, int(clock.now())
    if not desk().lessons.choose(site, chosen, after=before, who=who, now_s=now_s):
        return make_response(_page(site, desk().tone_reports.of(site), problem=STALE), 409)
    services().tone.renew(site)
    desk().learning.rescore(site)
    flash(_done(site, chosen))
    return redirect(url_for(".show", site_key=site.key), 303)


def _done(site: Site, number: int) -> str:
    said = f"The {scorer_name(number)} speaks now."
    if desk().learning.is_automatic:
        return f"{said} Older comments are being scored again."
    return f"{said} Run readback rescore --site {site.key} to score older comments again."


def _page(site: Site, report: ToneReport, *, problem: str = "") -> str:
    judged = report.judgement
    return render_template(
        "desk/tone.html",
        report=report,
        speaker=report.learned.speaker,
        seen=_seen(report.learned.speaker),
        standard=STANDARD,
        scorer_name=scorer_name,
        judged=judged,
        labels=_labels(judged) if judged else (),
        points=points(judged.bins) if judged else (),
        share=_share_of(report),
        problem=problem,
        language_names=NAMES,
        needs=NEEDS,
        words_need=word_head.NEEDS,
        words_f1=word_head.LEAST_F1,
        each=ASKED_EACH,
        least_wins=LEAST_WINS,
        kept_versions=KEPT_VERSIONS,
        may_choose=signed_in().editor.may(Role.EDITOR, site.key),
        may_label=signed_in().editor.may(Role.MODERATOR, site.key),
        is_automatic=desk().learning.is_automatic,
    )


def _seen(speaker: Speaker) -> str:
    """Return what a form carries of the speaker that its page shows."""
    return f"{speaker.number}.{speaker.at_s}"


def _labels(judged: Judgement) -> list[tuple[str, Share, Share]]:
    """Return, for each label: how many of those labelled so it found, and were right of its own."""
    return [
        (name, share(found.both, found.labelled), share(found.both, found.called))
        for name, found in zip(CLASS_NAMES, judged.found, strict=True)
    ]


def _share_of(report: ToneReport) -> Share | None:
    """Return the site's share of negative comments, with its interval over stories."""
    found = report.learned.share
    if found is None:
        return None
    return Share(found.negative, found.labels, found.share.low, found.share.high)


def _tables(report: ToneReport) -> list[Table]:
    judged = report.judgement
    if judged is None:
        raise NotFound("There are too few labels for figures.")
    labels = Table(
        "labels",
        "How right each label is",
        ("label", "labelled", "found", "found_share", "called", "right", "right_share"),
        [
            (name, of.n, of.k, share_cells(of)[0], right.n, right.k, share_cells(right)[0])
            for name, of, right in _labels(judged)
        ],
    )
    english = report.english
    scorers = Table(
        "scorers",
        "Macro-F1 of the scorers",
        ("scorer", "f1", "f1_low", "f1_high", "ece"),
        [
            (name, *_cells(one.f1), round(one.ece, 4))
            for name, one in (
                ("standard", english.shipped if english else None),
                ("own", english.own if english else None),
            )
            if one is not None
        ],
    )
    return [reliability_table(judged.bins), labels, scorers]


def _cells(estimate: Estimate) -> tuple[float, float, float]:
    return round(estimate.value, 4), round(estimate.low, 4), round(estimate.high, 4)
