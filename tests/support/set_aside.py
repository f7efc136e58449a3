"""Votes of a server's story, and an editor who sets some of them aside, by the store itself."""

from dataclasses import dataclass
from secrets import token_bytes

from tests.support.server import Server
from widget.domain.article import ArticleRef, resolve_for
from widget.domain.integrity.evidence import Kind
from widget.domain.integrity.flag import Finding, Flag
from widget.domain.model import Site
from widget.domain.page import PageEdits
from widget.store.integrity.flags import Flags
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.bulk import BulkCasts
from widget.store.reactions.corrections import Actor, Corrections, Filter
from widget.store.reactions.votes import Cast, Voter
from widget.store.sites import Sites

HOUR = 3600


@dataclass(frozen=True, slots=True)
class Window:
    """A window of a story whose votes are set aside.

    :param votes: votes of new readers for the choice; of them, ``excess`` are set aside.
    """

    choice: str = "angry"
    votes: int = 20
    excess: int = 12
    hours: int = 6
    signal: str = "odds"


class SetAsideStory:
    """A story on a running server.

    :param name: of the article, as a page has it.
    """

    def __init__(self, server: Server, site_key: str, name: str, poll_key: str = "") -> None:
        self.store = server.store()
        home = Site("home", "Readback", (server.origin,))
        self.site = Sites(self.store, home).fresh(site_key)
        self.article: ArticleRef = resolve_for(self.site, name, poll_key)
        self.corrections = Corrections(self.store, Aliases(self.store))
        self.flags = Flags(self.store)
        self.path = f"/integrity/{site_key}/{self.article.id}"

    def number(self, choice: str) -> int:
        return self.site.choice_keys(self.article.poll_key).index(choice) + 1

    def cast(self, choice: str, votes: int, *, hour: int, kind: Kind = Kind.KNOWN) -> None:
        keys = self.site.choice_keys(self.article.poll_key)
        with BulkCasts(self.store) as casts:
            for _ in range(votes):
                one = Cast(1, self.number(choice), hour * HOUR, len(keys), kind=kind)
                casts.cast(self.site, self.article, Voter(token_bytes(8)), one)

    def name(self, title: str) -> None:
        edits = PageEdits(title=title)
        self.corrections.name(self.site, self.article.id, edits, by=Actor("ana", HOUR))

    def set_aside(self, window: Window, *, from_hour: int, now_s: int) -> Flag:
        """Cast the window's votes, flag them, and set the excess aside."""
        number, to_hour = self.number(window.choice), from_hour + window.hours
        self.cast(window.choice, window.votes, hour=from_hour, kind=Kind.NEW)
        by = Actor("ana", now_s)
        flag = self.flags.put(
            self.site, self.article.id, _finding(window, number, from_hour), now_s=now_s
        )
        which = Filter(choice=number, from_hour=from_hour, to_hour=to_hour, kind="new")
        done = self.corrections.set_aside(
            self.site, self.article.id, which, votes=window.excess, by=by
        )
        assert done.votes == window.excess
        self.flags.take(self.site, flag.id, by=by)
        return self.flags.mark_set_aside(
            self.site, flag.id, by=by, audit_id=done.audit_id, votes=done.votes
        )

    def restore(self, flag: Flag, *, now_s: int) -> None:
        by = Actor("ana", now_s)
        self.corrections.undo(self.site, flag.audit_id, by=by)
        self.flags.restore(self.site, flag.id, by=by)


def _finding(window: Window, number: int, from_hour: int) -> Finding:
    """Return a finding: 93 % of new readers against 43 % of known ones, from 11 networks."""
    return Finding(
        choice=number,
        from_hour=from_hour,
        to_hour=from_hour + window.hours,
        signal="networks" if window.signal == "networks" else "odds",
        strength=30.0,
        new_chosen=463,
        new_other=34,
        known_chosen=52,
        known_other=69,
        odds=18.0,
        odds_least=6.0,
        networks=11,
        networks_usual=340,
        excess=window.excess,
        kind="new",
        honest=6.2,
        honest_most=8.0,
    )
