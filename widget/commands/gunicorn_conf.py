"""gunicorn's configuration, from the table of settings. Its master owns the embedded store."""

import sys
from typing import Any

from widget.commands.master import Master
from widget.logs.lines import log_config
from widget.metrics.kinds import table
from widget.settings import Settings
from widget.web.body import MAX_BODY_BYTES
from widget.web.starting import configure_log, start_or_say_why

configure_log()
with start_or_say_why():
    _settings = Settings.from_env()
_master = Master(_settings)

bind = _master.bind
workers = _settings.workers
worker_class = "widget.commands.gunicorn_worker.Worker"
threads = _settings.threads
worker_connections = 1000
keepalive = 15
timeout = 30
graceful_timeout = 5
limit_request_line = 4094
limit_request_fields = 50
limit_request_field_size = 4096
forwarded_allow_ips = ""  # only widget/web/network.py reads forwarding headers
control_socket_disable = True
asgi_loop = "asyncio"
http_parser = "fast"
wsgi_app = "widget.web.wsgi:app"
loglevel = "warning"
logconfig_dict = log_config(_settings.log)
logger_class = "widget.commands.gunicorn_log.Log"


def on_starting(server: Any) -> None:
    """Start the store before the workers, in the process that outlives them."""
    _master.start(server.cfg.bind, server.cfg.address)


def pre_fork(server: object, worker: Any) -> None:
    """Give each worker a row of the metrics, and its time to start, before it is there."""
    worker.metrics_row = table().take_row()
    worker.tmp.notify()  # else gunicorn would wait for ever for the first sign of one that hangs


def post_fork(server: Any, worker: Any) -> None:
    _master.leave_in_worker(worker.ppid, worker.metrics_row)


def pre_request(worker: object, request: Any) -> None:
    """Have the connection closed after a request whose body will not be read to its end.

    Such a body is refused unread. What follows its head on the connection may then be more of the
    body, and must never be taken for the next request.
    """
    if request.chunked or request.content_length > MAX_BODY_BYTES:
        request.must_close = True


def child_exit(server: object, worker: Any) -> None:
    """Keep what a worker counted, even one that was killed."""
    table().give_back(worker.metrics_row)


def when_ready(server: object) -> None:
    _master.tell()


def on_exit(server: object) -> None:
    if code := _master.end():
        sys.exit(code)
