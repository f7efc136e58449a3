"""A worker's application, as a server loads it."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.server import ROOT
from widget.secrets import new_secrets_file
from widget.store.connect import Connection
from widget.store.embedded import EmbeddedStore

LOOK = """
import gc, os
from widget.web.wsgi import app
print(gc.get_freeze_count(), len(gc.get_objects()), flush=True)
os._exit(0)  # its background threads go on
"""


def test_collections_leave_out_what_was_loaded(
    connection: Connection, tmp_path: Path, redis_server: EmbeddedStore
) -> None:
    secrets = tmp_path / "secrets.json"
    new_secrets_file(secrets)
    env = {
        **os.environ,
        "READBACK_ENV_FILE": os.devnull,
        "READBACK_REDIS_URL": redis_server.url,
        "READBACK_SECRETS": str(secrets),
    }
    done = subprocess.run(
        [sys.executable, "-c", LOOK], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    frozen, left = map(int, done.stdout.split())
    assert frozen > 50_000 and left < frozen / 20
