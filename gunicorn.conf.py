"""gunicorn's settings, from the same table as everything else; it owns the embedded store."""

import sys
from contextlib import contextmanager

from widget import check_start, open_store
from widget.editor_cli import first_admin_link
from widget.errors import StoreUnavailable
from widget.settings import SettingError, Settings
from widget.stories import StoryError
from widget.web.flood import counts_of_this_server


@contextmanager
def _or_no_start():
    """A worker that cannot start is started again for ever; what it needs is looked at before."""
    try:
        yield
    except (SettingError, StoryError) as problem:
        sys.exit(f"Readback does not start. {problem}")


with _or_no_start():
    _settings = Settings.from_env()
_embedded = None
_first_admin = None

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
forwarded_allow_ips = ""  # widget/web/network.py alone reads forwarding headers
control_socket_disable = True
wsgi_app = "app:app"
loglevel = "warning"


def on_starting(server):
    """Start the store before the workers, in the process that outlives them."""
    global _embedded, _first_admin
    with _or_no_start():
        check_start(_settings)
        connection, _embedded = open_store(_settings)
    if _embedded is not None:
        _embedded.keep()
    try:
        _first_admin = first_admin_link(connection, _settings.public_url)
    except StoreUnavailable:
        pass  # whoever is first there asks `readback editor add`
    counts_of_this_server()  # mapped here, so that the workers share it


def when_ready(server):
    print(f"Readback is at {_settings.public_url} (Ctrl-C ends it)", flush=True)
    if _first_admin:
        print(f"No editor yet. The first admin begins here, once: {_first_admin}", flush=True)


def on_exit(server):
    if _embedded is not None:
        _embedded.stop()
    print("Readback has ended; every vote is on disk.", flush=True)
