"""Every operation of the public interface: address, parameters, shapes, and how it can refuse."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from widget.domain import errors
from widget.domain.errors import ReadbackError
from widget.web.api.openapi import shapes

Refusals = tuple[type[ReadbackError], ...]

_ANY: Refusals = (
    errors.BadField,
    errors.BadHost,
    errors.NotFound,
    errors.MethodNotAllowed,
    errors.RateLimited,
    errors.StoreUnavailable,
    errors.WrongStore,
    ReadbackError,
)
_READ: Refusals = (*_ANY, errors.UnknownSite, errors.BadArticle)
_WRITE: Refusals = (
    *_ANY,
    errors.UnknownSite,
    errors.BadJson,
    errors.BadToken,
    errors.BadOrigin,
    errors.TooLarge,
    errors.BadType,
    errors.StoreFull,
    errors.NotReplicated,
    errors.Moved,
)
_BY_NEWCOMER: Refusals = (*_WRITE, errors.Challenged)
_ON_COMMENT: Refusals = (*_WRITE, errors.Closed, errors.TooLate, errors.NotYours)
_OPEN_HEART: Refusals = (
    errors.BadOrigin,
    errors.TooLarge,
    errors.BadType,
    errors.StoreFull,
    errors.NotReplicated,
    errors.Moved,
    errors.Closed,
)
_TEXT: Refusals = (errors.TooLong, errors.TooShort, errors.NameReserved)
_PROGRAM: Refusals = (*_ANY, errors.BadKey)

_SITE = {"site": "The site's key."}
_ARTICLE = {"article": "An id, or a URL on one of the site's origins."}
_LANG = {"lang": "Language tags, best first, as in Accept-Language; the answer has its strings."}
_BAR = {
    **_SITE,
    **_ARTICLE,
    "poll": "The key of an editor's own question, in place of the reactions.",
    "section": "The page's section; it counts until the article has its own.",
    **_LANG,
}
_PERIOD = {
    "period": "today, 7d, 30d or 90d.",
    "from": "The first day, such as 2026-11-24, in the site's time zone.",
    "to": "The last day.",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one address.

    :param path: with parameters in braces.
    :param query: its parameters, and what they mean.
    :param required: those that must be given.
    :param is_list: ``article`` may be given many times.
    :param body: the shape of what it takes, as ``media``.
    :param answers: the shape of each successful answer, by its status.
    :param by_key: a program calls it, with an API key of the site.
    """

    method: str
    path: str
    summary: str
    answers: Mapping[int, Any]
    refusals: Refusals
    query: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    is_list: bool = False
    body: type | None = None
    media: str = "application/json"
    by_key: bool = False


