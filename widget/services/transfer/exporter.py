"""Export of a site's articles and comments, as lines of JSON."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from widget.domain.article import PARTITIONS, ArticleRef
from widget.domain.comments.comment import Comment
from widget.domain.comments.statement import Statement
from widget.domain.model import Site
from widget.domain.times import machine_text
from widget.importing.lines import (
    ArticleLine,
    BroughtLine,
    CommentLine,
    ScoreLine,
    StatementLine,
    encode,
)
from widget.store.comments.comments import Comments
from widget.store.comments.recount import CommentRecount
from widget.store.connect import Connection
from widget.store.figures.headlines import Pages
from widget.store.reactions.votes import Reactions

_AT_ONCE = 500


class Export:
    """The export of one site. It has no marks, so nobody can tell from it who wrote or voted."""

    def __init__(self, connection: Connection, site: Site, *, now_s: int) -> None:
        self._site = site
        self._now_s = now_s
        self._pages = Pages(connection)
        self._reactions = Reactions(connection)
        self._comments = CommentRecount(connection)
        self._stored = Comments(connection)

    def comments(self) -> int:
        """Return how many comments the site has."""
        return self._comments.comments(self._site)

    def lines(self, progress: Callable[[int], None]) -> Iterator[bytes]:
        """Return the lines, partition by partition: each article before its comments, oldest first.

        :param progress: called with the number of comments written since the last call.
        """
        for partition in range(PARTITIONS):
            addresses: dict[str, str] = {}
            voted = self._pages.voted(self._site, partition)
            for at in range(0, len(voted), _AT_ONCE):
                yield from self._articles(partition, voted[at : at + _AT_ONCE], addresses)
            for comments in batched(self._comments.each(self._site, partition), _AT_ONCE):
                statements = self._stored.statements(self._site, [c.id for c in comments])
                for comment in comments:
                    if comment.article_id not in addresses:
                        yield from self._articles(partition, [comment.article_id], addresses)
                    line = comment_line(
                        comment, addresses[comment.article_id], statements[comment.id]
                    )
                    yield encode(line) + b"\n"
                    progress(1)

    def _articles(
        self, partition: int, article_ids: list[str], addresses: dict[str, str]
    ) -> Iterator[bytes]:
        headlines = self._pages.headlines(self._site, article_ids, with_tone=False)
        polls = [headlines[one].page.poll_key for one in article_ids]
        choice_keys = [self._site.choice_keys(poll) for poll in polls]
        tallies = self._reactions.tallies(
            self._site,
            [
                (ArticleRef(one, partition, ""), len(choices))
                for one, choices in zip(article_ids, choice_keys, strict=True)
            ],
            now_s=self._now_s,
        )
        for one, choices, tally in zip(article_ids, choice_keys, tallies, strict=True):
            page = headlines[one].page
            addresses[one] = page.address
            line = ArticleLine(
                page.address,
                page.title,
                tally.section or "",
                page.author,
                list(page.tags),
                page.url,
                dict(zip(choices, tally.counts, strict=True)),
            )
            yield encode(line) + b"\n"


def batched(comments: Iterator[Comment], most: int) -> Iterator[list[Comment]]:
    """Yield what an iterator yields, some at a time."""
    while some := list(islice(comments, most)):
        yield some


def comment_line(
    comment: Comment, address: str, statements: Sequence[Statement] = ()
) -> CommentLine:
    """Return a comment as the export writes it."""
    score, brought = comment.score, comment.brought
    # State and label are plain strings in the store's Comment, always among comment.STATES and
    # the corrections. The line's type has these as literals.
    return CommentLine(
        id=comment.id,
        article=address,
        at=machine_text(comment.at_s),
        name=comment.name,
        text=comment.text,
        parent=comment.parent or None,
        state=comment.state,  # type: ignore[arg-type]
        edited=machine_text(comment.edited_s) if comment.edited_s else None,
        why=list(comment.why),
        section=comment.section,
        ups=comment.ups,
        reports=comment.reports,
        approved=comment.approved,
        corrected=comment.corrected or None,  # type: ignore[arg-type]
        score=ScoreLine(
            score.label,
            _fraction(score.compound_e4),
            score.confidence,
            score.reason,
            score.version,
            _fraction(score.lean_e4 if score.has_lean else None),
        )
        if score
        else None,
        source=comment.source,
        brought=BroughtLine(brought.ups, brought.downs) if brought else None,
        report_kinds=dict(comment.kinds),
        known_kinds=[kind for kind, _ in comment.decided],
        new_kinds=[kind for kind, _ in comment.pending],
        second_look=comment.is_appealed,
        statements=[_statement_line(each) for each in statements],
    )


def _fraction(e4: int | None) -> float | None:
    return None if e4 is None else e4 / 10_000


def _statement_line(statement: Statement) -> StatementLine:
    def at(at_s: int) -> str:
        return machine_text(at_s) if at_s else ""

    return StatementLine(
        at(statement.at),
        statement.act,
        statement.is_automatic,
        statement.reason,
        by=statement.who,
        note=statement.note,
        rules=list(filter(None, statement.rules.split(","))),
        reports=dict(statement.kinds),
        second_look=statement.look,
        asked=at(statement.asked),
        answered=at(statement.answered),
        answered_by=statement.answered_by,
        answer=statement.answer,
        ended=at(statement.over),
        ended_by=statement.over_by,
    )
