"""Signed requests to a webhook, as the Standard Webhooks specification defines them.

https://www.standardwebhooks.com: the headers ``webhook-id``, ``webhook-timestamp`` and
``webhook-signature``: ``v1,`` and the base64 of HMAC-SHA256 over ``id.timestamp.body``. A request
goes to the checked IP address, uses no proxy, follows no redirect, and reads only the head of the
answer.
"""

import base64
import hmac
import http.client
import io
import socket
import ssl
import time
from collections.abc import Sequence
from typing import Any

from widget.alerts.address import EgressPolicy, Target
from widget.alerts.event import Message

LIMIT_S = 5.0
MAX_ANSWER_BYTES = 16 * 1024
GONE = 410


class Undelivered(Exception):
    """A failed delivery. The text is for an admin and contains nothing of the answer."""


def signature(secret: bytes, message_id: str, at_s: int, body: bytes) -> str:
    """Sign a body as Standard Webhooks specifies."""
    signed = f"{message_id}.{at_s}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(secret, signed, "sha256")).decode()


def post(
    url: str,
    secrets: Sequence[bytes],
    message: Message,
    egress: EgressPolicy,
    *,
    now_s: int,
    limit_s: float = LIMIT_S,
) -> int:
    """Send a message. Return the status of the answer.

    :param secrets: the current one first. While it is being replaced, both sign.
    :param limit_s: for the whole request, without resolving the name.
    :raise Unreachable: the address has no server that may be reached.
    :raise Undelivered: no answer, none in time, or one that is not HTTP.
    """
    target = egress.target(url)
    body = message.event.encode()
    headers = {
        "Host": target.host_header,
        "Content-Type": "application/json",
        "User-Agent": "Readback",
        "webhook-id": message.id,
        "webhook-timestamp": str(now_s),
        "webhook-signature": " ".join(signature(s, message.id, now_s, body) for s in secrets),
        "Connection": "close",
    }
    deadline = time.monotonic() + limit_s
    connection = http.client.HTTPConnection(target.host, target.port)
    try:
        with _connected(target, egress, deadline) as sock:
            connection.sock = _Wire(sock, deadline)
            connection.request("POST", target.path, body, headers)
            return connection.getresponse().status
    except TimeoutError:
        raise Undelivered(f"It did not answer within {limit_s:g} seconds.") from None
    except ssl.SSLCertVerificationError:
        raise Undelivered(f"Its certificate is not valid for {target.host}.") from None
    except (OSError, http.client.HTTPException):
        raise Undelivered("The server did not answer with valid HTTP.") from None


def _connected(target: Target, egress: EgressPolicy, deadline: float) -> ssl.SSLSocket:
    """Connect to the first checked IP address that accepts. This resolves no name again."""
    problem = OSError("no address")
    for ip in target.ips:
        try:
            plain = socket.create_connection((ip, target.port), timeout=_left_s(deadline))
            break
        except TimeoutError:
            raise
        except OSError as refused:
            problem = refused
    else:
        raise problem
    try:
        plain.settimeout(_left_s(deadline))  # for the whole handshake
        return egress.tls().wrap_socket(plain, server_hostname=target.host)
    except BaseException:
        plain.close()
        raise


def _left_s(deadline: float) -> float:
    """Return the time left.

    :raise TimeoutError: none.
    """
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Wire(io.RawIOBase):
    """A socket with one deadline for all reads, and a limit for their bytes.

    The standard library limits the time of each read; a server that drips bytes never reaches it.
    """

    def __init__(self, sock: ssl.SSLSocket, deadline: float) -> None:
        self._sock, self._deadline, self._allowed = sock, deadline, MAX_ANSWER_BYTES

    def sendall(self, data: bytes) -> None:
        self._sock.settimeout(_left_s(self._deadline))
        self._sock.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if not self._allowed:
            raise OSError("the head of the answer has no end")
        self._sock.settimeout(_left_s(self._deadline))
        received = self._sock.recv_into(buffer, min(len(buffer), self._allowed))
        self._allowed -= received
        return received
