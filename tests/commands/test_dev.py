"""``script/dev``: a filled newsroom on loopback, with a debugger, and no real server's keys."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desk import PASSWORD, DeskBrowser
from tests.support.server import ROOT, Server
from widget.commands.dev import NEWSROOM, dev_settings, watched
from widget.domain.stories import load_stories
from widget.settings import SettingError
from widget.store.embedded import answers, socket_path
from widget.web.debugger import open_app


class DevServer(Server):
    command = ("script/dev",)


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevServer]:
    server = DevServer(tmp_path_factory.mktemp("dev")).start()
    yield server
    server.stop()


def test_the_stories_are_served_with_votes_on_each(dev: DevServer) -> None:
    front = dev.get("/").body.decode()
    for story in load_stories(ROOT / "articles").values():
        assert story.title in front
        assert dev.counts(story.id)["total"] > 100


def test_the_printed_link_signs_in_to_a_desk_with_figures(dev: DevServer) -> None:
    [path] = re.findall(r"/desk/welcome/\S+", dev.output())
    browser = DeskBrowser(dev)
    begun = browser.post(path, new_password=PASSWORD, repeated_password=PASSWORD)
    assert begun.status == 303, begun.body
    overview = browser.get(f"/desk/{NEWSROOM}/?period=30d").body.decode()
    assert "Council votes to close the riverside library" in overview
    assert "City" in overview and "Not enough votes" not in overview
    assert browser.get("/desk/editors/").status == 200, "the role is not admin"


def test_an_error_reaches_the_debugger(dev: DevServer) -> None:
    settings = dev_settings({**dev.env, "READBACK_ALERTS_S": "0"})
    app = open_app(settings)

    def fail() -> str:
        raise ZeroDivisionError

    app.add_url_rule("/fail", view_func=fail)
    with pytest.raises(ZeroDivisionError):
        app.test_client().get("/fail", base_url=dev.origin)
    assert "Debugger is active!" in dev.output()


def test_a_server_that_is_stopped_leaves_no_store_behind(dev: DevServer) -> None:
    store = socket_path(dev.data_dir / "dev")
    assert answers(store)
    dev.stop()
    assert dev.process.returncode == 0 and not answers(store)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("READBACK_SECRETS", "/etc/readback/secrets.json"),
        ("READBACK_REDIS_URL", "redis://store.example"),
        ("READBACK_PUBLIC_URL", "https://news.example"),
        ("READBACK_SMTP_URL", "smtp://mail.example"),
        ("READBACK_BIND", "0.0.0.0"),
        ("READBACK_BIND", "192.0.2.1"),
    ],
)
def test_settings_of_a_real_server_are_refused(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        dev_settings({name: value})


def test_its_store_and_secrets_are_never_those_of_a_real_server(tmp_path: Path) -> None:
    settings = dev_settings({"READBACK_DATA_DIR": str(tmp_path)})
    assert settings.data_dir == tmp_path / "dev" and settings.bind == "127.0.0.1"
    assert not settings.secrets and not settings.redis_url


def test_a_change_of_any_kind_of_source_restarts_it() -> None:
    kinds = {path.suffix for path in watched(ROOT)}
    assert kinds == {".lua", ".json", ".md", ".js"}
