"""Every error that Readback reports: a code that never changes, an HTTP status, a message that may.

No Flask here. docs/http-api.md has the same table, and a test compares the two.
"""

from typing import Any


class OperatorError(Exception):
    """What the operator can mend. The message says how; a command prints it and ends with 1."""


class ReadbackError(Exception):
    """An error that a client can act on. ``extra`` is merged into the response beside ``error``."""

    code = "internal"
    status = 500
    message = "Something went wrong on our side. Try again. The request id helps us find the cause."

    def __init__(
        self, message: str | None = None, *, retry_after_s: int | None = None, **extra: Any
    ) -> None:
        super().__init__(message or self.message)
        self.retry_after_s = retry_after_s
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """Return ``{"error": {"code", "message"[, "retry_after_s"]}, ...extra}``."""
        error: dict[str, Any] = {"code": self.code, "message": str(self)}
        if self.retry_after_s is not None:
            error["retry_after_s"] = self.retry_after_s
        return {"error": error, **self.extra}


class BadJson(ReadbackError):
    code, status = "bad_json", 400
    message = "The body must be one JSON object in UTF-8, with each key only once."


class BadField(ReadbackError):
    code, status = "bad_field", 400
    message = "A field is missing or its value is out of range."

    def __init__(self, message: str | None = None, *, field: str = "") -> None:
        """:param field: the field of a form that it is about, "" for none of them."""
        super().__init__(message)
        self.field = field


class BadHost(ReadbackError):
    code, status = "bad_host", 400
    message = "Readback does not serve this host name. READBACK_PUBLIC_URL sets the one it serves."


class BadToken(ReadbackError):
    code, status = "bad_token", 401
    message = "Send a valid token. To get one, send a nonce: 16 random bytes in base64url."


class SignInRequired(ReadbackError):
    code, status = "sign_in_required", 401
    message = "Sign in at /desk/login first."


class BadKey(ReadbackError):
    code, status = "bad_key", 401
    message = "Send an API key of this site as Authorization: Bearer KEY. An admin can create one."


class BadOrigin(ReadbackError):
    code, status = "bad_origin", 403
    message = "Only pages on this site's registered origins may send this."


class Forbidden(ReadbackError):
    code, status = "forbidden", 403
    message = "Your role on this site does not allow this. An admin can change your role."


class NotYours(ReadbackError):
    code, status = "not_yours", 403
    message = "Only the reader who wrote this comment can change it."


class NotFound(ReadbackError):
    code, status = "not_found", 404
    message = "There is nothing at this address."


class UnknownSite(ReadbackError):
    code, status = "unknown_site", 404
    message = "There is no site with this key. `readback site list` shows all keys."


class MethodNotAllowed(ReadbackError):
    code, status = "method_not_allowed", 405
    message = "This address does not support this method."

    def __init__(self, *allowed: str) -> None:
        """:param allowed: the methods that the address supports."""
        super().__init__()
        self.allowed = allowed


class Closed(ReadbackError):
    code, status = "closed", 409
    message = "Voting on this article is closed. Its counts stay."


class CannotCorrect(ReadbackError):
    code, status = "cannot_correct", 409
    message = "This correction is not possible."


class LastAdmin(ReadbackError):
    code, status = "last_admin", 409
    message = "Every site needs an admin. Make another editor admin of every site first."


class Stale(ReadbackError):
    code, status = "stale", 409
    message = "Somebody changed this after you opened it. Nothing was saved. Check and save again."


class OwnComment(ReadbackError):
    code, status = "own_comment", 409
    message = "Readers cannot vote for or report their own comments."


class TooLate(ReadbackError):
    code, status = "too_late", 409
    message = "Readers can change a comment for 15 minutes after posting it."


class Moved(ReadbackError):
    code, status = "moved", 503
    message = "This article is moving to another address. Send the request again."


class TooLarge(ReadbackError):
    code, status = "too_large", 413
    message = "The body is too large. The limit is 4 KiB for a vote and 16 KiB otherwise."


class BadType(ReadbackError):
    code, status = "bad_type", 415
    message = "Send JSON as application/json or text/plain in UTF-8, without Content-Encoding."


class BadArticle(ReadbackError):
    code, status = "bad_article", 422
    message = "article must be an id (1-120 of A-Z a-z 0-9 . _ ~ -) or a URL on one of the origins."


class NameReserved(ReadbackError):
    code, status = "name_reserved", 422
    message = "This name is reserved for the staff of this site. Please choose another."


class TooLong(ReadbackError):
    code, status = "too_long", 422
    message = "A name can have 50 characters; a comment, 2,000 characters and 40 lines."


class TooShort(ReadbackError):
    code, status = "too_short", 422
    message = "A name and a comment each need at least one visible character."


class Challenged(ReadbackError):
    code, status = "challenge", 428
    message = (
        "Many new readers use this network. Solve the challenge, then send the solution as pow."
    )


class RateLimited(ReadbackError):
    code, status = "rate_limited", 429
    message = "Too many requests. Wait a moment, then try again."


class Busy(ReadbackError):
    code, status = "busy", 503
    message = "Several people are signing in at the moment. Try again in a second."


class StoreUnavailable(ReadbackError):
    code, status = "store_unavailable", 503
    message = "The store does not respond. This may or may not be saved. Sending it again is safe."

    def __init__(
        self,
        message: str | None = None,
        *,
        retry_after_s: int | None = None,
        reason: str = "",
        server: str = "",
        **extra: Any,
    ) -> None:
        """Make the refusal; readers never see its reason.

        :param reason: what the server, or the network, said; for the operator.
        :param server: the address of the server that it is about.
        """
        super().__init__(message, retry_after_s=retry_after_s, **extra)
        self.reason = reason
        self.server = server


class StoreFull(StoreUnavailable):
    code, status = "store_full", 503
    message = "There is no room for more at the moment. Nothing was saved. Please try again later."


class NotReplicated(StoreUnavailable):
    code, status = "not_replicated", 503
    message = "This may or may not be kept: no replica has it yet. Sending it again is safe."


class WrongStore(StoreUnavailable):
    code, status = "wrong_store", 503
    message = "The server and its store do not belong together. Nothing was saved. Try again later."

    def __init__(self, *, why: str) -> None:
        """:param why: what differs, and the remedy, for the operator."""
        super().__init__(retry_after_s=30, reason=why)
        self.why = why


ERRORS: tuple[type[ReadbackError], ...] = (
    BadJson,
    BadField,
    BadHost,
    BadToken,
    BadKey,
    SignInRequired,
    BadOrigin,
    Forbidden,
    NotYours,
    NotFound,
    UnknownSite,
    MethodNotAllowed,
    Closed,
    OwnComment,
    TooLate,
    CannotCorrect,
    LastAdmin,
    Stale,
    TooLarge,
    BadType,
    BadArticle,
    NameReserved,
    TooLong,
    TooShort,
    Challenged,
    RateLimited,
    Moved,
    Busy,
    StoreUnavailable,
    StoreFull,
    NotReplicated,
    WrongStore,
    ReadbackError,
)
