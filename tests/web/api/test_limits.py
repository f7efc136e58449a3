"""Limits on crowded networks and busy readers: proof of work instead of a block."""

import base64
import http.client
import json
import secrets
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import altcha
import pytest

from tests.support.server import LIMITED, Answer, Serve, Server, nonce
from widget.domain.model import REACTIONS, Site
from widget.store.sites import Sites


@pytest.fixture(scope="module")
def strict(module_serve: Serve) -> Server:
    """Start a server with the default limits that trusts one proxy, so tests choose addresses."""
    return module_serve(
        **{**LIMITED, "READBACK_NEW_STORIES": "0"},
        READBACK_TRUSTED_PROXY_HOPS="1",
        READBACK_READS="100000",
    )


def first_vote(server: Server, article: str, address: str, **fields: Any) -> Answer:
    vote = {"site": "home", "article": article, "reaction": "love", "seq": 1, "nonce": nonce()}
    return server.request(
        "POST",
        "/v1/react",
        json.dumps({**vote, **fields}).encode(),
        Origin=server.origin,
        Content_Type="text/plain",
        X_Forwarded_For=address,
    )


def solved(challenge: dict[str, Any]) -> str:
    parsed = altcha.Challenge.from_dict(challenge)
    solution = altcha.solve_challenge(parsed)
    assert solution is not None
    return altcha.Payload(parsed, solution).to_base64()


def crowd(server: Server, article: str, address: str) -> Answer:
    """Use up the 20 new readers of a network; return the response to the next one."""
    answers = [first_vote(server, article, address) for _ in range(20)]
    assert {answer.status for answer in answers} == {200}
    return first_vote(server, article, address)


def test_the_21st_new_reader_of_a_network_must_do_work_that_is_accepted_once(
    strict: Server, article: str
) -> None:
    asked = crowd(strict, article, "192.0.2.1")
    assert (asked.status, asked.code) == (428, "challenge")
    assert asked.headers["Cache-Control"] == "no-store"
    assert asked.headers["Access-Control-Allow-Origin"] == strict.origin
    proof = solved(asked.json["challenge"])
    with ThreadPoolExecutor(20) as pool:
        answers = list(
            pool.map(lambda _: first_vote(strict, article, "192.0.2.1", pow=proof), range(20))
        )
    assert sorted(answer.status for answer in answers) == [200] + [428] * 19
    token = next(answer.json["token"] for answer in answers if answer.status == 200)
    reader, worked = token.split(".")[0][:-1], token.split(".")[0][-1]
    assert len(base64.urlsafe_b64decode(reader + "==")) == 16 and worked == "w"


def test_an_invalid_proof_gets_a_new_challenge(strict: Server, article: str) -> None:
    asked = crowd(strict, article, "192.0.2.2")
    good = json.loads(base64.b64decode(solved(asked.json["challenge"])))
    lowered = json.loads(json.dumps(good))
    lowered["challenge"]["parameters"]["cost"] = 1
    unsigned = json.loads(json.dumps(good))
    unsigned["challenge"]["signature"] = None
    late = json.loads(json.dumps(good))
    late["challenge"]["parameters"]["expiresAt"] = 1
    broken = [lowered, unsigned, late, {}, None, [], good["challenge"]]
    proofs = [base64.b64encode(json.dumps(value).encode()).decode() for value in broken]
    wrong: list[object] = [*proofs, "", "***", "A" * 3000, 5, [], {}, None]
    for proof in wrong:
        answer = first_vote(strict, article, "192.0.2.2", pow=proof)
        assert (answer.status, answer.code) == (428, "challenge"), proof
    elsewhere = crowd(strict, article, "192.0.2.3").json["challenge"]
    assert first_vote(strict, article, "192.0.2.2", pow=solved(elsewhere)).status == 428


