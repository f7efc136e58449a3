"""The blind experiment over HTTP: who is in it, what pages may say, and what the desk shows."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.desk import DeskBrowser, invited
from tests.support.html import lint
from tests.support.server import Answer, Server, nonce, settled
from tests.web.desk.test_settings import fields
from widget.domain import clock
from widget.domain.editors.editor import Editor, Role
from widget.domain.experiment import begun
from widget.domain.model import Choice, Poll, Site
from widget.secrets import new_secrets_file
from widget.settings import Settings
from widget.store import keys
from widget.store.connect import Connection
from widget.store.desk.editors import Editors
from widget.store.desk.sessions import Sessions
from widget.store.embedded import EmbeddedStore
from widget.web.application import create_app

PATH = "/desk/{}/experiment"


@pytest.fixture(scope="module")
def root(server: Server) -> DeskBrowser:
    return invited(server, "experimenter", "admin")


@pytest.fixture(scope="module")
def site(server: Server) -> str:
    server.prepare("site", "add", "tried", "--name", "The News", "--origin", server.origin)
    choices = [{"key": key, "label": key, "emoji": "🚲"} for key in ("yes", "no")]
    poll = json.dumps({"question": "Stay?", "choices": choices})
    server.prepare("site", "set", "tried", "--poll", "stay", poll)
    return "tried"


def begin(root: DeskBrowser, site: str, act: str = "") -> Answer:
    path = PATH.format(site)
    return root.send(path + act, [*fields(root, path, path + act).items()])


def shown(root: DeskBrowser, site: str) -> str:
    answer = root.get(PATH.format(site))
    assert answer.status == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.body.decode()).split())


def set_as(server: Server, site: str, article: str) -> dict[str, Any]:
    """Return what the bar says of results and experiment."""
    answer = server.uncached(f"/v1/bar?site={site}&article={article}").json
    return {key: answer[key] for key in ("results", "experiment") if key in answer}


def test_only_while_it_runs_do_bars_and_votes_take_part(
    server: Server, root: DeskBrowser, site: str
) -> None:
    def vote(arm: object, **more: str | int) -> Answer:
        vote: dict[str, Any] = {
            "site": site,
            "article": "moved",
            "nonce": nonce(),
            "arm": arm,
            **more,
        }
        return server.react(**vote)

    assert "What it found" not in shown(root, site)
    assert set_as(server, site, "moved") == {}
    assert vote("blind").status == 200  # a page that is older than the experiment's end
    assert begin(root, site).status == 303
    assert "0 blind votes and 0 others" in shown(root, site)
    settled(lambda: set_as(server, site, "moved"), {"results": "percent", "experiment": True})
    bar = server.uncached(f"/v1/bar?site={site}&article=moved&poll=stay").json
    assert "experiment" not in bar  # an editor's question takes no part
    assert vote("blind", poll="stay", reaction="yes").status == 200
    reader = nonce()
    for _ in range(3):  # a replay, and the reader's change of mind, are no first votes
        assert vote("blind", nonce=reader).status == 200
    assert vote("shown", nonce=reader, seq=2, reaction="angry").status == 200
    assert vote("shown").status == vote(None).status == vote("shown").status == 200
    for odd in ("", "SHOWN", "blind ", 1, True, ["blind"], {"arm": "blind"}, "blind\u0000"):
        assert (vote(odd).status, vote(odd).code) == (400, "bad_field"), odd
    assert "1 blind vote and 2 others" in shown(root, site)
    assert begin(root, site, "/end").status == 303
    settled(lambda: set_as(server, site, "moved"), {})
    assert vote("blind").status == 200
    said = shown(root, site)
    assert "1 blind vote and 2 others" in said and "ended" in said
    begin(root, site)
    assert "0 blind votes and 0 others" in shown(root, site)


def test_a_site_that_hides_its_counts_has_nothing_to_compare(
    server: Server, root: DeskBrowser, site: str
) -> None:
    form = fields(root, f"/desk/{site}/settings/", f"/desk/{site}/settings/results")
    path = f"/desk/{site}/settings/results"
    assert root.send(path, [*{**form, "results": "never"}.items()]).status == 422
    assert root.send(path, [*{**form, "results": "after"}.items()]).status == 303
    settled(lambda: set_as(server, site, "hidden"), {"results": "after"})
    assert "nothing to compare" in shown(root, site)
    page = PATH.format(site)
    assert root.post(page, page=page).status == 409


def test_a_viewer_sees_it_and_cannot_begin_it(server: Server, root: DeskBrowser, site: str) -> None:
    viewer = invited(server, "sees", f"{site}:viewer")
    assert "One load of a story in ten is blind" in shown(viewer, site)
    assert "Begin" not in shown(viewer, site) and "End the experiment" not in shown(viewer, site)
    before = shown(root, site)
    path = PATH.format(site)
    for act in ("", "/end"):
        assert viewer.post(path + act, page="/desk/account").status == 403
    assert shown(root, site) == before


def test_a_result_names_the_choices_of_all_sets_also_a_retired_one(
    tmp_path: Path, redis_server: EmbeddedStore, connection: Connection
) -> None:
    sad_set = Poll("And this?", (Choice("sad", "Sad", ""), Choice("hug", "<i>Hug", "")))
    site = Site(
        "news",
        "The News",
        ("https://news.example",),
        section_reactions={"obituaries": sad_set},
        register={"": ("like", "dislike", "love", "funny", "angry", "sad", "wow", "hug", "gone")},
        experiment=begun(int(clock.now())),
    )
    client = desk_of(site, tmp_path, redis_server, connection)
    day = int(clock.now()) // 86_400 - 1
    counted = {"blind:5": 300, "blind:6": 100, "shown:5": 4500, "shown:8": 300, "shown:9": 90}
    for field, votes in counted.items():
        key = keys.arms("news", votes % 32)
        connection.client.hset(key, f"{day}:{field}", votes)
    page = client.get("/desk/news/experiment", base_url="http://localhost:8000").text
    lint(page.encode())
    said = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Seeing the counts lowered Sad by about 25 points" in said
    assert "raised Angry by about 17 points" in said and "&lt;i&gt;Hug by about 6" in said
    assert "At 400 blind votes and 4,890 others" in said
    assert "Gone retired" in said and "&lt;i&gt;Hug retired" not in said
    assert "The next look is at 500 blind votes" in said


def desk_of(
    site: Site, tmp_path: Path, redis_server: EmbeddedStore, connection: Connection
) -> FlaskClient:
    """Return a browser of an admin at the desk of a new site."""
    secrets = tmp_path / "secrets.json"
    new_secrets_file(secrets)
    env = {"READBACK_REDIS_URL": redis_server.url, "READBACK_SECRETS": str(secrets)}
    app = create_app(Settings.from_env(env))
    app.extensions["readback"].sites.add(site)
    Editors(connection).add(Editor("erin", roles={"news": Role.ADMIN}))
    session = Sessions(connection).begin("erin", epoch=0, agent="", now_s=int(clock.now()))
    client = app.test_client()
    client.set_cookie("readback-desk", session, domain="localhost")
    return client
