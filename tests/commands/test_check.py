"""``readback check``: what is well is said so, and each thing that is wrong has its remedy."""

import json
import re
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.nginx import Nginx
from tests.support.server import Serve, Server, complaint
from widget.alerts.mail import mail_server
from widget.commands.check.asking import MARK
from widget.commands.check.files import check_secrets
from widget.commands.check.findings import Level
from widget.commands.check.mail import _why_and_remedy
from widget.commands.check.server import _hops
from widget.commands.check.store import check_store
from widget.secrets import load_secrets
from widget.services.self_check import SelfCheck
from widget.settings import Settings

PROXY = """
server {{
  listen 127.0.0.1:{port};
  location / {{
    proxy_pass http://127.0.0.1:{server};
    proxy_set_header Host {host};
    proxy_set_header X-Forwarded-For {forwarded};
  }}
}}"""


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    yield (nginx := Nginx(tmp_path_factory.mktemp("n")))
    nginx.stop()


@pytest.fixture(scope="module")
def behind(module_serve: Serve, proxy: Nginx) -> Server:
    """Start a server that believes two proxies, behind one nginx."""
    url = f"http://127.0.0.1:{proxy.port}"
    server = module_serve(READBACK_PUBLIC_URL=url, READBACK_TRUSTED_PROXY_HOPS="2")
    appended = {"host": "$http_host", "forwarded": "$proxy_add_x_forwarded_for"}
    proxy.start(PROXY.format(port=proxy.port, server=server.port, **appended))
    return server


def checked(server: Server, *options: str, **changed: str) -> tuple[int, str]:
    """Return the exit code, and the findings in one line."""
    server.env, before = {**server.env, **changed}, server.env
    try:
        done = server.cli("check", *options)
    finally:
        server.env = before
    assert not complaint(done), done.stderr
    return done.returncode, " ".join(done.stdout.split())


def test_a_server_that_is_well_has_no_problem(serve: Serve) -> None:
    server = serve()  # whose log has nothing of other tests
    code, found = checked(server)
    assert code == 0 and found.endswith("No problems found."), found
    assert f"the embedded one in {server.data_dir} takes votes." in found
    assert "answers at " + server.origin in found
    assert "READBACK_TRUSTED_PROXY_HOPS=0 fits." in found
    assert "X-Forwarded-For" not in server.output(), "the check is no proxy"


def test_hops_that_do_not_fit_are_found_by_what_the_server_saw(behind: Server) -> None:
    code, found = checked(behind)
    assert code == 1 and "1 problem." in found, found
    assert f"X-Forwarded-For: {MARK} (made up by this check), 127.0.0.1" in found
    # The second from the right is what anybody may make up.
    assert f"So the server takes {MARK} for the reader's address." in found
    assert "-> Set READBACK_TRUSTED_PROXY_HOPS=1, and restart the server." in found
    code, found = checked(behind, READBACK_TRUSTED_PROXY_HOPS="1")
    assert "was started with other values of READBACK_TRUSTED_PROXY_HOPS" in found


