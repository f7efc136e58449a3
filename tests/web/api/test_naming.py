"""Who names a story, tried over HTTP from chosen addresses."""

import json
import time
from typing import Any

import pytest

from tests.support.desk import DeskBrowser, invited
from tests.support.server import Answer, Serve, Server, nonce, settled

OWN = "https://else.example"
FALSE = {"title": "Mayor has died", "section": "Obituaries"}
TRUE = {"title": "Council votes", "section": "Politics", "author": "Ada", "tags": ["budget"]}
SOLEMN = {
    "question": "Your thoughts?",
    "choices": [
        {"key": "sad", "label": "Sad", "emoji": "😢"},
        {"key": "love", "label": "Love", "emoji": "❤️"},
    ],
}


@pytest.fixture(scope="module")
def server(module_serve: Serve) -> Server:
    """Start a server that trusts one proxy, so tests choose addresses."""
    server = module_serve(
        READBACK_TRUSTED_PROXY_HOPS="1", READBACK_READS="0", READBACK_NETWORK_VOTES="100"
    )
    server.prepare("site", "add", "else", "--name", "Else", "--origin", OWN)
    made = server.cli(
        "site", "set", "else", "--section-reactions", "Obituaries", json.dumps(SOLEMN)
    )
    assert made.returncode == 0, made.stderr
    return server


@pytest.fixture
def url(article: str) -> str:
    return f"{OWN}/{article}"


@pytest.fixture(scope="module")
def editor(server: Server) -> DeskBrowser:
    return invited(server, "nedith", "else:editor")


def vote(server: Server, url: str, page: Any, address: str, reaction: str = "love") -> Answer:
    return server.react(
        site="else",
        article=url,
        reaction=reaction,
        nonce=nonce(),
        page=page,
        origin=OWN,
        address=address,
    )


def article_id(server: Server, url: str) -> str:
    return str(server.get(f"/v1/bar?site=else&article={url}").json["article"])


def offered(server: Server, url: str, section: str) -> set[str]:
    path = f"/v1/bar?site=else&article={url}&section={section}&fresh={time.time_ns()}"
    return {choice["key"] for choice in server.get(path).json["choices"]}


def test_votes_before_publication_neither_name_a_story_nor_take_its_reactions(
    server: Server, editor: DeskBrowser, url: str
) -> None:
    for _ in range(3):
        assert vote(server, url, FALSE, "192.0.2.1").status == 200
    assert "angry" in offered(server, url, "Politics")
    assert vote(server, url, TRUE, "198.51.100.1", "angry").status == 200
    assert vote(server, url, TRUE, "203.0.113.1", "angry").status == 200
    for _ in range(5):
        assert vote(server, url, FALSE, "192.0.2.1").status == 200
    page = editor.get(f"/desk/else/articles/{article_id(server, url)}").body.decode()
    assert "Council votes" in page and "Mayor has died" not in page
    assert "angry" in offered(server, url, "Obituaries"), "the section is settled for everyone"
    server.prepare("verify")


def test_the_addresses_of_one_ipv6_customer_are_one_network(
    server: Server, editor: DeskBrowser, url: str
) -> None:
    for number in range(1, 6):
        assert vote(server, url, FALSE, f"2001:db8:1:{number}::1").status == 200
    assert "angry" in offered(server, url, "Politics")


def test_a_record_has_no_secret_of_the_readers_address(
    server: Server, editor: DeskBrowser, url: str
) -> None:
    sent = f"{url}?reset_token=s3cr3t&fbclid=1&user[email]=a%40b.example&id=3"
    assert vote(server, sent, TRUE | {"url": sent}, "192.0.2.9").status == 200
    clean = f"{url}?id=3"
    page = editor.get(f"/desk/else/articles/{article_id(server, clean)}").body.decode()
    assert f'href="{clean}"' in page
    assert "s3cr3t" not in page
    assert "s3cr3t" not in server.cli("comments", "export", "else", "-").stdout


def test_comments_of_two_networks_name_a_story_and_held_ones_do_not(
    server: Server, editor: DeskBrowser, url: str
) -> None:
    def comment(text: str, page: Any, address: str) -> Answer:
        fields = {"site": "else", "article": url, "name": "Ann", "text": text, "page": page}
        return server.request(
            "POST",
            "/v1/comments",
            json.dumps({**fields, "nonce": nonce()}).encode(),
            Origin=OWN,
            Content_Type="text/plain",
            X_Forwarded_For=address,
        )

    held = "See https://a.example https://b.example https://c.example https://d.example"
    assert comment(held, FALSE, "192.0.2.1").status == 202
    assert comment("I read this twice.", TRUE, "198.51.100.1").status == 201
    assert vote(server, url, TRUE, "203.0.113.1").status == 200
    page = editor.get(f"/desk/else/articles/{article_id(server, url)}").body.decode()
    assert "Council votes" in page and "Mayor has died" not in page
    assert "angry" in offered(server, url, "Obituaries")


def test_an_editor_names_a_story_and_undoes_it(
    server: Server, editor: DeskBrowser, url: str
) -> None:
    for address in ("192.0.2.1", "198.51.100.1"):
        vote(server, url, FALSE, address)
    assert "angry" not in offered(server, url, "Politics")
    path = f"/desk/else/articles/{article_id(server, url)}"
    page = editor.get(f"{path}/corrections").body.decode()
    assert 'placeholder="Mayor has died"' in page
    typed = {"title": "Council votes", "section": "Politics", "author": "", "tags": "a, b"}
    assert editor.post(f"{path}/name", f"{path}/corrections", **typed).status == 303
    settled(lambda: "angry" in offered(server, url, "Obituaries"), True)
    shown = editor.get(path).body.decode()
    assert "Council votes" in shown and "Mayor has died" not in shown
    assert "section: Politics" in editor.get("/desk/else/audit").body.decode()
    corrections = editor.get(f"{path}/corrections").body.decode()
    [undo, *_] = [p for p in corrections.split('"') if p.endswith("/reversal")]
    assert editor.post(undo, f"{path}/corrections").status == 303
    assert "Mayor has died" in editor.get(path).body.decode()
    server.prepare("verify")


def test_a_name_that_is_too_long_is_refused_and_kept_in_the_form(
    server: Server, editor: DeskBrowser, url: str
) -> None:
    vote(server, url, TRUE, "192.0.2.1")
    path = f"/desk/else/articles/{article_id(server, url)}"
    answer = editor.post(f"{path}/name", f"{path}/corrections", section="x" * 41)
    assert answer.status == 400
    assert b"at most 40 characters" in answer.body and b"x" * 41 in answer.body


def test_only_an_editor_names_a_story(server: Server, editor: DeskBrowser, url: str) -> None:
    vote(server, url, TRUE, "192.0.2.1")
    path = f"/desk/else/articles/{article_id(server, url)}"
    moderator = invited(server, "nmoritz", "else:moderator")
    refused = moderator.post(f"{path}/name", "/desk/account", section="Sport")
    assert refused.status == 403
    assert editor.send(f"{path}/name", [("section", "Sport")]).status == 400
    assert "Sport" not in editor.get(path).body.decode()
