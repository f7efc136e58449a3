"""Two stories, readers who vote on them, and an editor who corrects."""

from collections.abc import Callable

import pytest

from tests.conftest import NOW_S
from tests.store.reactions.corrections.scene import CHOICES, NAMES, kind_of
from widget.domain.article import ArticleRef, resolve_for
from widget.domain.integrity.evidence import Kind
from widget.domain.model import Site, Tally
from widget.domain.page import Page
from widget.store.connect import Connection
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.corrections import Corrections
from widget.store.reactions.moves import Moves
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import Cast, Reactions, Voter


@pytest.fixture
def aliases(connection: Connection) -> Aliases:
    return Aliases(connection, clock=iter(range(0, 10**9, 10)).__next__)  # caches nothing


@pytest.fixture(params=["at once", "in steps"])
def corrections(
    connection: Connection, aliases: Aliases, request: pytest.FixtureRequest
) -> Corrections:
    return Corrections(connection, aliases, Moves(connection, in_steps=request.param == "in steps"))


@pytest.fixture
def articles(site: Site) -> dict[str, ArticleRef]:
    found = {name: resolve_for(site, name) for name in NAMES}
    partitions = [article.partition for article in found.values()]
    assert partitions[0] == partitions[2] != partitions[1]
    return found


@pytest.fixture
def visa(articles: dict[str, ArticleRef]) -> ArticleRef:
    return articles["visa"]


@pytest.fixture
def rent(articles: dict[str, ArticleRef]) -> ArticleRef:
    return articles["rent"]


@pytest.fixture
def cast(reactions: Reactions, aliases: Aliases, site: Site) -> Callable[..., Tally]:
    def cast(
        article: ArticleRef,
        reader: bytes,
        seq: int,
        choice: int,
        now_s: int = NOW_S,
        hold: bool = False,
        kind: Kind | None = None,
    ) -> Tally:
        asked = aliases.follow(site.key, article)

        def mark(address: str) -> bytes:
            return bytes(a ^ b for a, b in zip(address.encode()[:8], reader, strict=True))

        others = [(other, mark(other)) for other in asked.others]
        return reactions.cast(
            site,
            asked,
            Voter(mark(asked.alias or asked.id), others),
            Cast(
                seq,
                choice,
                now_s,
                CHOICES,
                hold=hold,
                page=Page(title="A story", section="City"),
                kind=kind_of(reader) if kind is None else kind,
            ),
        )

    return cast


@pytest.fixture
def counts(reactions: Reactions, site: Site) -> Callable[[ArticleRef], tuple[int, ...]]:
    def counts(article: ArticleRef) -> tuple[int, ...]:
        [tally] = reactions.tallies(site, [(article, CHOICES)], now_s=NOW_S)
        return tally.counts

    return counts


@pytest.fixture
def verified(recount: Recount, site: Site) -> Callable[..., bool]:
    def verified(now_s: int = NOW_S) -> bool:
        return list(recount.mismatches(site, now_s=now_s)) == []

    return verified
