"""An article or a site that is forgotten leaves totals that fit, and no byte of its own."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.comment_samples import ALICE, BOB, GLAD
from tests.support.files import bytes_below
from widget.alerts.event import Message
from widget.domain.article import ArticleRef, resolve_for
from widget.domain.comments.comment import Comment, Draft, new_id
from widget.domain.comments.reasons import Ground
from widget.domain.editors.editor import EVERY_SITE, Editor, Role
from widget.domain.errors import UnknownSite
from widget.domain.labels import Label
from widget.domain.model import Site
from widget.domain.page import Page
from widget.services.erasing import ArticleErasing, SiteErasing
from widget.services.home import HOME
from widget.settings import SettingError
from widget.store.alerts.outbox import Outbox, new_message_id
from widget.store.comments.comments import CommentReport, Comments, Posting
from widget.store.comments.moderation import Moderation
from widget.store.comments.recount import CommentRecount
from widget.store.connect import Connection
from widget.store.desk.audit import ALL_SITES, Audit
from widget.store.desk.editors import Editors
from widget.store.desk.notes import Notes
from widget.store.desk.share_links import ShareLink, ShareLinks
from widget.store.embedded import EmbeddedStore
from widget.store.labels import Labels
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.corrections import Actor, Corrections, Filter
from widget.store.reactions.recount import Recount
from widget.store.reactions.votes import Cast, Reactions, Voter
from widget.store.sites import Sites
from widget.store.tone_heads import ToneHeads
from widget.tone.outcome import Speaker

NOW_S = int(time.time())
SECRET = "what-must-be-forgotten"
BY = Actor("ed", NOW_S, SECRET)


class Newsroom:
    """A store with one article that goes, one merged into it, and one that stays."""

    def __init__(self, connection: Connection, site: Site) -> None:
        self.connection, self.site = connection, site
        self.reactions = Reactions(connection)
        self.comments = Comments(connection)
        self.gone, self.merged, self.stays = (
            resolve_for(site, f"https://news.example/{name}")
            for name in (SECRET, f"old-{SECRET}", "stays")
        )

    def fill(self) -> None:
        for number in range(300):
            self.vote(self.gone, number)
        for number in range(5):
            self.vote(self.merged, number)
            self.vote(self.stays, number)
        thread = self.comment(self.gone)
        reported = self.comment(self.gone, parent=thread.id)
        ground = Ground("other", SECRET)
        report = CommentReport(BOB, b"", NOW_S, ground=ground)
        self.comments.report(self.site, reported.id, report)
        Moderation(self.connection).hide(
            self.site, [reported.id], who="ed", now_s=NOW_S, ground=ground
        )
        self.comment(self.merged)
        self.comment(self.stays)
        removed = self.comment(self.gone).id
        Moderation(self.connection).delete(self.site, [removed], who="ed", now_s=NOW_S)
        corrections = Corrections(self.connection, Aliases(self.connection))
        corrections.merge(self.site, self.merged, self.gone, by=BY)
        corrections.void(self.site, self.gone.id, Filter(choice=3), by=BY)
        Notes(self.connection).add(self.site, self.gone.id, SECRET, "ed", NOW_S)
        link = ShareLink("", SECRET, self.gone.id, "7d", "", "", "ed", NOW_S, NOW_S + 99)
        ShareLinks(self.connection).make(self.site, link)
        message = Message(new_message_id(), "article.angry", SECRET, SECRET, self.gone.address)
        outbox = Outbox(self.connection)
        outbox.notice(self.site.key, self.gone.id, message, ("mail",), now_s=NOW_S)
        for labelled in (thread, reported):
            Labels(self.connection).put(self.site, label_of(labelled))

    def vote(self, article: ArticleRef, number: int) -> None:
        page = Page(SECRET if article is not self.stays else "Stays", "City")
        cast = Cast(1, number % 5 + 1, NOW_S, 7, page=page)
        self.reactions.cast(self.site, article, Voter(number.to_bytes(8)), cast)

    def comment(self, article: ArticleRef, parent: str = "") -> Comment:
        text = SECRET if article is not self.stays else "Good."
        draft = Draft(
            new_id(NOW_S * 1000, article.partition), parent, "Alice", text, ALICE, GLAD, ()
        )
        return self.comments.create(self.site, article, draft, Posting(NOW_S)).comment

    def mismatches(self) -> list[Any]:
        return [
            *Recount(self.connection).mismatches(self.site, now_s=NOW_S),
            *CommentRecount(self.connection).mismatches(self.site),
        ]

    def content(self) -> bytes:
        """Return every key and value, as bytes."""
        client = self.connection.client
        read = {"hash": client.hgetall, "stream": client.xrange, "set": client.smembers}
        read |= {"string": client.get, "zset": lambda key: client.zrange(key, 0, -1)}
        read["list"] = lambda key: client.lrange(key, 0, -1)
        return b"".join(
            key + repr(read[client.type(key).decode()](key)).encode() for key in client.keys()
        )


def label_of(comment: Comment) -> Label:
    return Label(comment.id, "ed", "negative", "random", NOW_S, comment.text_id)


@pytest.fixture
def newsroom(connection: Connection, site: Site) -> Newsroom:
    newsroom = Newsroom(connection, site)
    newsroom.fill()
    return newsroom


def test_a_forgotten_article_leaves_the_others_as_they_were(
    newsroom: Newsroom, connection: Connection, site: Site
) -> None:
    assert newsroom.mismatches() == []
    erasing = ArticleErasing(connection, site)
    scope = erasing.scope(f"https://news.example/{SECRET}")
    assert set(scope.addresses) == {newsroom.gone.address, newsroom.merged.address}
    assert (scope.votes, scope.comments) == (244, 4)
    kept = label_of(next(CommentRecount(connection).each(site, newsroom.stays.partition)))
    Labels(connection).put(site, kept)
    erasing.remove(scope, who="erin", now_s=NOW_S)
    assert Labels(connection).of_site(site) == [kept]
    assert newsroom.mismatches() == []
    [tally] = newsroom.reactions.tallies(site, [(newsroom.stays, 7)], now_s=NOW_S)
    assert sum(tally.counts) == 5
    assert Recount(connection).articles(site) == 1
    assert CommentRecount(connection).comments(site) == 1
    [entry] = [one for one in Audit(connection).page(site) if one.action == "article forgotten"]
    assert entry.before == "244 votes, 4 comments"


def test_nothing_in_the_store_names_a_forgotten_article(
    newsroom: Newsroom, connection: Connection, site: Site
) -> None:
    named = [SECRET, newsroom.gone.id, newsroom.merged.id]
    before = newsroom.content().decode(errors="replace")
    assert all(name in before for name in named)
    erasing = ArticleErasing(connection, site)
    erasing.remove(
        erasing.scope(newsroom.merged.address.replace("//", "https://")), who="erin", now_s=NOW_S
    )
    after = newsroom.content().decode(errors="replace")
    assert [name for name in named if name in after] == []
    assert Aliases(connection).all(site.key) == {}


def test_a_later_vote_begins_a_forgotten_article_anew(
    newsroom: Newsroom, connection: Connection, site: Site
) -> None:
    erasing = ArticleErasing(connection, site)
    erasing.remove(
        erasing.scope(newsroom.gone.address.replace("//", "https://")), who="erin", now_s=NOW_S
    )
    newsroom.vote(newsroom.gone, 1)
    [tally] = newsroom.reactions.tallies(site, [(newsroom.gone, 7)], now_s=NOW_S)
    assert sum(tally.counts) == 1
    assert newsroom.mismatches() == []


def test_an_article_that_nobody_knows_can_be_forgotten_too(
    newsroom: Newsroom, connection: Connection, site: Site
) -> None:
    erasing = ArticleErasing(connection, site)
    scope = erasing.scope("https://news.example/never")
    assert (scope.votes, scope.comments) == (0, 0)
    erasing.remove(scope, who="erin", now_s=NOW_S)
    assert newsroom.mismatches() == []


def test_a_user_who_may_not_change_the_log_is_refused_before_anything_goes(
    newsroom: Newsroom, connection: Connection, redis_server: EmbeddedStore, site: Site
) -> None:
    client = connection.client
    client.execute_command("ACL", "SETUSER", "voter", "on", ">a", "~*", "+@all", "-xdel")
    try:
        limited = Connection(f"unix://voter:a@{redis_server.socket}", timeout_ms=5000)
        erasing = ArticleErasing(limited, site)
        before = newsroom.content()
        with pytest.raises(SettingError, match=r"\+xdel"):
            erasing.remove(
                erasing.scope(newsroom.gone.address.replace("//", "https://")), who="erin", now_s=1
            )
        assert newsroom.content() == before
    finally:
        client.execute_command("ACL", "DELUSER", "voter")


@pytest.fixture
def sites(connection: Connection, site: Site) -> Sites:
    sites = Sites(connection, Site(HOME, "Readback", ()))
    sites.add(site)
    return sites


def test_a_forgotten_site_leaves_one_entry_in_the_log_of_all_sites(
    newsroom: Newsroom, connection: Connection, site: Site, sites: Sites
) -> None:
    editors = Editors(connection)
    editors.add(Editor("ed", "x", {"news": Role.ADMIN, "other": Role.VIEWER}, created_s=NOW_S))
    editors.add(Editor("boss", "x", {EVERY_SITE: Role.ADMIN}, created_s=NOW_S))
    heads = ToneHeads(connection)
    assert heads.speak(site.key, Speaker(1), after=Speaker()) and heads.begin_lesson(site.key)
    erasing = SiteErasing(connection, sites, wait=lambda seconds: None)
    erasing.remove(site, erasing.scope(site), who="erin", now_s=NOW_S)
    with pytest.raises(UnknownSite):
        sites.fresh("news")
    assert [key for key in connection.client.keys() if b"news" in key] == []
    assert [one.roles for one in editors.all()] == [
        {EVERY_SITE: Role.ADMIN},
        {"other": Role.VIEWER},
    ]
    [entry] = Audit(connection).page(ALL_SITES)
    assert (entry.action, entry.object) == ("site forgotten", "news")
    assert SECRET.encode() not in newsroom.content()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[EmbeddedStore]:
    store = EmbeddedStore(tmp_path / "v", fsync="always")
    store.start()
    yield store
    store.stop()


def test_the_files_of_the_embedded_store_have_no_byte_of_it(
    own: EmbeddedStore, site: Site, tmp_path: Path
) -> None:
    connection = Connection(own.url, timeout_ms=5000)
    newsroom = Newsroom(connection, site)
    newsroom.fill()
    assert SECRET.encode() in bytes_below(tmp_path)
    erasing = ArticleErasing(connection, site)
    erasing.remove(
        erasing.scope(newsroom.gone.address.replace("//", "https://")), who="erin", now_s=NOW_S
    )
    assert own.rewrite()
    assert SECRET.encode() not in bytes_below(tmp_path)
    assert newsroom.gone.id.encode() not in bytes_below(tmp_path)
