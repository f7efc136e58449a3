"""Threads of comments: pages, permalinks, and articles with several addresses."""

from collections.abc import Callable

import pytest

from tests.conftest import NOW_S
from tests.support.comment_samples import BOB, CROSS
from widget.domain.article import ArticleRef, resolve_for
from widget.domain.comments.comment import Comment, new_id
from widget.domain.errors import Closed, Moved, NotFound
from widget.domain.model import Site
from widget.services.figures.wiring import open_figures
from widget.services.tone import SiteTone
from widget.store import keys
from widget.store.comments.threads import Listing, Threads
from widget.store.comments.tone_totals import ToneReadings
from widget.store.connect import Connection
from widget.store.figures.headlines import Pages
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.corrections import Actor, Corrections
from widget.store.reactions.votes import Cast, Reactions, Voter

BY = Actor("ed", NOW_S + 60, "one story")


def test_pages_have_no_gaps_in_either_order(
    post: Callable[..., Comment], threads: Threads, site: Site, article: ArticleRef
) -> None:
    ids = [post(f"c{n}", at_s=NOW_S + n).id for n in range(45)]
    for order, expected in (("newest", ids[::-1]), ("oldest", ids)):
        seen, cursor = [], ""
        for _ in range(3):
            page = threads.page(site, article, now_s=NOW_S, order=order, cursor=cursor)
            seen += [t.root.id for t in page.threads]
            cursor = page.next
        assert seen == expected and cursor == ""


def test_a_permalink_finds_the_page_and_the_thread(
    post: Callable[..., Comment], threads: Threads, site: Site, article: ArticleRef
) -> None:
    ids = [post(f"c{n}", at_s=NOW_S + n).id for n in range(45)]
    replies = [post(f"r{n}", at_s=NOW_S + 100 + n, parent=ids[2]).id for n in range(30)]
    page = threads.page_around(site, article, replies[25], now_s=NOW_S, order="newest")
    assert [t.root.id for t in page.threads] == ids[4::-1]
    [thread] = [t for t in page.threads if t.root.id == ids[2]]
    assert thread.replies[-1].id == replies[25] and len(thread.replies) == 20
    listed, following = threads.thread(site, article, ids[2])
    assert [r.id for r in listed.replies] == replies[:20] and following == replies[19]


def test_the_first_page_of_33000_comments_reads_no_more_than_that_of_a_small_article(
    connection: Connection,
    threads: Threads,
    site: Site,
    article: ArticleRef,
    post: Callable[..., Comment],
) -> None:
    """Measure commands and bytes at the server, which do not depend on its load."""
    small = resolve_for(site, "small")
    for n in range(30):
        post(f"c{n}", at_s=NOW_S + n)
        post(f"c{n}", at_s=NOW_S + n, on=small)
    key = keys.threads(site.key, article.partition, article.id)
    example = connection.client.zrange(key, 0, 0)[0].decode()
    fillers = [new_id(NOW_S * 1000 - n, article.partition) for n in range(1, 33_000)]
    pipe = connection.client.pipeline(transaction=False)
    for start in range(0, len(fillers), 1000):
        pipe.zadd(key, dict.fromkeys(fillers[start : start + 1000], 0))
    pipe.execute()
    assert example

    def cost(of: ArticleRef) -> tuple[int, int]:
        connection.client.config_resetstat()
        threads.page(site, of, now_s=NOW_S, order="newest")
        info = connection.client.info("stats")
        return info["total_commands_processed"], info["total_net_output_bytes"]

    (calls, sent), (few_calls, few_sent) = cost(article), cost(small)
    assert calls == few_calls and abs(sent - few_sent) < 1000


@pytest.fixture
def other(site: Site, article: ArticleRef) -> ArticleRef:
    """Return an article in another partition than that of the comments."""
    found = resolve_for(site, "rent")
    assert found.partition != article.partition
    return found


@pytest.fixture
def merged(
    connection: Connection, site: Site, article: ArticleRef, other: ArticleRef, reactions: Reactions
) -> tuple[Callable[[ArticleRef], ArticleRef], Callable[[], None]]:
    """Merge ``other`` into ``article``, and return (resolve an address, undo)."""
    aliases = Aliases(connection, clock=iter(range(0, 10**9, 10)).__next__)
    corrections = Corrections(connection, aliases)
    for of in (article, other):
        reactions.cast(site, of, Voter(b"12345678"), Cast(1, 1, NOW_S, 7))
    entry = corrections.merge(site, other, article, by=BY).audit_id

    def undo() -> None:
        corrections.undo(site, entry, by=BY)

    return lambda address: aliases.follow(site.key, address), undo


@pytest.fixture
def written(post: Callable[..., Comment], article: ArticleRef, other: ArticleRef) -> list[Comment]:
    """Post six comments, alternately on two articles, and two replies to each article's last."""
    roots = [post(f"c{n}", at_s=NOW_S + n, on=(article, other)[n % 2]) for n in range(6)]
    for root, on in ((roots[4], article), (roots[5], other)):
        for n in range(2):
            post(f"to {root.text} {n}", CROSS, at_s=NOW_S + 10 + n, on=on, parent=root.id, by=BOB)
    return roots


