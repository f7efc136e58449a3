"""The pages and files of a ledger, as anybody fetches them."""

import re
import time

import pytest

from tests.support.server import Server, nonce
from widget.domain.ledger.checking import check
from widget.secrets import load_secrets
from widget.services.home import home_site
from widget.services.ledger.writer import LedgerWriter
from widget.settings import Settings
from widget.store.ledger.chain import Chain
from widget.store.ledger.moved import MovedStories
from widget.store.sites import Sites


@pytest.fixture(scope="module")
def day(server: Server) -> str:
    """Have a server's ledger say what there is, as if this hour were over; return its day."""
    server.react(article="talent-visa-2025", nonce=nonce())
    connection = server.store()
    sites = Sites(connection, home_site(Settings.from_env(server.env)))
    seeds = load_secrets(server.data_dir / "secrets.json").ledger_keys
    writer = LedgerWriter(sites, Chain(connection, days=400), MovedStories(connection), seeds)
    now_s = int(time.time())
    writer.write(sites.get("home"), now_s=now_s + 3600 + 10)
    return time.strftime("%Y-%m-%d", time.gmtime(now_s))


def test_a_day_is_a_file_that_the_key_on_the_page_has_signed(server: Server, day: str) -> None:
    page = server.get("/ledger/home").body.decode()
    assert f'href="/ledger/home/{day}"' in page
    key, last = re.findall(r"<dd>\s*<code>([^<]+)</code>", page)
    answer = server.get(f"/ledger/home/{day}")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    found = check({day: answer.body}, key=key)
    assert found.last == last and found.lines > 0
    name = "/articles/talent-visa"
    asked = server.get(f"/ledger/home?article={server.origin}{name}").body.decode()
    [story] = re.findall(r"The ledger has this story as\s+<code>([^<]+)</code>", asked)
    assert check({day: answer.body}, story=story).asked[0].line["counts"]["love"] >= 1


def test_an_address_that_is_no_story_of_the_site_is_named_as_text(server: Server, day: str) -> None:
    for typed in ("https://elsewhere.example/a", "%3Cscript%3E", "%00", "x" * 3000):
        page = server.get(f"/ledger/home?article={typed}")
        assert page.status == 200 and "<script" not in page.body.decode()
        assert "This is not an address of a story" in page.body.decode()
    assert day


@pytest.mark.parametrize(
    "path",
    ["nowhere", "home/2001-01-01", "home/20261124", "home/2026-1-1", "home/x", "home/9999-99-99"],
)
def test_what_there_is_not_is_not_found(server: Server, path: str) -> None:
    assert server.get(f"/ledger/{path}").status == 404


def test_the_private_key_is_on_no_page_and_in_no_log(server: Server, day: str) -> None:
    [seed] = load_secrets(server.data_dir / "secrets.json").ledger_keys
    shown = server.cli("ledger", "key")
    texts = [server.get("/ledger/home").body.decode(), server.output(), shown.stdout, shown.stderr]
    texts.append(server.get(f"/ledger/home/{day}").body.decode())
    assert shown.stdout.strip() in texts[0]
    assert not any(seed in text for text in texts)
