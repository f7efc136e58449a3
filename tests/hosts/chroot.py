"""Commands in a Debian that is a folder, in namespaces of their own. Root only, and no engine."""

import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# How this machine reaches its registries, as an engine hands it to a build.
HOST_NETWORK = (
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_CERT",
    "PIP_DEFAULT_TIMEOUT",
    "SSL_CERT_FILE",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
)
_NAMESPACES = (
    "unshare",
    "--mount",
    "--pid",
    "--uts",
    "--ipc",
    "--fork",
    "--kill-child",
    "--propagation",
    "private",
)
_DEVICES = """
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom tty; do
  touch dev/$device
  mount --bind /dev/$device dev/$device
done
ln -s /proc/self/fd dev/fd
ln -s pts/ptmx dev/ptmx
mkdir dev/shm dev/pts
mount -t tmpfs -o mode=1777 tmpfs dev/shm
mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
"""


@dataclass(frozen=True)
class Chroot:
    """A folder with a root file system.

    ``mounts`` are files and folders of the host, by their path inside. ``read_only`` leaves only
    those, ``/tmp`` and ``/run`` to write in.
    """

    folder: Path
    mounts: Mapping[str, Path] = field(default_factory=dict)
    read_only: bool = False

    def command(
        self, arguments: Sequence[str], *, env: Mapping[str, str], user: str = "0:0", at: str = "/"
    ) -> tuple[str, ...]:
        """Return the command that runs these arguments inside, as process 1.

        A user that is not root runs as in a hardened container: with no capability at all.
        """
        uid, _, gid = user.partition(":")
        identity = ["setpriv", "--reuid", uid, "--regid", gid or uid, "--clear-groups"]
        if uid != "0":
            identity += ["--no-new-privs", "--inh-caps=-all", "--bounding-set=-all"]
        settings = [f"{name}={value}" for name, value in {"PATH": PATH, **env}.items()]
        inside = ["chroot", ".", *identity, "env", "-i", "-C", at, *settings, *arguments]
        return (*_NAMESPACES, "sh", "-euc", f"{self._mounting()}\nexec {shlex.join(inside)}")

    def booting(self, group: Path) -> tuple[str, ...]:
        """Return the command that starts systemd inside, with this control group for its own.

        systemd makes namespaces for its services, and cannot under a changed root, so the folder
        becomes the root of the mount namespace itself.
        """
        enter = 'echo $$ >"$0/cgroup.procs"; exec "$@"'
        script = f"""{self._mounting()}
          mount -t sysfs -o ro sysfs sys
          mount -t tmpfs -o mode=755 tmpfs sys/fs/cgroup
          mount -t cgroup2 cgroup2 sys/fs/cgroup
          mkdir -p .outside
          pivot_root . .outside
          cd /
          umount -l .outside
          rmdir .outside
          exec env -i container=chroot PATH={PATH} /lib/systemd/systemd --unit=basic.target
        """
        return ("sh", "-euc", enter, str(group), *_NAMESPACES, "--cgroup", "sh", "-euc", script)

    def run(
        self, arguments: Sequence[str], *, env: Mapping[str, str] | None = None, at: str = "/"
    ) -> str:
        """Run a command inside as root, with the host's way to its registries; return its output.

        :raise AssertionError: it failed; with all that it printed.
        """
        network = {name: os.environ[name] for name in HOST_NETWORK if name in os.environ}
        command = self.command(arguments, env={**network, **(env or {})}, at=at)
        done = subprocess.run(command, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def copy(self, to: Path) -> "Chroot":
        """Copy the whole file system."""
        subprocess.run(["cp", "-a", "--reflink=auto", self.folder, to], check=True)
        return Chroot(to)

    def use_hosts_network(self) -> None:
        """Resolve names and trust certificates as the host does."""
        certificates = Path("/etc/ssl/certs/ca-certificates.crt")
        for path in (Path("/etc/resolv.conf"), Path("/etc/hosts"), certificates):
            inside = self.folder / path.relative_to("/")
            inside.unlink(missing_ok=True)
            shutil.copyfile(path, inside)

    def _mounting(self) -> str:
        lines = [
            f"mount --bind {shlex.quote(str(self.folder))} {shlex.quote(str(self.folder))}",
            f"cd {shlex.quote(str(self.folder))}",
            "mount -t proc proc proc",
            "mount -t tmpfs -o mode=1777 tmpfs tmp",
            "mount -t tmpfs -o mode=755 tmpfs run",
        ]
        for inside, outside in self.mounts.items():
            target = shlex.quote(inside.lstrip("/"))
            making = "mkdir -p" if outside.is_dir() else f"mkdir -p $(dirname {target}); touch"
            lines += [f"{making} {target}", f"mount --bind {shlex.quote(str(outside))} {target}"]
        lines.append(_DEVICES)
        if self.read_only:
            lines.append("mount -o remount,bind,ro .")
        return "\n".join(lines)


def end(process: subprocess.Popen[bytes], timeout_s: float = 10) -> int:
    """Send SIGTERM to the process 1 of a running command, as an engine does; return its status.

    :raise TimeoutExpired: an engine would have killed it by now.
    """
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    os.kill(int(children), signal.SIGTERM)
    return process.wait(timeout_s)
