"""A container of an image, without an engine."""

import os
import subprocess
from pathlib import Path

from tests.hosts.chroot import Chroot, end
from tests.hosts.dockerfile import Image
from tests.support.server import Server


class Container(Server):
    """The service in the image, with the network of the host and a folder as its data volume."""

    def __init__(
        self,
        image: Image,
        volume: Path,
        *,
        read_only: bool = False,
        mounts: dict[str, Path] | None = None,
        **settings: str,
    ) -> None:
        super().__init__(volume, **settings)
        self.image = image
        [inside] = image.volumes
        volume.mkdir(exist_ok=True)
        uid, gid = image.user.split(":")
        os.chown(volume, int(uid), int(gid))
        self.root = Chroot(image.root.folder, {inside: volume, **(mounts or {})}, read_only)
        self.variables = {**image.env, "PORT": str(self.port), **settings}
        self.command = self._inside([*image.entrypoint, *image.cmd])

    def _inside(self, arguments: list[str]) -> tuple[str, ...]:
        image = self.image
        return self.root.command(arguments, env=self.variables, user=image.user, at=image.workdir)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run other arguments in a container with the same volume."""
        return subprocess.run(
            self._inside([*self.image.entrypoint, *arguments]),
            capture_output=True,
            text=True,
            timeout=60,
        )

    def is_healthy(self) -> bool:
        return subprocess.run(self._inside(self.image.healthcheck)).returncode == 0

    def stop(self) -> None:
        if self.process.poll() is None:
            assert end(self.process) == 0, self.output()
        self.log.close()
