"""One signed request to a webhook, as the Standard Webhooks specification has it.

https://www.standardwebhooks.com: ``webhook-id``, ``webhook-timestamp`` and ``webhook-signature``,
``v1,`` and the base64 of HMAC-SHA256 over ``id.timestamp.body``. It goes to the address that was
checked, by no proxy, follows nothing, and reads no more than the answer's head.
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
    """The message did not arrive. The text is for an admin and holds nothing of the answer."""


def signature(secret: bytes, message_id: str, at_s: int, body: bytes) -> str:
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
    """Send a message and answer the status.

    :param secrets: the one in force first; while one is being replaced, both sign.
    :param limit_s: for everything together, looking the name up apart.
    :raise Unreachable: the address leads to no server that may be reached.
    :raise Undelivered: no answer, not in time, or none that is HTTP.
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
        raise Undelivered(f"No answer within {limit_s:g} seconds.") from None
    except ssl.SSLCertVerificationError:
        raise Undelivered(f"Its certificate is not valid for {target.host}.") from None
    except (OSError, http.client.HTTPException):
        raise Undelivered("The server did not answer as a web server does.") from None


def _connected(target: Target, egress: EgressPolicy, deadline: float) -> ssl.SSLSocket:
    """A connection to the first of the checked addresses that takes one; no name is looked up."""
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
        plain.settimeout(_left_s(deadline))  # of the whole handshake
        return egress.tls().wrap_socket(plain, server_hostname=target.host)
    except BaseException:
        plain.close()
        raise


def _left_s(deadline: float) -> float:
    """:raise TimeoutError: the time is up."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Wire(io.RawIOBase):
    """A socket with a deadline and an allowance, where the standard library's have a time limit
    for each read, which a server that drips bytes never reaches.
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
        taken = self._sock.recv_into(buffer, min(len(buffer), self._allowed))
        self._allowed -= taken
        return taken
