"""The WSGI entry point: any server can run ``app:app``."""

from widget import create_app, start_or_say_why

with start_or_say_why():
    app = create_app()
    app.extensions["readback.alerting"].watch.start()
