"""The WSGI application of one worker, with its background threads running."""

from contextlib import suppress

from widget.domain.errors import StoreUnavailable
from widget.services.home import HOME
from widget.services.site_copying import start_copying
from widget.web.application import create_app, start_or_say_why
from widget.web.services import services

with start_or_say_why():
    app = create_app()
    with app.app_context():
        services().clock.watch()
        # Connect before the first request: it could not wait for a server of the store that hangs.
        with suppress(StoreUnavailable):
            services().sites.get(HOME)
        services().alerting.scheduler.start()
        services().sweeper.start()
        services().store_watch.start()
        start_copying(services().sites.copies)
