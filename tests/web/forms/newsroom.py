"""A newsroom in which every form of every page has something to do."""

import secrets
from dataclasses import dataclass
from typing import Any

from tests.support.commenter import Commenter
from tests.support.desk import DeskBrowser, invited
from tests.support.findings import finding
from tests.support.server import Server, nonce
from widget.domain import clock
from widget.domain.article import resolve
from widget.domain.integrity.evidence import Kind
from widget.domain.model import Site
from widget.domain.page import Page
from widget.store.connect import Connection
from widget.store.integrity.flags import Flags
from widget.store.reactions.votes import Cast, Reactions, Voter

ORIGIN = "https://forms.example"
SITE = "forms"
DESK = f"/desk/{SITE}"


@dataclass
class Newsroom:
    """:param admin: the browser of an admin of every site."""

    server: Server
    admin: DeskBrowser

    def editor(self, *roles: str) -> DeskBrowser:
        return invited(self.server, self.name(), *roles)

    def name(self) -> str:
        return f"f{secrets.token_hex(5)}"

    def address(self) -> str:
        return f"{ORIGIN}/{self.name()}"

    def article(self, address: str = "") -> str:
        """Vote on a story; return its path at the desk."""
        vote = self.server.react(
            site=SITE, article=address or self.address(), nonce=nonce(), origin=ORIGIN
        )
        return f"{DESK}/articles/{vote.json['article']}"

    @property
    def store(self) -> Connection:
        return self.server.store()

    def flag(self) -> str:
        """Flag the only vote on a story; return the flag's id."""
        article_id, now_s = self.vote_in_store(kind=Kind.NEW), int(clock.now())
        hour = now_s // 3600
        found = finding(choice=3, from_hour=hour - 1, to_hour=hour + 1, new_chosen=1, excess=1)
        return Flags(self.store).put(Site(SITE, "Forms", ()), article_id, found, now_s=now_s).id

    def vote_in_store(self, **more: Any) -> str:
        """Cast a vote that no request of one test can cast; return the article's id."""
        site = Site(SITE, "Forms", (ORIGIN,))
        article = resolve(SITE, site.origins, self.address())
        page = Page(title=f"Story {self.name()}")
        cast = Cast(1, 3, int(clock.now()), 7, page=page, **more)
        Reactions(self.store).cast(site, article, Voter(secrets.token_bytes(8)), cast)
        return article.id

    def commenter(self, article: str = "") -> Commenter:
        return Commenter(self.server, article or self.address(), site=SITE, origin=ORIGIN)


def opened(server: Server) -> Newsroom:
    server.prepare("site", "add", SITE, "--name", "Forms", "--origin", ORIGIN)
    return Newsroom(server, invited(server, "fills", "admin"))
