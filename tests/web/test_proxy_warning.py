"""The warnings about a proxy: none in front, or one that the settings do not count."""

import logging
import sys
from pathlib import Path
from typing import Any, Self

import pytest

from tests.support.server import Serve, Server, nonce, wait_for
from widget.web.proxy_warning import ProxyWarning, warn_if_public

PUBLIC = "readers have no TLS and no cache"
HOPS = "READBACK_TRUSTED_PROXY_HOPS is 0"


@pytest.mark.parametrize(
    ("addresses", "named"),
    [
        ([("127.0.0.1", 8000)], ""),
        ([("::1", 8000), ("localhost", 8000), "/run/readback.sock"], ""),
        ([("0.0.0.0", 8000)], "0.0.0.0"),
        ([("127.0.0.1", 8000), ("::", 8000), ("news.example", 80)], "::, news.example"),
    ],
)
def test_an_address_beyond_loopback_is_named_in_one_line(
    caplog: pytest.LogCaptureFixture, addresses: list[Any], named: str
) -> None:
    warn_if_public(addresses)
    lines = [record.getMessage() for record in caplog.records]
    assert [f"listens on {named}." in line and "\n" not in line for line in lines] == (
        [True] if named else []
    )


class Gunicorn(Server):
    """A server that plain gunicorn starts, with its own option for the address."""

    def start(self) -> Self:
        gunicorn = str(Path(sys.executable).with_name("gunicorn"))
        self.command = (gunicorn, "--bind", f"0.0.0.0:{self.port}", "app:app")
        return super().start()


def test_a_public_server_warns_at_the_start_whatever_started_it(serve: Serve) -> None:
    served = serve(READBACK_BIND="0.0.0.0")
    assert served.output().count(PUBLIC) == 1
    plain = serve.start(Gunicorn(serve.folder()))
    assert plain.output().count(PUBLIC) == 1


def test_a_server_on_loopback_does_not_warn(server: Server) -> None:
    assert PUBLIC not in server.output()


def test_a_proxy_that_the_settings_do_not_count_is_said_once_a_worker(serve: Serve) -> None:
    server = serve(READBACK_WORKERS="1")
    server.react(nonce=nonce())
    assert HOPS not in server.output()
    for _ in range(3):
        server.react(nonce=nonce(), address="203.0.113.9")
        server.get("/", X_Forwarded_For="203.0.113.9")
    wait_for(lambda: HOPS in server.output())
    assert server.output().count(HOPS) == 1


@pytest.mark.parametrize(
    ("hops", "peer", "warns"),
    [
        (0, "127.0.0.1", True),
        (0, "::1", True),
        (0, "::ffff:127.0.0.1", True),
        (0, "", True),  # a unix socket
        (0, "203.0.113.9", False),
        (1, "127.0.0.1", False),
    ],
)
def test_only_a_proxy_on_this_machine_counts(
    caplog: pytest.LogCaptureFixture, hops: int, peer: str, warns: bool
) -> None:
    warning = ProxyWarning(hops)
    for _ in range(2):
        warning.look({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": "198.51.100.1"})
        warning.look({"REMOTE_ADDR": peer})
    assert [record.levelno for record in caplog.records] == [logging.WARNING] * warns
