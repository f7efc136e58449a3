"""What every cross-origin request of /v1 shares: origin, reader, fields, CORS. Cookies are ignored.

It works on the WSGI environment, because the vote is answered ahead of Flask.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import msgspec
from flask import Flask, Response, g, request

from widget.domain.errors import (
    BadArticle,
    BadField,
    BadOrigin,
    BadToken,
    ReadbackError,
    StoreUnavailable,
)
from widget.domain.integrity.evidence import Kind
from widget.domain.model import KEY_PATTERN, Site
from widget.domain.readers.reader import did_work, reader_from_nonce
from widget.services.admission import Admission, Newcomer
from widget.services.registry import Services
from widget.web.network import client_address
from widget.web.services import services

PREFLIGHT_HEADERS = (
    ("Access-Control-Allow-Methods", "POST"),
    ("Access-Control-Allow-Headers", "content-type"),
    ("Access-Control-Max-Age", "7200"),
)


class Caller(msgspec.Struct):
    """The page that sent a request, and the network it came from.

    :param is_script: a script of the page sent it, as far as the browser says.
    :param outage: why nobody can tell whether the origin is registered; None if somebody can. The
        site that a request names can still tell: :meth:`check_site`.
    """

    origin: str
    address: str
    is_registered: bool
    is_script: bool
    outage: StoreUnavailable | None = None

    def cors_headers(self) -> list[tuple[str, str]]:
        """Return the headers that let a registered origin's page read any answer of /v1."""
        headers = [("Vary", "Origin")]
        if self.is_registered:
            headers.append(("Access-Control-Allow-Origin", self.origin))
            headers.append(("Access-Control-Expose-Headers", "Retry-After"))
        return headers

    def check(self) -> None:
        """:raise BadOrigin: not a registered origin's page, or not sent by its own script."""
        self.check_script()
        if self.outage:
            raise self.outage
        if not self.is_registered:
            raise BadOrigin

    def check_script(self) -> None:
        """:raise BadOrigin: the origin is not registered, or no script of the page sent this."""
        if not (self.is_script and (self.is_registered or self.outage)):
            raise BadOrigin

    def site_and_fields(
        self, services: Services, read: Callable[[], dict[str, Any]]
    ) -> tuple[Site, dict[str, Any]]:
        """Return the site that a body names, and the body's fields.

        A script on an origin that is not the site's is refused, and the site's settings will say
        so: the commonest mistake of a publisher.

        :param read: reads the body.
        :raise UnknownSite: no site has this key.
        :raise BadOrigin: as for :meth:`check_script` and :meth:`check_site`.
        """
        try:
            self.check_script()
        except BadOrigin:
            if self.is_script:
                with suppress(ReadbackError):  # whatever its body is, it is refused for its origin
                    self.note_refused(services, key_field(read(), "site"))
            raise
        fields = read()
        site = services.sites.get(key_field(fields, "site"))
        try:
            self.check_site(site)
        except BadOrigin:
            self.note_refused(services, site.key)
            raise
        return site, fields

    def note_refused(self, services: Services, site_key: str) -> None:
        """Let the settings of a site list the origin, whose readers cannot vote."""
        services.origin_refusals.note(site_key, self.origin, self.address)

    def check_site(self, site: Site) -> None:
        """:raise BadOrigin: the request came from another site's origin, or from none."""
        if self.origin not in site.origins:
            raise BadOrigin
        self.is_registered, self.outage = True, None


class Writer(msgspec.Struct, frozen=True):
    """The reader who writes.

    :param token: issued with this request: the first time, or in place of one that ends soon.
    :param hold: what the reader writes waits for an editor.
    :param is_worked: the reader's browser did a proof of work to be let in.
    :param kind: that of the reader's votes.
    """

    id: bytes
    token: str | None = None
    hold: bool = False
    is_worked: bool = False
    kind: Kind = Kind.NEW


