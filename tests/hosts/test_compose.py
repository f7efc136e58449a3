"""compose.yaml: read by docker-compose, and its services started together without an engine."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.hosts.container import Container
from tests.hosts.dockerfile import Image
from tests.support.nginx import Nginx
from tests.support.programs import installed
from tests.support.server import ROOT, free_port, nonce
from tests.web.test_deploy import block, configuration
from widget.environment.settings_file import read_settings_file
from widget.store.valkey_server import valkey_server

pytestmark = pytest.mark.hosts

PASSWORD = "not-the-documented-one"
ORIGIN = "https://readback.example"


def composed(**settings: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME")}
    return subprocess.run(
        [installed("docker-compose"), "-f", str(ROOT / "compose.yaml"), "config"],
        env={**env, **settings},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def services() -> Any:
    read = composed(STORE_PASSWORD=PASSWORD, READBACK_PUBLIC_URL=ORIGIN)
    assert read.returncode == 0, read.stderr
    return yaml.safe_load(read.stdout)["services"]


@pytest.mark.parametrize("missing", ["STORE_PASSWORD", "READBACK_PUBLIC_URL"])
def test_a_setting_that_is_missing_is_named(missing: str) -> None:
    given = {"STORE_PASSWORD": PASSWORD, "READBACK_PUBLIC_URL": ORIGIN}
    del given[missing]
    refused = composed(**given)
    assert refused.returncode != 0 and "set it in .env" in refused.stderr


def test_the_stores_users_are_the_documented_ones(services: Any) -> None:
    command = services["valkey"]["command"]
    users = block("acl").replace("CHANGE-ME", PASSWORD).splitlines()
    documented = [word for user in users for word in ("--user", *user.split()[1:])]
    assert command[command.index("readback") - 1 :] == documented


def test_the_stores_health_check_needs_its_user(services: Any, folder: Path) -> None:
    """Use the default port, which is free in a separate network."""
    service = services["valkey"]
    (folder / "valkey-server").symlink_to(valkey_server())
    (folder / "valkey-cli").symlink_to(installed("redis-cli"))
    [kind, check] = service["healthcheck"]["test"]
    assert kind == "CMD-SHELL"
    script = f"""
      ip link set lo up
      "$@" >valkey.log &
      for attempt in $(seq 50); do
        if {check}; then
          unset REDISCLI_AUTH
          if {check}; then exit 2; fi
          kill $!; wait; exit 0
        fi
        sleep 0.1
      done
      exit 1
    """
    env = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", **service["environment"]}
    run = subprocess.run(
        [
            "unshare",
            "--net",
            "--pid",
            "--fork",
            "--kill-child",
            "bash",
            "-c",
            script,
            "valkey",
            *service["command"],
        ],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.fixture
def valkey(services: Any, folder: Path) -> Iterator[int]:
    """Start the store as composed, on a free port; return the port."""
    port = free_port()
    store = folder / "store"
    store.mkdir()
    command = services["valkey"]["command"]
    process = subprocess.Popen(
        [valkey_server(), *command[1:], "--port", str(port), "--bind", "127.0.0.1"],
        cwd=store,
        stdout=subprocess.DEVNULL,
    )
    yield port
    process.terminate()
    process.wait(10)


def environment(services: Any, store_port: int) -> dict[str, str]:
    settings = dict(services["readback"]["environment"])
    assert "@valkey:6379/" in settings["READBACK_REDIS_URL"]
    settings["READBACK_REDIS_URL"] = settings["READBACK_REDIS_URL"].replace(
        "@valkey:6379/", f"@127.0.0.1:{store_port}/"
    )
    return settings


def test_the_services_together_count_a_vote(
    services: Any, image: Image, folder: Path, valkey: int
) -> None:
    service = services["readback"]
    secrets = folder / "secrets"
    made = Container(image, secrets).run("secrets", "new", "/var/lib/readback/readback.json")
    assert made.returncode == 0, made.stderr
    assert service["read_only"] and service["network_mode"] == "service:nginx"
    [secret] = service["secrets"]
    container = Container(
        image,
        folder / "data",
        read_only=True,
        mounts={f"/run/secrets/{secret['source']}": secrets / "readback.json"},
        **environment(services, valkey),
    ).start()
    nginx = Nginx(folder / "nginx")
    nginx.folder.mkdir()
    nginx.start(configuration(nginx.folder, nginx.port, container.port))
    own = container.port
    try:
        container.port = nginx.port
        container.origin = ORIGIN
        voted = container.request(
            "POST",
            "/v1/react",
            json.dumps(
                {"site": "home", "article": "a", "reaction": "love", "seq": 1, "nonce": nonce()}
            ).encode(),
            Host="readback.example",
            Origin=ORIGIN,
            Content_Type="text/plain",
        )
        assert voted.status == 200, voted.body
        bar = container.get("/v1/bar?site=home&article=a", Host="readback.example")
        assert bar.json["total"] == 1
        assert not list((folder / "data").iterdir()), "the store is the other container"
    finally:
        container.port = own
        nginx.stop()
        container.stop()


def test_compose_reads_a_settings_file_as_readback_does(folder: Path) -> None:
    path = folder / "readback.env"
    path.write_text(
        "# one\r\n\r\nPORT=8001\r\nREADBACK_REDIS_URL=redis://u:a%40b=#c'd\"@h:1/0?db=1\n"
        "READBACK_ARTICLES_DIR=/srv/our stories/\u00e9t\u00e9\nREADBACK_LOG=\n"
    )
    composed = folder / "compose.yaml"
    composed.write_text("services: {a: {image: x, env_file: [readback.env]}}\n")
    read = subprocess.run(
        [installed("docker-compose"), "-f", str(composed), "config"], capture_output=True, text=True
    )
    found = yaml.safe_load(read.stdout)["services"]["a"]["environment"]
    assert found == {name: line.value for name, line in read_settings_file(path).lines.items()}
