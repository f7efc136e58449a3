"""The WSGI entry point: any server can run ``app:app``."""

import sys

from widget import create_app
from widget.settings import SettingError
from widget.stories import StoryError

try:
    app = create_app()
    app.extensions["readback.alerting"].watch.start()
except (SettingError, StoryError) as problem:
    sys.exit(f"Readback does not start. {problem}")
