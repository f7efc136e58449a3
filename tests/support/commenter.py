"""A reader who comments over HTTP, and the comments that readers see."""

import json
from typing import Any
from urllib.parse import urlencode

from tests.support.server import Answer, Server, nonce


class Commenter:
    """The browser of one reader: it keeps the token and sends what the page's script would.

    :param address: the reader's address, as a proxy would report it.
    """

    def __init__(
        self,
        server: Server,
        article: str,
        *,
        site: str = "home",
        origin: str | None = None,
        address: str = "",
    ) -> None:
        self.server, self.article, self.site = server, article, site
        self.origin, self.address = origin or server.origin, address
        self.token = None

    def send(self, path: str, body: Any = None, **fields: Any) -> Answer:
        who = {"token": self.token} if self.token else {"nonce": nonce()}
        sent = {"site": self.site, **who, **fields} if body is None else body
        raw = body if isinstance(body, bytes) else json.dumps(sent).encode()
        headers = {"Content_Type": "text/plain;charset=UTF-8", "Origin": self.origin}
        if self.address:
            headers["X_Forwarded_For"] = self.address
        answer = self.server.request("POST", path, raw, **headers)
        if answer.status < 300 and "token" in answer.json:
            self.token = answer.json["token"]
        return answer

    def post(self, text: str = "A comment.", **fields: Any) -> Answer:
        given = {"article": self.article, "name": "Ana", "text": text, "spent_ms": 9000, **fields}
        return self.send("/v1/comments", **given)

    def act(self, comment_id: str, act: str, **fields: Any) -> Answer:
        return self.send(f"/v1/comments/{comment_id}/{act}", **fields)


def listed(server: Server, article: str, **more: object) -> Answer:
    query = urlencode({"site": "home", "article": article, **more})
    return server.uncached(f"/v1/comments?{query}")


def texts(server: Server, article: str, **more: object) -> list[str]:
    return [c["text"] for c in listed(server, article, **more).json["comments"]]
