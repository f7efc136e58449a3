"""The desk's forms as a page has them: each is filled by its real fields, and its button pressed.

Questions, reactions and wording have their own tests of the same kind.
"""

import re

import pytest

from tests.support.desk import PASSWORD, DeskBrowser, invited
from tests.support.forms import form_on
from tests.support.server import Server, nonce

ORIGIN = "https://forms.example"


@pytest.fixture(scope="module")
def admin(server: Server) -> DeskBrowser:
    added = server.cli("site", "add", "forms", "--name", "Forms", "--origin", ORIGIN)
    assert added.returncode == 0, added.stderr
    return invited(server, "fills", "admin")


@pytest.fixture(scope="module")
def article(server: Server, admin: DeskBrowser) -> str:
    """Vote on a story; return its path at the desk."""
    vote = server.react(site="forms", article="filled", nonce=nonce(), origin=ORIGIN)
    return f"/desk/forms/articles/{vote.json['article']}"


# The page below /desk/, how the form's action ends, its button, what is typed, the answer's status.
FORMS: list[tuple[str, str, str, dict[str, str], int]] = [
    ("forms/settings/", "origins", "Save", {"name": "Filled", "origins": ORIGIN}, 303),
    ("forms/settings/", "parameters", "Save", {"drop": "ref", "keep": "utm_id"}, 303),
    ("forms/settings/", "closing", "Save", {"open_days": "20"}, 303),
    ("forms/settings/comments", "", "Save", {"hold_links": "3", "reserved": "The Desk"}, 303),
    ("forms/settings/keys/", "", "Create key", {"label": "Report"}, 200),
    ("forms/links/", "", "Create link", {"label": "Morning meeting", "days": "30"}, 200),
    ("sites/", "", "Add site", {"name": "More", "key": "more", "origins": ORIGIN}, 303),
    ("editors/", "", "Add editor", {"name": "newcomer", "role:forms": "viewer"}, 200),
]


@pytest.mark.parametrize(("page", "to", "button", "typed", "status"), FORMS)
def test_a_form_is_filled_by_the_fields_that_it_has(
    admin: DeskBrowser, page: str, to: str, button: str, typed: dict[str, str], status: int
) -> None:
    form = form_on(admin, f"/desk/{page}", button, to=to)
    assert form.fill_in(typed).press(button).status == status


def test_boxes_are_ticked_and_unticked(admin: DeskBrowser) -> None:
    page = "/desk/forms/settings/comments"
    form = form_on(admin, page, "Save").tick("hold_first").tick("enabled", to=False)
    assert form.press("Save").status == 303
    kept = form_on(admin, page, "Save").values
    assert kept["hold_first"] == ["on"] and kept["enabled"] == []


def test_a_key_is_revoked_by_its_own_button(admin: DeskBrowser) -> None:
    page = "/desk/forms/settings/keys/"
    form_on(admin, page, "Create key").fill(label="Goes").press("Create key")
    assert form_on(admin, page, "Revoke Goes").press("Revoke Goes").status == 303


def test_a_note_is_added_and_removed_on_an_article(admin: DeskBrowser, article: str) -> None:
    form = form_on(admin, article, "Add the note").fill(text="Headline changed")
    assert form.press("Add the note").status == 303
    button = "Remove the note Headline changed"
    assert form_on(admin, article, button).press(button).status == 303


def test_a_password_is_changed_on_the_page_of_the_account(
    server: Server, admin: DeskBrowser
) -> None:
    other = invited(server, "changes", "forms:viewer")
    form = form_on(other, "/desk/account", "Change password")
    names = [name for name in form.values if "password" in name]
    typed = {
        name: PASSWORD if "new" not in name and "repeat" not in name else "four plain words x"
        for name in names
    }
    assert form.fill_in(typed).press("Change password").status == 303
    signing_in = DeskBrowser(server)
    form = form_on(signing_in, "/desk/login", "Sign in")
    answer = form.fill(name="changes", password="four plain words x").press("Sign in")
    assert answer.status == 303 and "login" not in answer.headers["Location"]


def test_a_form_helper_refuses_what_a_browser_could_not_send(admin: DeskBrowser) -> None:
    form = form_on(admin, "/desk/forms/settings/", "Save", to="closing")
    for wrong in ({"nothing": "1"}, {"csrf_token": "x"}, {"version": "x"}):
        with pytest.raises(AssertionError, match=re.escape(next(iter(wrong)))):
            form.fill_in(wrong)
    with pytest.raises(AssertionError, match="buttons"):
        form.press("Explode")
