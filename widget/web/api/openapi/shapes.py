"""The shapes of what clients send and get, for the description of the interface.

Handlers read requests field by field, to name what is wrong with one. Tests compare every answer of
a running server with these shapes.
"""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from widget.domain.comments.reasons import MAX_NOTE, REASONS, UNSPECIFIED
from widget.domain.model import KEY_PATTERN, MAX_SEQ
from widget.web.api.forget import MAX_ARTICLES as MAX_FORGOTTEN

KEY = f"^{KEY_PATTERN.pattern}$"
Key = Annotated[str, Meta(pattern=KEY)]
Article = Annotated[
    str, Meta(description="An id of A-Z a-z 0-9 . _ ~ -, or a URL on one of the site's origins.")
]
Seq = Annotated[int, Meta(ge=1, le=MAX_SEQ, description="Larger with each click of a reader.")]
Count = Annotated[int, Meta(ge=0)]
Counts = Annotated[dict[str, Count], Meta(description="Votes by the key of a choice, in order.")]
Strings = Annotated[dict[str, str], Meta(description="The words of the page, by their names.")]
Moment = Annotated[str, Meta(description="Time in UTC, ISO 8601.")]
Token = Annotated[str, Meta(description="Names this reader on this site from now on. Keep it.")]
Away = Annotated[
    list[str] | UnsetType, Meta(description="Names whose shard of the store is away: ask again.")
]
Origins = Annotated[
    list[str], Meta(description="Pages of these origins, and of no others, may vote.")
]
Direction = Literal["ltr", "rtl"]
Results = Annotated[
    Literal["percent", "after", "counts"],
    Meta(description="How the site's bars show figures if their tags do not say it."),
]
Order = Literal["best", "newest", "oldest"]
Note = Annotated[str, Meta(max_length=MAX_NOTE, description="One line.")]
State = Literal["published", "removed"]
Reason = Annotated[str, Meta(pattern=f"^({'|'.join((*REASONS, UNSPECIFIED))})$")]
OwnState = Literal["published", "held", "hidden", "deleted"]


class Error(Struct):
    """What is wrong, and when to try again."""

    code: str
    message: str
    retry_after_s: int | UnsetType = UNSET


class Refusal(Struct):
    """The answer to a request that was refused."""

    error: Error


class Challenge(Struct):
    """The answer to a new reader of a crowded network: solve it, or send ``hold``."""

    error: Error
    challenge: Annotated[dict[str, Any], Meta(description="As the altcha package has it.")]


class Closed(Struct):
    """The answer to a vote that comes too late, with the counts that stay."""

    error: Error
    counts: Counts | UnsetType = UNSET
    total: Count | UnsetType = UNSET
    open: bool | UnsetType = UNSET


class SetAside(Struct):
    """Votes of a story that editors set aside; they are in no count. Tell readers, with a link."""

    votes: Annotated[int, Meta(ge=1)]
    url: Annotated[str, Meta(description="The page that says why; ``lang`` chooses its language.")]
    day: (
        Annotated[str, Meta(description="Their local day; absent if they are of several windows.")]
        | UnsetType
    ) = UNSET


class Page(Struct):
    """What a page says about its story. It is untrusted."""

    title: str | UnsetType = UNSET
    section: str | UnsetType = UNSET
    author: str | UnsetType = UNSET
    tags: list[str] | UnsetType = UNSET
    url: str | UnsetType = UNSET


class _Reader(Struct, kw_only=True):
    """Who sends it: a token, or for the first time a nonce."""

    site: Key
    token: str | UnsetType = UNSET
    nonce: (
        Annotated[str, Meta(description="16 random bytes in base64url, without padding.")]
        | UnsetType
    ) = UNSET
    pow: Annotated[str, Meta(description="The solution of a challenge.")] | UnsetType = UNSET


class Vote(_Reader, kw_only=True):
    """A reader's choice on an article; null takes it back."""

    article: Article
    reaction: Key | None
    seq: Seq
    poll: Key | UnsetType = UNSET
    hold: bool | UnsetType = UNSET
    arm: Literal["shown", "blind"] | UnsetType = UNSET
    page: Page | UnsetType = UNSET


class VoteAnswer(Struct):
    """The article's counts, and this reader's choice among them."""

    article: str
    choice: str | None
    seq: int
    counts: Counts
    total: Count
    open: bool
    held: bool | UnsetType = UNSET
    set_aside: SetAside | UnsetType = UNSET
    token: Token | UnsetType = UNSET


class Check(Struct):
    """A tag as its page has it, and what its bar takes for the article's name."""

    site: str | UnsetType = UNSET
    article: str | UnsetType = UNSET
    poll: str | UnsetType = UNSET
    layout: str | UnsetType = UNSET
    results: str | UnsetType = UNSET
    names: list[str] | UnsetType = UNSET


class Checked(Struct):
    """What is wrong with a tag, each with its title in the first line."""

    mistakes: list[str]


class NewComment(_Reader, kw_only=True):
    """A comment as its reader sends it."""

    article: Article
    name: str
    text: str
    parent: str | UnsetType = UNSET
    website: str | UnsetType = UNSET
    spent_ms: Count | UnsetType = UNSET
    draft: str | UnsetType = UNSET
    hold: bool | UnsetType = UNSET
    page: Page | UnsetType = UNSET


class Brought(Struct, rename={"system": "from"}):
    """Votes that a comment brought from another system."""

    system: str
    ups: int
    downs: int


