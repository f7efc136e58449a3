"""No GET changes anything: every address is read again, and the store compared."""

from typing import Any

import pytest

from tests.support.commenter import Commenter
from tests.support.desk import DeskBrowser, invited
from tests.support.server import Serve, Server, nonce
from widget.settings import Settings
from widget.web.application import create_app

# When a session was used last, whether the store can be written, and what servers do by themselves.
NOTED = (b"rb:session", b"rb:ready:", b"rb:site:", b"rb:{rb:sites}:", b"rb:salt:")


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    return module_serve(READBACK_READS="0")


@pytest.fixture(scope="module")
def addresses(own: Server) -> list[str]:
    """Vote and comment, and return an address for each rule that takes GET."""
    story = own.react(article="riverside-library", nonce=nonce()).json["article"]
    own.react(article="riverside-library", reaction="sad", nonce=nonce())
    comment = Commenter(own, "riverside-library").post("Once.").json["id"]
    values = {
        "article": "riverside-library",
        "article_id": story,
        "comment_id": comment,
        "day": "1",
        "filename": "embed.js",
        "flag_id": f"{story}-1",
        "name": "ada",
        "named": "riverside-library",
        "poll_key": "none",
        "secret": "none",
        "section": "City",
        "site_key": "home",
        "slug": "riverside-library",
        "suffix": "svg",
        "token": "none",
    }
    app = create_app(Settings.from_env({**own.env}))
    adapter = app.url_map.bind("")
    found = [
        adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})
        for rule in app.url_map.iter_rules()
        if rule.methods and "GET" in rule.methods
    ]
    return [
        *found,
        "/v1/bar?site=home&article=riverside-library",
        "/v1/counts?site=home&article=riverside-library",
        "/v1/comments?site=home&article=riverside-library",
        "/v1/comments/counts?site=home&article=riverside-library",
        "/healthz",
        "/metrics",
    ]


@pytest.fixture(scope="module")
def editor(own: Server) -> DeskBrowser:
    return invited(own, "ada", "admin")


def stored(server: Server) -> dict[bytes, Any]:
    client = server.store().client
    names = [name for name in client.scan_iter(count=1000) if not name.startswith(NOTED)]
    return {name: client.dump(name) for name in names}


def test_no_get_changes_anything(own: Server, addresses: list[str], editor: DeskBrowser) -> None:
    first = [editor.get(address).status for address in addresses]  # what is behind is filed
    assert first.count(200) > 50 and not [status for status in first if status >= 500]
    before = stored(own)
    for address in addresses:
        editor.get(address)
        own.request("HEAD", address)
    after = stored(own)
    assert before.keys() == after.keys()
    assert [name for name in after if before[name] != after[name]] == []