def test_every_address_of_an_article_lists_the_comments_of_all(
    written: list[Comment],
    merged: tuple[Callable[[ArticleRef], ArticleRef], Callable[[], None]],
    threads: Threads,
    site: Site,
    article: ArticleRef,
    other: ArticleRef,
) -> None:
    where, undo = merged
    for address in (article, other):
        page = threads.page(site, where(address), now_s=NOW_S, order="newest")
        assert texts(page) == ["c5", "c4", "c3", "c2", "c1", "c0"]
        assert (page.count, page.is_open) == (10, True)
        assert [len(thread.replies) for thread in page.threads] == [2, 2, 0, 0, 0, 0]
        for order, expected in (("newest", "543210"), ("oldest", "012345")):
            seen, cursor = [], ""
            for _ in range(3):
                page = threads.page(
                    site, where(address), now_s=NOW_S, order=order, cursor=cursor, limit=2
                )
                seen += texts(page)
                cursor = page.next
            assert seen == [f"c{n}" for n in expected] and cursor == ""
    undo()
    assert texts(threads.page(site, where(article), now_s=NOW_S, order="oldest")) == [
        "c0",
        "c2",
        "c4",
    ]
    assert texts(threads.page(site, where(other), now_s=NOW_S, order="oldest")) == [
        "c1",
        "c3",
        "c5",
    ]


@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_a_permalink_shows_the_same_page_as_paging(
    written: list[Comment],
    merged: tuple[Callable[[ArticleRef], ArticleRef], Callable[[], None]],
    threads: Threads,
    site: Site,
    article: ArticleRef,
    order: str,
) -> None:
    where, _ = merged
    expected = "543210" if order == "newest" else "012345"
    for root in written:
        page = threads.page_around(site, where(article), root.id, now_s=NOW_S, order=order, limit=4)
        at = expected.index(root.text[1]) // 4 * 4
        assert texts(page) == [f"c{n}" for n in expected[at : at + 4]]
        assert bool(page.next) == (at == 0)


def test_a_comment_is_not_stored_under_a_merged_address(
    post: Callable[..., Comment],
    merged: tuple[Callable[[ArticleRef], ArticleRef], Callable[[], None]],
    threads: Threads,
    site: Site,
    article: ArticleRef,
    other: ArticleRef,
) -> None:
    where, undo = merged
    with pytest.raises(Moved):
        post("Late.", on=other)
    assert threads.page(site, where(article), now_s=NOW_S, order="newest").count == 0
    undo()
    assert post("Back.", on=other).state == "published"


def test_a_reply_joins_its_thread_under_any_address(
    written: list[Comment],
    post: Callable[..., Comment],
    merged: tuple[Callable[[ArticleRef], ArticleRef], Callable[[], None]],
    threads: Threads,
    site: Site,
    article: ArticleRef,
    other: ArticleRef,
    exact: Callable[[], None],
) -> None:
    where, undo = merged
    answer = post("Yes.", on=other, parent=written[5].id, is_moved=True, at_s=NOW_S + 20)
    listed, _ = threads.thread(site, where(article), written[5].id)
    assert [reply.id for reply in listed.replies][-1] == answer.id
    exact()
    undo()
    assert threads.page(site, where(other), now_s=NOW_S, order="newest").count == 6
    with pytest.raises(NotFound):
        threads.thread(site, where(article), written[5].id)
    exact()


def test_the_article_that_an_address_resolves_to_decides_whether_comments_are_open(
    connection: Connection,
    merged: tuple[Callable[[ArticleRef], ArticleRef], Callable[[], None]],
    threads: Threads,
    site: Site,
    article: ArticleRef,
    other: ArticleRef,
    post: Callable[..., Comment],
) -> None:
    where, _ = merged
    assert threads.is_open(site, where(other), now_s=NOW_S)
    Corrections(connection, Aliases(connection)).close(site, article.id, by=BY)
    assert not threads.is_open(site, where(other), now_s=NOW_S)
    with pytest.raises(Closed):
        post("Late.", on=article)


def test_the_desk_counts_the_tone_under_every_address(
    connection: Connection,
    written: list[Comment],
    merged: tuple[Callable[[ArticleRef], ArticleRef], Callable[[], None]],
    site: Site,
    article: ArticleRef,
    other: ArticleRef,
) -> None:
    where, _ = merged
    pages = Pages(connection)
    totals = ToneReadings(connection).for_article(site, where(article))
    assert (totals.comments, totals.labels) == (10, {"positive": 6, "negative": 4})
    found = open_figures(connection, SiteTone(connection)).articles.figures(site, article.id)
    assert found.tone == totals and found.detail.headline.comments == 10
    assert {comment.text for comment in found.worst} <= {
        f"to c{n} {m}" for n in (4, 5) for m in (0, 1)
    }
    assert len(found.worst) == 3
    headline = pages.headlines(site, [article.id])[article.id]
    assert (headline.comments, headline.tone) == (10, found.detail.headline.tone)
    assert headline.tone.n == totals.n


def texts(page: Listing) -> list[str]:
    return [thread.root.text for thread in page.threads]
