"""An app whose alerts go to the tests' receiver, for a real server with several processes."""

import os
from pathlib import Path

from tests.support.receiver import outward_to_tests
from widget.web.application import create_app

app = create_app(egress=outward_to_tests(Path(os.environ["TEST_CERTIFICATE"])))
app.extensions["readback"].alerting.scheduler.start()
