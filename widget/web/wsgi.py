"""The WSGI application of one worker, with its background threads running."""

from widget.web.application import create_app, start_or_say_why
from widget.web.services import services

with start_or_say_why():
    app = create_app()
    with app.app_context():
        services().clock.watch()
        services().alerting.scheduler.start()
        services().sweeper.start()
        services().store_watch.start()
