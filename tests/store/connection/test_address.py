"""Addresses of the store: what is accepted, and how a wrong one is explained."""

from pathlib import Path

import pytest

from widget.settings import SettingError
from widget.store.connection.address import Address, Login, read_address

PASSWORD = "pw-5ecret"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://127.0.0.1:6379/0", Address("server", (("127.0.0.1", 6379),))),
        ("redis://localhost", Address("server", (("localhost", 6379),))),
        (
            "redis://:pw@[fe80::1%25eth0]",
            Address("server", (("fe80::1%eth0", 6379),), login=Login(None, "pw")),
        ),
        ("redis://[::1]:6380/2", Address("server", (("::1", 6380),), db=2)),
        ("redis://127.0.0.1?db=3", Address("server", (("127.0.0.1", 6379),), db=3)),
        (
            "redis://u:p%40s%2Fs%25@10.0.0.5:6379/1",
            Address("server", (("10.0.0.5", 6379),), db=1, login=Login("u", "p@s/s%")),
        ),
        (
            "rediss://:pw@redis.example",
            Address("server", (("redis.example", 6379),), login=Login(None, "pw"), tls={}),
        ),
        ("unix:///run/redis.sock", Address("socket", path="/run/redis.sock")),
        (
            "unix://u:pw@/run/a%20b.sock?db=1",
            Address("socket", path="/run/a b.sock", db=1, login=Login("u", "pw")),
        ),
        (
            "redis+sentinel://:pw@h1:26379,[fd00::2]:26380/mymaster/4",
            Address(
                "sentinel",
                (("h1", 26379), ("fd00::2", 26380)),
                name="mymaster",
                db=4,
                login=Login(None, "pw"),
            ),
        ),
        (
            "rediss+sentinel://:pw@h1/m?sentinel_username=s&sentinel_password=a%26b",
            Address(
                "sentinel",
                (("h1", 26379),),
                name="m",
                login=Login(None, "pw"),
                sentinel_login=Login("s", "a&b"),
                tls={},
            ),
        ),
        (
            "redis+cluster://u:pw@h1:7000,h2",
            Address("cluster", (("h1", 7000), ("h2", 6379)), login=Login("u", "pw")),
        ),
        (
            "rediss+cluster://u:pw@h1/0",
            Address("cluster", (("h1", 6379),), login=Login("u", "pw"), tls={}),
        ),
    ],
)
def test_each_form_is_read(url: str, expected: Address) -> None:
    assert read_address(url) == expected


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("http://h", "must begin with"),
        ("redis://", "has no host"),
        ("redis://:pw-5ecret@", "has no host"),
        ("redis://h:port", "port of a host"),
        ("redis://:pw-5ecret@h:70000", "port of a host"),
        ("redis://:pw-5ecret@h:0", "a host is missing"),
        ("redis+cluster://:pw-5ecret@h1:70000", "port of a host"),
        ("redis+cluster://:pw-5ecret@h1,,h2", "a host is missing"),
        ("redis://:pw-5ecret@fd00::1:6379", "IPv6 address"),
        ("redis://:pw-5ecret@[fd00::1:6379", "IPv6 address"),
        ("redis://:pw-5ecret@h1,h2", "takes one host"),
        ("redis://10.0.0.5:6379", "no password"),
        ("redis://user@10.0.0.5:6379", "no password"),
        ("redis+cluster://h1,h2", "no password"),
        ("redis+sentinel://:pw-5ecret@h1:26379", "needs the NAME"),
        ("redis+sentinel://:pw-5ecret@h1:26379/m/x", "database number"),
        ("redis://:pw-5ecret@a..b", "empty or longer than 63"),
        (f"redis+cluster://:pw-5ecret@h,{'a' * 64}.example", "empty or longer than 63"),
        ("unix://", "path of a socket"),
        (f"unix:///run/{'a' * 110}", "at most"),
        ("unix://run/valkey.sock", "path of a socket"),
        ("redis://127.0.0.1:6379/abc", "database number"),
        ("redis://127.0.0.1:6379/-1", "database number"),
        ("redis://127.0.0.1:6379/1/2", "database number"),
        ("redis://127.0.0.1:6379?db=x", "database number"),
        ("redis+cluster://:pw-5ecret@h/3", "only database 0"),
        ("redis://:pw-5ecret%zz@h", "a % in the password"),
        ("redis://:pw-5ecret%@h", "a % in the password"),
        ("redis://:pw-5ecret%ff@h", "not UTF-8"),
        ("redis://:pw-5ecret@x@h", "has an @"),
        ("redis://:pw-5ecret#x@h", "has a #"),
        ("redis://:pw-5ecret @h", "space"),
        ("redis://:pw-5ecret@h\n", "control character"),
        (
            "rediss://:pw-5ecret@h?ssl_ca_cert=/x",
            "ssl_ca_cert is unknown; this form takes ssl_ca_certs",
        ),
        ("redis://:pw-5ecret@h?ssl_ca_certs=/x", "needs an address with TLS"),
        ("redis://:pw-5ecret@h?pw-5ecret=1", "a parameter is unknown"),
        ("redis://:pw-5ecret@h?socket_timeout=5", "socket_timeout is unknown"),
        ("redis+cluster://:pw-5ecret@h?db=0", "takes no parameters"),
        ("redis+cluster://:pw-5ecret@h?sentinel_password=pw-5ecret", "takes no parameters"),
        ("redis+sentinel://:pw-5ecret@h/m?sentinel_password=", "sentinel_password is empty"),
        ("redis+sentinel://:pw-5ecret@h/m?sentinel_password", "NAME=VALUE"),
        ("redis+sentinel://:x@h/m?sentinel_password=pw-5ecret%", "a % in the query"),
        ("redis://127.0.0.1?db=1&db=2", "twice"),
        ("rediss://:pw-5ecret@h?ssl_ca_certs=/none/ca.pem", "ssl_ca_certs: /none/ca.pem: No such"),
        ("rediss+cluster://:pw-5ecret@h?ssl_ca_certs=/", "Is a directory"),
        ("rediss+sentinel://:pw-5ecret@h/m?ssl_keyfile=/etc/hostname", "needs ssl_certfile"),
        ("rediss://:pw-5ecret@h?ssl_ca_certs=/etc/hostname", "no certificate in PEM form"),
        ("rediss://:pw-5ecret@h?ssl_certfile=/etc/hostname", "no certificate and its key"),
    ],
)
def test_a_wrong_address_is_one_line_without_the_password(url: str, what: str) -> None:
    with pytest.raises(SettingError) as problem:
        read_address(url)
    message = str(problem.value)
    assert message.startswith("READBACK_REDIS_URL: ") and what in message
    assert "\n" not in message and PASSWORD not in message


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    key = tmp_path / "none" / "key.pem"
    with pytest.raises(SettingError, match=f"ssl_certfile: {key}: No such file"):
        read_address(f"rediss://:pw@h?ssl_certfile={key}")


def test_a_password_is_in_no_representation() -> None:
    address = read_address("rediss+sentinel://:pw-5ecret@h/m?sentinel_password=pw-5ecret")
    assert PASSWORD not in repr(address)
