"""What readers do with comments, from the API and from forms: the same checks, the same limits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from widget.domain import clock
from widget.domain.article import ArticleRef, partition_of
from widget.domain.comments.cleaning import check_size, clean_name, clean_text
from widget.domain.comments.comment import Comment, Draft, fingerprint, new_id, why_held
from widget.domain.comments.names import is_reserved
from widget.domain.comments.reasons import NO_GROUND, Ground
from widget.domain.comments.statement import Statement, in_force
from widget.domain.errors import Closed, NameReserved, NotFound, StoreUnavailable
from widget.domain.model import MAX_SEQ, Site
from widget.domain.page import Page
from widget.domain.readers.reader import Readers
from widget.metrics.series import COMMENTS, REPEATED
from widget.services.articles import Articles
from widget.services.comment_limits import CommentLimits
from widget.services.naming import StoryNames
from widget.services.new_stories import Author
from widget.services.rates import Rate
from widget.services.tone import SiteTone
from widget.settings import Settings
from widget.store.comments.comments import (
    CLOSED,
    CommentReport,
    Comments,
    CommentVote,
    Counts,
    Created,
    Edit,
    NewComment,
    Posting,
    UpVote,
)
from widget.store.comments.threads import Threads

_ACT_LIMITED = "acts on comments"


@dataclass(frozen=True, slots=True)
class Submission:
    """A comment as the reader sent it.

    :param trap: the content of the field that people do not see.
    :param spent_ms: how long the form was open; None if nobody measured it.
    :param draft: names this draft, so that sending it twice stores it once. Without a name, the
        same text of the same reader in the same place is one draft for ten minutes.
    """

    name: str
    text: str
    parent: str = ""
    trap: str = ""
    spent_ms: int | None = None
    draft: str = ""


@dataclass(frozen=True, slots=True)
class OwnComment:
    """A comment as its author sees it.

    :param statement: of the reasons why readers cannot see it, or with the answer to a second look.
    """

    comment: Comment
    statement: Statement | None = None


@dataclass(frozen=True, slots=True)
class Commenting:
    """What commenting works with; :meth:`by` returns what one reader may do."""

    settings: Settings
    articles: Articles
    comments: Comments
    threads: Threads
    readers: Readers
    limits: CommentLimits
    names: StoryNames
    tone: SiteTone

    def by(self, site: Site, reader: bytes, address: str = "") -> "Commenter":
        """Return what one reader may do.

        :param reader: 16 bytes.
        :param address: the reader's network address, which every act needs; "" if there is none.
        """
        return Commenter(self, site, reader, address)


@dataclass(frozen=True, slots=True)
class Commenter:
    """One reader on one site."""

    commenting: Commenting
    site: Site
    reader: bytes
    address: str

    def post(
        self,
        article: ArticleRef,
        sent: Submission,
        *,
        page: Page,
        may_name: bool = False,
        is_own: bool = False,
        is_held: bool = False,
    ) -> Created:
        """Clean, check, score and store a comment. It is held if there is a reason to.

        The reader's rate is counted before anything costly, so refused comments count too. One that
        is stored already does not, nor one that the store could not take.

        :param page: what is known about the article's page.
        :param may_name: the page is what the reader's own page says, and may name the story.
        :param is_own: the page is our own story's, as its file has it.
        :param is_held: a new reader of a crowded network who could not do a proof of work.
        :raise TooLong, TooShort, NameReserved: the comment cannot be stored as it is.
        :raise RateLimited: too many comments of the reader in a minute, or of the network in an
            hour, or too many new stories.
        :raise Closed, NotFound: the article takes no comments, or not in this thread.
        """
        site, commenting = self.site, self.commenting
        if not site.comments.enabled:
            raise Closed("This site does not accept comments.")
        check_size(sent.name, sent.text)
        rate, subject = Rate("comments", commenting.settings.comments), self._subject
        rate.count(subject)
        name, text = clean_name(sent.name), clean_text(sent.text)
        if is_reserved(name, site.reserved_names):
            raise NameReserved
        commenter = self._mark("commenter", "").hex()
        is_known = not site.comments.hold_first or commenting.comments.is_known(site, commenter)
        why = why_held(
            text, site.comments, trap=sent.trap, spent_ms=sent.spent_ms, is_first=not is_known
        )
        if is_held:
            why += ("crowded",)
        now = clock.now()
        score = commenting.tone.scored(site, text)

        def create(at: ArticleRef) -> Created:
            under = self._address(at, sent.parent, int(now))
            comment_id = new_id(int(now * 1000), under.partition)
            on_article = self._mark("draft", under.id)
            draft_name = sent.draft or self._mark("text", f"{sent.parent}|{text}").hex()
            draft = Draft(comment_id, sent.parent, name, text, self.mark(comment_id), score, why)
            posting = Posting(
                int(now),
                page,
                draft_id=f"{on_article.hex()}:{draft_name}",
                is_draft_derived=not sent.draft,
                fingerprint=fingerprint(text, on_article),
                commenter=commenter,
                is_moved=under is not at,
                is_admitted=not self.address,
            )
            created = self._create(under, draft, posting)
            is_heard = (may_name or is_own) and not created.repeated
            if is_heard and created.comment.state == "published":
                commenting.names.hear(site, at, page, address=self.address, is_own=is_own)
            return created

        try:
            created = commenting.articles.retry_moved(site, article, create)
        except StoreUnavailable:
            rate.give_back(subject)  # the response asks to send it again
            raise
        if created.repeated:
            rate.give_back(subject)
        COMMENTS.add(REPEATED if created.repeated else created.comment.state)
        return created

    def _create(self, article: ArticleRef, draft: Draft, posting: Posting) -> Created:
        """Store a draft. Only a new comment that could be stored counts for its network.

        :raise RateLimited: of the network.
        """
        create, limits = self.commenting.comments.create, self.commenting.limits
        try:
            return create(self.site, article, draft, posting)
        except NewComment as new:
            author, is_held = Author(self.reader, self.address), bool(draft.why)
            may_publish = limits.admit(
                self.site, author, begins_story=new.begins_story, is_held=is_held
            )
            if not (may_publish or is_held):
                draft = replace(draft, why=("crowded",))
            return create(self.site, article, draft, replace(posting, is_admitted=True))

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
        check_size(text)
        self._count(_ACT_LIMITED, self.commenting.settings.casts)
        cleaned = clean_text(text)
        score = self.commenting.tone.scored(self.site, cleaned)
        return self.commenting.comments.edit(
            self.site,
            comment_id,
            self.mark(comment_id),
            Edit(cleaned, score, why_held(cleaned, self.site.comments)),
            now_s=int(clock.now()),
        )

    def delete(self, comment_id: str) -> None:
        """Delete this reader's own comment.

        :raise NotYours, TooLate, NotFound, RateLimited: as their names say.
        """
        self._count(_ACT_LIMITED, self.commenting.settings.casts)
        self.commenting.comments.delete(
            self.site, comment_id, self.mark(comment_id), now_s=int(clock.now())
        )

    def report(self, comment_id: str, ground: Ground = NO_GROUND) -> None:
        """Report another reader's comment. Reports of one network count once toward holding it.

        A comment that an editor has approved comes back to the queue once for each new kind of
        reason.

        :raise OwnComment, NotFound, RateLimited: as their names say.
        """
        self._count(_ACT_LIMITED, self.commenting.settings.casts)
        site, comments, limits = self.site, self.commenting.comments, self.commenting.limits
        now_s = int(clock.now())
        report = CommentReport(
            self._mark("report", comment_id),
            self.mark(comment_id),
            now_s,
            limits.reporter(site, comment_id, self.address, now_s=now_s),
            Counts.ASK,
            ground,
        )
        if not comments.report(site, comment_id, report):
            counts = Counts.YES if limits.may_hold(site, self.address) else Counts.NO
            comments.report(site, comment_id, replace(report, counts=counts))

    def vote(self, comment_id: str, *, seq: int, up: bool) -> UpVote:
        """Vote for another reader's comment, or take that vote back.

        A vote that is one too many from its network is the reader's, and is not counted.

        :raise OwnComment, NotFound, Closed, RateLimited: as their names say.
        """
        self._count(_ACT_LIMITED, self.commenting.settings.casts)
        now_s = int(clock.now())
        voter = self.commenting.limits.up_voter(self.site, comment_id, self.address, now_s=now_s)
        vote = CommentVote(
            self._mark("up", comment_id),
            self.mark(comment_id),
            seq,
            up,
            now_s,
            voter.networks,
            voter.allowance,
        )
        return self.commenting.comments.vote(self.site, comment_id, vote)

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

    def own(self, comment_ids: Sequence[str]) -> list[OwnComment]:
        """Return those of the comments that this reader wrote, in any state.

        One that an editor deleted is among them for seven days, as it was before.
        """
        comments = self.commenting.comments
        stored = [c for c in comments.get_all(self.site, comment_ids) if c]
        unseen = [c.id for c in stored if c.state != "published" or c.approved]
        found = comments.statements(self.site, unseen) if unseen else {}
        statements = {one: in_force(each) for one, each in found.items()}
        gone = {
            c.id: statement
            for c in stored
            if c.state == "deleted" and (statement := statements[c.id])
        }
        before = comments.deleted(self.site, gone) if gone else {}
        own = []
        for comment in stored:
            text = before.get(comment.id) or comment
            if text.mark == self.mark(comment.id):
                as_it_was = replace(text, state=comment.state)
                own.append(OwnComment(as_it_was, statements.get(comment.id)))
        return own

    def ask_for_look(self, comment_id: str) -> OwnComment:
        """Ask an editor for a second look at the removal of this reader's own comment.

        :raise NotYours, TooLate, NotFound, RateLimited: as their names say.
        """
        self._count(_ACT_LIMITED, self.commenting.settings.casts)
        mark, now_s = self.mark(comment_id), int(clock.now())
        self.commenting.comments.ask_for_look(self.site, comment_id, mark, now_s=now_s)
        [own] = self.own([comment_id])
        return own

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
        Rate(act, most).count(self._subject)

    @property
    def _subject(self) -> str:
        return f"{self.site.key}|{self.reader.hex()}"
