"""Forms of editors, their links, passwords and sessions."""

import re

from tests.support.desk import PASSWORD, DeskBrowser
from tests.support.forms import form_on
from tests.web.forms.newsroom import Newsroom
from tests.web.forms.stories import presses

NEW_PASSWORD = "four plain words x"


@presses(
    "editors_admin.add",
    "editors_admin.set_roles",
    "editors_admin.make_link",
    "editors_admin.remove",
    "auth.choose_password",
)
def an_editor_is_invited_and_removed(newsroom: Newsroom) -> None:
    admin, name = newsroom.admin, newsroom.name()
    form = form_on(admin, "/desk/editors/", "Add editor")
    added = form.fill_in({"name": name, "role:forms": "viewer"}).press("Add editor")
    assert added.status == 200
    page = f"/desk/editors/{name}"
    roles = form_on(admin, page, "Save").fill_in({"role:forms": "moderator"})
    assert roles.press("Save").status == 303
    link = form_on(admin, page, "Create a one-time link").press("Create a one-time link")
    [welcome] = re.findall(r"/desk/welcome/[\w-]+", link.body.decode())
    newcomer = DeskBrowser(newsroom.server)
    chosen = form_on(newcomer, welcome, "Set password").fill(
        new_password=PASSWORD, repeated_password="three plain word"
    )
    again = chosen.again(chosen.press("Set password"))
    assert list(again.complaints()) == ["repeated_password"]
    again.fill(new_password=PASSWORD, repeated_password=PASSWORD)
    assert again.press("Set password").status == 303
    assert newcomer.get("/desk/forms/comments").status == 200
    button = f"Remove {name}"
    assert form_on(admin, page, button).press(button).status == 303


@presses("auth.begin_session", "auth.change_password", "auth.end_sessions", "auth.end_session")
def an_account(newsroom: Newsroom) -> None:
    here = newsroom.editor("forms:viewer")
    [name] = re.findall(r"<h1>(\w+)</h1>", here.get("/desk/account").body.decode())
    there = DeskBrowser(newsroom.server)
    form = form_on(there, "/desk/login", "Sign in").fill(name=name, password=PASSWORD)
    assert form.press("Sign in").status == 303
    button = "Sign out everywhere else"
    assert form_on(here, "/desk/account", button).press(button).status == 303
    assert there.get("/desk/account").status == 303
    form = form_on(here, "/desk/account", "Change password")
    form.fill(old_password="wrong wrong", new_password=NEW_PASSWORD, repeated_password=NEW_PASSWORD)
    again = form.again(form.press("Change password"))
    assert again.complaints() == {"old_password": "That is not your current password."}
    again.fill(old_password=PASSWORD, new_password=NEW_PASSWORD, repeated_password=NEW_PASSWORD)
    assert again.press("Change password").status == 303
    assert form_on(here, "/desk/account", "Sign out").press("Sign out").status == 303
    assert here.get("/desk/account").status == 303