@pytest.mark.parametrize(
    ("entries", "hops", "peer", "level", "said"),
    [
        ([MARK], 0, "127.0.0.1", Level.OK, "=0 fits"),
        ([MARK, "203.0.113.9"], 1, "127.0.0.1", Level.OK, "=1 fits"),
        (["203.0.113.9"], 1, "127.0.0.1", Level.OK, "=1 fits"),
        ([MARK, "203.0.113.9", "198.51.100.3"], 1, "127.0.0.1", Level.PROBLEM, "HOPS=2"),
        ([MARK, "203.0.113.9"], 0, "127.0.0.1", Level.PROBLEM, "1 proxy appended"),
        ([MARK], 1, "127.0.0.1", Level.PROBLEM, "HOPS=0"),
        ([MARK], 1, "10.0.0.2", Level.PROBLEM, "passes X-Forwarded-For on unchanged"),
        ([], 1, "10.0.0.2", Level.PROBLEM, "sends no X-Forwarded-For"),
        (["unknown"], 1, "127.0.0.1", Level.PROBLEM, "'unknown', which is not an IP address"),
    ],
)
def test_the_hops_that_fit_are_those_that_appended(
    entries: list[str], hops: int, peer: str, level: Level, said: str
) -> None:
    found = _hops({"forwarded_for": entries, "hops": hops, "peer": peer}, "127.0.0.1")
    assert found.level is level and said in f"{found.text} {found.remedy}"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"READBACK_PUBLIC_URL": "https://nosuch.invalid"}, "its name has no address"),
        ({"READBACK_PUBLIC_URL": "http://127.0.0.1:1"}, "connection refused"),
        ({"READBACK_PUBLIC_URL": "http://nosuch.invalid"}, "is not https, so browsers"),
        ({"READBACK_SMTP_URL": "smtp://u:hun%40ter2@127.0.0.1:1"}, "or start the mail server"),
        ({"PORT": "1"}, "Start it with `readback serve`"),
        (
            {"READBACK_REDIS_URL": "redis://u:hun%40ter2@127.0.0.1:1/0"},
            "Nothing accepts connections",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_remedy(
    server: Server, changed: dict[str, str], said: str
) -> None:
    secrets = str(server.data_dir / "secrets.json")
    more = {"READBACK_MAIL_FROM": "a@b.example", "READBACK_SECRETS": secrets}
    code, found = checked(server, **more, **changed)
    assert code == 1 and said in found, found
    assert "ter2" not in found


def test_a_misspelt_variable_and_open_secrets_are_found(server: Server, tmp_path: Path) -> None:
    secrets = tmp_path / "open.json"
    secrets.write_bytes((server.data_dir / "secrets.json").read_bytes())
    secrets.chmod(0o644)
    code, found = checked(server, READBACK_SECRETS=str(secrets), READBACK_PUBLIC_URI="x")
    assert code == 1 and "Did you mean READBACK_PUBLIC_URL?" in found
    assert f"chmod 600 {secrets}" in found


def test_the_check_makes_nothing(tmp_path: Path) -> None:
    code, found = checked(Server(tmp_path / "d"), PORT="1")
    assert code == 0 or "problem" in found
    assert "There is none in" in found and not (tmp_path / "d").exists()


def test_what_a_mail_server_does_has_its_remedy() -> None:
    server = mail_server("smtp://u:hunter2@mail.example")
    expired = ssl.SSLCertVerificationError("x")
    expired.verify_message = "certificate has expired"
    did = {
        smtplib.SMTPAuthenticationError(535, b"no u:hunter2"): "Correct READBACK_SMTP_URL",
        smtplib.SMTPNotSupportedError(): "465 with smtps://",
        smtplib.SMTPConnectError(554, b"hunter2"): "let this machine send",
        smtplib.SMTPServerDisconnected(): "port 465",
        expired: "must renew it",
        ssl.SSLError(1, "wrong version"): "from the first byte",
        socket.gaierror(): "DNS",
        TimeoutError(): "firewall",
        OSError(111, "Connection refused"): "start the mail server",
    }
    for trouble, remedy in did.items():
        why, found = _why_and_remedy(trouble, server)
        assert remedy in found and "hunter2" not in why + found, trouble


def test_data_that_this_user_may_not_read_are_a_problem(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def denied(*_: object) -> bool:
        raise PermissionError

    monkeypatch.setattr(Path, "exists", denied)
    monkeypatch.setattr("widget.commands.check.store.has_files", denied)
    settings = Settings.from_env({"READBACK_DATA_DIR": str(tmp_path)})
    for found in (*check_secrets(settings), list(check_store(settings))[-1]):
        assert "Permission denied" in found.text and "runuser -u" in found.remedy


def test_a_mail_is_sent_where_it_is_asked_for(server: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        mails: list[str] = []
        threading.Thread(target=take_mail, args=(listener, mails), daemon=True).start()
        smtp = f"smtp://127.0.0.1:{listener.getsockname()[1]}"
        _, found = checked(
            server,
            "--mail-to",
            "desk@news.example",
            READBACK_SMTP_URL=smtp,
            READBACK_MAIL_FROM="readback@news.example",
        )
    assert "Look whether it arrives at desk@news.example." in found, found
    assert "Subject: Readback can send mail" in mails[0]


def take_mail(listener: socket.socket, mails: list[str]) -> None:
    """Be a mail server for two connections: one that says hello, and one that sends."""
    for _ in range(2):
        line, _ = listener.accept()
        with line, line.makefile("rw", newline="") as talk:

            def say(text: str, talk: Any = talk) -> None:
                talk.write(f"{text}\r\n")
                talk.flush()

            say("220 here")
            for command in talk:
                if command.upper().startswith("DATA"):
                    say("354 go on")
                    body = ""
                    while not body.endswith("\r\n.\r\n"):
                        body += talk.readline()
                    mails.append(body)
                say("221 bye" if command.upper().startswith("QUIT") else "250 ok")


def test_only_who_has_the_secrets_sees_what_the_server_saw(server: Server) -> None:
    token = SelfCheck(load_secrets(server.data_dir / "secrets.json")).token()
    seen = server.get(f"/checkz?token={token}", X_Forwarded_For="1.2.3.4", Host="elsewhere")
    assert seen.status == 200 and seen.headers["Cache-Control"] == "no-store"
    assert (seen.json["forwarded_for"], seen.json["is_host_served"]) == (["1.2.3.4"], False)
    assert str(server.port) not in json.dumps(seen.json["fingerprints"])
    for wrong in ("", "?token=", f"?token={token}x", "?token=check.abc.def"):
        assert server.get(f"/checkz{wrong}").status == 404
    assert server.request("POST", f"/checkz?token={token}").status == 405


def test_findings_are_readable_at_80_columns(server: Server) -> None:
    server.env["COLUMNS"] = "80"
    lines = server.cli("check").stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert all(re.match(r"(ok|note|PROBLEM)? +|No problem", line) for line in lines), lines
