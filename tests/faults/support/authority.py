"""A certificate authority of a test's own, and what it signs."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.support.programs import installed


@dataclass(frozen=True)
class Signed:
    """Files in PEM form."""

    certificate: Path
    key: Path


class Authority:
    """An authority whose files are in a folder."""

    def __init__(self, folder: Path, name: str = "ca") -> None:
        self._folder, self._name = folder, name
        self._openssl = installed("openssl")
        folder.mkdir(exist_ok=True)
        self._run(
            *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.pem"),
        )

    @property
    def certificate(self) -> Path:
        return self._folder / f"{self._name}.pem"

    def sign(self, name: str, alternatives: str = "IP:127.0.0.1,DNS:localhost") -> Signed:
        """Return a certificate for a server on loopback, or for a client."""
        self._run(
            *("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}"),
            *("-keyout", f"{name}.key", "-out", f"{name}.csr"),
        )
        (self._folder / "extensions").write_text(f"subjectAltName={alternatives}\n")
        self._run(
            *("x509", "-req", "-in", f"{name}.csr", "-days", "2", "-extfile", "extensions"),
            *("-CA", f"{self._name}.pem", "-CAkey", f"{self._name}.key", "-CAcreateserial"),
            *("-out", f"{name}.pem"),
        )
        return Signed(self._folder / f"{name}.pem", self._folder / f"{name}.key")

    def _run(self, *arguments: str) -> None:
        subprocess.run(
            [self._openssl, *arguments], cwd=self._folder, check=True, capture_output=True
        )
