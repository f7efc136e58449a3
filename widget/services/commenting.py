"""What readers do with comments, from the API and from forms: the same checks, the same limits."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from widget.domain.article import ArticleRef, partition_of
from widget.domain.comments.cleaning import clean_name, clean_text
from widget.domain.comments.comment import (
    Comment,
    Draft,
    fingerprint,
    is_reserved,
    new_id,
    scored,
    why_held,
)
from widget.domain.errors import Closed, Moved, NameReserved, NotFound
from widget.domain.model import MAX_SEQ, Site
from widget.domain.page import Page
from widget.services.voting import MOVE_RETRIES, Services
from widget.store.comments.comments import CLOSED, Created, UpVote

_ACT_LIMITED = "acts on comments"


@dataclass(frozen=True, slots=True)
class Submission:
    """A comment as it came.

    :param trap: what came in the field that people do not see.
    :param spent_ms: how long the form was open; None where nobody measured.
    :param draft: names this draft, so that sending it twice stores it once; or "".
    """

    name: str
    text: str
    parent: str = ""
    trap: str = ""
    spent_ms: int | None = None
    draft: str = ""


class Commenting:
    """One reader on one site."""

    def __init__(self, services: Services, site: Site, reader: bytes) -> None:
        self._services = services
        self._site = site
        self._reader = reader

    def post(
        self, article: ArticleRef, sent: Submission, *, page: Page, is_held: bool = False
    ) -> Created:
        """Clean, judge, score and store a comment; it is held where there are reasons.

        :param is_held: a new reader of a crowded network who could not do the work.
        :raise TooLong, TooShort, NameReserved: what came cannot be stored.
        :raise RateLimited: too many in a minute.
        :raise Closed, NotFound: the article takes none, or not in this thread.
        """
        site, services = self._site, self._services
        if not site.comments.enabled:
            raise Closed("This site takes no comments.")
        name, text = clean_name(sent.name), clean_text(sent.text)
        if is_reserved(name, (*site.comments.reserved, site.name)):
            raise NameReserved
        self._count("comments", services.settings.comments)
        now = time.time()
        commenter = self._mark("commenter", "").hex()
        is_first = site.comments.hold_first and not services.comments.is_known(site, commenter)
        why = why_held(
            text, site.comments, trap=sent.trap, spent_ms=sent.spent_ms, is_first=is_first
        )
        if is_held:
            why += ("crowded",)
        score = scored(services.score(text))
        for _ in range(MOVE_RETRIES):
            under = self._address(article, sent.parent, int(now))
            comment_id = new_id(int(now * 1000), under.partition)
            on_article = self._mark("draft", under.id)
            draft = Draft(comment_id, sent.parent, name, text, self.mark(comment_id), score, why)
            try:
                return services.comments.create(
                    site,
                    under,
                    draft,
                    now_s=int(now),
                    page=page,
                    draft_id=f"{on_article.hex()}:{sent.draft}" if sent.draft else "",
                    fingerprint=fingerprint(text, on_article),
                    commenter=commenter,
                    moved=under is not article,
                )
            except Moved:
                article = services.where_now(site, article)
        raise Moved(retry_after_s=1)

    def _address(self, article: ArticleRef, parent: str, now_s: int) -> ArticleRef:
        """Where a comment is stored: at the article or, as an answer, where its thread stands.

        :raise Closed: the thread stands elsewhere, and the article takes no comments any more.
        """
        if not (parent and article.others):
            return article
        thread = self._services.comments.get(self._site, parent).article_id
        if thread == article.id or thread not in article.addresses:
            return article
        if not self._services.threads.is_open(self._site, article, now_s=now_s):
            raise Closed(CLOSED)
        return ArticleRef(thread, partition_of(thread), article.address)

    def edit(self, comment_id: str, text: str) -> Comment:
        """:raise NotYours, TooLate, NotFound, TooLong, TooShort, RateLimited: as they say."""
        cleaned = clean_text(text)
        self._count(_ACT_LIMITED, self._services.settings.casts)
        return self._services.comments.edit(
            self._site,
            comment_id,
            self.mark(comment_id),
            cleaned,
            scored(self._services.score(cleaned)),
            why_held(cleaned, self._site.comments),
            now_s=int(time.time()),
        )

    def delete(self, comment_id: str) -> None:
        """:raise NotYours, TooLate, NotFound: as they say."""
        self._services.comments.delete(
            self._site, comment_id, self.mark(comment_id), now_s=int(time.time())
        )

    def report(self, comment_id: str) -> None:
        """:raise OwnComment, NotFound, RateLimited: as they say."""
        self._count(_ACT_LIMITED, self._services.settings.casts)
        mark = self._mark("report", comment_id)
        self._services.comments.report(self._site, comment_id, mark, self.mark(comment_id))

    def vote(self, comment_id: str, *, seq: int, up: bool) -> UpVote:
        """:raise OwnComment, NotFound, Closed, RateLimited: as they say."""
        self._count(_ACT_LIMITED, self._services.settings.casts)
        return self._services.comments.vote(
            self._site,
            comment_id,
            self._mark("up", comment_id),
            self.mark(comment_id),
            seq=seq,
            up=up,
            now_s=int(time.time()),
        )

    def vote_next(self, comment_id: str, *, up: bool) -> UpVote:
        """As :meth:`vote`, after whatever this reader did before: a form keeps no count."""
        marks = {comment_id: self._mark("up", comment_id)}
        _, seq = self._services.comments.own_votes(self._site, marks)[comment_id]
        return self.vote(comment_id, seq=min(seq + 1, MAX_SEQ), up=up)

    def voted_for(self, comment_ids: Iterable[str]) -> set[str]:
        """Those of the comments that this reader voted for."""
        marks = {comment_id: self._mark("up", comment_id) for comment_id in comment_ids}
        votes = self._services.comments.own_votes(self._site, marks)
        return {comment_id for comment_id, (up, _) in votes.items() if up}

    def mark(self, comment_id: str) -> bytes:
        """What this reader's mark on the comment is if they wrote it."""
        return self._mark("comment", comment_id)

    def own_or_404(self, comment_id: str) -> Comment:
        """:raise NotFound: not there, or another reader's."""
        comment = self._services.comments.get(self._site, comment_id)
        if comment.mark != self.mark(comment_id):
            raise NotFound
        return comment

    def _mark(self, purpose: str, subject: str) -> bytes:
        return self._services.readers.mark_for(purpose, self._site.key, subject, self._reader)

    def _count(self, act: str, most: int) -> None:
        mark = self._mark("rate", "").hex()
        self._services.limits.count_act(self._site.key, mark, act, most=most)
