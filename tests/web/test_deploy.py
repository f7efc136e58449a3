"""The nginx and the store user of docs/deploy.md, run with the real server and a real store."""

import gzip
import json
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from redis import Redis
from redis.exceptions import NoPermissionError

from tests.store.test_connect import valkey
from tests.support.desk import invited
from tests.support.files import bytes_below
from tests.support.nginx import Nginx
from tests.support.programs import installed
from tests.support.server import ROOT, Answer, Serve, Server, free_port, nonce, wait_for
from widget.secrets import new_secrets_file
from widget.store import keys

DEPLOY = (ROOT / "docs" / "deploy.md").read_text()
ORIGIN = "https://readback.example"


def block(language: str) -> str:
    """Return the first block of the page in a language."""
    return str(re.findall(rf"```{language}\n(.*?)```", DEPLOY, re.S)[0])


def configuration(folder: Path, port: int, upstream: int) -> str:
    """Return the documented configuration for local ports, without TLS and with a short timeout."""
    text = block("nginx").replace("127.0.0.1:8000", f"127.0.0.1:{upstream}")
    text = text.replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    text = re.sub(r"\n *ssl_certificate.*", "", text).replace("_timeout 5s", "_timeout 1s")
    return text.replace("/var/cache/nginx", str(folder))


def before(folder: Path, upstream: int) -> Nginx:
    """Start the documented nginx in front of this port."""
    nginx = Nginx(folder)
    return nginx.start(configuration(folder, nginx.port, upstream))


def raw(nginx: Nginx, request: bytes) -> bytes:
    """Send these bytes; return the response up to its end or one second of silence."""
    answer = b""
    with socket.create_connection(("127.0.0.1", nginx.port), timeout=1) as line:
        line.sendall(request)
        try:
            while part := line.recv(65536):
                answer += part
        except TimeoutError:
            pass
    return answer


class Behind(Server):
    """A server whose requests go through nginx."""

    nginx_port = 0
    nginx: Nginx

    def request(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        through, own = self.nginx_port, self.port
        self.port = through or own
        try:
            return super().request(method, path, body, **{"Host": "readback.example", **headers})
        finally:
            self.port = own


@pytest.fixture(scope="module")
def behind(module_serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    running = module_serve.start(
        Behind(
            module_serve.folder(),
            READBACK_PUBLIC_URL=ORIGIN,
            READBACK_NEW_READERS="3",
            READBACK_TRUSTED_PROXY_HOPS="1",
        )
    )
    running.origin = ORIGIN
    proxy = before(tmp_path_factory.mktemp("nginx"), running.port)
    running.nginx_port, running.nginx = proxy.port, proxy
    yield running
    proxy.stop()


def test_the_network_of_a_reader_is_the_one_nginx_sees(behind: Behind) -> None:
    for _ in range(3):
        assert behind.react(nonce=nonce(), address="203.0.113.9").status == 200
    # All requests come from this machine, whatever they claim, so the fourth must do work.
    assert behind.react(nonce=nonce(), address="203.0.113.77").status == 428
    assert behind.get("/v1/bar?site=home&article=a").json["total"] == 3


def test_nginx_drops_a_forwarding_header_spelt_with_underscores(behind: Behind) -> None:
    """granian cannot tell such a name from the right one, so the proxy must drop it."""
    vote = json.dumps({"site": "home", "article": "b", "reaction": "love", "seq": 1})
    for n in range(1, 5):
        body = vote.replace("}", f', "nonce": "{nonce()}"}}')
        with socket.create_connection(("127.0.0.1", behind.nginx_port), timeout=20) as line:
            line.sendall(
                f"POST /v1/react HTTP/1.1\r\nHost: readback.example\r\nOrigin: {ORIGIN}\r\n"
                f"X_Forwarded_For: 203.0.113.{n}\r\nX-Forwarded_For: 203.0.113.{n}\r\n"
                f"Content-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
            )
            status = line.recv(65536).split()[1]
    assert status == b"428"  # the fourth new reader of this machine at the latest


def test_the_cache_answers_every_origin_alike(behind: Behind) -> None:
    path = "/v1/counts?site=home&article=cached"
    ours = behind.get(path, Origin=ORIGIN)
    other = behind.get(path, Origin="https://other.example")
    assert ours.body == other.body and ours.headers["ETag"] == other.headers["ETag"]
    assert other.headers["Access-Control-Allow-Origin"] == "*"
    assert any((behind.nginx.folder / "readback").rglob("*")), "nothing was cached"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/counts?site=home&article=a&lang=de",
        "/v1/comments?site=home&article=a&lang=de",
        "/static/css/desk.css",
        "/embed.js",
        "/comments.v1.js",
    ],
)
def test_scripts_styles_and_answers_are_compressed(behind: Behind, path: str) -> None:
    for _ in range(2):  # the second may be the cache's
        plain = behind.get(path)
        zipped = behind.get(path, Accept_Encoding="gzip")
        assert plain.headers["Content-Encoding"] is None
        assert zipped.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(zipped.body) == plain.body
        assert len(zipped.body) < len(plain.body) * 0.7
        assert zipped.headers.get_all("Vary") == ["Accept-Encoding"]


