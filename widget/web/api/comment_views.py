"""Comments as readers see them: public JSON, the same for everyone.

A comment that is removed or waits for an editor keeps its place, without name and text.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from widget.domain import clock
from widget.domain.article import ArticleRef
from widget.domain.comments.brought import Brought
from widget.domain.comments.comment import EDIT_WINDOW_S, Comment, partition_of
from widget.domain.comments.statement import Statement
from widget.domain.errors import BadArticle, BadField, NotFound
from widget.domain.model import Site
from widget.domain.strings import comment_count_strings, comment_strings
from widget.domain.times import machine_text
from widget.services.commenting import OwnComment
from widget.services.registry import Services
from widget.store.comments.threads import MAX_PAGE, ORDERS, PAGE, Listing, Thread, rank_from
from widget.web.api.lists import by_name
from widget.web.api.query import ARTICLE

COMMENTS_PATH = "/v1/comments"
COUNTS_PATH = f"{COMMENTS_PATH}/counts"
COUNTS_PARAMETERS = frozenset(("site", ARTICLE, "lang"))
PARAMETERS = frozenset("site article order limit before after around thread lang".split())


def listing(services: Services, query: Mapping[str, str]) -> dict[str, Any]:
    """Return the answer of GET /v1/comments. docs/comments.md describes the fields.

    :raise BadField: the order, limit or cursor is invalid.
    :raise NotFound: readers cannot see the thread here.
    """
    site = services.sites.get(query.get("site", ""))
    article = services.articles.find(site, query.get("article", ""))
    limit = _limit(query.get("limit", str(PAGE)))
    order = query.get("order") or _order_of(query) or site.comments.first
    if order not in ORDERS:
        raise BadField(f"order is one of: {', '.join(ORDERS)}.")
    thread = _cursor(query, "thread")
    is_ranked = order == "best" and not thread
    cursor = _cursor(query, "before", is_ranked) or _cursor(query, "after", is_ranked)
    if thread:
        shown, following = services.threads.thread(site, article, thread, after=cursor, limit=limit)
        return {"article": article.id, "comments": [_thread(shown)], "next": following or None}
    around, now_s = _cursor(query, "around"), int(clock.now())
    page = _page_around(services, site, article, around, order, now_s, limit) if around else None
    page = page or services.threads.page(
        site, article, order=order, now_s=now_s, cursor=cursor, limit=limit
    )
    answer: dict[str, Any] = {
        "article": article.id,
        "count": page.count,
        "order": order,
        "open": page.is_open,
        "comments": [_thread(thread) for thread in page.threads],
        "next": page.next or None,
    }
    # The element requests its strings once a visit.
    return {**answer, **comment_strings(site, query["lang"])} if "lang" in query else answer


def counts(services: Services, site: Site, names: Sequence[str], lang: str) -> dict[str, Any]:
    """Return the answer of GET /v1/comments/counts: the number of comments by the requested name.

    A name that is not the site's is answered with null, unless all are. Names of stories whose
    shard is away are listed apart.

    :raise BadArticle: none of the names is the site's.
    """
    known = {}
    for name in names:
        with suppress(BadArticle):
            known[name] = services.articles.find(site, name)
    if not known:
        raise BadArticle
    numbers = services.threads.reachable_counts(site, list(known.values()))
    found = {
        name: {"article": article.id, "count": number}
        for (name, article), number in zip(known.items(), numbers, strict=True)
        if number is not None
    }
    answer = by_name(names, known, found)
    return {**answer, **comment_count_strings(site, lang)} if lang else answer


def public(comment: Comment) -> dict[str, Any]:
    """Return one comment as everyone sees it: ``brought`` and ``long`` only where they are true."""
    seen = comment.state == "published"
    answer: dict[str, Any] = {
        "id": comment.id,
        "parent": comment.parent or None,
        "state": "published" if seen else "removed",
        "name": comment.name if seen else "",
        "text": comment.text if seen else "",
        "at": machine_text(comment.at_s),
        "edited": machine_text(comment.edited_s) if seen and comment.edited_s else None,
        "ups": comment.ups if seen else 0,
    }
    if seen and comment.brought and comment.brought.ups:
        answer["brought"] = _brought(comment.brought)
    if seen and comment.is_long:
        answer["long"] = True
    return answer


def _brought(brought: Brought) -> dict[str, Any]:
    return {"from": brought.system, "ups": brought.ups, "downs": brought.downs}


def for_its_reader(comment: Comment) -> dict[str, Any]:
    """Return one comment for the reader who just wrote it, held or not, with the reasons."""
    return {
        **public(comment),
        "state": comment.state,
        "name": comment.name,
        "text": comment.text,
        "why": list(comment.why) if comment.state == "held" else [],
        "edit_until": machine_text(comment.at_s + EDIT_WINDOW_S),
    }


def for_its_author(own: OwnComment) -> dict[str, Any]:
    """Return an own comment in any state, with the decision that took it away from readers."""
    comment, statement = own.comment, own.statement
    is_gone = comment.state in ("hidden", "deleted")
    return {
        **for_its_reader(comment),
        "state": "removed" if is_gone else comment.state,
        "removal": _removal(statement) if statement else None,
    }


def _removal(statement: Statement) -> dict[str, Any]:
    look = statement.look and {
        "state": statement.look,
        "asked": machine_text(statement.asked),
        "answered": machine_text(statement.answered) if statement.answered else None,
        "note": statement.answer,
    }
    return {
        "at": machine_text(statement.at),
        "automatic": statement.is_automatic,
        "reason": statement.reason,
        "note": statement.note,
        "rules": list(filter(None, statement.rules.split(","))),
        "look": look or None,
    }


def _page_around(
    services: Services,
    site: Site,
    article: ArticleRef,
    comment_id: str,
    order: str,
    now_s: int,
    limit: int,
) -> Listing | None:
    """Return the page with a comment; None if readers cannot see it here: the link is old."""
    try:
        return services.threads.page_around(
            site, article, comment_id, order=order, now_s=now_s, limit=limit
        )
    except NotFound:
        return None


def _thread(thread: Thread) -> dict[str, Any]:
    return {
        **public(thread.root),
        "replies": [public(reply) for reply in thread.replies],
        "more": thread.more,
    }


def _order_of(query: Mapping[str, str]) -> str:
    """Return the order that a cursor belongs to, for clients from before there was a best."""
    for name, order in (("before", "newest"), ("after", "oldest")):
        if partition_of(query.get(name, "")) is not None:
            return order
    return ""


def _cursor(query: Mapping[str, str], name: str, is_ranked: bool = False) -> str:
    """:param is_ranked: it is the ``next`` of a page of the best, which are not in order of ids."""
    value = query.get(name, "")
    if is_ranked and value and rank_from(value) is None:
        raise BadField(f"{name} is the next of the page before.")
    if not is_ranked and value and partition_of(value) is None:
        raise BadField(f"{name} is the id of a comment.")
    return value


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= MAX_PAGE):
        raise BadField(f"limit is a whole number from 1 to {MAX_PAGE}.")
    return int(text)
