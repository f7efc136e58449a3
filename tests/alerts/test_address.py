"""The addresses a webhook may have, and the receivers of alerts."""

import threading

import pytest

from widget.alerts import address
from widget.alerts.address import EgressPolicy, Unreachable, canonical, is_public
from widget.alerts.receivers import Receivers, SecretMaker, receivers_typed
from widget.domain.forms.problems import InvalidForm

INNER = (
    "127.0.0.1",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "224.0.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:10.0.0.1",
    "::ffff:8.8.8.8",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001::1",
    "2001:db8::1",
    "3fff::1",
    "100::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "",
)


@pytest.mark.parametrize("ip", INNER)
def test_an_inner_address_is_not_public(ip: str) -> None:
    assert not is_public(ip)


@pytest.mark.parametrize("ip", ["8.8.8.8", "192.0.32.8", "2606:4700::1111", "2a00:1450::1"])
def test_an_address_of_a_server_on_the_internet_is_public(ip: str) -> None:
    assert is_public(ip)


def never(host: str, port: int) -> list[str]:
    raise AssertionError(f"{host} was looked up")


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[2002:7f00:1::]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://100.64.0.1/",
        "https://169.254.169.254/latest",
        "https://\u2460\u2461\u2466.0.0.1/",
    ],
)
def test_every_spelling_of_an_inner_address_is_refused(url: str) -> None:
    with pytest.raises(Unreachable):
        EgressPolicy(resolve=never).target(url)


@pytest.mark.parametrize("ip", INNER)
def test_a_name_with_an_inner_and_an_outer_address_is_refused(ip: str) -> None:
    with pytest.raises(Unreachable, match="not a server on the internet"):
        EgressPolicy(resolve=lambda host, port: ["8.8.8.8", ip]).target("https://x.example./hook")


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("http://hooks.example/", "begin with https"),
        ("ftp://hooks.example/", "begin with https"),
        ("hooks.example", "complete address"),
        ("https://", "complete address"),
        ("file:///etc/passwd", "https"),
        ("https://a:b@hooks.example/", "no user"),
        ("https://hooks.example/#x", "no part after"),
        ("https://hooks.example/" + "x" * 2048, "2048"),
    ],
)
def test_an_invalid_webhook_address_is_refused_with_the_reason(url: str, what: str) -> None:
    with pytest.raises(Unreachable, match=what):
        canonical(url)


def test_a_webhook_whose_name_does_not_resolve_is_refused() -> None:
    def nobody(host: str, port: int) -> list[str]:
        raise OSError

    with pytest.raises(Unreachable, match=r"no server named metadata\.google"):
        EgressPolicy(resolve=nobody).target("https://metadata.google.internal/")


def test_a_slow_resolver_is_abandoned_after_the_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(address, "RESOLVE_S", 0.01)
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: over.wait(30) and [])
    with pytest.raises(OSError, match="no address"):
        address.resolve("slow.example", 443)
    over.set()


def test_a_line_break_in_an_address_never_reaches_a_header() -> None:
    assert canonical("https://hooks.example/a\r\nX: y") == "https://hooks.example/aX:%20y"


def test_a_backslash_ends_the_host_as_it_does_in_a_browser() -> None:
    target = EgressPolicy(resolve=lambda host, port: ["8.8.8.8"]).target(
        "https://hooks.example\\@x/"
    )
    assert (target.host, target.ips) == ("hooks.example", ("8.8.8.8",))


@pytest.mark.parametrize(
    "mail",
    [
        "desk",
        "a@b",
        "a b@c.example",
        "a@c.example\r\nBcc: x@y.example",
        "<a@c.example>",
        "Desk <a@c.example>",
        "a@c.example;b@c.example",
        '"a b"@c.example',
        "a@-c.example",
        "ä@c.example",
    ],
)
def test_text_that_is_not_a_mailbox_is_refused(mail: str) -> None:
    with pytest.raises(InvalidForm) as refusal:
        receivers_typed({"mails": mail}, Receivers())
    assert "mails" in refusal.value.problems


def test_addresses_are_separated_by_lines_or_commas_and_at_most_ten() -> None:
    typed = receivers_typed({"mails": " a@x.example, b@x.example\n\na@x.example"}, Receivers())
    assert typed.mails == ("a@x.example", "b@x.example")
    with pytest.raises(InvalidForm):
        receivers_typed({"mails": ",".join(f"p{i}@x.example" for i in range(11))}, Receivers())


def test_a_new_webhook_address_gets_a_new_secret_and_an_unchanged_one_keeps_it() -> None:
    keys = SecretMaker(b"k" * 32)
    first = receivers_typed({"webhook": "https://hooks.example/a"}, Receivers())
    same = receivers_typed(
        {"webhook": "https://HOOKS.example:443/a", "mails": "a@x.example"}, first
    )
    other = receivers_typed({"webhook": "https://hooks.example/b"}, first)
    assert keys.secret("news", same.salt) == keys.secret("news", first.salt)
    assert keys.secret("news", other.salt) != keys.secret("news", first.salt)
    assert keys.secret("other", first.salt) != keys.secret("news", first.salt)
    assert first.described["webhook"] == "https://hooks.example"


def test_a_replaced_secret_signs_beside_the_new_one_for_a_day() -> None:
    keys = SecretMaker(b"k" * 32)
    first = receivers_typed({"webhook": "https://hooks.example/a"}, Receivers())
    second = first.with_new_secret(now_s=1000)
    new, old = keys.signing("news", second, now_s=1000 + 24 * 3600 - 1)
    assert [old] == keys.signing("news", first, now_s=0)
    assert [new] == keys.signing("news", second, now_s=1000 + 24 * 3600)
