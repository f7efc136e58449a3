"""Errors as answers: JSON under /v1 and /openheart and for programs, a page for people.

No internals are shown. Where the fault is ours, the page has what was typed and can send it again.
"""

import logging

import msgspec
from flask import Flask, Response, make_response, render_template
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import MethodNotAllowed as WrongMethod

from widget.domain.errors import BadField, MethodNotAllowed, NotFound, ReadbackError, TooLarge
from widget.logs.exchange import current, new_id
from widget.web.audience import in_desk, is_api, wants_json
from widget.web.unsent import typed_fields, unsent_values

log = logging.getLogger("readback")


def register(app: Flask) -> None:
    app.register_error_handler(ReadbackError, _refuse)
    app.register_error_handler(HTTPException, _from_werkzeug)
    app.register_error_handler(Exception, _unforeseen)


def _refuse(error: ReadbackError) -> Response:
    note(error)
    if is_api() or wants_json():
        answer = _as_json(error)
    else:
        template = "desk/error.html" if in_desk() else "pages/error.html"
        unsent = unsent_values(typed_fields() if error.status >= 500 else [])
        page = render_template(template, status=error.status, message=str(error), **unsent)
        answer = make_response(page, error.status)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers.extend(refusal_headers(error))
    return answer


def note(error: ReadbackError) -> None:
    """Note why the present request is refused, for the log and the metrics."""
    exchange = current()
    if exchange is not None:
        exchange.code = error.code


def refusal_headers(error: ReadbackError) -> list[tuple[str, str]]:
    """Return the headers that tell a client what to do about an error."""
    headers = []
    if error.retry_after_s is not None:
        headers.append(("Retry-After", str(error.retry_after_s)))
    if isinstance(error, MethodNotAllowed):
        headers.append(("Allow", ", ".join(sorted(error.allowed))))
    return headers


def _as_json(error: ReadbackError) -> Response:
    return Response(
        msgspec.json.encode(error.body()), status=error.status, mimetype="application/json"
    )


def _from_werkzeug(error: HTTPException) -> Response:
    if isinstance(error, WrongMethod):
        return _refuse(MethodNotAllowed(*(error.valid_methods or ())))
    by_status: dict[int | None, type[ReadbackError]] = {404: NotFound, 413: TooLarge}
    if error.code in by_status:
        return _refuse(by_status[error.code]())
    if error.response is not None or (error.code or 500) < 400:
        return make_response(error.get_response())
    if (error.code or 500) < 500:
        return _refuse(BadField("The request cannot be read."))
    return _unforeseen(error)


def _unforeseen(error: Exception) -> Response:
    return _refuse(unforeseen())


def unforeseen() -> ReadbackError:
    """Log the exception being handled, and return the refusal that names its place in the log."""
    exchange = current()
    request_id, route = (exchange.id, exchange.route) if exchange else (new_id(), "other")
    log.exception("request %s failed: %s", request_id, route)
    return ReadbackError(f"{ReadbackError.message} Request id: {request_id}")
