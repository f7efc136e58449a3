"""Attacks on comments from one network, with readers whose tokens were collected elsewhere."""

import json
import re
import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.support.commenter import Commenter, listed, texts
from tests.support.server import LIMITED, Answer, Serve, Server

ATTACKER = "192.0.2.66"
STORY = "talent-visa"
_addresses = iter(f"198.{18 + n // 65536}.{n // 256 % 256}.{n % 256}" for n in range(100_000))


@pytest.fixture(scope="module")
def strict(module_serve: Serve) -> Server:
    """Start a server with the default limits that trusts one proxy, so tests choose addresses."""
    server = module_serve(
        **LIMITED, READBACK_TRUSTED_PROXY_HOPS="1", READBACK_READS="0", READBACK_ARTICLES_DIR=""
    )
    server.prepare("site", "set", "home", "--comments", '{"hold_fast_s": 0}')
    return server


def reader(server: Server, article: str, address: str = "") -> Commenter:
    """Return a new reader, by default from an address of their own."""
    return Commenter(server, article, address=address or next(_addresses))


def comment_on(server: Server, article: str, text: str = "") -> str:
    answer = reader(server, article).post(text or f"A comment, {secrets.token_hex(4)}.")
    assert answer.status == 201, answer.body
    return str(answer.json["id"])


def collected(server: Server, article: str, count: int) -> list[Commenter]:
    """Return readers with tokens that each got elsewhere, and who now all share one address."""
    lure = comment_on(server, f"{article}-lure")
    readers = [reader(server, article) for _ in range(count)]
    for one in readers:
        assert one.act(lure, "vote", up=True, seq=1).status == 200 and one.token
        one.address = ATTACKER
    return readers


def exported(server: Server) -> dict[str, dict[str, Any]]:
    """Return every comment by its id, in any state."""
    done = server.cli("export")
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["id"]: line for line in lines if line["kind"] == "comment"}


def verified(server: Server) -> None:
    server.prepare("verify")


class Form:
    """A reader without JavaScript on the page of a story's comments."""

    def __init__(self, server: Server, address: str, token: str | None = None) -> None:
        self.server, self.address = server, address
        self.cookies = {"readback": token} if token else {}

    def send(self, act: str = "", **fields: str) -> Answer:
        path = f"/articles/{STORY}/comments"
        page = self._keep(self.server.get(path, **self._headers())).body.decode()
        hidden = {name: re.findall(rf'name="{name}" value="([^"]+)"', page) for name in FIELDS}
        body = {name: found[0] for name, found in hidden.items()} | fields
        headers = {"Content_Type": "application/x-www-form-urlencoded", **self._headers()}
        where = f"{path}/{act}" if act else path
        return self._keep(self.server.request("POST", where, urlencode(body).encode(), **headers))

    def _headers(self) -> dict[str, str]:
        pairs = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"X_Forwarded_For": self.address, **({"Cookie": pairs} if pairs else {})}

    def _keep(self, answer: Answer) -> Answer:
        for line in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer


FIELDS = ("csrf_token", "draft")


def test_49_collected_tokens_give_a_comment_8_up_votes(strict: Server, article: str) -> None:
    target, attackers = comment_on(strict, article), collected(strict, article, 49)
    with ThreadPoolExecutor(16) as pool:
        votes = list(pool.map(lambda one: one.act(target, "vote", up=True, seq=1), attackers))
    assert {(vote.status, vote.json["up"]) for vote in votes} == {(200, True)}
    assert max(vote.json["ups"] for vote in votes) == 8
    assert exported(strict)[target]["ups"] == 8
    for one in attackers[-5:]:
        taken = one.act(target, "vote", up=False, seq=2)
        again = one.act(target, "vote", up=True, seq=3)
        assert taken.json["ups"] in (7, 8) and again.json["ups"] == 8 and again.json["up"] is True
    assert reader(strict, article).act(target, "vote", up=True, seq=1).json["ups"] == 9
    [one] = listed(strict, article).json["comments"]
    assert one["ups"] == 9
    verified(strict)


