"""The application behind Werkzeug's reloader and debugger, for ``script/dev`` alone.

The debugger runs code from the browser, so the caller must bind to loopback.
"""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from flask import Flask
from werkzeug.serving import is_running_from_reloader, run_simple

from widget.services.site_copying import start_copying
from widget.settings import Settings
from widget.web.application import create_app
from widget.web.services import services

__all__ = ["is_running_from_reloader", "open_app", "serve"]


def open_app(settings: Settings) -> Flask:
    """Build the application so that its errors reach the debugger, and templates reload."""
    app = create_app(settings)
    app.debug = True
    app.register_error_handler(Exception, _reraise)
    with app.app_context():
        services().alerting.scheduler.start()
        services().integrity.watch.start()
        services().sweeper.start()
        start_copying(services().sites.copies)
    return app


def _reraise(error: Exception) -> NoReturn:
    raise error


def serve(settings: Settings, watched: Iterable[Path]) -> None:
    """Serve until Ctrl-C. If a change keeps the application from starting, wait for the next.

    Werkzeug starts this program again as a child, which serves; the parent waits and restarts it.

    :param watched: files whose change restarts the application, besides Python's modules.
    """
    files = [str(path) for path in watched]
    is_child = is_running_from_reloader()
    app = open_app(settings) if is_child else Flask(__name__)  # the parent answers no request
    while True:
        try:
            run_simple(
                settings.bind,
                settings.port,
                app,
                use_reloader=True,
                use_debugger=True,
                threaded=True,
                extra_files=files,
            )
            return
        except SystemExit as ended:
            if is_child or not ended.code:
                raise
            print("The application did not start. It tries again when a file changes.", flush=True)
            _wait_for_change([*map(Path, files), *_package().rglob("*.py")])


def _package() -> Path:
    return Path(__file__).parents[1]


def _wait_for_change(paths: list[Path]) -> None:
    def changed_s() -> float:
        return max(path.stat().st_mtime for path in paths if path.exists())

    before_s = changed_s()
    while changed_s() <= before_s:
        time.sleep(0.5)
