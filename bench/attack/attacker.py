"""One machine that attacks: requests over kept connections, and a native solver on every core."""

import http.client
import json
import secrets
import threading
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import altcha

from tests.support.server import Server


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    headers: http.client.HTTPMessage

    @property
    def json(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError:
            return {}

    @property
    def is_held(self) -> bool:
        return bool(self.json.get("held"))


class Attacker:
    """A client of one server, with one connection for each thread."""

    def __init__(self, server: Server, site: str = "home") -> None:
        self._server = server
        self._site = site
        self._local = threading.local()

    def vote(self, article: str, reaction: str = "angry", **fields: Any) -> Reply:
        return self.post(
            "/v1/react", {"article": article, "reaction": reaction, "seq": 1, **fields}
        )

    def post(self, path: str, fields: dict[str, Any], *, origin: str = "") -> Reply:
        body = json.dumps({"site": self._site, **fields}, ensure_ascii=False).encode()
        headers = {"Content-Type": "text/plain", "Origin": origin or self._server.origin}
        return self.send("POST", path, body, headers)

    def heart(self, article: str, emoji: str = "😡") -> Reply:
        path = f"/openheart/{self._site}/{article}"
        return self.send("POST", path, emoji.encode(), {"Content-Type": "text/plain"})

    def form(self, path: str, fields: dict[str, str]) -> Reply:
        """Open a form, and post it with the hidden fields and cookies that it came with."""
        page = self.send("GET", path)
        token = page.body.partition(b'name="csrf_token"')[2].partition(b'value="')[2].split(b'"')[0]
        cookie = "; ".join(
            c.split(";")[0] for c in page.headers.get_all("Set-Cookie", failobj=[]) or []
        )
        body = urlencode({"csrf_token": token.decode(), **fields}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
        return self.send("POST", path, body, headers)

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        headers = {"Origin": self._server.origin, **(headers or {})}
        for _ in range(3):
            peer = getattr(self._local, "peer", None)
            if peer is None:
                host = urlsplit(self._server.origin)
                peer = http.client.HTTPConnection(host.hostname or "", host.port, timeout=30)
                self._local.peer = peer
            try:
                peer.request(method, path, body, headers)
                answer = peer.getresponse()
                return Reply(answer.status, answer.read(), answer.headers)
            except (OSError, http.client.HTTPException):
                peer.close()
                self._local.peer = None
        raise RuntimeError(f"{method} {path} is not answered")


def new_nonce() -> str:
    return urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()


def solve(challenge: dict[str, Any]) -> tuple[str, float]:
    """Solve a challenge with OpenSSL's key derivation, on the core of this process.

    :return: the proof, and the processor seconds that it took.
    """
    begun = time.process_time()
    parsed = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(parsed, timeout=600)
    if solution is None:
        raise RuntimeError("a challenge has no solution")
    return altcha.Payload(parsed, solution).to_base64(), time.process_time() - begun
