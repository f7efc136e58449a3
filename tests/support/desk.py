"""An editor's browser over HTTP: it keeps cookies, submits forms and lints every page."""

import re
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from tests.support.html import lint
from tests.support.server import Answer, Server
from widget.simulation.story import ORIGIN

PASSWORD = "three plain words"


class DeskBrowser:
    """An editor's browser.

    :param headers: sent with every request, as a proxy would do.
    """

    def __init__(self, server: Server, **headers: str) -> None:
        self.server, self.headers = server, headers
        self.cookies: dict[str, str] = {}

    def for_browser(self) -> list[Any]:
        """Return the cookies in the form that Playwright accepts."""
        return [
            {"name": name, "value": value, "url": self.server.origin}
            for name, value in self.cookies.items()
        ]

    def get(self, path: str, **headers: str) -> Answer:
        return self._keep(self.server.get(path, **self._headers(), **headers))

    def post(self, path: str, page: str | None = None, **fields: object) -> Answer:
        """Send a form to ``path`` with the token of ``page``, or of ``path`` itself."""
        token = self.token(page or path)
        return self.send(path, [("csrf_token", token), *_pairs(fields)])

    def send(self, path: str, pairs: list[tuple[str, str]], **headers: str) -> Answer:
        form = {"Content_Type": "application/x-www-form-urlencoded", "Origin": self.server.origin}
        sent = {**form, **self._headers(), **headers}
        return self._keep(self.server.request("POST", path, urlencode(pairs).encode(), **sent))

    def token(self, page: str) -> str:
        text = self.get(page).body.decode()
        [token, *_] = re.findall(r'name="csrf_token" value="([^"]+)"', text)
        return str(token)

    def sign_in(self, name: str, password: str = PASSWORD) -> Answer:
        return self.post("/desk/login", name=name, password=password)

    def _headers(self) -> dict[str, str]:
        pairs = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {**self.headers, **({"Cookie": pairs} if pairs else {})}

    def _keep(self, answer: Answer) -> Answer:
        for line in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            lint(answer.body)
        return answer


def _pairs(fields: dict[str, object]) -> list[tuple[str, str]]:
    pairs = []
    for name, value in fields.items():
        values = value if isinstance(value, (list, tuple)) else [value]
        pairs += [(name, str(one)) for one in values]
    return pairs


def invited(server: Server, name: str, *roles: str) -> DeskBrowser:
    """Add an editor with roles such as ``news:editor``; return their signed-in browser."""
    arguments = [part for role in roles for part in ("--role", role)]
    added = server.prepare("editor", "add", name, *arguments, "--link")
    [path] = re.findall(r"/desk/welcome/\S+", added)
    browser = DeskBrowser(server)
    begun = browser.post(path, new_password=PASSWORD, repeated_password=PASSWORD)
    assert begun.status == 303, begun.body
    return browser


def load_newsroom(
    server: Server, *others: str, articles: int, votes: int, comments: int, days: int, seed: int = 1
) -> None:
    """Add the site ``daily`` with simulated votes and comments, and other sites without any."""
    for key in ("daily", *others):
        server.prepare("site", "add", key, "--origin", ORIGIN)
    size = {"articles": articles, "votes": votes, "comments": comments, "days": days, "seed": seed}
    options = [text for name, number in size.items() for text in (f"--{name}", str(number))]
    server.prepare("simulate", "--direct", "--site", "daily", *options)
