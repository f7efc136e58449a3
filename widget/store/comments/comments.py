"""Comments for readers: write, list, change one's own, up-vote, report. Speaks the domain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from widget.domain.article import ArticleRef
from widget.domain.comments.comment import (
    EDIT_WINDOW_S,
    STATES,
    Comment,
    Draft,
    Score,
    partition_of,
)
from widget.domain.errors import Closed, Moved, NotFound, NotYours, OwnComment, TooLate
from widget.domain.model import Site
from widget.domain.page import Page
from widget.store import keys
from widget.store.connect import Connection
from widget.store.reactions.votes import PageRecord
from widget.store.scripts import Script, store_errors

CLOSED = "This article no longer takes comments. Those there are stay."
_NO_PAGE = Page()
_KNOWN_TTL_S = 400 * 86400  # as long as a reader's token lives


@dataclass(frozen=True, slots=True)
class Created:
    """``repeated``: the same draft was stored before, and this is where it stands."""

    comment: Comment
    repeated: bool


@dataclass(frozen=True, slots=True)
class UpVote:
    ups: int
    up: bool
    seq: int


class Comments:
    """The comments of every site in one store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._create = Script(connection, "comment_lib.lua", "comment_create.lua")
        self._own = Script(connection, "comment_lib.lua", "comment_own.lua")
        self._vote = Script(connection, "comment_lib.lua", "comment_vote.lua")
        self._report = Script(connection, "comment_lib.lua", "comment_report.lua")

    def create(
        self,
        site: Site,
        article: ArticleRef,
        draft: Draft,
        *,
        now_s: int,
        page: Page = _NO_PAGE,
        draft_id: str = "",
        fingerprint: str = "",
        commenter: str = "",
        moved: bool = False,
    ) -> Created:
        """Store a draft, published unless it has reasons to be held or repeats another's text.

        :param page: what is known of the article; kept when this is the first that came for it.
        :param draft_id: the same draft sent again is stored once.
        :param commenter: mark to make known when an editor publishes a first comment; or "".
        :param moved: the address leads elsewhere, where comments are taken.
        :raise Closed: the article takes no comments any more.
        :raise Moved: the address leads elsewhere by now. Nothing was written.
        :raise NotFound: it answers a comment that is not there for readers.
        """
        fields: dict[str, Any] = {
            "a": article.id,
            "s": "h" if draft.why else "p",
            "at": now_s,
            "n": draft.name,
            "t": draft.text,
            "m": draft.mark,
            **score_fields(draft.score),
        }
        if draft.parent:
            fields["p"] = draft.parent
        if draft.why:
            fields["w"] = ",".join(draft.why)
        if "first_comment" in draft.why:
            fields["kn"] = commenter
        close_s = 0 if moved else site.comments.close_days * 86400
        code, stored_id = self._run_create(
            site,
            article,
            draft.id,
            now_s,
            page,
            fields,
            draft=draft_id,
            fingerprint=fingerprint,
            close_s=close_s,
            kind=3 if moved else 0,
        )
        if code == 1:
            raise Closed(CLOSED)
        if code == 3:
            raise NotFound("The comment that this replies to no longer exists.")
        if code == 4:
            raise Moved(retry_after_s=1)
        return Created(self.get(site, stored_id), code == 2)

    def put_imported(
        self,
        site: Site,
        article: ArticleRef,
        comment_id: str,
        fields: Mapping[str, Any],
        *,
        page: Page,
        restored: bool = False,
    ) -> bool:
        """Store a comment from elsewhere under its own id. False: it is there already.

        :param restored: it comes from an export of ours, and its section is its own, even none.
        """
        at_s = int(fields["at"])
        code, _ = self._run_create(
            site,
            article,
            comment_id,
            at_s,
            page,
            {"a": article.id, **fields},
            kind=2 if restored else 1,
        )
        if code == 3:
            raise NotFound("the comment it answers is not among the comments of its article")
        return code == 0

    def there(self, site: Site, comment_ids: Sequence[str]) -> set[str]:
        """Those of the ids that are stored, in one round trip."""
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for comment_id in comment_ids:
                pipe.exists(keys.comment(site.key, partition_holding(comment_id), comment_id))
            found = pipe.execute()
        return {one for one, is_there in zip(comment_ids, found, strict=True) if is_there}

    def _run_create(
        self,
        site: Site,
        article: ArticleRef,
        comment_id: str,
        now_s: int,
        page: Page,
        fields: Mapping[str, Any],
        *,
        draft: str = "",
        fingerprint: str = "",
        close_s: int = 0,
        kind: int = 0,
    ) -> tuple[int, str]:
        record = msgspec.json.encode(PageRecord.of(article, page))
        given = {name: value for name, value in fields.items() if value != ""}
        with store_errors():
            code, stored_id = self._create(
                _script_keys(site, comment_id),
                (
                    comment_id,
                    now_s,
                    draft,
                    fingerprint,
                    close_s,
                    kind,
                    page.section,
                    record,
                    *_pairs(given),
                ),
            )
        return code, stored_id.decode()

    def edit(
        self,
        site: Site,
        comment_id: str,
        mark: bytes,
        text: str,
        score: Score,
        why: Sequence[str],
        *,
        now_s: int,
    ) -> Comment:
        """Replace the text of the reader's own comment.

        :raise NotFound, NotYours, TooLate: as they say.
        """
        fields = {"t": text, **score_fields(score)}
        self._change(site, comment_id, mark, now_s, "edit", ",".join(why), *_pairs(fields))
        return self.get(site, comment_id)

    def delete(self, site: Site, comment_id: str, mark: bytes, *, now_s: int) -> None:
        """Remove text, name and mark of the reader's own comment.

        :raise NotFound, NotYours, TooLate: as they say.
        """
        self._change(site, comment_id, mark, now_s, "delete")

    def _change(
        self, site: Site, comment_id: str, mark: bytes, now_s: int, act: str, *more: Any
    ) -> None:
        with store_errors():
            code = self._own(
                _script_keys(site, comment_id), (comment_id, mark, now_s, EDIT_WINDOW_S, act, *more)
            )
        if code:
            raise (NotFound, NotYours, TooLate)[code - 1]

    def vote(
        self,
        site: Site,
        comment_id: str,
        mark: bytes,
        own_mark: bytes,
        *,
        seq: int,
        up: bool,
        now_s: int,
    ) -> UpVote:
        """Make up-voting the comment, or not, this reader's choice.

        :param own_mark: the mark the reader would have as its author.
        :raise NotFound, OwnComment, Closed: as they say.
        """
        with store_errors():
            code, ups, is_up, at_seq = self._vote(
                _script_keys(site, comment_id),
                (comment_id, mark, seq, int(up), now_s, site.open_days * 86400, own_mark),
            )
        if code:
            raise (NotFound, OwnComment, Closed)[code - 1]
        return UpVote(ups, bool(is_up), at_seq)

    def own_votes(self, site: Site, marks: Mapping[str, bytes]) -> dict[str, tuple[bool, int]]:
        """One reader's own (up, seq) on comments, (False, 0) before the first.

        :param marks: the reader's mark on each comment, by its id.
        """
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for comment_id, mark in marks.items():
                key = keys.comment_votes(site.key, partition_holding(comment_id), comment_id)
                pipe.hget(key, mark)
            packed = [int(value or 0) for value in pipe.execute()]
        return {
            comment_id: (bool(value % 2), value // 2)
            for comment_id, value in zip(marks, packed, strict=True)
        }

    def report(self, site: Site, comment_id: str, mark: bytes, own_mark: bytes) -> None:
        """:raise NotFound, OwnComment: as they say."""
        with store_errors():
            code = self._report(
                _script_keys(site, comment_id),
                (comment_id, mark, own_mark, site.comments.hold_reports),
            )
        if code:
            raise (NotFound, OwnComment)[code - 1]

    def is_known(self, site: Site, commenter: str) -> bool:
        """Whether an editor has published a comment of this reader before."""
        with store_errors():
            return bool(self._connection.client.exists(keys.commenter(site.key, commenter)))

    def make_known(self, site: Site, commenter: str) -> None:
        with store_errors():
            self._connection.client.set(keys.commenter(site.key, commenter), 1, ex=_KNOWN_TTL_S)

    def get(self, site: Site, comment_id: str) -> Comment:
        """:raise NotFound: there is none, and never was."""
        [comment] = self.get_all(site, [comment_id])
        if comment is None:
            raise NotFound
        return comment

    def get_all(self, site: Site, comment_ids: Sequence[str]) -> list[Comment | None]:
        """Stored comments in one round trip, None for what is not there."""
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for comment_id in comment_ids:
                pipe.hgetall(keys.comment(site.key, partition_holding(comment_id), comment_id))
            replies = pipe.execute()
        return [
            from_fields(comment_id, fields) if b"a" in fields else None
            for comment_id, fields in zip(comment_ids, replies, strict=True)
        ]


def from_fields(comment_id: str, fields: Mapping[bytes, bytes]) -> Comment:
    """A comment's hash as the domain knows it."""

    def text(name: bytes) -> str:
        return fields.get(name, b"").decode()

    def number(name: bytes) -> int:
        return int(fields.get(name, 0))

    score = None
    if b"l" in fields:
        compound = number(b"v") if b"v" in fields else None
        score = Score(text(b"l"), compound, text(b"f"), text(b"r"), text(b"tv"))
    return Comment(
        comment_id,
        text(b"a"),
        text(b"p"),
        STATES[text(b"s")],
        text(b"n"),
        text(b"t"),
        number(b"at"),
        number(b"e"),
        fields.get(b"m", b""),
        tuple(filter(None, text(b"w").split(","))),
        text(b"c"),
        score,
        text(b"k"),
        number(b"u"),
        number(b"rp"),
        number(b"rc"),
        b"ok" in fields,
        text(b"src"),
    )


def score_fields(score: Score) -> dict[str, Any]:
    """A score as fields of a comment's hash, "" for what it has not."""
    return {
        "l": score.label,
        "v": "" if score.compound_e4 is None else score.compound_e4,
        "f": score.confidence,
        "r": score.reason,
        "tv": score.version,
    }


def _pairs(fields: Mapping[str, Any]) -> list[Any]:
    return [part for pair in fields.items() for part in pair]


def partition_holding(comment_id: str) -> int:
    """:raise NotFound: not the id of a comment."""
    partition = partition_of(comment_id)
    if partition is None:
        raise NotFound
    return partition


def _script_keys(site: Site, comment_id: str) -> tuple[str, str]:
    partition = partition_holding(comment_id)
    return keys.comment(site.key, partition, comment_id), keys.stem(site.key, partition)
