"""gunicorn's configuration, from the table of settings. Its master owns the embedded store."""

import logging
import signal
import sys
from typing import Any

from widget.commands.allocator import keep_little_memory
from widget.commands.editor import first_admin_line
from widget.commands.ending import Ending
from widget.commands.start_report import (
    StartReport,
    warn_if_elsewhere,
    warn_of_ledger,
    warn_of_variables,
)
from widget.commands.store_settings import warn_of_store_settings
from widget.domain.errors import StoreUnavailable
from widget.domain.stories import Story, load_stories
from widget.logs.lines import log_config
from widget.metrics.kinds import table
from widget.secrets import Secrets, open_secrets
from widget.services.backup_schedule import BackupSchedule
from widget.services.rates import counts_of_this_server
from widget.settings import Settings, in_address
from widget.store.clock import StoreClock
from widget.store.connect import Connection, open_store, place_of
from widget.store.embedded import EmbeddedStore
from widget.store.parent import end_with_parent
from widget.web.body import MAX_BODY_BYTES
from widget.web.proxy_warning import warn_if_public
from widget.web.starting import configure_log, start_or_say_why

configure_log()
log = logging.getLogger("readback")
with start_or_say_why():
    _settings = Settings.from_env()
_embedded: EmbeddedStore | None = None
_ending: Ending | None = None
_connection: Connection | None = None
_stories: dict[str, Story] = {}

bind = f"{in_address(_settings.bind)}:{_settings.port}"
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
wsgi_app = "widget.web.wsgi:app"
loglevel = "warning"
logconfig_dict = log_config(_settings.log)
logger_class = "widget.commands.gunicorn_log.Log"


def on_starting(server: Any) -> None:
    """Start the store before the workers, in the process that outlives them."""
    global _embedded, _ending, _connection, _stories
    warn_of_variables()
    warn_if_elsewhere(server.cfg.bind, bind)
    warn_if_public(server.cfg.address)
    with start_or_say_why():
        # Without one of these, a worker would fail and gunicorn would restart it for ever.
        _stories = load_stories(_settings.articles_dir)
        _connection, _embedded = open_store(_settings)
        _ending = Ending(_embedded, place_of(_settings), _connection.why_away)
        secrets = open_secrets(_settings)
        warn_of_ledger(_settings, secrets)
        _connection.check_at_start()
        StoreClock(_connection).measure()
    if _embedded is not None:
        _embedded.keep()
        if _settings.backup_hours:
            _schedule(_connection, _embedded, secrets).start()
    counts_of_this_server()  # mapped before the fork, so the workers share it
    table()
    keep_little_memory()  # the workers inherit this


def _schedule(connection: Connection, embedded: EmbeddedStore, secrets: Secrets) -> BackupSchedule:
    return BackupSchedule(
        connection,
        secrets,
        _settings.data_dir,
        lambda: embedded.is_owned,
        hours=_settings.backup_hours,
        keep=_settings.backup_keep,
    )


def pre_fork(server: object, worker: Any) -> None:
    """Give each worker a row of the metrics before it is there."""
    worker.metrics_row = table().take_row()


def post_fork(server: Any, worker: Any) -> None:
    """Have a worker end with its master, so that the next start finds the port and the store free.

    A request under way is cut off, as with any killed worker: sending it again is safe.
    """
    end_with_parent(worker.ppid, signal.SIGKILL)
    if _embedded is not None:
        _embedded.leave()
    table().count_in(worker.metrics_row)


def pre_request(worker: object, request: Any) -> None:
    """Have the connection closed after a request whose body will not be read to its end.

    Such a body is refused unread. What follows its head on the connection may then be more of the
    body, and must never be taken for the next request.
    """
    for name, value in request.headers:
        is_long = name == "CONTENT-LENGTH" and int(value) > MAX_BODY_BYTES
        if is_long or name == "TRANSFER-ENCODING":
            request.force_close()


def child_exit(server: object, worker: Any) -> None:
    """Keep what a worker counted, even one that was killed."""
    table().give_back(worker.metrics_row)


def when_ready(server: object) -> None:
    assert _connection is not None
    report = StartReport(_settings, _connection, _when_the_store_answers)
    report.tell(_stories, is_new=_embedded is not None and _embedded.is_new)


def _when_the_store_answers() -> None:
    """Say what only the store knows: its settings, and whether there is an editor."""
    assert _connection is not None
    if _embedded is None:
        warn_of_store_settings(_settings.redis_url)
    try:
        # Not before: a start that fails would take the link with it.
        line = first_admin_line(_connection, _settings.public_url)
    except StoreUnavailable:
        return  # no link this time; run `readback editor add` instead. The log has the reason
    if line:
        log.info("%s", line)


def on_exit(server: object) -> None:
    if _ending is not None and (code := _ending.end()):
        sys.exit(code)