@pytest.mark.parametrize("path", ["/v1/counts?site=home&article=a", "/embed.js"])
def test_a_compressed_answer_that_is_still_right_is_not_sent_again(
    behind: Behind, path: str
) -> None:
    first = behind.get(path, Accept_Encoding="gzip")
    again = behind.get(path, Accept_Encoding="gzip", If_None_Match=first.headers["ETag"])
    assert (again.status, again.body) == (304, b"")


def test_a_script_keeps_the_compression_that_the_build_gave_it(behind: Behind, root: Path) -> None:
    for coding, suffix in (("br", "br"), ("gzip", "gz"), ("br", "br")):
        answer = behind.get("/embed.js", Accept_Encoding=coding)
        assert answer.headers["Content-Encoding"] == coding
        assert answer.body == (root / "static" / "dist" / f"embed.js.{suffix}").read_bytes()


def test_a_page_whose_form_holds_a_secret_is_not_compressed(behind: Behind) -> None:
    for path in ("/articles/talent-visa", "/desk/login", "/r/home/talent-visa-2025"):
        page = behind.get(path, Accept_Encoding="gzip")
        assert page.status == 200 and page.headers["Content-Encoding"] is None
        assert b"</html>" in page.body


def test_another_host_gets_no_answer(behind: Behind) -> None:
    request = b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    assert raw(behind.nginx, request) == b""
    assert b"200 OK" in raw(behind.nginx, request.replace(b"evil", b"readback"))


@pytest.mark.parametrize("probe", ["readinessProbe", "livenessProbe"])
def test_the_documented_probes_succeed_by_the_address_of_a_pod(behind: Behind, probe: str) -> None:
    asked = yaml.safe_load(block("yaml"))[probe]["httpGet"]
    named = {header["name"]: header["value"] for header in asked.get("httpHeaders", [])}
    host = named.pop("Host", f"10.42.0.17:{asked['port']}")
    assert not named
    request = (
        f"GET {asked['path']} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: kube-probe/1.31\r\n"
        "Accept: */*\r\nConnection: close\r\n\r\n"
    )
    assert raw(behind.nginx, request.encode()).startswith(b"HTTP/1.1 200 OK")


def test_only_the_health_checks_are_answered_without_a_host_name(behind: Behind) -> None:
    for path in (b"/healthz", b"/readyz"):
        assert b" 200 OK" in raw(behind.nginx, b"HEAD " + path + b" HTTP/1.0\r\n\r\n")
    for path in (b"/", b"/metrics", b"/healthz/", b"/healthz/../embed.js", b"/v1/bar", b"/HEALTHZ"):
        request = b"GET " + path + b" HTTP/1.1\r\nHost: 10.42.0.17\r\nConnection: close\r\n\r\n"
        assert raw(behind.nginx, request) == b"", path


def test_nginx_does_not_pass_on_the_metrics_and_gives_each_request_its_id(behind: Behind) -> None:
    assert behind.get("/metrics").status == 404
    first, second = (behind.get("/desk/login").headers["X-Request-Id"] for _ in range(2))
    assert re.fullmatch("[0-9a-f]{32}", first) and first != second


def test_pages_can_read_what_nginx_itself_refuses(behind: Behind) -> None:
    answer = behind.request("POST", "/v1/react", b"x" * 40_000, Origin=ORIGIN)
    assert (answer.status, answer.code) == (413, "too_large")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_nginx_drops_300_slow_connections_and_still_serves_readers(behind: Behind) -> None:
    lines = [socket.create_connection(("127.0.0.1", behind.nginx_port)) for _ in range(300)]
    try:
        for line in lines:
            line.sendall(b"GET / HTTP/1.1\r\nHost: readback.example\r\nX-Slow: ")
        assert behind.get("/articles/talent-visa").status == 200
        for line in lines:
            line.settimeout(30)
            assert line.recv(1024)[:12] in (b"", b"HTTP/1.1 408")
    finally:
        for line in lines:
            line.close()


