"""The Open Heart protocol (openheart.fyi): one emoji is the body of a POST, a GET answers counts.

It has no tokens, so a reader here is a network on a day: it has one vote on an article, and sending
again, or another emoji, moves that vote. docs/adr/0021-open-heart-without-tokens.md says why.
"""

import hashlib
import time

import msgspec
from flask import Blueprint, Response, request

from widget.domain.article import ArticleRef
from widget.domain.errors import BadField, BadOrigin, BadType, TooLarge
from widget.domain.model import MAX_SEQ, Poll, Site
from widget.domain.page import Page
from widget.domain.readers.reader import NONCE_BYTES
from widget.services.voting import Admission, choice_number, counts_by_key, poll_or_error, services
from widget.store.reactions.votes import Voter
from widget.web.api.crossorigin import cors_headers
from widget.web.api.flood import ReadLimit, counts_of_this_server
from widget.web.network import client_address

MAX_BODY_BYTES = 1024
EMOJI_STYLE = "\ufe0f"
JOINER = "\u200d"

blueprint = Blueprint("openheart", __name__, url_prefix="/openheart")


@blueprint.get("/<site_key>/<path:article>", merge_slashes=False)
def counts(site_key: str, article: str) -> Response:
    """``{"❤️": 14, ...}``: every choice of the bar, zeros included."""
    limit = ReadLimit(services().settings.reads, counts_of_this_server())
    limit.count(_address(), time.monotonic())
    site = services().sites.get(site_key)
    answer = _counted(site, services().article(site, article))
    answer.headers["Cache-Control"] = "public, max-age=5, stale-while-revalidate=30"
    return answer


@blueprint.post("/<site_key>/<path:article>", merge_slashes=False)
def react(site_key: str, article: str) -> Response:
    """Make this network's vote of the day the emoji in the body."""
    site = services().sites.get(site_key)
    origin = request.headers.get("Origin", "")
    if origin not in site.origins:
        raise BadOrigin
    ref = services().article(site, article)
    page = services().page_of(site, article, Page())
    poll = poll_or_error(site, "", services().section_of(site, ref, page.section))
    choice = choice_number(site, "", poll, _choice_of_body(poll))
    network = services().limits.network_id(_address(), now_s=int(time.time()))
    reader = hashlib.sha256(f"openheart|{site.key}|{network}".encode()).digest()[:NONCE_BYTES]
    admission = services().admit(site, reader, _address(), hold=True)
    own = services().reactions.own_vote(
        site, ref, Voter(services().readers.mark(site.key, ref.id, reader))
    )
    if own.choice != choice:
        services().cast(
            site,
            ref,
            "",
            reader,
            min(own.seq + 1, MAX_SEQ),
            choice,
            page=page,
            origin=origin,
            hold=admission is Admission.HELD,
        )
    return _counted(site, ref)


@blueprint.after_request
def add_cors(answer: Response) -> Response:
    """Anyone may read the counts; what a POST answered, only a page of a registered origin."""
    if request.method in ("GET", "HEAD"):
        answer.headers["Access-Control-Allow-Origin"] = "*"
        return answer
    answer.headers.setdefault("Cache-Control", "no-store")
    for name, value in cors_headers(services(), request.headers.get("Origin")):
        answer.headers[name] = value
    return answer


def _choice_of_body(poll: Poll) -> str:
    """The key of the choice whose emoji the body begins with; what follows it means nothing.

    :raise BadType: not text/plain, as the protocol's scripts and forms send it.
    :raise TooLarge: longer than an emoji and a little more, or of no stated length.
    :raise BadField: no emoji of this poll.
    """
    if request.mimetype != "text/plain" or "Content-Encoding" in request.headers:
        raise BadType("Send the emoji as text/plain.")
    if request.content_length is None or request.content_length > MAX_BODY_BYTES:
        raise TooLarge
    body = request.get_data(cache=False).decode(errors="replace").replace(EMOJI_STYLE, "")
    for choice in poll.choices:
        emoji = choice.emoji.replace(EMOJI_STYLE, "")
        if body.startswith(emoji) and not body.startswith(emoji + JOINER):
            return choice.key
    offered = " ".join(choice.emoji for choice in poll.choices)
    raise BadField(f"The body is one of these emoji: {offered}")


def _counted(site: Site, ref: ArticleRef) -> Response:
    choices = len(site.choice_keys(""))
    [tally] = services().tallies(site, [(ref, choices)], now_s=int(time.time()))
    poll = poll_or_error(site, "", tally.section)
    by_key = counts_by_key(site, "", poll, tally)
    by_emoji = {choice.emoji: by_key[choice.key] for choice in poll.choices}
    return Response(msgspec.json.encode(by_emoji), mimetype="application/json")


def _address() -> str:
    return client_address(request.environ, services().settings.trusted_proxy_hops)
