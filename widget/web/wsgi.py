"""The WSGI application of one worker, with its scheduler of alerts running."""

from widget.services.site_copying import start_copying
from widget.web.application import create_app, start_or_say_why
from widget.web.services import services

with start_or_say_why():
    app = create_app()
    with app.app_context():
        services().alerting.scheduler.start()
        services().sweeper.start()
        start_copying(services().sites.copies)
