"""The WSGI application of one worker, with its background threads running."""

import gc

from widget.services.site_copying import start_copying
from widget.web.application import create_app
from widget.web.services import services
from widget.web.starting import start_or_say_why

with start_or_say_why():
    app = create_app()
    with app.app_context():
        # It connects, too, before the first request, which could not wait for a server that hangs.
        services().clock.watch()
        services().alerting.scheduler.start()
        services().integrity.watch.start()
        services().sweeper.start()
        services().store_watch.start()
        services().ledger.start()
        services().desk.learning.start()
        start_copying(services().sites.copies)

# What was loaded stays to the end. A full collection that went through it would stop a worker for
# 70 ms, about once a second when many vote.
gc.freeze()