def test_168_comments_of_one_address_are_published_held_and_refused(
    strict: Server, article: str
) -> None:
    comment_on(strict, article)
    attackers = collected(strict, article, 168)
    for one in attackers:
        one.address = "192.0.2.67"
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda each: each[1].post(f"Text {each[0]}"), enumerate(attackers)))
    statuses = Counter(answer.status for answer in answers)
    # One more is published every 72 s, and one more is held every 120 s.
    assert 10 <= statuses[201] <= 13 and 30 <= statuses[202] <= 33
    assert statuses[429] == 168 - statuses[201] - statuses[202]
    assert {answer.json["why"][0] for answer in answers if answer.status == 202} == {"crowded"}
    refused = next(answer for answer in answers if answer.status == 429)
    assert refused.code == "rate_limited" and 0 < int(refused.headers["Retry-After"]) <= 3600
    assert len(texts(strict, article, limit=50)) == 1 + statuses[201]
    assert reader(strict, article).post("Somebody else's").status == 201
    form = Form(strict, "192.0.2.67", attackers[0].token)
    assert form.send(name="Ana", text="By form").status == 429
    verified(strict)


def test_a_draft_that_is_sent_again_counts_once_for_its_network(
    strict: Server, article: str
) -> None:
    comment_on(strict, article)
    for number in range(10):
        one, draft = reader(strict, article, "192.0.2.68"), secrets.token_urlsafe(12)
        sent = [one.post(f"Draft {number}", draft=draft).status for _ in range(3)]
        assert sent == [201] * 3
    one = reader(strict, article, "192.0.2.68")
    assert one.post("To nobody", parent="0" * 20).status == 404
    assert one.post("One too many").status == 202


def test_comments_that_wait_anyway_use_only_the_second_allowance(
    strict: Server, article: str
) -> None:
    comment_on(strict, article)
    for number in range(12):
        one = reader(strict, article, "192.0.2.69")
        assert one.post(f"Trapped {number}", website="x").json["why"] == ["honeypot"]
    assert reader(strict, article, "192.0.2.69").post("Fine").status == 201


def test_five_readers_of_one_address_hide_no_comment(strict: Server, article: str) -> None:
    targets = [comment_on(strict, article) for _ in range(8)]
    for one in collected(strict, article, 5):
        for target in targets:
            reported = {"id": target, "reported": True, "reason": "unspecified"}
            assert one.act(target, "report").json == reported
    assert len(texts(strict, article)) == 8
    found = exported(strict)
    assert {(found[t]["state"], found[t]["reports"]) for t in targets} == {("published", 5)}
    verified(strict)  # among others, that all of them are in the queue


def test_reports_of_several_networks_hide_a_comment(strict: Server, article: str) -> None:
    target = comment_on(strict, article)
    one_network = [f"2001:db8:9:{number:x}::1" for number in range(6)]  # of one /48
    for address in [*one_network, "192.0.2.70", "::ffff:192.0.2.70", "64:ff9b::192.0.2.70"]:
        reader(strict, article, address).act(target, "report")
    for address in ("192.0.2.71", "64:ff9b::192.0.2.72"):
        assert len(texts(strict, article)) == 1
        reader(strict, article, address).act(target, "report")
    assert len(texts(strict, article)) == 1
    assert reader(strict, article, "2001:db8:a::1").act(target, "report").status == 200
    assert texts(strict, article) == []
    assert exported(strict)[target]["why"] == ["reported"]
    verified(strict)


