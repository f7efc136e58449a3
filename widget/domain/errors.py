"""Every refusal Readback can give: a code that never changes, an HTTP status, a message that may.

No Flask here. docs/http-api.md lists the same table; a test compares them.
"""

from typing import Any


class ReadbackError(Exception):
    """A refusal a client can act on. ``extra`` is merged into the answer's ``error`` object."""

    code = "internal"
    status = 500
    message = "Something went wrong on our side. Try again; the request id helps us find it."

    def __init__(
        self, message: str | None = None, *, retry_after_s: int | None = None, **extra: Any
    ) -> None:
        super().__init__(message or self.message)
        self.retry_after_s = retry_after_s
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """Shape: ``{"error": {"code", "message"[, "retry_after_s"]}, ...extra}``."""
        error: dict[str, Any] = {"code": self.code, "message": str(self)}
        if self.retry_after_s is not None:
            error["retry_after_s"] = self.retry_after_s
        return {"error": error, **self.extra}


class BadJson(ReadbackError):
    code, status = "bad_json", 400
    message = "The body is not one JSON object in UTF-8 with each key once."


class BadField(ReadbackError):
    code, status = "bad_field", 400
    message = "A field is missing or has a value outside its range."


class BadHost(ReadbackError):
    code, status = "bad_host", 400
    message = "This host name is not served here; READBACK_PUBLIC_URL sets the one that is."


class BadToken(ReadbackError):
    code, status = "bad_token", 401
    message = "Send a valid token, or a nonce of 16 random bytes in base64url to get one."


class SignInRequired(ReadbackError):
    code, status = "sign_in_required", 401
    message = "Sign in at /desk/login to see this."


class BadKey(ReadbackError):
    code, status = "bad_key", 401
    message = "Send an API key of this site as Authorization: Bearer KEY; an admin makes them."


class BadOrigin(ReadbackError):
    code, status = "bad_origin", 403
    message = "Votes are taken only from the origins registered for this site."


class Forbidden(ReadbackError):
    code, status = "forbidden", 403
    message = "Your role on this site does not allow that. An admin can change it."


class NotYours(ReadbackError):
    code, status = "not_yours", 403
    message = "Only the reader who wrote a comment can change it."


class NotFound(ReadbackError):
    code, status = "not_found", 404
    message = "There is nothing at this address."


class UnknownSite(ReadbackError):
    code, status = "unknown_site", 404
    message = "No site has this key; `readback site list` shows the keys there are."


class MethodNotAllowed(ReadbackError):
    code, status = "method_not_allowed", 405
    message = "This address does not take that method."


class Closed(ReadbackError):
    code, status = "closed", 409
    message = "This article no longer takes votes. Its counts stay."


class CannotCorrect(ReadbackError):
    code, status = "cannot_correct", 409
    message = "This correction cannot be made."


class LastAdmin(ReadbackError):
    code, status = "last_admin", 409
    message = "Somebody must look after every site: make another editor its admin first."


class Stale(ReadbackError):
    code, status = "stale", 409
    message = "Somebody changed this since you opened it. Nothing was saved: look and save again."


class OwnComment(ReadbackError):
    code, status = "own_comment", 409
    message = "Readers vote for and report the comments of others, not their own."


class TooLate(ReadbackError):
    code, status = "too_late", 409
    message = "A comment can be changed by its reader for 15 minutes."


class Moved(ReadbackError):
    code, status = "moved", 503
    message = "This article is just being moved to another address. Send it again."


class TooLarge(ReadbackError):
    code, status = "too_large", 413
    message = "The body is too large: 4 KiB for a vote, 16 KiB elsewhere."


class BadType(ReadbackError):
    code, status = "bad_type", 415
    message = "Send JSON as application/json or text/plain in UTF-8, without Content-Encoding."


class BadArticle(ReadbackError):
    code, status = "bad_article", 422
    message = "article is an id of 1 to 120 of A-Z a-z 0-9 . _ ~ - or a URL on one of the origins."


class NameReserved(ReadbackError):
    code, status = "name_reserved", 422
    message = "This name is kept for the staff of the site. Please choose another."


class TooLong(ReadbackError):
    code, status = "too_long", 422
    message = "A name has at most 50 characters, a comment 2,000 characters in 40 lines."


class TooShort(ReadbackError):
    code, status = "too_short", 422
    message = "A name and a comment need at least one character that can be seen."


class Challenged(ReadbackError):
    code, status = "challenge", 428
    message = "Many new readers come from this network: solve the challenge and send it as pow."


class RateLimited(ReadbackError):
    code, status = "rate_limited", 429
    message = "Too many requests. Wait, then try again."


class Busy(ReadbackError):
    code, status = "busy", 503
    message = "Several people are signing in at this moment. Try again in a second."


class StoreUnavailable(ReadbackError):
    code, status = "store_unavailable", 503
    message = "The store does not answer. The vote may or may not stand; sending it again is safe."


ERRORS: tuple[type[ReadbackError], ...] = (
    BadJson, BadField, BadHost, BadToken, BadKey, SignInRequired, BadOrigin, Forbidden, NotYours,
    NotFound, UnknownSite, MethodNotAllowed, Closed, OwnComment, TooLate, CannotCorrect, LastAdmin,
    Stale, TooLarge, BadType, BadArticle, NameReserved, TooLong, TooShort, Challenged, RateLimited,
    Moved, Busy, StoreUnavailable, ReadbackError,
)  # fmt: skip
