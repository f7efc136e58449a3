"""gunicorn's configuration, from the table of settings. Its master owns the embedded store."""

from typing import Any

from widget.commands.allocator import keep_little_memory
from widget.commands.editor import first_admin_link
from widget.commands.store_settings import warn_of_store_settings
from widget.domain.errors import StoreUnavailable
from widget.domain.stories import load_stories
from widget.services.rates import counts_of_this_server
from widget.settings import Settings
from widget.store.connect import open_store
from widget.store.embedded import EmbeddedStore
from widget.web.application import start_or_say_why
from widget.web.body import MAX_BODY_BYTES
from widget.web.proxy_warning import warn_if_public

with start_or_say_why():
    _settings = Settings.from_env()
_embedded: EmbeddedStore | None = None
_first_admin: str | None = None

bind = f"{_settings.bind}:{_settings.port}"
workers = _settings.workers
worker_class = "gthread"
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


def on_starting(server: Any) -> None:
    """Start the store before the workers, in the process that outlives them."""
    global _embedded, _first_admin
    warn_if_public(server.cfg.address)
    with start_or_say_why():
        # Without one of these, a worker would fail and gunicorn would restart it for ever.
        load_stories(_settings.articles_dir)
        connection, _embedded = open_store(_settings)
        connection.check_at_start()
    if _embedded is not None:
        _embedded.keep()
    else:
        warn_of_store_settings(_settings.redis_url)
    try:
        _first_admin = first_admin_link(connection, _settings.public_url)
    except StoreUnavailable:
        pass  # no link this time; run `readback editor add` instead
    counts_of_this_server()  # mapped before the fork, so the workers share it
    keep_little_memory()  # the workers inherit this


def pre_request(worker: object, request: Any) -> None:
    """Have the connection closed after a request whose body will not be read to its end.

    Such a body is refused unread. What follows its head on the connection may then be more of the
    body, and must never be taken for the next request.
    """
    for name, value in request.headers:
        is_long = name == "CONTENT-LENGTH" and int(value) > MAX_BODY_BYTES
        if is_long or name == "TRANSFER-ENCODING":
            request.force_close()


def when_ready(server: object) -> None:
    print(f"Readback is at {_settings.public_url} (Ctrl-C ends it)", flush=True)
    if _first_admin:
        print(
            f"There is no editor yet. Create the first admin at this one-time link: {_first_admin}",
            flush=True,
        )


def on_exit(server: object) -> None:
    if _embedded is not None:
        _embedded.stop()
    print("Readback has ended; every vote is on disk.", flush=True)
