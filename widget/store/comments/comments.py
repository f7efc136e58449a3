"""Comments as readers use them: post, change one's own, up-vote, report."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import msgspec

from widget.domain.article import ArticleRef
from widget.domain.comments.brought import brought_from
from widget.domain.comments.comment import (
    EDIT_WINDOW_S,
    STATES,
    Comment,
    Draft,
    Score,
    partition_of,
)
from widget.domain.comments.reasons import NO_GROUND, Ground, kinds_from
from widget.domain.comments.statement import Statement, statement_from
from widget.domain.errors import (
    Closed,
    Moved,
    NotFound,
    NotYours,
    OwnComment,
    StoreUnavailable,
    TooLate,
)
from widget.domain.model import Site
from widget.domain.page import Page
from widget.domain.readers.network import Allowance
from widget.store import keys
from widget.store.connect import Connection
from widget.store.labels import Labels
from widget.store.reactions.page_records import PageRecord
from widget.store.remembered import most_of_deadline
from widget.store.scripts import ActScript, store_errors

NO_LOOK = "An editor can look again only at a comment that an editor has removed."
CLOSED = "Comments on this article are closed."
_NO_PAGE = Page()
_NO_ALLOWANCE = Allowance(0, 0)
_KNOWN_TTL_S = 400 * 86400  # as long as a reader's token lives


@dataclass(frozen=True, slots=True)
class Posting:
    """The circumstances in which a draft is posted.

    :param now_s: seconds since the epoch.
    :param page: metadata of the article's page; stored if the article has neither votes nor
        comments.
    :param draft_id: the same draft sent again is stored once; "" for none.
    :param is_draft_derived: the client named no draft, so the id is of reader, place and text. It
        holds for ten minutes, and only while the stored comment still has this text.
    :param fingerprint: of the text, to find a duplicate; "" looks for none.
    :param commenter: mark to make known when an editor publishes a first comment; or "".
    :param is_moved: the address resolves to another article, which takes comments.
    :param is_admitted: a new comment may be stored.
    """

    now_s: int
    page: Page = _NO_PAGE
    draft_id: str = ""
    is_draft_derived: bool = False
    fingerprint: str = ""
    commenter: str = ""
    is_moved: bool = False
    is_admitted: bool = True


class NewComment(Exception):
    """The draft is a new comment, and is not admitted yet. Nothing was written.

    :param begins_story: it would be the first act on its article.
    """

    def __init__(self, *, begins_story: bool) -> None:
        super().__init__(begins_story)
        self.begins_story = begins_story


@dataclass(frozen=True, slots=True)
class Created:
    """A stored comment.

    :param repeated: the same draft was stored before, as ``comment``.
    """

    comment: Comment
    repeated: bool


@dataclass(frozen=True, slots=True)
class Edit:
    """A new text of a reader's own comment, with its score and the reasons to hold it."""

    text: str
    score: Score
    why: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class CommentVote:
    """ "I up-vote this comment", or not: idempotent, ordered by ``seq``.

    :param mark: the reader on this comment.
    :param own_mark: the mark that the reader would have as its author.
    :param networks: the reader's networks on this comment, of :meth:`Limits.network_marks`.
    :param allowance: new readers of one network who are counted; no further one ever is.
    """

    mark: bytes
    own_mark: bytes
    seq: int
    up: bool
    now_s: int
    networks: bytes = b""
    allowance: Allowance = _NO_ALLOWANCE


class Counts(StrEnum):
    """Whether a report may be the one of its network that counts toward holding the comment.

    Only one that counts brings an approved comment back to the queue.
    """

    YES = "yes"
    NO = "no"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class CommentReport:
    """A report of a comment to the editors.

    :param mark: the reader on this comment.
    :param own_mark: the mark that the reader would have as its author.
    :param network: the reader's network on this comment, its marks under the salts of today and
        yesterday; b"" for a network of the reader's own.
    """

    mark: bytes
    own_mark: bytes
    now_s: int
    network: bytes = b""
    counts: Counts = Counts.YES
    ground: Ground = NO_GROUND


@dataclass(frozen=True, slots=True)
class UpVote:
    """A comment's up-votes, and the reader's own choice with its ``seq``."""

    ups: int
    up: bool
    seq: int


class _CreateAct(msgspec.Struct, frozen=True):
    """The act of lua/comments/create.lua."""

    id: str
    now: int
    kind: str
    section: str
    page: str
    fields: dict[str, str]
    draft: str = ""
    is_draft_derived: bool = False
    fingerprint: str = ""
    close_s: int = 0
    is_admitted: bool = True
    statements: list[str] = []


