"""/r/<site>/<article>: the form behind the <noscript> link of another site's page.

It works without JavaScript and names no address to go to: a reader goes back as they came.
"""

import secrets
import time

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as AnyResponse

from ..article import ArticleRef
from ..errors import BadField, BadToken, Challenged, Closed, RateLimited
from ..model import MAX_SEQ, Site
from ..reader import NONCE_BYTES
from ..words import said
from .network import client_address
from .services import choice_key, choice_number, counts_by_key, find, services

COOKIE_TTL_S = 400 * 86400

blueprint = Blueprint("links", __name__, url_prefix="/r")


@blueprint.get("/<site_key>/<path:article>", merge_slashes=False)
def react(site_key: str, article: str) -> Response:
    site = services().sites.get(site_key)
    return _page(site, find(site, article))


@blueprint.post("/<site_key>/<path:article>", merge_slashes=False)
def cast(site_key: str, article: str) -> AnyResponse:
    """One vote by form: ``reaction`` is a choice's key, or empty to take the vote back."""
    site = services().sites.get(site_key)
    ref = find(site, article)
    if not FlaskForm().validate_on_submit():
        return _page(site, ref, status=400, note="expired")
    try:
        choice = choice_number(site, "", request.form.get("reaction") or None)
        reader = _known_reader(site)
        token = None
        if reader is None:
            reader = secrets.token_bytes(NONCE_BYTES)
            hops = services().settings.trusted_proxy_hops
            worked = services().admit(site, reader, client_address(request.environ, hops), None)
            token = services().readers.token(site.key, reader, worked=worked)
        _, seq = _own_choice(site, ref, reader)
        services().cast(site, ref, "", reader, min(seq + 1, MAX_SEQ), choice)
    except BadField:
        return _page(site, ref, status=400, note="expired")
    except Closed:
        return _page(site, ref, status=409, note="closed")
    except (Challenged, RateLimited) as refusal:
        return _page(site, ref, status=refusal.status, note="busy")
    answer = redirect(request.path, 303)
    answer.headers["Cache-Control"] = "no-store"
    if token is not None:
        answer.set_cookie(
            _cookie(site), token, max_age=COOKIE_TTL_S, httponly=True, samesite="Lax",
            secure=_is_https(),
        )  # fmt: skip
    return answer


def _page(site: Site, ref: ArticleRef, *, status: int = 200, note: str = "") -> Response:
    choices = len(site.numbers(""))
    [standing] = services().reactions.standings(site, [(ref, choices)], now_s=int(time.time()))
    reader = _known_reader(site)
    own = choice_key(site, "", _own_choice(site, ref, reader)[0]) if reader else None
    page = render_template(
        "pages/elsewhere.html", form=FlaskForm(), site=site, own=own, note=note,
        bar=said(site, site.reactions, ""), counts=counts_by_key(site, "", standing),
        is_open=standing.is_open, path=request.path,
    )  # fmt: skip
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _known_reader(site: Site) -> bytes | None:
    token = request.cookies.get(_cookie(site))
    try:
        return services().readers.reader(site.key, token) if token else None
    except BadToken:
        return None  # a new one replaces it


def _own_choice(site: Site, ref: ArticleRef, reader: bytes) -> tuple[int, int]:
    mark = services().readers.mark(site.key, ref.id, reader)
    return services().reactions.choice(site, ref, mark)


def _cookie(site: Site) -> str:
    name = f"readback-r-{site.key}"
    return f"__Host-{name}" if _is_https() else name


def _is_https() -> bool:
    return services().settings.public_url.startswith("https:")
