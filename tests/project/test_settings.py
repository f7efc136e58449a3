"""Settings and store addresses: an error is one line that names the setting and the remedy."""

import pytest
from click.testing import CliRunner

from widget.alerts.mail import mail_server
from widget.commands.__main__ import cli
from widget.settings import SettingError, Settings, is_loopback


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"PORT": "http"}, "PORT='http': must be a whole number"),
        ({"PORT": "0"}, "PORT"),
        ({"READBACK_PUBLIC_URL": "readback.example"}, "must be http"),
        ({"READBACK_PUBLIC_URL": "https://a.example/path"}, "READBACK_PUBLIC_URL"),
        ({"READBACK_TRUSTED_PROXY_HOPS": "-1"}, "READBACK_TRUSTED_PROXY_HOPS"),
        ({"READBACK_PUBLIC_URL": f"https://{'a' * 64}.example"}, "READBACK_PUBLIC_URL"),
        ({"READBACK_DATA_DIR": "redis://127.0.0.1"}, "must be a path, not an address"),
        ({"READBACK_FSYNC": "never"}, "READBACK_FSYNC"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        ({"READBACK_REDIS_URL": "redis://127.0.0.1"}, "READBACK_SECRETS"),
        ({"READBACK_TRUSTED_PROXY_HOPS": "1", "READBACK_BIND": "0.0.0.0"}, "HOPS"),
        ({"READBACK_SMTP_URL": "smtp://mail.example"}, "READBACK_MAIL_FROM"),
        ({"READBACK_MAIL_FROM": "the desk"}, "READBACK_MAIL_FROM"),
        ({"READBACK_ALERTS_S": "-1"}, "READBACK_ALERTS_S"),
        ({"READBACK_STORE_MB": "-1"}, "READBACK_STORE_MB='-1': must be 0 or more"),
        ({"READBACK_REPLICATE": "1"}, "READBACK_REDIS_URL"),
        ({"READBACK_REPLICATE": "yes"}, "READBACK_REPLICATE"),
    ],
)
def test_a_wrong_setting_is_named(environment: dict[str, str], named: str) -> None:
    with pytest.raises(SettingError, match=named) as problem:
        Settings.from_env(environment)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("READBACK_PUBLIC_URL", "https://u:hunter2@a.example"),
        ("READBACK_PUBLIC_URL", "https://u:hunter2@a.example/path"),
        ("READBACK_DATA_DIR", "redis://u:hunter2@a.example"),
        ("READBACK_MAIL_FROM", "smtp://u:hunter2@a.example"),
        ("PORT", "u:hunter2@a.example"),
    ],
)
def test_a_password_in_the_wrong_setting_is_not_printed(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name) as problem:
        Settings.from_env({name: value})
    assert "ter2" not in str(problem.value)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "smtp://u:hunter2@a..example",
        "http://u:hunter2@mail.example",
        "smtp://",
        "smtp://u:hunter2/x@mail.example",
        "smtps://u:hunter2@mail.example:99999",
        "smtp://u:hunter2@mail.example/box",
        "smtp://u:hun#ter2@mail.example",
        "smtp://u:hun@ter2@mail.example",
    ],
)
def test_a_wrong_mail_server_is_named_without_its_password(url: str) -> None:
    with pytest.raises(SettingError, match="READBACK_SMTP_URL: must be smtp") as problem:
        Settings.from_env({"READBACK_SMTP_URL": url, "READBACK_MAIL_FROM": "a@x.example"})
    assert "ter2" not in str(problem.value)


def test_the_password_of_the_mail_server_is_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READBACK_SMTP_URL", "smtps://u:hun%40ter2@mail.example")
    monkeypatch.setenv("READBACK_MAIL_FROM", "a@x.example")
    shown = CliRunner().invoke(cli, ["settings"])
    assert "READBACK_SMTP_URL=smtps://u:***@mail.example" in shown.output
    assert "ter2" not in shown.output


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://u:hun%40ter2@h/0", "redis://u:***@h/0"),
        ("redis://u:hun/ter2@h/0", "redis://u:***@h/0"),
        (
            "redis+sentinel://:hunter2@h/m?sentinel_password=hunter2&sentinel_username=s",
            "redis+sentinel://:***@h/m?sentinel_password=***&sentinel_username=s",
        ),
    ],
)
def test_the_passwords_of_the_store_are_never_printed(
    monkeypatch: pytest.MonkeyPatch, url: str, shown: str
) -> None:
    monkeypatch.setenv("READBACK_REDIS_URL", url)
    monkeypatch.setenv("READBACK_SECRETS", "/run/secrets.json")
    printed = CliRunner().invoke(cli, ["settings"])
    assert f"READBACK_REDIS_URL={shown}\n" in printed.output
    assert "ter2" not in printed.output


def test_the_port_and_the_encoded_password_of_a_mail_server_are_read() -> None:
    server = mail_server("smtps://me%40x:a%2Fb@mail.example")
    assert (server.host, server.port, server.user, server.password) == (
        "mail.example",
        465,
        "me@x",
        "a/b",
    )
    assert mail_server("smtp://mail.example").port == 587


@pytest.mark.parametrize(
    ("given", "bind", "url"),
    [
        ("::1", "::1", "http://[::1]:8000"),
        ("[::1]", "::1", "http://[::1]:8000"),
        ("::", "::", "http://[::1]:8000"),
        ("0:0:0:0:0:0:0:1", "::1", "http://[::1]:8000"),
        ("0.0.0.0", "0.0.0.0", "http://127.0.0.1:8000"),
        ("10.0.0.7", "10.0.0.7", "http://10.0.0.7:8000"),
        ("localhost", "localhost", "http://localhost:8000"),
    ],
)
def test_an_address_to_listen_on_may_be_ipv6(given: str, bind: str, url: str) -> None:
    settings = Settings.from_env({"READBACK_BIND": given})
    assert (settings.bind, settings.public_url) == (bind, url)
    if is_loopback(bind):
        Settings.from_env({"READBACK_BIND": given, "READBACK_TRUSTED_PROXY_HOPS": "1"})


@pytest.mark.parametrize("given", ["[::1]:80", "127.0.0.1:80", "*", "fe80::1%eth0", "1.2.3", "a b"])
def test_what_is_no_address_to_listen_on_is_refused(given: str) -> None:
    with pytest.raises(SettingError, match=r"READBACK_BIND=.* must be an address"):
        Settings.from_env({"READBACK_BIND": given})


def test_no_settings_show_a_password_by_their_repr() -> None:
    url = {"READBACK_REDIS_URL": "redis://u:hunter2@h/0", "READBACK_SECRETS": "/s"}
    mail = {"READBACK_SMTP_URL": "smtp://u:hunter2@h", "READBACK_MAIL_FROM": "a@b.example"}
    token = {"READBACK_METRICS_TOKEN": "hunter2hunter2hunter2"}
    assert "hunter2" not in repr(Settings.from_env({**url, **mail, **token}))


def test_the_default_public_address_has_the_configured_port() -> None:
    assert Settings.from_env({"PORT": "9000"}).public_url == "http://127.0.0.1:9000"
    https = Settings.from_env({"READBACK_PUBLIC_URL": "https://Readback.example/"})
    assert https.public_url == "https://readback.example"