def test_500_readers_of_one_office_are_all_counted_or_held(strict: Server, article: str) -> None:
    def vote(_: int) -> tuple[int, bool]:
        reader = nonce()
        answer = first_vote(strict, article, "192.0.2.77", nonce=reader)
        while answer.status == 428:
            proof = solved(answer.json["challenge"])
            answer = first_vote(strict, article, "192.0.2.77", nonce=reader, pow=proof)
        return answer.status, bool(answer.json.get("held"))

    with ThreadPoolExecutor(16) as pool:
        answers = Counter(pool.map(vote, range(500)))
    assert answers == {(200, False): 50, (200, True): 450}
    assert strict.counts(article)["counts"]["love"] == 50


def test_a_retried_first_vote_counts_once_against_its_network(strict: Server, article: str) -> None:
    reader = nonce()
    answers = [first_vote(strict, article, "192.0.2.4", nonce=reader) for _ in range(50)]
    assert {answer.status for answer in answers} == {200}
    assert strict.counts(article)["total"] == 1


def test_addresses_of_one_ipv6_network_share_a_limit(strict: Server, article: str) -> None:
    for host in range(20):
        assert first_vote(strict, article, f"2001:db8:1:1::{host:x}").status == 200
    assert first_vote(strict, article, "2001:db8:1:1:ffff::1").status == 428


def test_a_wide_network_must_do_work_too(strict: Server, article: str) -> None:
    for host in range(80):
        assert first_vote(strict, article, f"2001:db8:2:{host:x}::1").status == 200
    assert first_vote(strict, article, "2001:db8:2:fff::1").status == 428


def test_the_price_of_work_rises_with_the_readers_of_the_network(
    strict: Server, article: str
) -> None:
    costs = {}
    asked = crowd(strict, article, "192.0.2.5")
    for number in range(21, 201):
        costs[number] = asked.json["challenge"]["parameters"]["cost"]
        proof = solved(asked.json["challenge"])
        assert first_vote(strict, article, "192.0.2.5", pow=proof).status == 200
        asked = first_vote(strict, article, "192.0.2.5")
    assert costs[21] == costs[40] == 20
    assert costs[200] == 99


def test_a_reader_has_one_limit_over_all_stories(strict: Server, article: str) -> None:
    token = first_vote(strict, article, "192.0.2.60").json["token"]
    answers = Counter(
        strict.react(article=f"{article}-{number}", token=token).status for number in range(40)
    )
    assert answers == {200: 19, 429: 21}


def test_a_replay_is_always_answered_and_does_not_use_up_the_limit(
    strict: Server, article: str
) -> None:
    token = first_vote(strict, article, "192.0.2.61").json["token"]
    answers = [strict.react(article=article, token=token).status for _ in range(50)]
    assert answers == [200] * 50
    assert strict.react(article=article, token=token, seq=2, reaction="sad").status == 200


def test_tokens_collected_elsewhere_are_held_beyond_the_networks_allowance(
    strict: Server, article: str
) -> None:
    tokens = [
        first_vote(strict, f"{article}-other", f"198.51.100.{n}").json["token"] for n in range(80)
    ]
    answers = [strict.react(article=article, token=t, address="192.0.2.62") for t in tokens]
    assert [bool(answer.json.get("held")) for answer in answers] == [False] * 50 + [True] * 30


def test_new_stories_are_bounded_by_reader_and_network(serve: Serve) -> None:
    server = serve(**{**LIMITED, "READBACK_NEW_STORIES": "4"}, READBACK_TRUSTED_PROXY_HOPS="1")

    def begun(count: int, address: str, **who: str) -> Counter[int]:
        return Counter(
            server.react(article=secrets.token_hex(8), address=address, **who).status
            for _ in range(count)
        )

    token = first_vote(server, "first", "192.0.2.1").json["token"]
    assert begun(4, "192.0.2.1", token=token) == {200: 1, 429: 3}
    assert Counter(
        first_vote(server, secrets.token_hex(8), "192.0.2.1").status for _ in range(5)
    ) == {200: 2, 429: 3}
    assert begun(1, "192.0.2.2", token=first_vote(server, "first", "192.0.2.2").json["token"]) == {
        200: 1
    }
    refused = first_vote(server, secrets.token_hex(8), "192.0.2.1")
    assert refused.code == "rate_limited" and 0 < int(refused.headers["Retry-After"]) <= 3600


