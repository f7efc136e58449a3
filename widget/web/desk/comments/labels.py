"""/desk/<site>/comments/label: a label session. One comment at a time, without its author."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from itsdangerous import BadSignature
from werkzeug.wrappers import Response as AnyResponse

from widget.domain import clock
from widget.domain.agreement import FEWEST
from widget.domain.comments.comment import Comment
from widget.domain.editors.editor import Role
from widget.domain.forms.strings import NAMES
from widget.domain.labels import Label
from widget.domain.model import Site
from widget.services.labelling import Drawn, Session
from widget.tone import site_head
from widget.web.desk.figures.request import figures
from widget.web.desk.services import desk
from widget.web.desk.signin.access import signed_in, site_for_role_or_404
from widget.web.services import services
from widget.web.signing import signer

blueprint = Blueprint("labels", __name__, url_prefix="/desk/<site_key>/comments/label")

PARENT_CHARS = 160
_LONG, _VERY_LONG = 280, 900  # characters of a comment that is set smaller
NOTES = {
    "late": "You went back to this comment in another window, so that answer was not kept. "
    "Answer it here.",
    "gone": "That comment was edited or removed in the meantime, so the answer was not kept. "
    "Here is the next one.",
    "stale": "That page was too old to be sent, so the answer was not kept. Here is the next one.",
    "same": "That label was taken back already.",
}


@dataclass(frozen=True, slots=True)
class _Ticket:
    """What a form says about the comment that it shows, signed so that nobody claims a draw.

    :param shown: :attr:`Session.shown`.
    """

    comment_id: str
    draw: str
    text_id: str
    shown: int


@blueprint.get("")
def show(site_key: str) -> str:
    site = site_for_role_or_404(site_key, Role.MODERATOR)
    again = _ticket_in(site, request.args.get("again", ""))
    session = desk().labelling.session(
        site,
        signed_in().editor.name,
        language=request.args.get("language", ""),
        again=(again.comment_id, again.draw) if again else None,
    )
    return render_template(
        "desk/label.html",
        session=session,
        ticket=_sealed(site, _ticket_of(session.drawn, session)) if session.drawn else "",
        note=NOTES.get(request.args.get("note", ""), ""),
        language_names=NAMES,
        fewest_each=site_head.NEEDS.of_class,
        fewest_shared=FEWEST,
        **_place(site, session),
    )


@blueprint.post("/answers")
def answer(site_key: str) -> AnyResponse:
    """Store the ``answer`` about the comment of the ticket ``drawn``."""
    site = site_for_role_or_404(site_key, Role.MODERATOR)
    ticket = _ticket_in(site, request.form.get("drawn", ""))
    if ticket is None:
        return _next(site, note="stale")
    label = Label(
        ticket.comment_id,
        signed_in().editor.name,
        request.form.get("answer", ""),
        ticket.draw,
        int(clock.now()),
        ticket.text_id,
    )
    result = desk().labelling.answer(site, label, shown=ticket.shown)
    if result == "stored":
        desk().learning.after_label(site)
    if result == "late":
        return _next(site, note=result, again=_sealed(site, ticket))
    return _next(site, note="" if result == "stored" else result)


@blueprint.post("/reversals")
def take_back(site_key: str) -> AnyResponse:
    """Take back the editor's label of ``comment``, and show that comment again."""
    site = site_for_role_or_404(site_key, Role.MODERATOR)
    comment_id = request.form.get("comment", "")
    label = desk().labelling.take_back(site, comment_id, signed_in().editor.name)
    if label is None:
        return _next(site, note="same")
    return _next(site, again=_sealed(site, _Ticket(label.comment_id, label.draw, label.text_id, 0)))


def _next(site: Site, **query: str) -> AnyResponse:
    given = {"language": request.form.get("language", ""), **query}
    kept: dict[str, Any] = {name: value for name, value in given.items() if value}
    return redirect(url_for(".show", site_key=site.key, **kept), 303)


def _place(site: Site, session: Session) -> dict[str, Any]:
    """Return what a comment is about: its story, and the comment that it replies to."""
    if session.drawn is None:
        return {}
    comment = session.drawn.comment
    headlines = figures().pages.headlines(site, [comment.article_id], with_tone=False)
    [parent] = services().comments.get_all(site, [comment.parent]) if comment.parent else [None]
    return {
        "comment": comment,
        "headline": headlines[comment.article_id],
        "parent_text": _beginning(parent),
        "size": _size(comment.text),
    }


def _beginning(parent: Comment | None) -> str:
    """Return the beginning of a comment that readers see, or ""."""
    if parent is None or parent.state != "published":
        return ""
    text = " ".join(parent.text.split())
    return text if len(text) <= PARENT_CHARS else f"{text[:PARENT_CHARS].rstrip()}…"


def _size(text: str) -> str:
    return "very-long" if len(text) > _VERY_LONG else "long" if len(text) > _LONG else "short"


def _ticket_of(drawn: Drawn, session: Session) -> _Ticket:
    return _Ticket(drawn.comment.id, drawn.draw, drawn.comment.text_id, session.shown)


def _sealed(site: Site, ticket: _Ticket) -> str:
    parts = (ticket.comment_id, ticket.draw, ticket.text_id, str(ticket.shown))
    return str(_signer(site).sign(" ".join(parts)).decode())


def _ticket_in(site: Site, sealed: str) -> _Ticket | None:
    """Return the ticket in a field; None if it is no ticket of this editor on this site."""
    try:
        parts = _signer(site).unsign(sealed).decode().split(" ")
    except BadSignature:
        return None
    return _Ticket(parts[0], parts[1], parts[2], int(parts[3]))


def _signer(site: Site) -> Any:
    return signer(f"label {site.key} {signed_in().editor.name}")
