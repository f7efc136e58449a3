"""How a server ends, and what it says became of the votes."""

import os
import signal
from pathlib import Path

from tests.support.killed import children, is_alive
from tests.support.server import Serve, Server, nonce, wait_for
from widget.store.embedded import EmbeddedStore


def store_of(server: Server) -> int:
    [pid] = [pid for pid in children(server.process.pid) if b"valkey-server" in command(pid)]
    return pid


def command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def end(server: Server, how: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
    """End a server, and return its exit code and its last line."""
    server.process.send_signal(how)
    code = server.process.wait(40)
    return code, server.output().splitlines()[-1]


def test_a_store_that_does_not_end_is_no_clean_end(serve: Serve) -> None:
    server = serve()
    pid = store_of(server)
    os.kill(pid, signal.SIGSTOP)
    code, said = end(server)
    assert code == 1
    assert "may not be on disk" in said and "was killed" in said and "verify" in said
    wait_for(lambda: not is_alive(pid))


def test_a_store_that_died_and_came_back_is_said(serve: Serve) -> None:
    server = serve()
    os.kill(store_of(server), signal.SIGKILL)
    wait_for(lambda: server.react(nonce=nonce()).status == 200)
    assert "The embedded store ended" in server.output()
    code, said = end(server)
    assert code == 0 and "died once" in said and "2 s" in said


def test_a_store_of_ones_own_answers_for_itself(serve: Serve, tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "v")
    store.start()
    secrets = tmp_path / "secrets.json"
    assert Server(tmp_path / "d").cli("secrets", "new", str(secrets)).returncode == 0
    try:
        server = serve(READBACK_REDIS_URL=store.url, READBACK_SECRETS=str(secrets))
        code, said = end(server)
        assert code == 0 and "your store" in said and "on disk" not in said
    finally:
        store.stop()


def test_a_second_server_on_the_folder_says_who_has_the_votes(serve: Serve) -> None:
    first = serve()
    second = serve.start(Server(first.data_dir))
    assert "empty store" not in second.output().splitlines()[-1]
    code, said = end(second)
    assert code == 0 and "another process" in said
    assert first.react(nonce=nonce()).status == 200


def test_hup_renews_the_workers_and_ends_nothing(serve: Serve) -> None:
    server = serve()
    store, before = store_of(server), set(children(server.process.pid))
    server.process.send_signal(signal.SIGHUP)
    wait_for(lambda: len(set(children(server.process.pid)) - before) == 2)
    wait_for(lambda: set(children(server.process.pid)) & before == {store})
    assert server.react(nonce=nonce()).status == 200
    code, said = end(server)
    assert code == 0 and "every vote is on disk" in said


def test_a_command_whose_store_cannot_write_fails(serve: Serve) -> None:
    folder = serve.folder()
    assert Server(folder).cli("store", "new").returncode == 0
    (folder / "valkey.log").unlink()
    (folder / "valkey.log").mkdir()  # so that the store cannot say that it wrote everything
    added = Server(folder).cli("site", "add", "news", "--origin", "https://news.example")
    assert added.returncode == 1 and "READBACK_DATA_DIR" in added.stderr
