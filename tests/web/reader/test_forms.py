"""Votes by form, on stories and on articles elsewhere, and held votes."""

import re
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from tests.support.html import without_tokens
from tests.support.server import Answer, Serve, Server, nonce, settled
from widget.domain.integrity.evidence import ChoiceEvidence
from widget.domain.model import Site
from widget.domain.readers.reader import Readers
from widget.secrets import load_secrets
from widget.store.reactions.evidence import Evidence


class Browser:
    """A browser without JavaScript: it keeps cookies and submits forms."""

    def __init__(self, server: Server, **headers: str) -> None:
        self.server, self.headers = server, headers
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        return self._keep(self.server.get(path, **self._headers()))

    def send(self, path: str, reaction: str) -> Answer:
        page = self.get(path).body.decode()
        [token] = re.findall(r'name="csrf_token" type="hidden" value="([^"]+)"', page)
        body = urlencode({"csrf_token": token, "reaction": reaction}).encode()
        form = {"Content_Type": "application/x-www-form-urlencoded", **self._headers()}
        return self._keep(self.server.request("POST", path, body, **form))

    def _headers(self) -> dict[str, str]:
        pairs = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {**self.headers, **({"Cookie": pairs} if pairs else {})}

    def _keep(self, answer: Answer) -> Answer:
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    running = module_serve(READBACK_TRUSTED_PROXY_HOPS="1", READBACK_HELD_READERS="3")
    running.prepare("site", "add", "news", "--origin", "https://news.example")
    return running


@pytest.mark.parametrize(
    "path", ["/r/news/a", "/articles/talent-visa", "/articles/talent-visa/react"]
)
def test_what_an_editor_wrote_runs_in_its_own_direction(own: Server, path: str) -> None:
    """A title, question or label may be Hebrew or Persian, in a page whose own words are not."""
    page = own.get(path).body.decode()
    title, question = (
        re.findall(r"<h1([^>]*)>", page),
        re.findall(r'<h2([^>]*"question"[^>]*)>', page),
    )
    labels = re.findall(r'choice__emoji"[^>]*>[^<]*</span>\s*<span([^>]*)>', page)
    assert len(title) == len(question) == 1 and len(labels) == 7
    assert all('dir="auto"' in attributes for attributes in title + question + labels)


def test_opening_the_form_twice_sets_no_reader_cookie(own: Server) -> None:
    browser = Browser(own)
    assert browser.get("/articles/talent-visa/react").status == 200
    answer = browser.get("/articles/talent-visa/react")
    assert set(browser.cookies) == {"readback-form"}
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_form_casts_changes_and_takes_back_a_vote_on_an_article_elsewhere(own: Server) -> None:
    url = "https://news.example/a?id=1"
    path = "/r/news/" + quote(url, safe="")
    browser = Browser(own, X_Forwarded_For="198.51.100.1")
    cast = browser.send(path, "love")
    assert cast.status == 303
    shown, page = (browser.get(one).body for one in (cast.headers["Location"], path))
    assert without_tokens(shown) == without_tokens(page)
    assert "readback-news" in browser.cookies
    assert f'href="{url}"' in browser.get(path).body.decode()
    assert bar(own, url)["counts"]["love"] == 1
    browser.send(path, "sad")
    assert bar(own, url)["counts"] == {**dict.fromkeys(bar(own, url)["counts"], 0), "sad": 1}
    browser.send(path, "")
    assert bar(own, url)["total"] == 0


def test_a_form_for_an_article_of_another_origin_or_an_unknown_site_is_refused(own: Server) -> None:
    foreign = "/r/news/" + quote("https://evil.example/a", safe="")
    assert own.get(foreign).status == 422
    assert own.get("/r/nobody/a").status == 404


def test_votes_by_form_from_a_crowded_network_are_held_and_then_refused(own: Server) -> None:
    for _ in range(20):
        vote = own.react(article="crowd", nonce=nonce())
        assert vote.status == 200
    held = Browser(own, X_Forwarded_For="127.0.0.1")
    answer = held.send("/r/home/crowd", "angry")
    assert answer.status == 303
    assert "an editor checks it" in held.get("/r/home/crowd").body.decode()
    assert own.counts("crowd")["counts"]["angry"] == 0
    elsewhere = held.send("/r/home/crowd-elsewhere", "angry")
    assert elsewhere.status == 303 and own.counts("crowd-elsewhere")["total"] == 0
    for _ in range(2):
        assert Browser(own, X_Forwarded_For="127.0.0.1").send("/r/home/crowd", "wow").status == 303
    refused = Browser(own, X_Forwarded_For="127.0.0.1").send("/r/home/crowd", "wow")
    assert refused.status == 429 and b"in ten minutes" in refused.body
    own.prepare("verify")


