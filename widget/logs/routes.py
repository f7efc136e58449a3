"""Classes of addresses, as the log and the metrics name them: never an address itself.

An address can hold a token, an article or a comment's id, so no line of the log has one.
"""

ROUTES = (
    "vote",
    "bar",
    "counts",
    "comments",
    "comment",
    "comment_act",
    "comment_form",
    "forget",
    "openheart",
    "vote_form",
    "story",
    "desk",
    "desk_api",
    "file",
    "probe",
    "other",
)
# Where a POST is a vote or a comment.
VOTES = frozenset(("vote", "openheart", "vote_form"))
COMMENTS = frozenset(("comment", "comment_form"))

_EXACT = {
    "/v1/react": "vote",
    "/v1/bar": "bar",
    "/v1/counts": "counts",
    "/v1/comments": "comments",
    "/v1/comments/counts": "comments",
    "/v1/forget": "forget",
    "/healthz": "probe",
    "/readyz": "probe",
    "/metrics": "probe",
    "/checkz": "probe",
    "/": "story",
    "/desk": "desk",
}
_BEGINNINGS = (
    ("/static/", "file"),
    ("/v1/comments/", "comment_act"),
    ("/v1/desk/", "desk_api"),
    ("/openheart/", "openheart"),
    ("/ledger/", "file"),
    ("/r/", "vote_form"),
    ("/desk/", "desk"),
)


def route_of(path: str, method: str) -> str:
    """Return the class of an address; "other" for one that Readback does not have."""
    found = _EXACT.get(path)
    if found == "comments" and method == "POST":
        return "comment"
    return found or _longer(path)


def _longer(path: str) -> str:
    if path.startswith("/articles/"):
        parts = path.split("/")
        if len(parts) == 4 and parts[3] == "react":
            return "vote_form"
        if len(parts) > 3 and parts[3] == "comments":
            return "comment_form" if len(parts) == 4 else "comment_act"
        return "file" if len(parts) > 3 else "story"
    for beginning, route in _BEGINNINGS:
        if path.startswith(beginning):
            return route
    return "file" if path.endswith((".js", ".txt", ".ico")) else "other"
