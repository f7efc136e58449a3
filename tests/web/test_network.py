"""The client's address: always one valid IP address, whatever a header says."""

import json
from http.client import HTTPConnection
from ipaddress import ip_address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.server import Serve, Server, nonce
from widget.web.network import LOCAL, client_address

PROXY = "203.0.113.7"


def address(forwarded: str | None, hops: int = 1, peer: str = PROXY) -> str:
    environ: dict[str, Any] = {"REMOTE_ADDR": peer}
    if forwarded is not None:
        environ["HTTP_X_FORWARDED_FOR"] = forwarded
    return client_address(environ, hops)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("  192.0.2.1\t", "192.0.2.1"),
        ('"192.0.2.1"', "192.0.2.1"),
        ("192.0.2.1:50871", "192.0.2.1"),
        ("[192.0.2.1]:50871", "192.0.2.1"),
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ('"[2001:db8::1]:443"', "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("[fe80::1%25eth0]:443", "fe80::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("[::ffff:192.0.2.1]:443", "192.0.2.1"),
        ("192.0.2.1:0", "192.0.2.1"),
        ("192.0.2.1:65535", "192.0.2.1"),
        ("192.0.2.1%eth0", "192.0.2.1"),
        ('"192.0.2.1:50871"', "192.0.2.1"),
        ("2001:db8::1%eth0", "2001:db8::1"),
        ("[2001:db8::1%eth0]", "2001:db8::1"),
        ("[2001:DB8::1%25en0]:8443", "2001:db8::1"),
        ("2001:db8:0:0:0:0:0:443", "2001:db8::443"),
        ("[::ffff:c000:201]:443", "192.0.2.1"),
    ],
)
def test_a_forwarded_address_is_stripped_to_the_address(entry: str, expected: str) -> None:
    assert address(entry) == expected
    assert address(f"198.51.100.1, {entry}") == expected
    assert address(f"{entry}, 198.51.100.1", hops=2) == expected


@pytest.mark.parametrize(
    "entry",
    [
        "",
        " ",
        ",",
        "unknown",
        "_hidden",
        "unix:",
        "for=192.0.2.1",
        "192.0.2",
        "192.0.2.1.5",
        "192.0.2.256",
        "192.0.2.01",
        "192.0.2.1:port",
        "192.0.2.1:1:2",
        "[192.0.2.1",
        "[2001:db8::1]443",
        "2001:db8::1]",
        "[]",
        "%eth0",
        "::1::",
        "1",
        "\u0661.1.1.1",
        "a" * 4000,
        "\xff\xfe",
    ],
)
def test_an_entry_without_an_address_is_the_peers(entry: str) -> None:
    assert address(entry) == PROXY
    assert address(f"198.51.100.1, {entry}") == PROXY


def test_too_few_entries_are_the_peers_and_no_hops_ignore_the_header() -> None:
    assert address(None) == PROXY
    assert address("192.0.2.1", hops=2) == PROXY
    assert address("192.0.2.1", hops=0) == PROXY


def test_an_entry_that_a_reader_sent_never_moves_the_proxys_own() -> None:
    """Empty entries keep their place: else two commas would make the reader's own entry count."""
    assert address("192.0.2.1, , 198.51.100.9", hops=2) == PROXY


@pytest.mark.parametrize("peer", ["", "unix:/run/readback.sock", "@", "nonsense"])
def test_a_peer_without_an_address_is_this_machine(peer: str) -> None:
    assert address(None, peer=peer) == address("unknown", peer=peer) == LOCAL
    assert client_address({}, 0) == LOCAL
    assert address("192.0.2.1", peer=peer) == "192.0.2.1"


def test_a_peer_on_an_ipv4_mapped_or_link_local_address_is_named_as_in_a_header() -> None:
    assert address(None, peer="::ffff:192.0.2.1") == "192.0.2.1"
    assert address(None, peer="fe80::1%2") == "fe80::1"


@given(st.text(), st.integers(0, 3), st.text())
def test_whatever_is_sent_the_answer_is_an_address(forwarded: str, hops: int, peer: str) -> None:
    found = address(forwarded, hops, peer)
    assert str(ip_address(found)) == found


def test_headers_that_name_an_address_in_many_ways_are_one_network(serve: Serve) -> None:
    server = serve(READBACK_TRUSTED_PROXY_HOPS="1", READBACK_NEW_READERS="5")
    spellings = [
        "192.0.2.1",
        "192.0.2.1:1000",
        "[::ffff:192.0.2.1]:9",
        '"192.0.2.1"',
        "198.51.100.9, 192.0.2.1",
    ]
    for spelling in spellings:
        assert vote(server, spelling) == 200
    assert vote(server, "192.0.2.1:1001") == 428
    assert vote(server, "192.0.2.2:1001") == 200


def test_a_header_that_came_in_two_lines_is_one_list(serve: Serve) -> None:
    server = serve(READBACK_TRUSTED_PROXY_HOPS="1", READBACK_NEW_READERS="1")
    assert vote(server, "192.0.2.1:1") == 200
    lines = (("X-Forwarded-For", "198.51.100.9"), ("X-Forwarded-For", "[::ffff:192.0.2.1]:2"))
    body = json.dumps(ballot()).encode()
    connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.putrequest("POST", "/v1/react")
    for name, value in (*lines, ("Origin", server.origin), ("Content-Type", "text/plain")):
        connection.putheader(name, value)
    connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    assert connection.getresponse().status == 428
    connection.close()


def ballot() -> dict[str, object]:
    return {"site": "home", "article": "a", "reaction": "love", "seq": 1, "nonce": nonce()}


def vote(server: Server, forwarded: str) -> int:
    answer = server.request(
        "POST",
        "/v1/react",
        json.dumps(ballot()).encode(),
        Origin=server.origin,
        Content_Type="text/plain",
        X_Forwarded_For=forwarded,
    )
    return answer.status
