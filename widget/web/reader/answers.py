"""Pages that are the same for every reader, as answers."""

from flask import Response, make_response, request


def shared(page: str) -> Response:
    """Let a CDN keep a page that is the same for every reader, for a moment.

    A browser revalidates by ETag, so that readers who voted by form see their vote.
    """
    answer = make_response(page)
    answer.headers["Cache-Control"] = "public, max-age=0, s-maxage=5, must-revalidate"
    answer.add_etag()
    answer.make_conditional(request)  # changes the answer itself
    return answer


def unshared(page: str, status: int = 200) -> Response:
    answer = make_response(page, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer
