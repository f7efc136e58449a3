"""Stories under a former address: votes and comments come under the name that pages use now."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.conftest import NOW_S
from widget.domain.article import article_at, resolve_for
from widget.domain.comments.comment import imported_id, scored
from widget.domain.errors import CannotCorrect
from widget.domain.model import Site
from widget.domain.page import Page
from widget.domain.parameters import ParameterRules
from widget.services.joining import Joining
from widget.store.comments.comments import Comments, score_fields
from widget.store.connect import Connection
from widget.store.figures.headlines import Pages
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.corrections import Actor, Corrections
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import Cast, Reactions, Voter
from widget.tone import score

BY = Actor("command line (root)", NOW_S, "One story, one name")


@pytest.fixture
def votes(reactions: Reactions, site: Site) -> Callable[[str, int], None]:
    """Return a function that casts votes under a name as an earlier release stored it."""

    def vote(name: str, count: int) -> None:
        address, _, poll = name.partition("#")
        article = article_at(site.key, address, poll)
        for number in range(count):
            voter = Voter(article.id[:7].encode() + bytes((number,)))
            reactions.cast(site, article, voter, Cast(1, 1, NOW_S, 7, page=Page(title="Bread")))

    return vote


@pytest.fixture
def loves(connection: Connection, reactions: Reactions, site: Site) -> Callable[..., int]:
    """Return a function that counts the votes that a page sees which sends this name."""

    def count(name: str, site: Site = site) -> int:
        article = Aliases(connection).follow(site.key, resolve_for(site, name))
        [tally] = reactions.tallies(site, [(article, 7)], now_s=NOW_S)
        return sum(tally.counts)

    return count


def join_all(joining: Joining) -> list[str]:
    """Join all that is found; return what was refused."""
    refused = []
    for rename in list(joining.renamed()):
        try:
            joining.join(rename, by=BY)
        except CannotCorrect as problem:
            refused.append(str(problem))
    return refused


def test_every_former_spelling_of_an_address_is_joined_once(
    connection: Connection,
    recount: Recount,
    site: Site,
    votes: Callable[[str, int], None],
    loves: Callable[..., int],
) -> None:
    votes("//news.example/bread?gad_source=1", 3)
    votes("//news.example/bread/index.html", 2)
    votes("//news.example/bread", 4)
    votes("//news.example/it%27s", 5)
    votes("//news.example/other?id=1", 6)
    votes("story-5", 7)
    votes("//former.example/bread/index.html", 8)
    joining = Joining(connection, site)
    assert len(list(joining.renamed())) == 3
    assert join_all(joining) == []
    assert loves("https://news.example/bread?gad_source=2") == 9
    assert loves("https://news.example/it's") == 5
    assert loves("https://news.example/other?id=1") == 6 and loves("story-5") == 7
    assert list(recount.mismatches(site, now_s=NOW_S)) == []
    assert not any(joining.join(rename, by=BY) for rename in joining.renamed())


def test_a_story_keeps_its_title_and_its_merge_can_be_undone(
    connection: Connection, site: Site, votes: Callable[[str, int], None], loves: Callable[..., int]
) -> None:
    votes("//news.example/bread?gad_source=1", 3)
    assert join_all(Joining(connection, site)) == []
    new = resolve_for(site, "https://news.example/bread")
    headline = Pages(connection).headlines(site, [new.id])[new.id]
    assert (headline.page.title, headline.page.address) == ("Bread", "//news.example/bread")
    corrections = Corrections(connection, Aliases(connection))
    [done] = corrections.records.of(site, new.id)
    assert done.entry.who == BY.who
    corrections.undo(site, done.entry.id, by=BY)
    assert loves("https://news.example/bread") == 0


def test_an_address_that_an_editor_merged_before_goes_on_leading_there(
    connection: Connection, site: Site, votes: Callable[[str, int], None], loves: Callable[..., int]
) -> None:
    votes("//news.example/old/index.html", 3)
    votes("//news.example/new/index.html", 4)
    aliases = Aliases(connection)
    old, new = (
        article_at(site.key, f"//news.example/{name}/index.html") for name in ("old", "new")
    )
    Corrections(connection, aliases).merge(site, old, new, by=BY)
    assert join_all(Joining(connection, site)) == []
    assert loves("https://news.example/old/") == 7 and loves("https://news.example/new/") == 7


def test_what_cannot_be_joined_is_told(
    connection: Connection, site: Site, votes: Callable[[str, int], None]
) -> None:
    for number in range(22):
        votes(f"//news.example/bread?gad_source={number}", 1)
    votes("//news.example/it%27s#poll", 1)
    refused = join_all(Joining(connection, site))
    assert sorted(text[:12] for text in refused) == ["20 addresses", "20 addresses", "The votes on"]


def test_a_change_of_the_sites_parameters_joins_too(
    connection: Connection, site: Site, votes: Callable[[str, int], None], loves: Callable[..., int]
) -> None:
    votes("//news.example/bread?ref=a", 3)
    votes("//news.example/bread?ref=b", 2)
    changed = replace(site, parameters=ParameterRules(drop=("ref",)))
    assert join_all(Joining(connection, changed)) == []
    assert loves("https://news.example/bread?ref=c", changed) == 5


def test_stories_that_pages_named_by_an_id_are_joined_by_a_list(
    connection: Connection, site: Site, votes: Callable[[str, int], None], loves: Callable[..., int]
) -> None:
    votes("wp-5", 3)
    votes("//news.example/bread", 2)
    joining = Joining(connection, site)
    pairs = [
        ("wp-5", "https://news.example/bread/"),
        ("wp-6", "https://news.example/no-votes/"),
        ("name", "url"),
    ]
    [rename] = joining.paired(pairs)
    assert joining.join(rename, by=BY)
    assert loves("wp-5") == loves("https://news.example/bread") == 5


def test_a_story_with_comments_alone_is_joined(connection: Connection, site: Site) -> None:
    stored = article_at(site.key, "//news.example/bread/index.html")
    id_ = imported_id("isso:1", NOW_S, stored.partition)
    fields = {"at": NOW_S, "u": "", "s": "p", "n": "Ana", "t": "Yes.", "src": "isso:1"}
    fields |= score_fields(scored(score("Yes.")))
    Comments(connection).put_imported(site, stored, id_, fields, page=Page(title="Bread"))
    assert join_all(Joining(connection, site)) == []
    article = Aliases(connection).follow(site.key, resolve_for(site, "https://news.example/bread"))
    assert stored.id in article.addresses
