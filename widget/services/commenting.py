"""What readers do with comments, from the API and from forms: the same checks, the same limits."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from widget.domain.article import ArticleRef, partition_of
from widget.domain.comments.cleaning import clean_name, clean_text
from widget.domain.comments.comment import (
    Comment,
    Draft,
    Scorer,
    fingerprint,
    is_reserved,
    new_id,
    scored,
    why_held,
)
from widget.domain.errors import Closed, NameReserved, NotFound
from widget.domain.model import MAX_SEQ, Site
from widget.domain.page import Page
from widget.domain.readers.reader import Readers
from widget.services.articles import Articles
from widget.services.naming import StoryNames
from widget.services.rates import Rate
from widget.settings import Settings
from widget.store.comments.comments import (
    CLOSED,
    Comments,
    CommentVote,
    Created,
    Edit,
    Posting,
    UpVote,
)
from widget.store.comments.threads import Threads
from widget.store.limits import Limits

_ACT_LIMITED = "acts on comments"


@dataclass(frozen=True, slots=True)
class Submission:
    """A comment as the reader sent it.

    :param trap: the content of the field that people do not see.
    :param spent_ms: how long the form was open; None if nobody measured it.
    :param draft: names this draft, so that sending it twice stores it once; or "".
    """

    name: str
    text: str
    parent: str = ""
    trap: str = ""
    spent_ms: int | None = None
    draft: str = ""


@dataclass(frozen=True, slots=True)
class Commenting:
    """What commenting works with; :meth:`by` returns what one reader may do."""

    settings: Settings
    articles: Articles
    comments: Comments
    threads: Threads
    readers: Readers
    limits: Limits
    names: StoryNames
    score: Scorer

    def by(self, site: Site, reader: bytes) -> "Commenter":
        """:param reader: 16 bytes."""
        return Commenter(self, site, reader)


@dataclass(frozen=True, slots=True)
class Commenter:
    """One reader on one site."""

    commenting: Commenting
    site: Site
    reader: bytes

    def post(
        self,
        article: ArticleRef,
        sent: Submission,
        *,
        page: Page,
        address: str = "",
        is_own: bool = False,
        is_held: bool = False,
    ) -> Created:
        """Clean, check, score and store a comment. It is held if there is a reason to.

        :param page: what is known about the article's page.
        :param address: the reader's network address, "" if there is none.
        :param is_own: the page is our own story's, as its file has it.
        :param is_held: a new reader of a crowded network who could not do a proof of work.
        :raise TooLong, TooShort, NameReserved: the comment cannot be stored as it is.
        :raise RateLimited: too many comments in a minute.
        :raise Closed, NotFound: the article takes no comments, or not in this thread.
        """
        site, commenting = self.site, self.commenting
        if not site.comments.enabled:
            raise Closed("This site does not accept comments.")
        name, text = clean_name(sent.name), clean_text(sent.text)
        if is_reserved(name, (*site.comments.reserved, site.name)):
            raise NameReserved
        self._count("comments", commenting.settings.comments)
        commenter = self._mark("commenter", "").hex()
        is_known = not site.comments.hold_first or commenting.comments.is_known(site, commenter)
        why = why_held(
            text, site.comments, trap=sent.trap, spent_ms=sent.spent_ms, is_first=not is_known
        )
        if is_held:
            why += ("crowded",)
        now = time.time()
        score = scored(commenting.score(text))

        def create(at: ArticleRef) -> Created:
            under = self._address(at, sent.parent, int(now))
            comment_id = new_id(int(now * 1000), under.partition)
            on_article = self._mark("draft", under.id)
            draft = Draft(comment_id, sent.parent, name, text, self.mark(comment_id), score, why)
            created = commenting.comments.create(
                site,
                under,
                draft,
                Posting(
                    int(now),
                    page,
                    draft_id=f"{on_article.hex()}:{sent.draft}" if sent.draft else "",
                    fingerprint=fingerprint(text, on_article),
                    commenter=commenter,
                    is_moved=under is not at,
                ),
            )
            if created.comment.state == "published" and not created.repeated:
                commenting.names.hear(site, at, page, address=address, is_own=is_own)
            return created

        return commenting.articles.retry_moved(site, article, create)

    def _address(self, article: ArticleRef, parent: str, now_s: int) -> ArticleRef:
        """Return where to store a comment: with the article or, for a reply, with its thread.

        :raise Closed: the thread belongs to another address, and the article is closed to comments.
        """
        if not (parent and article.others):
            return article
        thread = self.commenting.comments.get(self.site, parent).article_id
        if thread == article.id or thread not in article.addresses:
            return article
        if not self.commenting.threads.is_open(self.site, article, now_s=now_s):
            raise Closed(CLOSED)
        return ArticleRef(thread, partition_of(thread), article.address)

    def edit(self, comment_id: str, text: str) -> Comment:
        """Replace the text of this reader's own comment.

        :raise NotYours, TooLate, NotFound, TooLong, TooShort, RateLimited: as their names say.
        """
        cleaned = clean_text(text)
        self._count(_ACT_LIMITED, self.commenting.settings.casts)
        score = scored(self.commenting.score(cleaned))
        return self.commenting.comments.edit(
            self.site,
            comment_id,
            self.mark(comment_id),
            Edit(cleaned, score, why_held(cleaned, self.site.comments)),
            now_s=int(time.time()),
        )

    def delete(self, comment_id: str) -> None:
        """Delete this reader's own comment.

        :raise NotYours, TooLate, NotFound: as their names say.
        """
        self.commenting.comments.delete(
            self.site, comment_id, self.mark(comment_id), now_s=int(time.time())
        )

    def report(self, comment_id: str) -> None:
        """Report another reader's comment.

        :raise OwnComment, NotFound, RateLimited: as their names say.
        """
        self._count(_ACT_LIMITED, self.commenting.settings.casts)
        mark = self._mark("report", comment_id)
        self.commenting.comments.report(self.site, comment_id, mark, self.mark(comment_id))

    def vote(self, comment_id: str, *, seq: int, up: bool) -> UpVote:
        """Vote for another reader's comment, or take that vote back.

        :raise OwnComment, NotFound, Closed, RateLimited: as their names say.
        """
        self._count(_ACT_LIMITED, self.commenting.settings.casts)
        return self.commenting.comments.vote(
            self.site,
            comment_id,
            CommentVote(
                self._mark("up", comment_id), self.mark(comment_id), seq, up, int(time.time())
            ),
        )

    def vote_next(self, comment_id: str, *, up: bool) -> UpVote:
        """Vote as :meth:`vote` does, with the next ``seq``: a form does not count its clicks."""
        marks = {comment_id: self._mark("up", comment_id)}
        _, seq = self.commenting.comments.own_votes(self.site, marks)[comment_id]
        return self.vote(comment_id, seq=min(seq + 1, MAX_SEQ), up=up)

    def voted_for(self, comment_ids: Iterable[str]) -> set[str]:
        """Return the comments that this reader voted for."""
        marks = {comment_id: self._mark("up", comment_id) for comment_id in comment_ids}
        votes = self.commenting.comments.own_votes(self.site, marks)
        return {comment_id for comment_id, (up, _) in votes.items() if up}

    def mark(self, comment_id: str) -> bytes:
        """Return the mark that the comment carries if this reader wrote it."""
        return self._mark("comment", comment_id)

    def own_or_404(self, comment_id: str) -> Comment:
        """Return this reader's own comment.

        :raise NotFound: it does not exist, or another reader wrote it.
        """
        comment = self.commenting.comments.get(self.site, comment_id)
        if comment.mark != self.mark(comment_id):
            raise NotFound
        return comment

    def _mark(self, purpose: str, subject: str) -> bytes:
        return self.commenting.readers.mark_for(purpose, self.site.key, subject, self.reader)

    def _count(self, act: str, most: int) -> None:
        Rate(act, most).count(f"{self.site.key}|{self.reader.hex()}")