def test_the_api_holds_the_vote_of_a_reader_who_cannot_do_the_work(
    own: Server, article: str
) -> None:
    address = "203.0.113.7"
    for _ in range(20):
        assert first_vote(own, article, address).status == 200
    assert first_vote(own, article, address).status == 428
    me = nonce()
    held = first_vote(own, article, address, nonce=me, hold=True)
    assert held.status == 200 and held.json["held"] is True and "token" not in held.json
    assert held.json["choice"] == "love" and held.json["counts"]["love"] == 20
    again = first_vote(own, article, address, nonce=me, hold=True, seq=2, reaction="sad")
    assert again.json["held"] is True and again.json["counts"]["sad"] == 0
    own.prepare("verify")


def first_vote(server: Server, article: str, address: str, **fields: Any) -> Answer:
    return server.react(article=article, address=address, **{"nonce": nonce(), **fields})


def bar(server: Server, url: str) -> Any:
    return server.uncached(f"/v1/bar?site=news&article={quote(url, safe='')}").json


def test_a_vote_says_what_kind_of_reader_cast_it_and_how_it_came(own: Server) -> None:
    name = "talent-visa-2025"
    sent = Browser(own, X_Forwarded_For="198.51.100.90").send("/articles/talent-visa/react", "sad")
    assert sent.status == 303, sent.body
    story = own.uncached(f"/v1/bar?site=home&article={name}").json["article"]
    secrets = load_secrets(own.data_dir / "secrets.json")
    readers = Readers(secrets.token_keys, secrets.vote_key.encode())
    for age_s, byte in ((0, 1), (86_000, 2), (86_500, 3), (90_000, 4)):
        token = readers.token("home", bytes([byte]) * 16, age_s=age_s)
        address = f"198.51.100.{90 + byte}"
        assert own.react(article=name, token=token, reaction="sad", address=address).status == 200
    # A token of yesterday, which an older key signed: the new one does not make its reader new.
    aged = readers.token("home", bytes([5]) * 16, age_s=10**9)
    assert readers.known("home", aged).is_new is False
    heart = "❤️".encode()
    headers = {"Content_Type": "text/plain", "X_Forwarded_For": "198.51.100.99"}
    sent = own.request("POST", f"/openheart/home/{name}", heart, Origin=own.origin, **headers)
    assert sent.status == 200
    connection = own.store()
    home = Site("home", "Readback", (own.origin,))
    hours = Evidence(connection).of(home, story)  # two, if one ended meanwhile
    sad = home.choice_keys("").index("sad") + 1
    of_sad = [hour.choices.get(sad, ChoiceEvidence()) for hour in hours]
    assert (sum(one.new for one in of_sad), sum(one.known for one in of_sad)) == (3, 2)
    assert sum(hour.new + hour.known for hour in hours) == 5, "Open Heart is of no kind"
    assert [sum(hour.forms for hour in hours), sum(hour.open_hearts for hour in hours)] == [1, 1]


def labels_on(page: bytes) -> list[str]:
    """Return what a screen reader says of each choice."""
    return re.findall(r'class="choice choice--[^>]*aria-label="([^"]*)"', page.decode(), re.S)


def figures_on(page: bytes) -> list[str]:
    """Return the figure beside each choice."""
    return [one.strip() for one in re.findall(r"<b(?: [^>]*)?>\s*([\d,%]*)\s*</b>", page.decode())]


def test_counts_may_wait_for_the_choice_on_a_form(own: Server) -> None:
    for _ in range(3):
        vote = {"site": "news", "article": "waits", "nonce": nonce(), "address": "192.0.2.7"}
        assert own.react(origin="https://news.example", **vote).status == 200
    assert "Love, 3 votes" in labels_on(own.get("/r/news/waits").body)
    assert "Love, 3 votes" in labels_on(own.get("/r/news/waits?results=odd").body)
    browser, path = Browser(own, X_Forwarded_For="192.0.2.8"), "/r/news/waits?results=after"
    before = browser.get(path).body
    assert "Love" in labels_on(before) and figures_on(before) == [""] * 7
    assert b"3 reactions" in before and b"Shown after you react" in before
    cast = browser.send(path, "love")
    assert cast.headers["Location"] == path
    chosen = browser.get(path).body
    assert "Love, 4 votes" in labels_on(chosen) and "100%" in figures_on(chosen)
    browser.send(path, "")
    assert figures_on(browser.get(path).body) == [""] * 7
    counts = browser.get("/r/news/waits?results=counts").body
    assert "3" in figures_on(counts)


def test_our_own_stories_show_no_counts_before_the_choice_if_the_site_says_so(own: Server) -> None:
    story, path = "/articles/talent-visa", "/articles/talent-visa/react"
    browser = Browser(own, X_Forwarded_For="192.0.2.9")
    assert browser.send(path, "love").headers["Location"] == f"{story}#reactions"
    own.prepare("site", "set", "home", "--results", "after")
    settled(lambda: figures_on(own.get(story).body), [""] * 7)
    page = own.get(story).body
    assert "Love" in labels_on(page) and b"data-count" not in page.partition(b"<nav")[0]
    assert re.search(rb"\d reaction", page) and b"Shown after you react" in page
    assert browser.send(path, "sad").headers["Location"] == path
    assert all(figure.endswith("%") for figure in figures_on(browser.get(path).body))
    assert figures_on(own.get(path).body) == [""] * 7