def test_a_network_that_writes_more_than_people_do_is_refused(serve: Serve) -> None:
    server = serve(**{**LIMITED, "READBACK_WRITES": "30"}, READBACK_TRUSTED_PROXY_HOPS="1")
    token = first_vote(server, "a", "192.0.2.1").json["token"]
    answers = Counter(
        server.react(article="a", token=token, address="192.0.2.1").status for _ in range(70)
    )
    assert answers[429] >= 10
    assert server.react(article="a", token=token, address="192.0.2.2").status == 200


def test_a_vote_that_needs_a_thread_is_one_act_of_its_network(serve: Serve) -> None:
    server = serve(**{**LIMITED, "READBACK_WRITES": "30"}, READBACK_TRUSTED_PROXY_HOPS="1")
    question = replace(REACTIONS, closes_s=1)  # what it had is read from the store at each vote
    store = server.store()
    site = Site("over", "Over", (server.origin,), polls={"which": question})
    Sites(store, Site("home", "Home", ())).add(site)
    if time.monotonic() % 60 > 50:
        time.sleep(11)  # into the next minute of the workers
    answers = Counter(
        first_vote(server, "a", "192.0.2.1", site="over", poll="which").status for _ in range(31)
    )
    assert answers == {409: 30, 429: 1}


def test_a_forged_forwarding_header_is_ignored_without_a_proxy(serve: Serve, article: str) -> None:
    server = serve()
    for host in range(20):
        assert first_vote(server, article, f"198.51.100.{host}").status == 200
    assert first_vote(server, article, "198.51.100.200").status == 428


def test_the_21st_vote_of_a_reader_in_a_minute_is_refused_with_cors_headers(
    strict: Server, article: str
) -> None:
    token = first_vote(strict, article, "192.0.2.6").json["token"]
    for seq in range(2, 21):
        choice = "sad" if seq % 2 else "love"
        assert strict.react(article=article, token=token, seq=seq, reaction=choice).status == 200
    refused = strict.react(article=article, token=token, seq=21, reaction="wow")
    assert (refused.status, refused.code) == (429, "rate_limited")
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.headers["Access-Control-Allow-Origin"] == strict.origin
    assert refused.headers["Access-Control-Expose-Headers"] == "Retry-After"


def test_a_flood_of_reads_is_refused_and_other_networks_are_not(serve: Serve) -> None:
    server = serve(READBACK_TRUSTED_PROXY_HOPS="1")
    path = "/v1/counts?site=home&article=a"

    def flood(reads: int) -> Counter[int]:
        peer = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        statuses: Counter[int] = Counter()
        for _ in range(reads):
            peer.request("GET", path, headers={"X-Forwarded-For": "192.0.2.9"})
            answer = peer.getresponse()
            answer.read()
            statuses[answer.status] += 1
        peer.close()
        return statuses

    first_minute = time.monotonic() // 60
    with ThreadPoolExecutor(8) as pool:
        seen = sum(pool.map(flood, [1250] * 8), Counter())
    minutes = int(time.monotonic() // 60 - first_minute) + 1
    assert set(seen) == {200, 429} and seen.total() == 10_000
    # A worker that is stopped while it counts undoes what the other counted meanwhile.
    assert 600 <= seen[200] <= 660 * minutes
    refused = server.get(path, X_Forwarded_For="192.0.2.9")
    assert refused.code == "rate_limited" and 0 < int(refused.headers["Retry-After"]) <= 60
    assert server.get(path, X_Forwarded_For="192.0.2.10").status == 200
