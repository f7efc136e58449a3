"""Area H over HTTP: signing in, sessions, forms."""

import pytest

from tests.desk import DeskBrowser, invited


@pytest.fixture(scope="module")
def alice(server):
    return invited(server, "alice", "home:editor")


def test_the_desk_without_a_session_leads_to_sign_in_or_answers_json(server):
    page = server.get("/desk/home/settings?x=1")
    assert page.status == 303
    assert page.headers["Location"] == "/desk/login?next=/desk/home/settings?x%3D1"
    assert page.headers["Cache-Control"] == "no-store"
    data = server.get("/desk/", Accept="application/json")
    assert data.status == 401 and data.code == "sign_in_required"
    assert data.headers["Cache-Control"] == "no-store"


def test_an_invited_editor_signs_in_and_out(server, alice):
    browser = DeskBrowser(server)
    assert browser.sign_in("alice").status == 303
    assert b"alice" in browser.get("/desk/account").body
    assert browser.post("/desk/logout", "/desk/account").status == 303
    assert browser.get("/desk/account").status == 303