class Comments:
    """The comments of every site in one store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._labels = Labels(connection)
        self._create = ActScript(
            connection, "shared/comment.lua", "comments/create.lua", is_replicated=True
        )
        self._own = ActScript(
            connection, "shared/comment.lua", "comments/own.lua", is_replicated=True
        )
        self._vote = ActScript(
            connection,
            "shared/allowance.lua",
            "shared/networks.lua",
            "shared/comment.lua",
            "comments/vote.lua",
            is_replicated=True,
        )
        self._report = ActScript(
            connection,
            "shared/comment.lua",
            "shared/statement.lua",
            "comments/report.lua",
            is_replicated=True,
        )
        self._look = ActScript(
            connection,
            "shared/comment.lua",
            "shared/statement.lua",
            "comments/look.lua",
            is_replicated=True,
        )

    def create(self, site: Site, article: ArticleRef, draft: Draft, posting: Posting) -> Created:
        """Store a draft; publish it unless it has reasons to be held or repeats another's text.

        :raise Closed: the article no longer takes comments.
        :raise Moved: the address now resolves to another article. Nothing was written.
        :raise NotFound: it is a reply to a comment that readers cannot see.
        :raise StoreFull: there is no room for it. Nothing was written; so it is below.
        :raise NewComment: it is not admitted, and could be stored.
        """
        self._connection.room.check()
        act = _new_comment(site, article, draft, posting)
        code, stored_id = self._run_create(site, act)
        if code == 1:
            raise Closed(CLOSED)
        if code == 3:
            raise NotFound("The comment that this replies to no longer exists.")
        if code == 4:
            raise Moved(retry_after_s=1)
        if code > 4:
            raise NewComment(begins_story=code == 6)
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
        statements: Sequence[Mapping[str, Any]] = (),
    ) -> bool:
        """Store an imported comment under its own id, and return False if it is stored already.

        :param restored: it is from a Readback export. It keeps its own section, even if empty.
        :param statements: of reasons, as :class:`Statement` has them.
        :raise NotFound: it is a reply to a comment that is not on its article.
        """
        act = _CreateAct(
            comment_id,
            int(fields["at"]),
            "restored" if restored else "imported",
            page.section,
            _page_json(article, page),
            _texts({"a": article.id, **fields}),
            statements=[msgspec.json.encode(each).decode() for each in statements],
        )
        code, _ = self._run_create(site, act)
        if code == 3:
            raise NotFound("the comment it answers is not among the comments of its article")
        return code == 0

    def there(self, site: Site, comment_ids: Sequence[str]) -> set[str]:
        """Return those of the ids that are stored, in one round trip."""
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for comment_id in comment_ids:
                pipe.exists(keys.comment(site.key, partition_holding(comment_id), comment_id))
            found = pipe.execute()
        return {one for one, is_there in zip(comment_ids, found, strict=True) if is_there}

    def _run_create(self, site: Site, act: _CreateAct) -> tuple[int, str]:
        with store_errors():
            code, stored_id = self._create(_script_keys(site, act.id), act)
        return code, stored_id.decode()

    def edit(self, site: Site, comment_id: str, mark: bytes, edit: Edit, *, now_s: int) -> Comment:
        """Replace the text of the reader's own comment.

        :raise NotFound, NotYours, TooLate: as their names say.
        """
        self._connection.room.check()
        fields = {"t": edit.text, **score_fields(edit.score)}
        act = {"kind": "edit", "why": ",".join(edit.why), "fields": fields}
        self._change(site, comment_id, mark, now_s, act)
        return self.get(site, comment_id)

    def delete(self, site: Site, comment_id: str, mark: bytes, *, now_s: int) -> None:
        """Remove text, name and mark of the reader's own comment. Again within ten minutes is safe.

        :raise NotFound, NotYours, TooLate: as their names say.
        """
        self._change(site, comment_id, mark, now_s, {"kind": "delete"})
        self._labels.forget(site, [comment_id])

    def _change(
        self, site: Site, comment_id: str, mark: bytes, now_s: int, act: dict[str, Any]
    ) -> None:
        act |= {"id": comment_id, "mark": mark.hex(), "now": now_s, "window_s": EDIT_WINDOW_S}
        with store_errors():
            code = self._own(_script_keys(site, comment_id), act)
        if code:
            raise (NotFound, NotYours, TooLate)[code - 1]

    def vote(self, site: Site, comment_id: str, vote: CommentVote) -> UpVote:
        """Make up-voting the comment, or not, this reader's choice.

        :raise NotFound, OwnComment, Closed: as their names say.
        """
        self._connection.room.check()
        act = {
            "id": comment_id,
            "mark": vote.mark.hex(),
            "own_mark": vote.own_mark.hex(),
            "seq": vote.seq,
            "up": vote.up,
            "now": vote.now_s,
            "open_s": site.open_days * 86400,
            "networks": vote.networks.hex(),
            "burst": vote.allowance.burst,
            "every": vote.allowance.every_s,
        }
        with store_errors():
            code, ups, is_up, at_seq = self._vote(_script_keys(site, comment_id), act)
        if code:
            raise (NotFound, OwnComment, Closed)[code - 1]
        return UpVote(ups, bool(is_up), at_seq)

    def own_votes(self, site: Site, marks: Mapping[str, bytes]) -> dict[str, tuple[bool, int]]:
        """Return one reader's own (up, seq) on comments, (False, 0) before the first.

        :param marks: the reader's mark on each comment, by its id.
        """
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for comment_id, mark in marks.items():
                key = keys.comment_votes(site.key, partition_holding(comment_id), comment_id)
                pipe.hget(key, mark)
            packed = [abs(int(value or 0)) for value in pipe.execute()]
        return {
            comment_id: (bool(value % 2), value // 2)
            for comment_id, value in zip(marks, packed, strict=True)
        }

    def report(self, site: Site, comment_id: str, report: CommentReport) -> bool:
        """Report another reader's comment to the editors.

        :return: False if it would be the first of its network and asks whether that counts. Then
            nothing was written.
        :raise NotFound, OwnComment: as their names say.
        """
        self._connection.room.check()
        act = {
            "id": comment_id,
            "mark": report.mark.hex(),
            "own_mark": report.own_mark.hex(),
            "now": report.now_s,
            "network": report.network.hex(),
            "counts": report.counts,
            "most": site.comments.hold_reports,
            "kind": report.ground.reason,
            "note": report.ground.note,
        }
        with store_errors():
            code = self._report(_script_keys(site, comment_id), act)
        if code == 3:
            return False
        if code:
            raise (NotFound, OwnComment)[code - 1]
        return True

    def ask_for_look(self, site: Site, comment_id: str, mark: bytes, *, now_s: int) -> None:
        """Ask for a second look at the removal of the reader's own comment. Repeating it is safe.

        :raise NotFound, NotYours, TooLate: no such comment, another reader's, or no editor has
            removed it, or it is in the past.
        """
        act = {"id": comment_id, "mark": mark.hex(), "now": now_s}
        with store_errors():
            code = self._look(_script_keys(site, comment_id), act)
        if code:
            raise (NotFound, NotYours, TooLate(NO_LOOK))[code - 1]

    def statements(
        self, site: Site, comment_ids: Sequence[str]
    ) -> dict[str, tuple[Statement, ...]]:
        """Return the statements of reasons of each comment, oldest first, in one round trip."""
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for comment_id in comment_ids:
                partition = partition_holding(comment_id)
                pipe.hgetall(keys.comment_statements(site.key, partition, comment_id))
            replies = pipe.execute()
        return {
            comment_id: tuple(statement_from(raw) for _, raw in sorted(found.items(), key=_number))
            for comment_id, found in zip(comment_ids, replies, strict=True)
        }

    def report_lines(self, site: Site, comment_ids: Sequence[str]) -> dict[str, list[Ground]]:
        """Return what readers added to their reports of each comment, newest first."""
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for comment_id in comment_ids:
                partition = partition_holding(comment_id)
                pipe.lrange(keys.comment_report_lines(site.key, partition, comment_id), 0, -1)
            replies = pipe.execute()
        return {
            comment_id: [Ground(*line.decode().split(" ", 1)) for line in lines]
            for comment_id, lines in zip(comment_ids, replies, strict=True)
        }

    def deleted(self, site: Site, statements: Mapping[str, Statement]) -> dict[str, Comment | None]:
        """Return comments as they were before an editor deleted them; None after seven days.

        :param statements: the statement about each deletion, by the comment's id.
        """
        with store_errors():
            pipe = self._connection.client.pipeline(transaction=False)
            for comment_id, statement in statements.items():
                partition = partition_holding(comment_id)
                pipe.hgetall(keys.comment(site.key, partition, comment_id))
                pipe.hgetall(keys.comment_before(site.key, partition, statement.audit))
            replies = iter(pipe.execute())
        found = zip(statements, replies, replies, strict=True)
        return {one: from_fields(one, {**now, **was}) if was else None for one, now, was in found}

    def is_known(self, site: Site, commenter: str) -> bool:
        """Return whether an editor has published a comment of this reader before.

        False while the shard that knows is away: then the comment is held, which loses nothing.
        """
        with suppress(StoreUnavailable), most_of_deadline(), store_errors():
            return bool(self._connection.client.exists(keys.commenter(site.key, commenter)))
        return False

    def make_known(self, site: Site, commenter: str) -> None:
        """Store that an editor has published a comment of this reader."""
        with store_errors():
            self._connection.client.set(keys.commenter(site.key, commenter), 1, ex=_KNOWN_TTL_S)

    def get(self, site: Site, comment_id: str) -> Comment:
        """Return a stored comment, in any state.

        :raise NotFound: no such comment was ever stored.
        """
        [comment] = self.get_all(site, [comment_id])
        if comment is None:
            raise NotFound
        return comment

    def get_all(self, site: Site, comment_ids: Sequence[str]) -> list[Comment | None]:
        """Return stored comments in one round trip, None for each that is not stored."""
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
    """Make a comment from its hash."""

    def text(name: bytes) -> str:
        return fields.get(name, b"").decode()

    def number(name: bytes) -> int:
        return int(fields.get(name, 0))

    score = None
    if b"l" in fields:
        lean = number(b"v") if b"v" in fields else None
        compound = number(b"vc") if b"vc" in fields else None
        score = Score(text(b"l"), lean, text(b"f"), text(b"r"), text(b"tv"), compound)
        if not score.has_lean:  # an edit by an older release leaves the compound of a newer one
            score = replace(score, compound_e4=lean)
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
        brought_from(text(b"src"), number(b"bu"), number(b"bd")),
        kinds_from(text(b"rk")),
        kinds_from(text(b"dk")),
        kinds_from(text(b"pk")),
        b"lk" in fields,
    )


def _number(item: tuple[bytes, bytes]) -> int:
    return int(item[0])


def score_fields(score: Score) -> dict[str, Any]:
    """Return a score as fields of a comment's hash, "" for each that it lacks."""
    return {
        "l": score.label,
        "v": "" if score.lean_e4 is None else score.lean_e4,
        "vc": "" if score.compound_e4 is None else score.compound_e4,
        "f": score.confidence,
        "r": score.reason,
        "tv": score.version,
    }


