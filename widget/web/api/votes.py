"""POST /v1/react ahead of Flask: the one write that a crowd makes at once.

Flask's and Werkzeug's own work on a request costs more than the vote itself (docs/scale.md).
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

import msgspec

from widget.domain import clock
from widget.domain.errors import (
    BadField,
    Challenged,
    Closed,
    MethodNotAllowed,
    RateLimited,
    ReadbackError,
)
from widget.domain.experiment import ARMS, Arm
from widget.domain.model import Tally
from widget.domain.page import page_from
from widget.services.admission import Newcomer
from widget.services.registry import Services
from widget.services.voting import Ballot, Vote, valid_seq
from widget.store.connection.waiting import WouldWait
from widget.store.limits import Entrance
from widget.store.reactions.votes import NotLetIn
from widget.store.steps import WAITS, Steps
from widget.web.api.crossorigin import (
    PREFLIGHT_HEADERS,
    Caller,
    Writer,
    admitted,
    article_field,
    known_or_new,
    poll_field,
    read_caller,
)
from widget.web.api.set_aside import set_aside
from widget.web.body import MAX_VOTE_BYTES, json_object
from widget.web.refusals import note, refusal_headers
from widget.web.turn import Answer

PATH = "/v1/react"


class Votes:
    """The vote and its preflight."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def steps(self, environ: dict[str, Any]) -> Steps[Answer]:
        """Answer a request in steps."""
        method = environ["REQUEST_METHOD"]
        caller = read_caller(self._services, environ)
        status, body = "200 OK", b""
        more: list[tuple[str, str]] = []
        try:
            if method == "OPTIONS":
                caller.check()
                return "204 No Content", [*_headers(caller), *PREFLIGHT_HEADERS], b""
            if method != "POST":
                raise MethodNotAllowed("OPTIONS", "POST")
            answer = yield from react(self._services, caller, environ)
            body = msgspec.json.encode(answer)
        except ReadbackError as refusal:
            note(refusal)
            status, body = f"{refusal.status} {refusal.code}", msgspec.json.encode(refusal.body())
            more = refusal_headers(refusal)
        headers = _headers(caller)
        headers += more
        headers.append(("Content-Type", "application/json"))
        headers.append(("Content-Length", str(len(body))))
        return status, headers, b"" if method == "HEAD" else body


class _Asked(NamedTuple):
    """The ballot and the choice of a request, before it is known whose vote it is."""

    ballot: Ballot
    choice: int
    seq: int
    arm: Arm


def _headers(caller: Caller) -> list[tuple[str, str]]:
    headers = caller.cors_headers()
    headers.append(("Cache-Control", "no-store"))
    return headers


def react(services: Services, caller: Caller, environ: dict[str, Any]) -> Steps[dict[str, Any]]:
    """Set a reader's choice on an article. docs/http-api.md describes the fields."""
    site, fields = caller.site_and_fields(
        services, lambda: json_object(environ, max_bytes=MAX_VOTE_BYTES)
    )
    claimed = page_from(fields.get("page"), site)
    ballot = services.voting.ballot(
        site, article_field(fields), poll_field(fields), claimed=claimed
    )
    if "reaction" not in fields:
        raise BadField("reaction is missing: a choice's key, or null to take the vote back.")
    asked = _Asked(
        ballot,
        ballot.choice_number(fields["reaction"]),
        valid_seq(fields.get("seq")),
        _arm(ballot, fields),
    )
    try:
        with _refusal_noted(services, ballot):
            found = known_or_new(services, caller, site, fields)
        if isinstance(found, Newcomer):
            writer, tally = yield from _entering(services, caller, asked, found)
        else:
            writer = found
            tally = yield from services.voting.casting(ballot, _vote(caller, asked, writer))
    except Closed as refusal:
        counts = ballot.counts(refusal.extra.pop("tally"))
        refusal.extra.update(counts=counts, total=sum(counts.values()), open=False)
        raise
    except WouldWait:
        services.gate.give_back_write(caller.address)  # a thread begins anew, and counts it
        raise
    answer = {**_answer(ballot, tally), **set_aside(ballot, tally, services.settings.public_url)}
    return answer if writer.token is None else {**answer, "token": writer.token}


def _entering(
    services: Services, caller: Caller, asked: _Asked, newcomer: Newcomer
) -> Steps[tuple[Writer, Tally]]:
    """Let a new reader in and cast their vote: at once, where that is free."""
    ballot, site = asked.ballot, asked.ballot.site
    entrance = services.gate.entrance(newcomer)
    if entrance is not None:
        with suppress(NotLetIn):
            vote = _vote(caller, asked, Writer(newcomer.reader), entrance)
            tally = yield from services.voting.casting(ballot, vote)
            token = services.readers.token(site.key, newcomer.reader)
            return Writer(newcomer.reader, token), tally
    yield WAITS
    with _refusal_noted(services, ballot):
        writer = admitted(services, site, newcomer)
    tally = yield from services.voting.casting(ballot, _vote(caller, asked, writer))
    return writer, tally


def _vote(caller: Caller, asked: _Asked, writer: Writer, entrance: Entrance | None = None) -> Vote:
    return Vote(
        writer.id,
        asked.choice,
        seq=asked.seq,
        address=caller.address,
        origin=caller.origin,
        hold=writer.hold,
        may_name=not writer.is_worked,
        kind=writer.kind,
        channel="work" if writer.is_worked else "",
        arm=asked.arm,
        entrance=entrance,
    )


@contextmanager
def _refusal_noted(services: Services, ballot: Ballot) -> Iterator[None]:
    """Count for the story that a reader of it is asked to work or to wait."""
    try:
        yield
    except (Challenged, RateLimited) as refusal:
        services.voting.note_refused(ballot, asked_to_work=isinstance(refusal, Challenged))
        raise


def _arm(ballot: Ballot, fields: dict[str, Any]) -> Arm:
    """Return the arm of the site's experiment in which the page was; "" outside it.

    A page that was open when the experiment ended still sends one.

    :raise BadField: it is none.
    """
    arm = fields.get("arm")
    if arm is None:
        return ""
    if arm not in ARMS:
        raise BadField(f"arm is one of: {', '.join(ARMS)}; as the page drew it when it loaded.")
    return arm if ballot.site.has_experiment(ballot.poll_key, clock.now()) else ""


def _answer(ballot: Ballot, tally: Tally) -> dict[str, Any]:
    counts = ballot.counts(tally)
    answer: dict[str, Any] = {
        "article": ballot.article.id,
        "choice": ballot.choice_key(tally.choice),
        "seq": tally.seq,
        "counts": counts,
        "total": sum(counts.values()),
        "open": tally.is_open,
    }
    return {**answer, "held": True} if tally.is_held else answer
