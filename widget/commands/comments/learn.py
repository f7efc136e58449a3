"""``readback learn``: what the labels of editors teach a site's own tone scorer."""

from collections.abc import Iterator

import click

from widget.commands.background import READBACK, background_option
from widget.commands.comments.rescore import rescore_sites
from widget.commands.configured import command_settings
from widget.commands.logged import command_actor
from widget.commands.store import command_store, find_site, stored_sites
from widget.domain import clock
from widget.services.lessons import LessonResult, Lessons, scorer_name
from widget.tone.judging import Judgement
from widget.tone.outcome import Outcome
from widget.tone.site_head import LEAST_WINS


@click.command()
@click.option("--site", "site_key", help="Key of the site; default: every site.")
@background_option
def learn(site_key: str | None, background: bool) -> None:
    """Learn from the labels of editors, and let the better tone scorer speak.

    The server does this by itself every 50 labels. If another scorer speaks afterwards, the
    comments are scored again.
    """
    settings = command_settings()
    connection = command_store(settings, "Nothing was learned").patient()
    sites = (
        [find_site(connection, settings, site_key)]
        if site_key
        else stored_sites(connection, settings).all()
    )
    lessons, changed = Lessons(connection), []
    for site in sites:
        who = READBACK if background else command_actor()
        result = lessons.learn(site, who=who, now_s=int(clock.now()))
        click.echo("\n".join(_said(site.key, result)))
        if result is not None and result.is_changed:
            changed.append(site)
    if changed:
        rescore_sites(connection, changed)


def _said(site_key: str, result: LessonResult | None) -> Iterator[str]:
    """Yield the lines about one site."""
    if result is None:
        yield f"{site_key}: another process is learning from its labels; wait a minute."
        return
    chosen = ", chosen by an editor" if result.after.is_pinned else ""
    yield f"{site_key}: the {scorer_name(result.after.number)} speaks{chosen}."
    if not result.outcomes:
        yield "  no labels to learn from yet; editors label comments at the desk, under Comments"
    for outcome in result.outcomes:
        yield from _outcome(outcome)
    if result.share is not None:
        share = result.share
        yield (
            f"  negative: {share.share.value:.0%} of comments ({share.share.low:.0%} to "
            f"{share.share.high:.0%}), from {share.labels} drawn at random"
        )


def _outcome(outcome: Outcome) -> Iterator[str]:
    yield (
        f"  {outcome.language}: {outcome.labels} labelled comments, {outcome.measured} of them "
        f"drawn at random, from {outcome.stories} stories"
    )
    for name, judged in (("standard", outcome.shipped), ("own", outcome.own)):
        if judged is not None:
            yield f"    {name} scorer: {_judged(judged)}"
    if outcome.missing:
        yield f"    missing for an own scorer: {', '.join(outcome.missing)}"
    else:
        verdict = "which is enough" if outcome.passed else f"and needs {LEAST_WINS:.0%}"
        yield f"    the own scorer passed in {outcome.wins:.0%} of resampled stories, {verdict}"


def _judged(judged: Judgement) -> str:
    f1 = judged.f1
    return f"macro-F1 {f1.value:.2f} ({f1.low:.2f} to {f1.high:.2f}), ECE {judged.ece:.2f}"
