"""The last release beside the present tree on one store, another key, and a reload under load."""

import io
import re
import secrets
import signal
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.support.load import Load, wait_for_votes
from tests.faults.support.node import Node, until
from tests.faults.support.served import assert_exact, server_for
from tests.support.commenter import Commenter
from tests.support.server import ROOT, Serve, Server, nonce, once_back
from widget.secrets import new_secrets_file
from widget.tone import TONE_VERSION

# The last release: its tag or, where it has none, the commit that gave CHANGELOG.md its heading.
RELEASE = "v0.3.0"


def git(*arguments: str) -> bytes:
    """Return what git prints. Without the history, the test fails: it must not be left out."""
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True)
    if done.returncode:
        pytest.fail(f"git {' '.join(arguments)}: {done.stderr.decode(errors='replace')}")
    return done.stdout


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the tree of the last release."""
    commit = git("tag", "--list", RELEASE).decode().strip()
    if not commit:
        heading = f"^## {RELEASE.replace('.', '[.]')} "
        wrote = git("log", "--reverse", "--format=%H", "-G", heading, "--", "CHANGELOG.md")
        commit = wrote.decode().partition("\n")[0]
    if not commit or git("rev-parse", "--is-shallow-repository").strip() == b"true":
        pytest.fail(
            f"The history has no {RELEASE}, which this test runs beside the present tree. In a "
            "shallow clone, run `git fetch --unshallow --tags` first."
        )
    folder = tmp_path_factory.mktemp("released")
    with tarfile.open(fileobj=io.BytesIO(git("archive", commit))) as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Node]:
    node = Node(tmp_path / "store").start()
    yield node
    node.end()


def url_of(store: Node) -> str:
    return f"redis://{store.address}/0"


def test_both_releases_take_the_votes_and_comments_of_the_same_readers(
    store: Node, released: Path, tmp_path: Path, serve: Serve
) -> None:
    old, new = (server_for(url_of(store), tmp_path) for _ in range(2))
    old.folder = released
    serve.start(old)
    reader, thought = nonce(), {"draft": secrets.token_urlsafe(12)}
    assert old.react(nonce=reader).json["total"] == 1
    serve.start(new)  # it finds a store that remembers no voter key
    again = new.react(nonce=reader)
    assert (again.status, again.json["total"]) == (200, 1)
    token = again.json["token"]
    assert new.react(token=token, seq=2, reaction="sad").json["choice"] == "sad"
    repeated = old.react(token=token, seq=2, reaction="sad").json
    assert (repeated["choice"], repeated["total"]) == ("sad", 1)

    writer, beside = Commenter(old, "a"), Commenter(new, "a")
    first = writer.post("Once.", **thought)
    beside.token = writer.token
    assert beside.post("Once.", **thought).json["id"] == first.json["id"]
    assert beside.act(first.json["id"], "text", text="Once more.").status == 200
    assert writer.act(first.json["id"], "removal").status == 200
    loved = beside.post("I love this wonderful place!").json["id"]
    assert writer.act(loved, "text", text="I hate this awful place.").status == 200
    with Load([old, new], comments=0.1) as load:
        wait_for_votes(load, 200)
    assert_exact(load, new)
    for server in (old, new):
        recounted = server.cli("verify")
        assert recounted.returncode == 0, recounted.stdout + recounted.stderr
    rescored = new.cli("rescore").stdout  # what the older one scored
    assert re.search(
        rf"^[1-9][\d,]* comments rescored by version {TONE_VERSION} ", rescored, re.MULTILINE
    )
    recounted = old.cli("verify")
    assert recounted.returncode == 0, recounted.stdout + recounted.stderr


def test_a_reload_with_votes_running_loses_nothing(
    store: Node, tmp_path: Path, serve: Serve
) -> None:
    server = serve.start(server_for(url_of(store), tmp_path))
    with Load([server]) as load:
        for _ in range(2):
            wait_for_votes(load, 40)
            reload(server)
        wait_for_votes(load, 40)
    assert_exact(load, server)


def reload(server: Server) -> None:
    before = workers(server)
    server.process.send_signal(signal.SIGHUP)
    until(lambda: not before & workers(server), "new workers serve")


def workers(server: Server) -> set[str]:
    master = server.process.pid
    return set(Path(f"/proc/{master}/task/{master}/children").read_text().split())


def test_a_server_with_another_secrets_file_does_not_start(
    store: Node, tmp_path: Path, serve: Serve
) -> None:
    serve.start(server_for(url_of(store), tmp_path))
    other = server_for(url_of(store), tmp_path, READBACK_SECRETS=str(tmp_path / "other.json"))
    new_secrets_file(tmp_path / "other.json")
    ended = other.cli("serve")
    assert ended.returncode == 1
    assert "adopt-key" in ended.stderr and "Traceback" not in ended.stderr


def test_a_server_that_started_without_its_store_refuses_the_wrong_one_when_it_comes(
    store: Node, tmp_path: Path, serve: Serve
) -> None:
    right = serve.start(server_for(url_of(store), tmp_path))
    reader = nonce()
    assert right.react(nonce=reader).status == 200
    store.kill()
    new_secrets_file(tmp_path / "other.json")
    settings = {"READBACK_SECRETS": str(tmp_path / "other.json")}
    wrong = serve.start(server_for(url_of(store), tmp_path, **settings))
    assert wrong.react(nonce=reader).code == "store_unavailable"
    store.start()
    until(lambda: wrong.react(nonce=reader).code == "wrong_store", "the key is compared")
    assert "adopt-key" in wrong.output()
    assert wrong.get("/").status == 200  # pages go on, without numbers
    until(lambda: right.react(nonce=reader, seq=2).status == 200, "the other one is back")
    found = once_back(lambda: right.uncached("/v1/bar?site=home&article=a"))
    assert found.json["total"] == 1
