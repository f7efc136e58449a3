"""Every form of every page, filled by the fields that it has and pressed, without JavaScript.

A route that takes a form and is in no story fails here, and so does a story that does not press
what it says.
"""

import re

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.support.desk import PASSWORD
from tests.support.forms import PRESSED, form_on, forms_of
from tests.support.server import Server
from tests.web.forms import comments, corrections, people, settings  # noqa: F401  # they add stories
from tests.web.forms.newsroom import DESK, Newsroom, opened
from tests.web.forms.stories import STORIES, Story
from widget.web.application import add_routes

API = ("/v1/", "/openheart/")


@pytest.fixture(scope="module")
def newsroom(server: Server) -> Newsroom:
    return opened(server)


@pytest.fixture(scope="module")
def app() -> Flask:
    app = Flask(__name__)
    add_routes(app)
    return app


def test_every_route_that_takes_a_form_is_in_a_story(app: Flask) -> None:
    routes = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not rule.rule.startswith(API)
    }
    told = [endpoint for story in STORIES for endpoint in story.endpoints]
    assert sorted(told) == sorted(routes)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.tell.__name__)
def test_a_form_is_filled_and_pressed(newsroom: Newsroom, app: Flask, story: Story) -> None:
    PRESSED.clear()
    story.tell(newsroom)
    accepted = {_endpoint(app, action) for action, status in PRESSED if status < 400}
    assert set(story.endpoints) <= accepted


def _endpoint(app: Flask, action: str) -> str:
    try:
        endpoint, _ = app.url_map.bind("").match(action.partition("?")[0], method="POST")
    except HTTPException:
        raise AssertionError(f"no route takes a form to {action}") from None
    return str(endpoint)


def test_what_was_typed_is_sent_after_a_session_has_ended(newsroom: Newsroom) -> None:
    editor = newsroom.editor("forms:editor")
    form = form_on(editor, f"{DESK}/settings/", "Save", to="closing").fill(open_days="17")
    name = str(editor.get("/desk/account").body.decode().partition("<h1>")[2].partition("<")[0])
    del editor.cookies["readback-desk"]
    answer = form.press("Save")
    assert answer.status == 401 and b"Your session has ended" in answer.body
    for password, status in (("not the password", 422), (PASSWORD, 200)):
        [signing_in] = forms_of(editor, form.page, answer)
        answer = signing_in.fill(name=name, password=password).press("Sign in")
        assert answer.status == status
    [again] = forms_of(editor, form.page, answer)
    assert again.values["open_days"] == ["17"]
    assert again.press("Send again").status == 303
    kept = form_on(editor, f"{DESK}/settings/", "Save", to="closing")
    assert kept.values["open_days"] == ["17"]


def test_a_form_helper_refuses_what_a_browser_could_not_send(newsroom: Newsroom) -> None:
    form = form_on(newsroom.admin, f"{DESK}/settings/", "Save", to="closing")
    for wrong in ({"nothing": "1"}, {"csrf_token": "x"}, {"version": "x"}):
        with pytest.raises(AssertionError, match=re.escape(next(iter(wrong)))):
            form.fill_in(wrong)
    with pytest.raises(AssertionError, match="buttons"):
        form.press("Explode")
