"""One request of a check to a server: /checkz with a token, and with an address that is made up."""

import http.client
import json
import socket
import ssl
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from widget.services.self_check import PATH

LIMIT_S = 5.0
# RFC 5737 keeps it for documentation, so it is nobody's: what a proxy makes of it can be seen.
MARK = "192.0.2.77"
_MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    :param seen: the answer's JSON, if it is one of Readback to this token.
    :param own_address: from which this machine asked.
    :param certificate: as ``ssl.getpeercert`` has it.
    """

    status: int
    headers: dict[str, str]
    own_address: str
    seen: dict[str, Any] | None = None
    certificate: dict[str, Any] = field(default_factory=dict)


def check_url(url: str, token: str) -> str:
    return f"{url}{PATH}?{urlencode({'token': token})}"


def ask(url: str, token: str) -> Answer:
    """Ask a server what it sees. No redirect is followed, and no proxy of this machine is used.

    :raise OSError: nobody answers; among its kinds are ssl.SSLError and socket.gaierror.
    :raise http.client.HTTPException: what answers does not speak HTTP.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection: Any = http.client.HTTPSConnection(
            host, parts.port, timeout=LIMIT_S, context=context
        )
    else:
        connection = http.client.HTTPConnection(host, parts.port, timeout=LIMIT_S)
    target = urlsplit(check_url(url, token))
    try:
        connection.connect()
        own_address = connection.sock.getsockname()[0]
        is_tls = isinstance(connection.sock, ssl.SSLSocket)
        certificate = connection.sock.getpeercert() if is_tls else {}
        connection.request(
            "GET", f"{target.path}?{target.query}", headers={"X-Forwarded-For": MARK}
        )
        answer = connection.getresponse()
        body = answer.read(_MOST_BYTES)
    finally:
        connection.close()
    headers = {name.lower(): value for name, value in answer.getheaders()}
    return Answer(answer.status, headers, own_address, _seen(body), certificate or {})


def _seen(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, dict) and "fingerprints" in found else None


def why_not(problem: Exception) -> str:
    """Return why nobody answered, in a few words."""
    if isinstance(problem, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {problem.verify_message.rstrip('.')}"
    if isinstance(problem, ssl.SSLError):
        return f"its TLS is faulty: {problem.reason or 'no reason given'}"
    if isinstance(problem, socket.gaierror):
        return "its name has no address"
    if isinstance(problem, TimeoutError):
        return f"no answer within {LIMIT_S:g} s"
    if isinstance(problem, OSError):
        return (problem.strerror or type(problem).__name__).lower()
    return "what answers is not HTTP"
