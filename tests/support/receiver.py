"""Real receivers of alerts: a webhook server with TLS and a mail server."""

import socketserver
import ssl
import subprocess
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from widget.alerts.address import EgressPolicy, is_public

HOST = "hooks.example"
HANG_S = 30  # only a failing test waits this long


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate for HOST, made for one run."""

    cert: Path
    key: Path

    @classmethod
    def made_in(cls, folder: Path) -> "Certificate":
        cert, key = folder / "cert.pem", folder / "key.pem"
        subprocess.run(
            [
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-keyout",
                key,
                "-out",
                cert,
                "-days",
                "2",
                "-subj",
                f"/CN={HOST}",
                "-addext",
                f"subjectAltName=DNS:{HOST}",
            ],
            check=True,
            capture_output=True,
        )
        return cls(cert, key)

    def serving(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert, self.key)
        return context


def outward_to_tests(cert: Path) -> EgressPolicy:
    """Return an egress policy that resolves HOST to this machine."""

    def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == HOST else ["10.0.0.1"]

    return EgressPolicy(
        resolve,
        lambda ip: ip == "127.0.0.1" or is_public(ip),
        lambda: ssl.create_default_context(cafile=str(cert)),
    )


@dataclass
class Hooks:
    """A webhook server. ``answers``: a status, drip, flood or mute each; the last repeats."""

    port: int
    answers: list[Any] = field(default_factory=lambda: [204])
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}/in?for=us"


@contextmanager
def hooks(certificate: Certificate) -> Iterator[Hooks]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            named = {name.lower(): value for name, value in self.headers.items()}
            taken.requests.append((self.path, named, body))
            answer = taken.answers.pop(0) if len(taken.answers) > 1 else taken.answers[0]
            if isinstance(answer, int):
                self.send_response(answer)
                if 300 <= answer < 400:
                    self.send_header("Location", f"https://{HOST}:{taken.port}/inner")
                self.end_headers()
                return
            try:
                self.misbehave(answer)
            except OSError:
                taken.ended.set()  # the client closed the connection

        def misbehave(self, how: str) -> None:
            if how == "mute":
                taken.ended.wait(HANG_S)
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while how == "drip":
                self.wfile.write(b"X")
                taken.ended.wait(0.02)
            while how == "flood":
                self.wfile.write(b"X: " + b"y" * 4000 + b"\r\n")

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def finish_request(self, request: Any, address: Any) -> None:
            try:
                with certificate.serving().wrap_socket(request, server_side=True) as line:
                    super().finish_request(line, address)
            finally:
                if not taken.requests:
                    taken.ended.set()  # on a busy machine its time was over before it had asked

        def handle_error(self, *_: object) -> None:
            pass  # the client aborted the handshake

    server = Server(("127.0.0.1", 0), Handler)
    taken = Hooks(server.server_address[1])
    with running(server):
        yield taken
        taken.ended.set()


@dataclass
class Mails:
    """A mail server: its mails as (sender, recipients, text), and the credentials sent to it."""

    port: int
    mails: list[tuple[str, list[str], str]] = field(default_factory=list)
    users: list[bytes] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)


@contextmanager
def mails(certificate: Certificate | None = None) -> Iterator[Mails]:
    """Run a mail server.

    :param certificate: for TLS from the first byte; None for no encryption.
    """

    class Handler(socketserver.StreamRequestHandler):
        def setup(self) -> None:
            if certificate:
                self.request = certificate.serving().wrap_socket(self.request, server_side=True)
            super().setup()

        def handle(self) -> None:
            self.say("220 mail.example")
            sender = ""
            recipients: list[str] = []
            while line := self.rfile.readline().decode().strip():
                verb, rest = line[:4].upper(), line.partition(":")[2]
                address = rest.partition("<")[2].partition(">")[0]
                if verb == "EHLO":
                    self.say("250-mail.example")
                    self.say("250 AUTH PLAIN")
                elif verb == "AUTH":
                    taken.users.append(b64decode(line.split()[2]))
                    self.say("235 welcome")
                elif verb == "MAIL":
                    sender, recipients = address, []
                    self.say("250 ok")
                elif verb == "RCPT":
                    is_refused = address in taken.refused
                    self.say("550 no such person" if is_refused else "250 ok")
                    if not is_refused:
                        recipients.append(address)
                elif verb == "DATA":
                    self.say("354 go on")
                    lines = iter(lambda: self.rfile.readline().decode(), ".\r\n")
                    taken.mails.append((sender, recipients, "".join(lines)))
                    self.say("250 taken")
                elif verb == "QUIT":
                    self.say("221 bye")
                    return
                else:
                    self.say("250 ok")

        def say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode())

        def finish(self) -> None:
            super().finish()
            self.request.close()

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    taken = Mails(server.server_address[1])
    with running(server):
        yield taken


@contextmanager
def running(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