def test_pages_can_read_that_the_service_is_away(tmp_path: Path) -> None:
    proxy = before(tmp_path, free_port())
    try:
        answer = raw(
            proxy,
            b"GET /v1/bar?site=home&article=a HTTP/1.1\r\n"
            b"Host: readback.example\r\nConnection: close\r\n\r\n",
        )
    finally:
        proxy.stop()
    head, body = answer.split(b"\r\n\r\n", 1)
    assert b" 503 " in head and b"Access-Control-Allow-Origin: *" in head
    assert b"Retry-After: 5" in head and json.loads(body)["error"]["code"] == "store_unavailable"


def test_the_store_user_can_do_what_readback_needs_and_nothing_else(
    serve: Serve, tmp_path: Path
) -> None:
    users = tmp_path / "users.acl"
    users.write_text("user default off\n" + block("acl"))
    with valkey(tmp_path / "v", "--aclfile", str(users)) as port:
        new_secrets_file(tmp_path / "secrets.json")
        url = f"redis://readback:CHANGE-ME@127.0.0.1:{port}/0"
        running = serve(READBACK_REDIS_URL=url, READBACK_SECRETS=str(tmp_path / "secrets.json"))
        everything_works(running)
        running.stop()
        with Redis.from_url(url) as client:
            audit = keys.audit("home", 0)
            for command in (
                ("KEYS", "*"),
                ("FLUSHALL",),
                ("FLUSHDB",),
                ("CONFIG", "GET", "*"),
                ("ACL", "LIST"),
                ("XDEL", audit, "1-1"),
                ("XTRIM", audit, "MAXLEN", "0"),
                ("SCRIPT", "FLUSH"),
                ("SHUTDOWN",),
                ("SET", "elsewhere", "1"),
            ):
                with pytest.raises(NoPermissionError):
                    client.execute_command(*command)


@pytest.mark.hosts  # script/test-hosts installs redis-cli
def test_the_documented_rewrite_drops_what_has_expired_with_the_rights_it_has(
    tmp_path: Path,
) -> None:
    users = tmp_path / "users.acl"
    users.write_text("user default on nopass ~* +@all\n" + block("acl"))
    folder = tmp_path / "v"
    with valkey(folder, "--aclfile", str(users), "--appendonly", "yes") as port:
        with Redis(port=port) as client:
            client.set("stays", "a-count")
            for number in range(500):
                client.set(f"gone{number}", "what-a-reader-did", px=1)
        [command] = re.findall(r"^(valkey-cli .*BGREWRITEAOF) ", DEPLOY, re.M)
        of_this_port = command.replace("valkey-cli", f"{installed('redis-cli')} -p {port}")
        env = {**os.environ, "REDISCLI_AUTH": "CHANGE-ME"}
        subprocess.run(["sh", "-euc", of_this_port], env=env, check=True, capture_output=True)
        wait_for(lambda: b"what-a-reader-did" not in bytes_below(folder))
        assert b"stays" in bytes_below(folder)
        with Redis(port=port, username="keeper", password="CHANGE-ME") as keeper:
            for refused in (
                ("GET", "stays"),
                ("DEL", "stays"),
                ("KEYS", "*"),
                ("CONFIG", "GET", "*"),
            ):
                with pytest.raises(NoPermissionError):
                    keeper.execute_command(*refused)


def everything_works(running: Server) -> None:
    voted = running.react(nonce=nonce())
    token = voted.json["token"]
    comment = json.dumps(
        {"site": "home", "article": "a", "name": "Ana", "text": "Good.", "token": token}
    ).encode()
    headers = {"Content_Type": "text/plain", "Origin": running.origin}
    written = running.request("POST", "/v1/comments", comment, **headers)
    assert written.status in (201, 202), written.body
    assert running.get("/v1/comments?site=home&article=a").status == 200
    editor = invited(running, "robin", "*:admin")
    article = f"/desk/home/articles/{voted.json['article']}"
    for page in ("/desk/home/", "/desk/home/articles", article, "/desk/home/sections"):
        assert editor.get(page).status == 200, page
    corrections = f"{article}/corrections"
    closed = editor.post(f"{article}/closure", corrections, reason="A test")
    assert closed.status == 303
    one, queue = written.json["id"], "/desk/home/comments"
    hidden = editor.post(f"{queue}/acts", "/desk/account", act="hide", reason="spam", comment=one)
    assert hidden.status == 303
    for page in (queue, f"{queue}?show=hidden&q=good", f"{queue}/{one}", "/desk/home/held-votes"):
        assert editor.get(page).status == 200, page
    assert b"robin</b> removed it" in editor.get(f"{queue}/{one}").body
    log = editor.get("/desk/home/audit")
    assert log.status == 200 and b"closed" in log.body
    running.prepare("verify")
