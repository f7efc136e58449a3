"""A publisher's site on its own host name and port, with one page per variant.

The site fills in ``{server}`` and ``{site}`` in its pages. /via/<how>/ is a path on the
publisher's host to Readback: ``proxy`` passes requests on, ``slow`` keeps them waiting, ``html``
responds with a page, ``dead`` hangs up.
"""

import base64
import hashlib
import threading
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.server import ROOT, Server

PAGES = Path(__file__).parent
STRICT = (
    "default-src 'none'; script-src 'nonce-page'; style-src 'none'; connect-src {server}; "
    "require-trusted-types-for 'script'"
)
HEADERS = {
    "strict.html": {"Content-Security-Policy": STRICT},
    "isolated.html": {
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Opener-Policy": "same-origin",
    },
}


LISTED = (
    "<h2>Story {n}</h2><p>What happened, to whom and why it matters.</p>"
    '<reader-reactions layout="compact" article="item-{n}"></reader-reactions>'
)


def integrity() -> str:
    """Return the hash of the frozen embed, as a publisher writes it into the tag."""
    digest = hashlib.sha384((ROOT / "static" / "dist" / "embed.v3.js").read_bytes()).digest()
    return "sha384-" + base64.b64encode(digest).decode()


class HostSite:
    def __init__(self, server: Server, site: str) -> None:
        self.server, self.site = server, site
        self.pages: dict[str, str] = {}  # pages that tests add to the files
        self.release = threading.Event()  # ends the wait of ``slow``
        handler = type("Handler", (_Handler,), {"host": self})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        self.origin = f"http://localhost:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def url(self, page: str) -> str:
        return f"{self.origin}/{page}"

    def text(self, page: str) -> str:
        text = self.pages.get(page) or (PAGES / page).read_text()
        return self.fill(text)

    def fill(self, text: str) -> str:
        values = {
            "server": self.server.origin,
            "site": self.site,
            "integrity": integrity(),
            "story": "<p>They come in twos, before the trams, and say little.</p>\n" * 30,
            "fifty": "\n".join(LISTED.format(n=n) for n in range(50)),
        }
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", value)
        return text

    def stop(self) -> None:
        self.release.set()
        self._http.shutdown()
        self._http.server_close()


class _Handler(BaseHTTPRequestHandler):
    host: HostSite
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path.startswith("/via/"):
            return self._via(*path.removeprefix("/via/").split("/", 1))
        if path.startswith("/npm/"):
            module = ROOT / "node_modules" / path.removeprefix("/npm/")
            return self._answer(200, module.read_bytes(), "text/javascript")
        page = path.removeprefix("/")
        known = page in self.host.pages or (PAGES / page).is_file()
        if not known:
            return self._answer(404, b"", "text/plain")
        headers = {k: self.host.fill(v) for k, v in HEADERS.get(page, {}).items()}
        self._answer(200, self.host.text(page).encode(), "text/html; charset=utf-8", headers)

    do_POST = do_GET

    def _via(self, how: str, path: str) -> None:
        if how == "proxy" or path.startswith(("embed.", "comments.")):
            return self._pass_on(path)
        if how == "slow":
            self.host.release.wait(20)
        if how == "html":
            self._answer(200, b"<!doctype html><title>Sign in to the Wi-Fi</title>", "text/html")
        self.close_connection = True

    def _pass_on(self, path: str) -> None:
        peer = HTTPConnection("127.0.0.1", self.host.server.port)
        query = urlsplit(self.path).query
        length = int(self.headers.get("Content-Length", 0))
        kept = ("Origin", "Content-Type", "Sec-Fetch-Mode", "If-None-Match")
        headers = {name: self.headers[name] for name in kept if name in self.headers}
        target = f"/{path}?{query}" if query else f"/{path}"
        peer.request(self.command, target, self.rfile.read(length), headers)
        answer = peer.getresponse()
        self._answer(answer.status, answer.read(), answer.headers["Content-Type"] or "text/plain")
        peer.close()

    def _answer(
        self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Write no access log into the output of the tests."""
