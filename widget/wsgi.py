"""The WSGI application of one worker, with its alert watch running."""

from widget import create_app, start_or_say_why

with start_or_say_why():
    app = create_app()
    app.extensions["readback.alerting"].watch.start()
