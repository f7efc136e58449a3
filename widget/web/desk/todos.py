"""What waits on a site, for its overview and for the counts in the navigation."""

from dataclasses import dataclass

from flask import Flask, g

from widget.domain import clock
from widget.domain.editors.editor import Role
from widget.domain.errors import StoreUnavailable
from widget.domain.figures.story import Waiting
from widget.domain.model import Site
from widget.domain.todos import Hidden, ToDo, shown
from widget.services.figures.article import ArticleFigures
from widget.services.figures.overview import Overview
from widget.store.desk.site_desk import DeskState
from widget.web.desk.services import desk
from widget.web.desk.signin.access import signed_in
from widget.web.services import services

MOST_READ = 8  # sites whose figures are read for one list of sites


@dataclass(frozen=True, slots=True)
class WaitingList:
    """
    :param todos: what waits, most urgent first.
    :param away: what is done or snoozed, with what hides it.
    """

    todos: list[ToDo]
    away: list[tuple[ToDo, Hidden]]


def register(app: Flask) -> None:
    app.context_processor(lambda: {"badges_of": badges_of})


def waiting_beside(site: Site, overview: Overview, state: DeskState) -> WaitingList:
    """Return what waits, for a page that has the overview already."""
    found = _shown(services().figures.todos.beside(site, overview), state)
    g.waiting = found
    return found


def waiting_on(site: Site) -> WaitingList:
    """Return what waits, read at most once for a page.

    :raise StoreUnavailable: the store timed out or refused.
    """
    if g.get("waiting") is None:
        g.waiting = _read(site)
    found: WaitingList = g.waiting
    return found


def waiting_for_reader(site: Site, article: ArticleFigures) -> Waiting:
    """Return what waits on a story for the editor who is signed in."""
    article_id = article.detail.headline.id
    todos = waiting_on(site).todos
    votes = comments = 0
    if signed_in().editor.may(Role.MODERATOR, site.key):
        votes = article.detail.held
        if any(one.kind == "comments" for one in todos):
            comments = desk().comment_search.queue(site).articles.get(article_id, 0)
    has_turned = any(one.kind == "turned" and one.target.of == article_id for one in todos)
    flagged = 0
    if article.doubt and signed_in().editor.may(Role.EDITOR, site.key):
        flagged = article.doubt.n_waiting
    return Waiting(flagged, votes, comments, has_turned, bool(article.disagreement))


def badges_of(site: Site) -> dict[str, int]:
    """Return the counts beside a site's pages; none while the store does not answer."""
    try:
        found = waiting_on(site)
        is_flagged = any(
            one.kind == "flag" for one in (*found.todos, *(one for one, _ in found.away))
        )
        flagged = services().integrity.flags.waiting(site) if is_flagged else 0
    except StoreUnavailable:
        return {}
    comments = sum(one.n for one in found.todos if one.kind == "comments")
    return {"overview": len(found.todos), "moderation": comments, "integrity": flagged}


def counts_of(sites: list[Site]) -> dict[str, int]:
    """Return how much waits on each site, without those whose figures would take too long now."""
    counts: dict[str, int] = {}
    unread = 0
    for site in sites:
        unread += not services().figures.todos.is_known(site)
        if unread > MOST_READ:
            break
        try:
            counts[site.key] = len(_read(site).todos)
        except StoreUnavailable:
            continue
    return counts


def _read(site: Site) -> WaitingList:
    return _shown(services().figures.todos.of(site), desk().site_desk.of(site.key))


def _shown(todos: list[ToDo], state: DeskState) -> WaitingList:
    return WaitingList(*shown(todos, state.hidden, int(clock.now())))