def read_caller(services: Services, environ: dict[str, Any]) -> Caller:
    """Read a request's origin and network, once for all that its answer needs."""
    origin: str = environ.get("HTTP_ORIGIN", "")
    is_post = environ["REQUEST_METHOD"] == "POST"
    is_registered, outage = False, None
    try:
        is_registered = services.sites.is_registered(origin)
    except StoreUnavailable as problem:
        outage = problem
    return Caller(
        origin,
        client_address(environ, services.settings.trusted_proxy_hops),
        is_registered,
        not is_post or environ.get("HTTP_SEC_FETCH_MODE", "cors") == "cors",
        outage,
    )


def caller() -> Caller:
    """Return the caller of Flask's current request."""
    if "caller" not in g:
        g.caller = read_caller(services(), request.environ)
    found: Caller = g.caller
    return found


def register(app: Flask) -> None:
    """Put CORS headers on every answer of /v1, refusals included."""
    app.after_request(_add_cors)


def _add_cors(answer: Response) -> Response:
    if request.path.startswith("/v1/"):
        answer.headers.setdefault("Cache-Control", "no-store")
        for name, value in caller().cors_headers():
            answer.headers[name] = value
    return answer


def preflight_answer() -> Response:
    """Allow a registered origin's page to send a POST.

    :raise BadOrigin: as :meth:`Caller.check`.
    """
    caller().check()
    return Response(status=204, headers=list(PREFLIGHT_HEADERS))


def writer_of(services: Services, caller: Caller, site: Site, fields: dict[str, Any]) -> Writer:
    """Return who writes. A held reader gets no token yet: the nonce names the same reader again.

    :raise RateLimited: the network sends too much.
    :raise BadToken: the body has neither a token of this site nor a nonce.
    :raise Challenged: the network brought many new readers.
    """
    found = known_or_new(services, caller, site, fields)
    return found if isinstance(found, Writer) else admitted(services, site, found)


def known_or_new(
    services: Services, caller: Caller, site: Site, fields: dict[str, Any]
) -> Writer | Newcomer:
    """Return the reader of a token, or a new reader who is not let in yet.

    :raise RateLimited, BadToken: as :func:`writer_of`.
    """
    services.gate.count_write(caller.address)
    token, nonce = fields.get("token"), fields.get("nonce")
    if isinstance(token, str):
        known = services.readers.known(site.key, token)
        worked = did_work(token)
        return Writer(known.id, known.renewed, is_worked=worked, kind=known.kind)
    if token is not None or not isinstance(nonce, str):
        raise BadToken
    may_be_held = fields.get("hold") is True
    return Newcomer(
        reader_from_nonce(nonce), caller.address, fields.get("pow"), may_be_held=may_be_held
    )


def admitted(services: Services, site: Site, newcomer: Newcomer) -> Writer:
    """Let a new reader in.

    :raise RateLimited, Challenged: as :func:`writer_of`.
    """
    admission = services.gate.admit(site, newcomer)
    if admission is Admission.HELD:
        return Writer(newcomer.reader, hold=True)
    is_worked = admission is Admission.WORKED
    token = services.readers.token(site.key, newcomer.reader, worked=is_worked)
    return Writer(newcomer.reader, token, is_worked=is_worked)


def key_field(fields: dict[str, Any], name: str) -> str:
    """:raise BadField: the field is missing or not a key."""
    value = fields.get(name)
    if not isinstance(value, str) or not KEY_PATTERN.fullmatch(value):
        raise BadField(f"{name} is missing or not a key.")
    return value


def poll_field(fields: dict[str, Any]) -> str:
    """Return the key of the editor's question, "" for the reactions.

    :raise BadField: it is not a key.
    """
    return key_field(fields, "poll") if "poll" in fields else ""


def article_field(fields: dict[str, Any]) -> str:
    """:raise BadArticle: the field is missing or not text."""
    value = fields.get("article")
    if not isinstance(value, str):
        raise BadArticle
    return value


def json_answer(value: dict[str, Any], status: int = 200) -> Response:
    """Return ``value`` as JSON."""
    return Response(msgspec.json.encode(value), status=status, mimetype="application/json")
