"""Settings and store addresses: what is wrong is named in one line, with the remedy."""

import pytest

from widget.settings import SettingError, Settings
from widget.store.connect import check_url


@pytest.mark.parametrize(
    ("environment", "named"),
    [({"PORT": "http"}, "PORT"), ({"PORT": "0"}, "PORT"),
     ({"READBACK_PUBLIC_URL": "readback.example"}, "READBACK_PUBLIC_URL"),
     ({"READBACK_PUBLIC_URL": "https://a.example/path"}, "READBACK_PUBLIC_URL"),
     ({"READBACK_TRUSTED_PROXY_HOPS": "-1"}, "READBACK_TRUSTED_PROXY_HOPS"),
     ({"READBACK_FSYNC": "never"}, "READBACK_FSYNC"), ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
     ({"READBACK_REDIS_URL": "redis://127.0.0.1"}, "READBACK_SECRETS"),
     ({"READBACK_TRUSTED_PROXY_HOPS": "1", "READBACK_BIND": "0.0.0.0"}, "HOPS")],
)  # fmt: skip
def test_a_wrong_setting_is_named(environment, named):
    with pytest.raises(SettingError, match=named) as problem:
        Settings.from_env(environment)
    assert "\n" not in str(problem.value)


def test_the_public_address_follows_the_port():
    assert Settings.from_env({"PORT": "9000"}).public_url == "http://127.0.0.1:9000"
    https = Settings.from_env({"READBACK_PUBLIC_URL": "https://Readback.example/"})
    assert https.public_url == "https://readback.example"


@pytest.mark.parametrize(
    "url",
    ["redis://127.0.0.1:6379/0", "redis://u:p%40ss@10.0.0.5:6379/1", "rediss://:pw@redis.example",
     "unix:///run/redis.sock", "redis+sentinel://:pw@h1:26379,h2:26379/mymaster",
     "redis+cluster://u:pw@h1:7000,h2:7001", "rediss+cluster://u:pw@h1", "redis://[::1]:6379"],
)  # fmt: skip
def test_an_address_of_every_kind_of_store_is_taken(url):
    check_url(url)


@pytest.mark.parametrize(
    ("url", "what"),
    [("http://h", "must begin with"), ("redis://", "names no host"), ("redis://h:port", "Port"),
     ("redis://10.0.0.5:6379", "no password"), ("redis+cluster://h1,h2", "no password"),
     ("redis+sentinel://:pw@h1:26379", "needs the NAME"), ("unix://", "path of a socket"),
     ("redis+cluster://:pw@h1:70000", "READBACK_REDIS_URL")],
)  # fmt: skip
def test_a_wrong_store_address_says_what_is_wrong(url, what):
    with pytest.raises(SettingError, match=what) as problem:
        check_url(url)
    assert str(problem.value).startswith("READBACK_REDIS_URL")
