"""A real nginx on a free port, with its own folder."""

import os
import socket
import subprocess
from pathlib import Path

from tests.support.programs import installed
from tests.support.server import free_port, wait_for


class Nginx:
    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()

    def start(self, http: str, *, connections: int = 1024) -> "Nginx":
        """Start nginx and wait until it listens.

        :param http: the content of the ``http`` block, which listens on :attr:`port`.
        """
        path = installed("nginx")
        temporary = "".join(
            f"{kind}_temp_path {self.folder}/{kind};"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;" if os.geteuid() == 0 else ""  # only this user may read its folders
        (self.folder / "nginx.conf").write_text(
            f"{user} daemon off; pid {self.folder}/pid; error_log {self.folder}/error.log;"
            f"worker_processes 1; events {{ worker_connections {connections}; }}"
            f"http {{ access_log off; {temporary} {http} }}"
        )
        self.process = subprocess.Popen(
            [
                path,
                "-e",
                f"{self.folder}/early.log",
                "-p",
                str(self.folder),
                "-c",
                f"{self.folder}/nginx.conf",
            ]
        )
        wait_for(self._listens, 10)
        return self

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)

    def _listens(self) -> bool:
        assert self.process.poll() is None, (self.folder / "early.log").read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0
