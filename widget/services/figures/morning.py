"""The figures of the morning sentence, from an overview. Reads nothing."""

from collections.abc import Iterable

from widget.domain.figures.period import Period
from widget.domain.model import Site
from widget.domain.morning.figures import MorningFigures, Moved, Split
from widget.domain.todos import ToDo
from widget.services.figures.labels import reaction_labels
from widget.services.figures.overview import Overview


def morning_figures(
    site: Site, overview: Overview, todos: Iterable[ToDo] | None, lang: str
) -> MorningFigures:
    """Return the figures of an overview's period.

    :param todos: what waits now; None for readers of a shared link, who do nothing.
    """
    return MorningFigures(
        overview.mix.n,
        _before(overview.period),
        overview.change,
        _moved(overview, reaction_labels(site, lang)),
        _split(overview),
        overview.waiting.votes,
        None if todos is None else tuple(todos),
        overview.waiting.flags,
        overview.aside,
    )


def _before(period: Period) -> str:
    if period.name == "today":
        return "today"
    return {1: "day", 7: "week"}.get(period.days, "other")


def _moved(overview: Overview, labels: list[str]) -> Moved | None:
    if not overview.moved:
        return None
    row = overview.moved[0].row
    title = overview.headlines[row.id].title
    for one in overview.turned:
        if one.row.id == row.id:
            turn = one.turn
            return Moved(row.id, title, labels[turn.at], turn.since, turn.before)
    at = row.mix.leading
    return Moved(row.id, title, labels[at], row.mix.share(at))


def _split(overview: Overview) -> Split | None:
    if not overview.lists["split"]:
        return None
    row = overview.lists["split"][0]
    title = overview.headlines[row.id].title
    return Split(row.id, title, row.mix.warm_share, row.mix.cold_share)