OPERATIONS = (
    Operation(
        "GET",
        "/v1/bar",
        "Get what a bar needs: choices, strings and counts.",
        {200: shapes.Bar},
        _READ,
        query=_BAR,
        required=("site", "article"),
    ),
    Operation(
        "GET",
        "/v1/counts",
        "Get the counts of up to 50 articles.",
        {200: shapes.ManyCounts},
        _READ,
        query=_BAR,
        required=("site", "article"),
        is_list=True,
    ),
    Operation(
        "POST",
        "/v1/react",
        "Cast a vote, change it, or take it back. Sending it again is safe.",
        {200: shapes.VoteAnswer},
        (*_BY_NEWCOMER, errors.BadArticle, errors.Closed),
        body=shapes.Vote,
    ),
    Operation(
        "POST",
        "/v1/check",
        "Say what is wrong with a tag, and the remedy. A page of any origin may ask.",
        {200: shapes.Checked},
        (*_ANY, errors.BadJson, errors.TooLarge, errors.BadType),
        body=shapes.Check,
    ),
    Operation(
        "POST",
        "/v1/forget",
        "Take back a reader's own votes on many articles.",
        {200: shapes.Forgotten},
        (*_WRITE, errors.BadArticle),
        body=shapes.Forget,
    ),
    Operation(
        "GET",
        "/v1/comments",
        "Get a page of an article's comments.",
        {200: shapes.Comments},
        _READ,
        query={
            **_SITE,
            **_ARTICLE,
            "order": "best, newest or oldest.",
            "limit": "Threads on a page.",
            "before": "Threads before this one: the next of the page before, newest first.",
            "after": "The next of the page before: of the best or the oldest, or of thread.",
            "around": "The page that has this comment.",
            "thread": "The replies of this thread only.",
            **_LANG,
        },
        required=("site", "article"),
    ),
    Operation(
        "GET",
        "/v1/comments/counts",
        "Get how many comments up to 50 articles have.",
        {200: shapes.CommentCounts},
        _READ,
        query={**_SITE, **_ARTICLE, **_LANG},
        required=("site", "article"),
        is_list=True,
    ),
    Operation(
        "POST",
        "/v1/comments",
        "Write a comment: published (201), or held for an editor (202).",
        {201: shapes.StoredComment, 202: shapes.StoredComment},
        (*_BY_NEWCOMER, errors.BadArticle, errors.Closed, *_TEXT),
        body=shapes.NewComment,
    ),
    Operation(
        "POST",
        "/v1/comments/{comment_id}/text",
        "Edit your own comment, for 15 minutes.",
        {200: shapes.OwnComment, 202: shapes.OwnComment},
        (*_ON_COMMENT, *_TEXT),
        body=shapes.Edit,
    ),
    Operation(
        "POST",
        "/v1/comments/{comment_id}/removal",
        "Delete your own comment, for 15 minutes.",
        {200: shapes.Removed},
        _ON_COMMENT,
        body=shapes.OwnAct,
    ),
    Operation(
        "POST",
        "/v1/comments/{comment_id}/vote",
        "Up-vote another reader's comment, or take the up-vote back.",
        {200: shapes.UpVoted},
        (*_BY_NEWCOMER, errors.Closed, errors.OwnComment),
        body=shapes.UpVote,
    ),
    Operation(
        "POST",
        "/v1/comments/{comment_id}/report",
        "Report another reader's comment, and say why.",
        {200: shapes.Reported},
        (*_BY_NEWCOMER, errors.OwnComment),
        body=shapes.Report,
    ),
    Operation(
        "POST",
        "/v1/comments/own",
        "Get those of up to 20 comments that you wrote, removed ones too, with the reason.",
        {200: shapes.AuthorsComments},
        _WRITE,
        body=shapes.OwnIds,
    ),
    Operation(
        "POST",
        "/v1/comments/{comment_id}/look",
        "Ask for a second look at the removal of your own comment.",
        {200: shapes.AuthorsComment},
        (*_WRITE, errors.TooLate, errors.NotYours),
        body=shapes.OwnAct,
    ),
    Operation(
        "GET",
        "/v1/desk/{site_key}/overview",
        "Get a site's figures of a period.",
        {200: shapes.Tables},
        _PROGRAM,
        query=_PERIOD,
        by_key=True,
    ),
    Operation(
        "GET",
        "/v1/desk/{site_key}/articles",
        "Get a site's articles, with their figures of a period.",
        {200: shapes.Tables},
        _PROGRAM,
        query={
            **_PERIOD,
            "section": "Articles of this section.",
            "author": "Articles by this author.",
            "tag": "Articles with this tag.",
            "q": "Articles with this in their title.",
            "sort": "votes, newest, loved, angry or split.",
            "limit": "Rows: 100, at most 10,000.",
            "after": "The cursor of the answer before.",
        },
        by_key=True,
    ),
    Operation(
        "GET",
        "/v1/desk/{site_key}/articles/{article_id}",
        "Get the figures of one article's whole life.",
        {200: shapes.Tables},
        _PROGRAM,
        by_key=True,
    ),
    Operation(
        "GET",
        "/v1/desk/{site_key}/sections",
        "Get the figures of a site's sections in a period.",
        {200: shapes.Tables},
        _PROGRAM,
        query=_PERIOD,
        by_key=True,
    ),
    Operation(
        "GET",
        "/openheart/{site_key}/{article}",
        "Get the counts of an article by their emoji.",
        {200: dict[str, shapes.Count]},
        _READ,
    ),
    Operation(
        "POST",
        "/openheart/{site_key}/{article}",
        "Make an emoji of the bar the vote of a network on a day.",
        {200: dict[str, shapes.Count]},
        (*_READ, *_OPEN_HEART),
        body=str,
        media="text/plain",
    ),
)
