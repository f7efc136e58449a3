"""The Open Heart protocol (openheart.fyi): one emoji is the body of a POST; a GET answers counts.

It has no tokens, so a reader here is a network on one day, with one vote on an article. Sending
another emoji moves that vote. docs/adr/0021-open-heart-without-tokens.md says why, and
docs/adr/0024-open-heart-from-outside-a-browser.md why a request may come without an origin.
"""

import hashlib
from urllib.parse import unquote_plus

import msgspec
from flask import Blueprint, Response, request

from widget.domain import clock
from widget.domain.emoji import choice_in
from widget.domain.errors import BadField, BadType, TooLarge
from widget.domain.model import Poll, Site
from widget.domain.readers.reader import NONCE_BYTES
from widget.services.admission import Admission, Newcomer
from widget.web.api.crossorigin import caller
from widget.web.services import services

MAX_BODY_BYTES = 1024
# As fetch, curl and the three kinds of a form send it; a Blob has no type.
TYPES = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "")

blueprint = Blueprint("openheart", __name__, url_prefix="/openheart")


@blueprint.get("/<site_key>/<path:article>", merge_slashes=False)
def counts(site_key: str, article: str) -> Response:
    """Answer ``{"❤️": 14, ...}``: every choice of the bar, zeros included."""
    services().gate.count_read(caller().address)
    answer = _counts(services().sites.get(site_key), article)
    answer.headers["Cache-Control"] = "public, max-age=5, stale-while-revalidate=30"
    return answer


@blueprint.post("/<site_key>/<path:article>", merge_slashes=False)
def react(site_key: str, article: str) -> Response:
    """Make the emoji in the body this network's vote of the day."""
    site, voting = services().sites.get(site_key), services().voting
    if not _is_no_browser():
        caller().check_site(site)
    services().gate.count_write(caller().address)
    ballot = voting.ballot(site, article)
    choice = ballot.choice_number(_choice_of_body(ballot.poll))
    reader = _reader_of_today(site)
    newcomer = Newcomer(reader, caller().address, may_be_held=True)
    hold = services().gate.admit(site, newcomer) is Admission.HELD
    own = voting.own_vote(ballot, reader)
    if own.choice != choice:
        voting.cast(
            ballot,
            reader,
            choice,
            seq=own.next_seq,
            address=caller().address,
            origin=caller().origin,
            hold=hold,
            channel="openheart",
        )
    return _counts(site, article)


@blueprint.after_request
def add_cors(answer: Response) -> Response:
    """Let anyone read the counts, and only a page of a registered origin what a POST answered."""
    if request.method in ("GET", "HEAD"):
        answer.headers["Access-Control-Allow-Origin"] = "*"
        return answer
    answer.headers.setdefault("Cache-Control", "no-store")
    for name, value in caller().cors_headers():
        answer.headers[name] = value
    return answer


def _is_no_browser() -> bool:
    """Say whether no page sent this: a browser names the origin of a page, or says that it is one.

    What is no browser could name any origin.
    """
    return not caller().origin and "Sec-Fetch-Site" not in request.headers


def _choice_of_body(poll: Poll) -> str:
    """Return the key of the choice whose emoji the body begins with; the rest means nothing.

    :raise BadType: not one of :data:`TYPES`, or an encoded body.
    :raise TooLarge: longer than an emoji and a little more, or of no stated length.
    :raise BadField: no emoji of this poll.
    """
    if request.mimetype not in TYPES or "Content-Encoding" in request.headers:
        raise BadType("Send the emoji as text/plain, or as the name of a form's button.")
    if request.content_length is None or request.content_length > MAX_BODY_BYTES:
        raise TooLarge
    choice = choice_in(_text(), poll.choices)
    if choice is None:
        offered = " ".join(choice.emoji for choice in poll.choices)
        raise BadField(f"The body is one of these emoji: {offered}")
    return choice.key


def _text() -> str:
    """Return the body as text; of a form with parts, the name of its first field."""
    if request.mimetype == "multipart/form-data":
        return next(iter(request.form), "")
    text = request.get_data(cache=False).decode(errors="replace")
    # curl -d sends the emoji itself under the type of a form, which would escape it.
    return unquote_plus(text) if request.mimetype.endswith("urlencoded") else text


def _reader_of_today(site: Site) -> bytes:
    network = services().limits.network_id(caller().address, now_s=int(clock.now()))
    return hashlib.sha256(f"openheart|{site.key}|{network}".encode()).digest()[:NONCE_BYTES]


def _counts(site: Site, name: str) -> Response:
    [(ballot, tally)] = services().voting.tallies(site, [name])
    by_key = ballot.counts(tally)
    by_emoji = {choice.emoji: by_key[choice.key] for choice in ballot.poll.choices}
    return Response(msgspec.json.encode(by_emoji), mimetype="application/json")
