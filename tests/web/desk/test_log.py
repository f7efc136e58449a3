"""The log of a site over HTTP: names and links, the filter as a form, and exports."""

import csv
import io
import re
from html import unescape
from urllib.parse import urlencode

import pytest

from tests.support.commenter import Commenter
from tests.support.desk import DeskBrowser, invited
from tests.support.html import lint
from tests.support.server import Answer, Serve, Server, nonce
from widget.domain.article import resolve

LOG = "/desk/home/audit"


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    """Return a server with a story, a comment that an editor has held, and other entries."""
    server = module_serve(READBACK_READS="0", READBACK_COMMENTS="0")
    cast = server.react(article="library", reaction="love", nonce=nonce())
    assert cast.status == 200, cast.body
    held = Commenter(server, "library").post(
        "See https://a.example https://b.example https://c.example", name="=Rosa"
    )
    assert held.status == 202, held.body
    erin = invited(server, "erin", "home:editor")
    path = f"/desk/home/articles/{resolve('home', (), 'library').id}"
    closed = erin.post(f"{path}/closure", f"{path}/corrections", reason="=1+1")
    assert closed.status == 303, closed.body
    queue = "/desk/home/comments"
    [seen] = re.findall(r'name="seen" value="([^"]+)"', erin.get(queue).body.decode())
    fields = {"act": "publish", "comment": held.json["id"], "seen": unescape(seen), "back": queue}
    assert erin.post(f"{queue}/acts", queue, **fields).status == 303
    assert erin.get("/desk/home/settings/keys/").status == 403
    server.prepare("site", "set", "home", "--time-zone", "Europe/Berlin")
    return server


@pytest.fixture(scope="module")
def erin(own: Server) -> DeskBrowser:
    return invited(own, "erik", "home:editor")


def deeds(answer: Answer) -> list[str]:
    """Return ``erin · closed a story`` of each row."""
    assert answer.status == 200, answer.body
    lint(answer.body)
    found = re.findall(r'class="log__deed">(.*?)</div>', answer.body.decode(), re.DOTALL)
    return [unescape(" ".join(re.sub(r"<[^>]+>", "", one).split())) for one in found]


def searched(browser: DeskBrowser, **typed: str) -> list[str]:
    """Fill fields that the form of the page has, and send it."""
    page = browser.get(LOG).body.decode()
    form = page[page.index('class="log__find"') : page.index("</form>")]
    names = re.findall(r'name="(\w+)"', form)
    assert set(typed) <= set(names)
    assert f'action="{LOG}"' in form and 'method="get"' in form
    return deeds(browser.get(f"{LOG}?{urlencode({name: typed.get(name, '') for name in names})}"))


def test_rows_say_what_was_done_and_lead_to_what_it_is_about(erin: DeskBrowser) -> None:
    page = erin.get(LOG)
    command, *others = deeds(page)
    assert re.fullmatch(r"command line \(\S.*\) · changed settings", command)
    assert others == ["erin · was refused", "erin · published a comment", "erin · closed a story"]
    text = unescape(page.body.decode())
    story = resolve("home", (), "library").id
    assert re.search(rf'href="/desk/home/articles/{story}"[^>]*>library</a>', text)
    assert re.search(r'href="/desk/home/comments/\w+"[^>]*>\u2068=Rosa\u2069: \u2068See', text)
    assert ">time zone</a>" in text and "held → published by an editor" in text


def test_the_form_narrows_by_each_of_its_fields(erin: DeskBrowser) -> None:
    assert len(searched(erin)) == 4
    assert len(searched(erin, who="command line")) == 1
    assert searched(erin, kind="comments") == ["erin · published a comment"]
    assert searched(erin, story="LIBRA") == ["erin · published a comment", "erin · closed a story"]
    assert len(searched(erin, since="2020-01-01", until="2200-01-01")) == 4
    shown = erin.get(f"{LOG}?kind=settings&who=command").body.decode()
    chips = re.findall(r'class="log__chip" href="([^"]+)">(\w+): <b dir="auto">([^<]+)', shown)
    assert chips == [
        (f"{LOG}?kind=settings", "Who", "command"),
        (f"{LOG}?who=command", "What", "Settings"),
    ]
    assert searched(erin, until="2020-01-01") == []
    none = erin.get(f"{LOG}?who=nobody").body.decode()
    assert "No entry matches." in none and 'value="nobody"' in none and "Show all" in none


def test_exports_have_what_the_filter_finds_and_no_formula(erin: DeskBrowser) -> None:
    page = unescape(erin.get(f"{LOG}?kind=stories").body.decode())
    [csv_path] = re.findall(r'href="([^"]*format=csv[^"]*)"', page)
    answer = erin.get(csv_path)
    assert 'filename="home-log-entries.csv"' in answer.headers["Content-Disposition"]
    [row] = csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig")))
    assert (row["who"], row["action"], row["reason"]) == ("erin", "closed a story", "'=1+1")
    assert row["about"] == "library" and row["time"].endswith("+01:00")
    told = erin.get(f"{LOG}?kind=stories&format=json").json
    assert (told["site"], told["older"]) == ("home", "")
    [entry] = told["tables"]["entries"]
    assert entry["reason"] == "=1+1"


@pytest.mark.parametrize(
    "query", ["kind=x", "since=x", "until=0000-00-00", "since=2026-02-01&until=2026-01-01"]
)
def test_a_wrong_filter_is_refused_at_the_form_with_what_to_do(
    erin: DeskBrowser, query: str
) -> None:
    answer = erin.get(f"{LOG}?{query}")
    lint(answer.body)
    assert answer.status == 400 and b'role="alert"' in answer.body and b"log__find" in answer.body
    told = erin.get(f"{LOG}?{query}&format=json")
    assert (told.status, told.code) == (400, "bad_field")


def test_the_log_of_all_sites_has_the_filter_and_leads_to_editors(own: Server) -> None:
    root = invited(own, "root", "admin")
    page = root.get("/desk/audit?who=erin&kind=people")
    assert "erin · set a password" in deeds(page)
    added = root.get("/desk/audit?who=command").body.decode()
    assert 'href="/desk/editors/erin"' in added
    told = root.get("/desk/audit?format=json&who=erin").json
    assert told["site"] == "all-sites" and told["tables"]["entries"]