def _new_comment(site: Site, article: ArticleRef, draft: Draft, posting: Posting) -> _CreateAct:
    fields = {
        "a": article.id,
        "s": "h" if draft.why else "p",
        "at": posting.now_s,
        "n": draft.name,
        "t": draft.text,
        "m": draft.mark,
        "p": draft.parent,
        "w": ",".join(draft.why),
        "kn": posting.commenter if "first_comment" in draft.why else "",
        **score_fields(draft.score),
    }
    return _CreateAct(
        id=draft.id,
        now=posting.now_s,
        kind="moved" if posting.is_moved else "new",
        section=posting.page.section,
        page=_page_json(article, Page(url=posting.page.url) if draft.why else posting.page),
        fields=_texts(fields),
        draft=posting.draft_id,
        is_draft_derived=posting.is_draft_derived,
        fingerprint=posting.fingerprint,
        close_s=0 if posting.is_moved else site.comments.close_days * 86400,
        is_admitted=posting.is_admitted,
    )


def _texts(fields: Mapping[str, Any]) -> dict[str, str]:
    """Return a comment's fields for an act: as text, bytes in hexadecimal, empty ones left out."""
    return {
        name: value.hex() if isinstance(value, bytes) else str(value)
        for name, value in fields.items()
        if value != ""
    }


def _page_json(article: ArticleRef, page: Page) -> str:
    return msgspec.json.encode(PageRecord.of(article.address, page)).decode()


def partition_holding(comment_id: str) -> int:
    """Return the partition of a comment.

    :raise NotFound: this is not the id of a comment.
    """
    partition = partition_of(comment_id)
    if partition is None:
        raise NotFound
    return partition


def _script_keys(site: Site, comment_id: str) -> tuple[str, str]:
    partition = partition_holding(comment_id)
    return keys.comment(site.key, partition, comment_id), keys.stem(site.key, partition)
