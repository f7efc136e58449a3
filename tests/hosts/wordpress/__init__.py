"""Debian's WordPress with the plugin of docs/embed.md, on MariaDB and PHP's own web server."""

import getpass
import os
import secrets
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.hosts.background import background
from tests.hosts.recipes import recipes
from tests.support.programs import installed, missing
from tests.support.server import Server, free_port, wait_for

SOURCE = Path("/usr/share/wordpress")  # Debian's package
PAGES = Path(__file__).parent
THEMES = {"block": "twentytwentythree", "classic": "twentytwentyone"}


class WordPress:
    """A running site with a post in each status; ``story`` is the address of the public one."""

    def __init__(self, folder: Path, database: Path, port: int) -> None:
        self.folder = folder
        self.origin = f"http://localhost:{port}"
        self.password = secrets.token_urlsafe()
        self.environment = {
            **os.environ,
            "WORDPRESS_SOCKET": str(database),
            "WORDPRESS_ORIGIN": self.origin,
            "PHP_CLI_SERVER_WORKERS": "4",
        }
        self.story = ""

    def fill(self) -> None:
        self.story = self.php("fill.php", self.password)

    def use_theme(self, kind: str) -> None:
        self.php("theme.php", THEMES[kind])

    def php(self, script: str, *arguments: str) -> str:
        done = subprocess.run(
            [installed("php"), PAGES / script, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.origin}/readme.html", timeout=5):
                return True
        except OSError:
            return False


@contextmanager
def wordpress(folder: Path, readback: Server, site: str) -> Iterator[WordPress]:
    """Run a WordPress in an empty folder, with both recipes for this site of Readback."""
    for theme in THEMES.values():
        if not (SOURCE / "wp-content" / "themes" / theme).exists():
            missing(f"no wordpress-theme-{theme} here: run script/test-hosts as root on Debian")
    port = free_port()
    with ExitStack() as running:
        database = running.enter_context(mariadb(folder))
        shutil.copytree(SOURCE, folder / "wordpress")
        own = WordPress(folder / "wordpress", database, port)
        shutil.copy(PAGES / "wp-config.php", own.folder)
        put_plugin(own.folder / "wp-content" / "plugins" / "readback", readback, site)
        own.fill()
        command = [installed("php"), "-S", f"localhost:{port}", "-t", str(own.folder)]
        log = folder / "php.log"
        running.enter_context(background(command, log, env=own.environment, cwd=own.folder))
        wait_for(own.answers, 60)
        yield own


def put_plugin(folder: Path, readback: Server, site: str) -> None:
    """Write the files of docs/embed.md as it says, with this site's address and key."""
    texts = recipes(readback, site)
    folder.mkdir()
    main = texts["wordpress"] + texts["wordpress-comments"]
    (folder / "readback.php").write_text(main)
    (folder / "comments.php").write_text(texts["wordpress-comments-file"])


@contextmanager
def mariadb(folder: Path) -> Iterator[Path]:
    """Run a database without a network in an empty folder; yield its socket."""
    data, socket = folder / "db", folder / "db.sock"
    user = f"--user={getpass.getuser()}"
    subprocess.run(
        [
            installed("mariadb-install-db"),
            "--no-defaults",
            user,
            f"--datadir={data}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
        ],
        check=True,
        capture_output=True,
    )
    bootstrap = folder / "bootstrap.sql"
    bootstrap.write_text("CREATE DATABASE IF NOT EXISTS wordpress;\n")
    command = [installed("mariadbd"), "--no-defaults", user, f"--datadir={data}"]
    command += [f"--socket={socket}", "--skip-networking", f"--init-file={bootstrap}"]
    with background(command, folder / "db.log"):
        wait_for(socket.exists, 60)
        yield socket