class _Written(Struct, kw_only=True):
    """What every comment has."""

    id: str
    parent: str | None
    name: str
    text: str
    at: Moment
    edited: Moment | None
    ups: Count
    long: bool | UnsetType = UNSET


class Comment(_Written, kw_only=True):
    """A comment as everyone sees it. One that is removed or held keeps its place, without words."""

    state: State
    brought: Brought | UnsetType = UNSET


class Thread(Comment, kw_only=True):
    """A comment with its first replies."""

    replies: list[Comment]
    more: Annotated[int, Meta(ge=0, description="Replies that are not among these.")]


class OwnComment(_Written, kw_only=True):
    """A comment for the reader who just wrote it, with the reasons why it waits."""

    state: OwnState
    why: list[str]
    edit_until: Moment


class StoredComment(OwnComment, kw_only=True):
    """A new comment, and the article that it is on."""

    article: str
    token: Token | UnsetType = UNSET


class SecondLook(Struct):
    """A second look at a removal, which the author asked for, and the editor's answer."""

    state: Literal["asked", "upheld", "reversed"]
    asked: Moment
    answered: Moment | None
    note: str


class Removal(Struct):
    """The decision that took a comment away from readers."""

    at: Moment
    automatic: bool
    reason: Reason
    note: str
    rules: Annotated[list[str], Meta(description="Why it was held before the decision.")]
    look: SecondLook | None


class AuthorsComment(_Written, kw_only=True):
    """A comment for its author, in any state."""

    state: Literal["published", "held", "removed"]
    why: list[str]
    edit_until: Moment
    removal: Removal | None


class AuthorsComments(Struct):
    """Those of the requested comments that the reader wrote."""

    comments: list[AuthorsComment]


class Removed(Struct):
    """A comment that its own reader deleted."""

    id: str
    state: Literal["deleted"]


class Reported(Struct):
    """A comment that the reader reported."""

    id: str
    reported: bool
    reason: Reason
    token: Token | UnsetType = UNSET


class UpVoted(Struct):
    """A comment's up-votes, and this reader's among them."""

    id: str
    ups: Count
    up: bool
    seq: int
    token: Token | UnsetType = UNSET


class Forgotten(Struct):
    """How many votes were taken back."""

    removed: Count


class Choice(Struct):
    """One choice of a bar."""

    key: str
    label: str
    emoji: str
    color: str


class Figures(Struct, kw_only=True):
    """The counts of one article."""

    article: str
    counts: Counts
    total: Count
    open: bool
    note: str
    set_aside: SetAside | UnsetType = UNSET


class Bar(Figures, kw_only=True):
    """What a bar needs."""

    lang: str
    dir: Direction
    question: str
    choices: list[Choice]
    strings: Strings
    origins: Origins
    poll_s: int
    results: Results | UnsetType = UNSET
    experiment: bool | UnsetType = UNSET


class _Worded(Struct, kw_only=True):
    """The words of the page, if the request has ``lang``."""

    lang: str | UnsetType = UNSET
    dir: Direction | UnsetType = UNSET
    strings: Strings | UnsetType = UNSET


class ManyCounts(_Worded, kw_only=True):
    """The counts of many articles by the requested name; with ``lang`` also what bars need."""

    articles: dict[str, Figures | None]
    away: Away = UNSET
    question: str | UnsetType = UNSET
    choices: list[Choice] | UnsetType = UNSET
    origins: Origins | UnsetType = UNSET
    poll_s: int | UnsetType = UNSET
    results: Results | UnsetType = UNSET
    experiment: bool | UnsetType = UNSET


class Comments(_Worded, kw_only=True):
    """A page of an article's threads, or with ``thread`` the replies of one."""

    article: str
    comments: list[Thread]
    next: Annotated[str | None, Meta(description="The cursor of the next page.")]
    count: Count | UnsetType = UNSET
    order: Order | UnsetType = UNSET
    open: bool | UnsetType = UNSET


class CommentCount(Struct):
    """How many comments an article has."""

    article: str
    count: Count


class CommentCounts(_Worded, kw_only=True):
    """The number of comments by the requested name."""

    articles: dict[str, CommentCount | None]
    away: Away = UNSET


class Days(Struct, rename={"first": "from"}):
    """A period of days, and the moment up to which it is counted."""

    first: str
    to: str
    until: Moment


class Tables(Struct):
    """Figures as tables, by their names; each row by its columns."""

    site: str
    timezone: str
    tables: dict[str, list[dict[str, str | int | float | None]]]
    period: Days | UnsetType = UNSET
    votes: Count | UnsetType = UNSET
    set_aside: Count | UnsetType = UNSET
    total: Count | UnsetType = UNSET
    after: str | UnsetType = UNSET


class Edit(Struct):
    """A comment's new text, by its own reader."""

    site: Key
    token: str
    text: str


class OwnAct(Struct):
    """An act of a reader who wrote something before."""

    site: Key
    token: str


class Report(_Reader, kw_only=True):
    """A report of another reader's comment, and why."""

    reason: Reason | UnsetType = UNSET
    note: Note | UnsetType = UNSET


class OwnIds(OwnAct):
    """The comments that a reader asks about."""

    ids: Annotated[list[str], Meta(max_length=20)]


class UpVote(_Reader, kw_only=True):
    """An up-vote on another reader's comment, or its end."""

    up: bool
    seq: Seq


class Forget(Struct):
    """The articles on which a reader takes the own vote back."""

    site: Key
    token: str
    articles: Annotated[list[Article], Meta(min_length=1, max_length=MAX_FORGOTTEN)]
    poll: Key | UnsetType = UNSET