def test_a_network_helps_to_hide_ten_comments_at_once(strict: Server, article: str) -> None:
    targets = [comment_on(strict, f"{article}-{number}") for number in range(12)]
    for one in [reader(strict, article) for _ in range(5)]:
        # Neither a repeat nor a second reader of the network uses the allowance up.
        for target in (targets[11], targets[11], *targets[:11]):
            assert one.act(target, "report").status in (200, 404)
        reader(strict, article, one.address).act(targets[11], "report")
    found = exported(strict)
    states = [found[target]["state"] for target in targets]
    assert states == ["held"] * 9 + ["published"] * 2 + ["held"]
    assert [found[target]["reports"] for target in targets[9:11]] == [5, 5]
    verified(strict)


def test_after_an_edit_only_new_reports_of_several_networks_hide(
    strict: Server, article: str
) -> None:
    author = reader(strict, article)
    target = author.post("A first text.").json["id"]
    readers = [reader(strict, article) for _ in range(5)]
    for one in readers[:4]:
        one.act(target, "report")
    assert author.act(target, "text", text="A second text.").status == 200
    readers[4].act(target, "report")
    assert texts(strict, article) == ["A second text."]
    for one in readers[:4]:
        one.act(target, "report")
    assert texts(strict, article) == []
    verified(strict)


def test_forms_look_at_the_network_too(strict: Server, article: str) -> None:
    sent = Form(strict, next(_addresses)).send(name="Ana", text=f"A comment {article}.")
    assert sent.status == 303
    [target] = re.findall(r"#c-(\w+)$", sent.headers["Location"])
    tokens = [one.token for one in collected(strict, article, 12)]
    for token in tokens:
        form = Form(strict, "192.0.2.80", token)
        assert form.send(f"{target}/vote", up="1").status == 303
        assert form.send(f"{target}/report", reason="spam").status == 303
    assert form.send(f"{target}/vote", up="0").status == 303
    assert form.send(f"{target}/vote", up="1").status == 303
    now = exported(strict)[target]
    assert (now["ups"], now["reports"], now["state"]) == (8, 12, "published")
    for _ in range(4):
        other = Form(strict, next(_addresses))
        assert other.send(f"{target}/report", reason="spam").status == 303
    assert exported(strict)[target]["state"] == "held"
    verified(strict)


def test_deletions_and_edits_have_a_limit(strict: Server, article: str) -> None:
    one = reader(strict, article)
    target = one.post("Mine.").json["id"]
    answers = [one.act(target, "removal").status for _ in range(61)]
    assert answers[0] == 200 and set(answers) == {200, 429}  # a deletion may be sent again
    assert one.act(target, "text", text="x").status in (404, 429)


def test_a_form_that_edits_or_deletes_counts_as_a_write_of_the_network(serve: Serve) -> None:
    server = serve(READBACK_TRUSTED_PROXY_HOPS="1", READBACK_WRITES="30", READBACK_CASTS="0")
    form = Form(server, "192.0.2.1")
    answers = {form.send(f"{'0' * 20}/removal").status for _ in range(91)}
    assert answers == {404, 429}


def test_first_comments_begin_stories_and_are_bounded_like_votes(serve: Serve) -> None:
    server = serve(
        **{**LIMITED, "READBACK_NEW_STORIES": "4", "READBACK_NETWORK_COMMENTS": "0"},
        READBACK_TRUSTED_PROXY_HOPS="1",
    )

    def begun(one: Commenter) -> list[int]:
        answers = []
        for _ in range(3):
            one.article = secrets.token_hex(8)
            answers.append(one.post(f"On {one.article}."))
        assert all(answer.code == "rate_limited" for answer in answers if answer.status == 429)
        return [answer.status for answer in answers]

    first, second, third = (reader(server, "", "192.0.2.1") for _ in range(3))
    assert begun(first) == [201, 201, 429]
    assert begun(second) == [201, 201, 429]
    assert begun(third) == [429] * 3
    other = reader(server, "known", "192.0.2.2")
    assert other.post("Hello.").status == 201
    third.article = "known"
    late = reader(server, "known", "192.0.2.1")
    assert late.post("There is something here already.").status == 201
    verified(server)
