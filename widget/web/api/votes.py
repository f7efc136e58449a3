"""POST /v1/react ahead of Flask: the one write that a crowd makes at once.

Flask's and Werkzeug's own work on a request costs more than the vote itself (docs/scale.md).
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from widget.domain.errors import BadField, Closed, MethodNotAllowed, ReadbackError
from widget.domain.page import page_from
from widget.services.voting import (
    Services,
    choice_key,
    choice_number,
    counts_by_key,
    poll_or_error,
    valid_seq,
)
from widget.web.api.crossorigin import (
    PREFLIGHT_HEADERS,
    article_field,
    cors_headers,
    key_field,
    registered_origin,
    site_of,
    writer_of,
)
from widget.web.api.reads import StartResponse
from widget.web.body import MAX_VOTE_BYTES, json_object

PATH = "/v1/react"


class Votes:
    """The vote and its preflight as one small WSGI application."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        method = environ["REQUEST_METHOD"]
        headers = cors_headers(self._services, environ.get("HTTP_ORIGIN"))
        headers.append(("Cache-Control", "no-store"))
        status, body = "200 OK", b""
        try:
            if method == "OPTIONS":
                registered_origin(self._services, environ)
                start_response("204 No Content", [*headers, *PREFLIGHT_HEADERS])
                return ()
            if method != "POST":
                raise MethodNotAllowed
            body = msgspec.json.encode(react(self._services, environ))
        except ReadbackError as refusal:
            status, body = f"{refusal.status} {refusal.code}", msgspec.json.encode(refusal.body())
            if refusal.retry_after_s is not None:
                headers.append(("Retry-After", str(refusal.retry_after_s)))
        headers.append(("Content-Type", "application/json"))
        headers.append(("Content-Length", str(len(body))))
        start_response(status, headers)
        return () if method == "HEAD" else (body,)


def react(services: Services, environ: dict[str, Any]) -> dict[str, Any]:
    """Set a reader's choice on an article. docs/http-api.md describes the fields."""
    origin = registered_origin(services, environ)
    fields = json_object(environ, max_bytes=MAX_VOTE_BYTES)
    site = site_of(services, fields, origin)
    poll_key = key_field(fields, "poll") if "poll" in fields else ""
    poll_or_error(site, poll_key)
    named = article_field(fields)
    article = services.article(site, named, poll_key)
    page = services.page_of(site, named, page_from(fields.get("page"), site.origins))
    poll = poll_or_error(site, poll_key, services.section_of(site, article, page.section))
    if "reaction" not in fields:
        raise BadField("reaction is missing: a choice's key, or null to take the vote back.")
    choice = choice_number(site, poll_key, poll, fields["reaction"])
    seq = valid_seq(fields.get("seq"))
    writer = writer_of(services, environ, site, fields)
    try:
        tally = services.cast(
            site,
            article,
            poll_key,
            writer.id,
            seq,
            choice,
            page=page,
            origin=origin,
            hold=writer.hold,
        )
    except ReadbackError as refusal:
        tally = refusal.extra.pop("tally", None)
        if tally is not None and isinstance(refusal, Closed):
            counts = counts_by_key(site, poll_key, poll, tally)
            refusal.extra.update(counts=counts, total=sum(counts.values()), open=False)
        raise
    counts = counts_by_key(site, poll_key, poll, tally)
    answer: dict[str, Any] = {
        "article": article.id,
        "choice": choice_key(site, poll_key, tally.choice),
        "seq": tally.seq,
        "counts": counts,
        "total": sum(counts.values()),
        "open": tally.is_open,
    }
    if tally.is_held:
        answer["held"] = True
    if writer.token is not None:
        answer["token"] = writer.token
    return answer
