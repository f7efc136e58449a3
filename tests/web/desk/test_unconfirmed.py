"""A story that one network began: what the desk shows, and who lets it stay."""

import subprocess

import pytest

from tests.support.desk import DeskBrowser, invited
from tests.support.server import Serve, Server, nonce

OWN = "https://else.example"
SEEN = b"Seen from one network so far"


@pytest.fixture(scope="module")
def server(module_serve: Serve) -> Server:
    """Start a server that trusts one proxy, so tests choose addresses."""
    server = module_serve(READBACK_TRUSTED_PROXY_HOPS="1", READBACK_NETWORK_VOTES="100")
    server.prepare("site", "add", "else", "--name", "Else", "--origin", OWN)
    return server


@pytest.fixture(scope="module")
def editor(server: Server) -> DeskBrowser:
    return invited(server, "uedith", "else:editor")


@pytest.fixture
def path(server: Server, article: str) -> str:
    """Return the desk's path of a story that one network began."""
    return f"/desk/else/articles/{vote(server, article, '192.0.2.1')}"


def vote(server: Server, article: str, address: str) -> str:
    answer = server.react(
        site="else", article=f"{OWN}/{article}", nonce=nonce(), origin=OWN, address=address
    )
    assert answer.status == 200
    return str(answer.json["article"])


def test_the_desk_says_when_a_story_goes_until_a_second_network_votes(
    server: Server, editor: DeskBrowser, path: str, article: str
) -> None:
    vote(server, article, "192.0.2.1")
    assert SEEN in editor.get(path).body
    vote(server, article, "198.51.100.1")
    assert SEEN not in editor.get(path).body


def test_an_editor_keeps_a_story(server: Server, editor: DeskBrowser, path: str) -> None:
    kept = editor.post(f"{path}/confirmation", path)
    assert kept.status == 303 and kept.headers["Location"].endswith(path)
    assert SEEN not in editor.get(path).body
    assert b"kept" in editor.get("/desk/else/audit").body


def test_a_viewer_sees_no_button(server: Server, path: str) -> None:
    viewer = invited(server, f"u{nonce()[:8].lower()}", "else:viewer")
    page = viewer.get(path).body
    assert SEEN in page and b"Keep this story" not in page


def test_a_story_in_the_sitemap_stays(
    server: Server, editor: DeskBrowser, path: str, article: str
) -> None:
    listed = f"{OWN}/{article}?utm_source=feed\n{OWN}/not-voted-on\nhttps://other.example/\n"
    done = subprocess.run(
        [*server.program, "story", "confirm", "else", "-"],
        cwd=server.folder,
        env=server.env,
        input=listed,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert "3 addresses read, 2 of them articles of else." in done.stdout
    assert "Stories that were not confirmed before: 1." in done.stdout
    assert SEEN not in editor.get(path).body


def test_our_own_stories_stay(server: Server) -> None:
    answer = server.react(article="talent-visa-2025", nonce=nonce(), address="192.0.2.1")
    admin = invited(server, f"a{nonce()[:8].lower()}", "home:editor")
    assert SEEN not in admin.get(f"/desk/home/articles/{answer.json['article']}").body
