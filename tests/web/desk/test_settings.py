"""Settings over HTTP: saving, errors on the form, conflicts between editors, and the audit log."""

import re
from html import unescape
from typing import Any

import pytest

from tests.support.desk import DeskBrowser, invited
from tests.support.forms import form_on
from tests.support.html import document
from tests.support.server import Answer, Serve, Server, nonce, settled

SETTINGS = "/desk/{}/settings/"
REACTIONS = "/desk/{}/settings/reactions"


@pytest.fixture(scope="module")
def root(server: Server) -> DeskBrowser:
    return invited(server, "sroot", "admin")


@pytest.fixture
def site(server: Server, root: DeskBrowser) -> str:
    """Add a site for one test."""
    key = f"s{nonce().lower().replace('_', 'a').replace('-', 'b')[:12]}"
    server.prepare("site", "add", key, "--name", "The News", "--origin", "https://n.example")
    return key


def fields(browser: DeskBrowser, path: str, action: str) -> dict[str, str]:
    """Return the fields of a form as a browser sends them, without its submit buttons."""
    page = document(browser.get(path).body)
    posted = [f for f in page.iter("form") if f.get("method") == "post"]
    [form] = [f for f in posted if f.get("action") == action]
    sent: dict[str, str] = {}
    for one in form.iter("input"):
        if one.get("type") != "checkbox" or one.get("checked") is not None:
            sent[one.get("name", "")] = one.get("value", "on")
    for one in form.iter("textarea"):
        sent[one.get("name", "")] = one.text or ""
    return sent


def send(browser: DeskBrowser, path: str, sent: dict[str, str], **changes: str) -> Answer:
    """Send a form with some fields changed."""
    return browser.send(path, [*{**sent, **changes}.items()])


def vote_from(server: Server, site: str, origin: str) -> int:
    return server.react(site=site, nonce=nonce(), origin=origin).status


def offered(server: Server, site: str, section: str = "") -> tuple[str, list[tuple[str, str, str]]]:
    path = f"/v1/bar?site={site}&article=a{nonce()[:8]}&section={section}"
    bar = server.get(path).json
    return bar["question"], [(c["key"], c["label"], c["emoji"]) for c in bar["choices"]]


@pytest.mark.parametrize(
    "origin",
    [
        "https://*.github.io",
        "https://*.co.uk",
        "*",
        "null",
        "http://x",
        "https://user@x.example",
        "javascript:alert(1)",
        "https://n.example/path",
        "",
    ],
)
def test_text_that_is_not_an_origin_is_refused_on_the_form_and_not_stored(
    server: Server, root: DeskBrowser, site: str, origin: str
) -> None:
    path = SETTINGS.format(site) + "origins"
    sent = fields(root, SETTINGS.format(site), path)
    answer = root.send(path, [*{**sent, "origins": f"https://n.example\n{origin}"}.items()])
    if origin:
        text = answer.body.decode()
        assert answer.status == 422 and 'id="origins-problem"' in text
        assert 'aria-describedby="origins-problem"' in text
        assert origin in unescape(text)  # the input is still there
    else:
        assert answer.status == 303
    assert server.prepare("site", "list").count(f"{site}\tThe News\thttps://n.example\n") == 1


def test_a_form_reports_all_of_its_problems_at_once(root: DeskBrowser, site: str) -> None:
    path = SETTINGS.format(site) + "origins"
    sent = fields(root, SETTINGS.format(site), path)
    text = send(root, path, sent, name=" ", origins="*").body.decode()
    assert 'id="name-problem"' in text and 'id="origins-problem"' in text


def test_new_origins_apply_to_votes_at_once(server: Server, root: DeskBrowser, site: str) -> None:
    path = SETTINGS.format(site) + "origins"
    sent = fields(root, SETTINGS.format(site), path)
    answer = send(root, path, sent, origins="https://N.example:443\nhttps://b.example", name="Neu")
    assert answer.status == 303
    page = root.get(SETTINGS.format(site)).body.decode()
    assert "Saved." in page and "https://b.example" in page and "No votes from here yet" in page
    settled(lambda: vote_from(server, site, "https://b.example"), 200)
    page = root.get(SETTINGS.format(site)).body.decode()
    assert page.count("Last seen <time") == 1 and page.count("No votes from here yet") == 1


def test_two_editors_saving_at_once_see_both_versions_and_lose_nothing(
    server: Server, root: DeskBrowser, site: str
) -> None:
    other = invited(server, f"o{site}", f"{site}:admin")
    path, page = SETTINGS.format(site) + "closing", SETTINGS.format(site)
    mine, theirs = fields(root, page, path), fields(other, page, path)
    assert send(other, path, theirs, open_days="7").status == 303
    answer = send(root, path, mine, open_days="90")
    text = answer.body.decode()
    assert answer.status == 409
    assert f"o{site}" in text and "7 days after" in text and "90 days after" in text
    assert 'value="90"' in text
    assert 'value="7"' in root.get(page).body.decode()
    [version] = set(re.findall(r'name="version" value="(\w+)"', text))
    again = send(root, path, mine, version=version, open_days="90")
    assert again.status == 303 and 'value="90"' in root.get(page).body.decode()


def test_held_votes_wait_for_an_editor_unless_the_site_lets_them_go(
    server: Server, root: DeskBrowser, site: str
) -> None:
    path, page = SETTINGS.format(site) + "held-votes", SETTINGS.format(site)
    sent = fields(root, page, path)
    assert "release_held" not in sent
    assert send(root, path, sent, release_held="on").status == 303
    sent = fields(root, page, path)
    assert sent.pop("release_held") == "on"
    log = root.get(f"/desk/{site}/audit").body.decode()
    assert "held votes: released by themselves if alike" in log
    assert send(root, path, sent).status == 303
    assert "release_held" not in fields(root, page, path)
    assert send(root, path, sent, release_held="on").status == 409  # the version is old


def test_parameters_are_saved_used_and_logged(server: Server, root: DeskBrowser, site: str) -> None:
    page, path = SETTINGS.format(site), SETTINGS.format(site) + "parameters"
    answer = send(root, path, fields(root, page, path), drop="Ref share_*", keep="utm_id")
    assert answer.status == 303
    shown = fields(root, page, path)
    assert (shown["drop"], shown["keep"]) == ("ref share_*", "utm_id")
    log = root.get(f"/desk/{site}/audit").body.decode()
    assert "kept utm_id; dropped ref, share_*" in log

    def ids() -> set[str]:
        own = "https://n.example/a%3F"
        queries = ("ref%3D1", "share_x%3D2", "gad_source%3D3")
        bars = [server.uncached(f"/v1/bar?site={site}&article={own}{query}") for query in queries]
        return {bar.json["article"] for bar in bars}

    settled(lambda: len(ids()), 1)
    wrong = send(root, path, shown, drop="a=b", keep="session_id")
    text = wrong.body.decode()
    assert wrong.status == 422 and 'id="drop-problem"' in text and 'id="keep-problem"' in text
    assert 'value="a=b"' in text and fields(root, page, path)["drop"] == "ref share_*"


def test_only_an_admin_changes_parameters(server: Server, root: DeskBrowser, site: str) -> None:
    editor = invited(server, f"p{site}", f"{site}:editor")
    page, path = SETTINGS.format(site), SETTINGS.format(site) + "parameters"
    assert path not in editor.get(page).body.decode()
    sent = fields(root, page, path) | {
        "csrf_token": fields(editor, page, page + "closing")["csrf_token"]
    }
    assert send(editor, path, sent, drop="ref").status in (403, 404)
    assert fields(root, page, path)["drop"] == ""


@pytest.mark.parametrize("days", ["0", "366", "x", "", "9" * 300])
def test_an_invalid_number_of_days_is_refused(root: DeskBrowser, site: str, days: str) -> None:
    path, page = SETTINGS.format(site) + "closing", SETTINGS.format(site)
    answer = send(root, path, fields(root, page, path), open_days=days)
    assert answer.status == 422 and 'id="open_days-problem"' in answer.body.decode()
    assert 'value="30"' in root.get(page).body.decode()


def test_choices_are_reordered_relabelled_retired_and_offered_again(
    server: Server, root: DeskBrowser, site: str
) -> None:
    vote = server.react(site=site, article="kept", nonce=nonce(), origin="https://n.example")
    assert vote.status == 200
    path = REACTIONS.format(site)
    form = form_on(root, path, "Save")
    form = form.again(form.press("Retire Love"))
    form = form.again(form.press("Add another choice"))
    form.fill_in({"question": "How do you feel?", "label-0": "Good"})
    form = form.again(form.fill_in({"label-6": "Hope", "emoji-6": "🌱"}).press("Preview"))
    for _ in range(6):
        form = form.again(form.press("Move Hope up"))
    form = form.again(form.press("Move Good down"))
    assert form.press("Save").status == 303
    keys = ["hope", "dislike", "like", "funny", "angry", "sad", "wow"]

    def now_offered() -> Any:
        question, choices = offered(server, site)
        return question, [c[0] for c in choices], choices[2]

    settled(now_offered, ("How do you feel?", keys, ("like", "Good", "👍")))
    table = root.get(f"/desk/{site}/?format=table&table=reacted").body.decode()
    assert ">Love</th>" in table and ">Good</th>" in table and ">Like</th>" not in table
    assert ">Love</th>" in root.get(f"/desk/{site}/?format=table&table=mix").body.decode()
    assert 'aria-label="Love 1"' in root.get(f"/desk/{site}/articles").body.decode()
    form = form_on(root, path, "Save")
    form = form.again(form.press("Bring back Love"))
    assert form.press("Save").status == 303

    def loves() -> Any:
        bar = server.uncached(f"/v1/bar?site={site}&article=kept").json
        return bar["counts"].get("love")

    settled(loves, 1)  # its votes are back too


def test_a_section_has_its_own_set_until_an_editor_removes_it(
    server: Server, root: DeskBrowser, site: str
) -> None:
    find = form_on(root, REACTIONS.format(site), "Create set").fill(section="Obituaries")
    answer = find.press("Create set")
    assert b"until you save" in answer.body
    path = REACTIONS.format(site) + "?section=obituaries"
    form = form_on(root, path, "Save")
    for name in ("Like", "Funny"):
        form = form.again(form.press(f"Retire {name}"))
    assert form.press("Save").status == 303

    def keys(section: str) -> list[str]:
        return [c[0] for c in offered(server, site, section)[1]]

    every = keys("Sport")
    settled(lambda: keys("Obituaries"), ["dislike", "love", "angry", "sad", "wow"])
    settled(lambda: keys("Sport"), every)
    assert len(every) == 7
    assert form_on(root, path, "Save").press("Use the bar's reactions here").status == 303
    settled(lambda: keys("obituaries"), every)


def test_a_preview_shows_the_input_and_saves_nothing(
    server: Server, root: DeskBrowser, site: str
) -> None:
    form = form_on(root, REACTIONS.format(site), "Save").fill_in({"label-0": "Splendid"})
    text = form.press("Preview").body.decode()
    preview = text[text.index('id="preview"') :]
    assert "Splendid" in preview and "made up" in preview
    assert text.count(">Changed</span>") == 7 and text.count("data-changed hidden") == 7
    assert offered(server, site)[1][0][1] == "Like"


def test_an_invalid_row_is_marked_and_the_others_are_kept(root: DeskBrowser, site: str) -> None:
    form = form_on(root, REACTIONS.format(site), "Save")
    answer = form.fill_in({"label-0": "\u200b", "label-1": "Kept"}).press("Save")
    text = answer.body.decode()
    assert answer.status == 422 and 'id="label-0-problem"' in text and ">Kept</textarea>" in text


def test_two_editors_of_a_reaction_set_see_both_versions(root: DeskBrowser, site: str) -> None:
    path = REACTIONS.format(site)
    mine, theirs = form_on(root, path, "Save"), form_on(root, path, "Save")
    assert theirs.fill_in({"label-0": "Theirs"}).press("Save").status == 303
    answer = mine.fill_in({"label-0": "Mine"}).press("Save")
    text = answer.body.decode()
    assert answer.status == 409 and " Theirs, " in text and " Mine, " in text
    assert mine.again(answer).press("Save").status == 303
    assert form_on(root, path, "Save").values["label-0"] == ["Mine"]


def test_comment_rules_are_saved_and_invalid_ones_are_marked(
    server: Server, root: DeskBrowser, site: str
) -> None:
    path = f"/desk/{site}/settings/comments"
    sent = fields(root, path, path)
    wrong = send(root, path, sent, hold_links="many", close_days="3")
    text = wrong.body.decode()
    assert wrong.status == 422 and 'id="hold_links-problem"' in text and 'value="3"' in text
    assert (
        send(root, path, sent, hold_links="1", hold_first="on", reserved="The Desk").status == 303
    )
    text = root.get(path).body.decode()
    assert 'name="hold_first" checked' in text and "The Desk" in text
    assert "held with 1 or more links" in root.get(f"/desk/{site}/audit").body.decode()


def test_an_api_key_is_shown_once_and_revoked(root: DeskBrowser, site: str) -> None:
    path = f"/desk/{site}/settings/keys/"
    made = root.post(path, label="<i>report</i>")
    [secret] = re.findall(r"rbk_[\w-]{43}", made.body.decode())
    later = root.get(path).body.decode()
    assert secret not in later and "&lt;i&gt;report&lt;/i&gt;" in later and "never used" in later
    [digest] = re.findall(r'name="key"\s+value="(\w{64})"', later)
    assert root.post(path + "revoked", path, key=digest).status == 303
    assert digest not in root.get(path).body.decode()
    assert root.post(path + "revoked", path, key=digest).status == 404
    assert root.post(path, label=" ").status == 422


def test_every_change_has_an_audit_entry_with_its_editor_and_values(
    root: DeskBrowser, site: str
) -> None:
    path, page = SETTINGS.format(site) + "closing", SETTINGS.format(site)
    for days in range(60, 120):
        assert send(root, path, fields(root, page, path), open_days=str(days)).status == 303
    first = root.get(f"/desk/{site}/audit").body.decode()
    assert "sroot" in first and "closing: 119 days" in first and "closing: 118 days" in first
    assert first.count('class="log__entry"') == 50
    [older] = re.findall(r'href="([^"]+)">Older', first)
    second = root.get(unescape(older)).body.decode()
    assert second.count('class="log__entry"') == 11  # with the new site
    assert "closing: 60 days" in second
    assert root.get(f"/desk/{site}/audit?before=x").status == 400
    assert root.get(f"/desk/{site}/audit?before=1-1.77").status == 400


def test_an_unchanged_form_is_not_logged(root: DeskBrowser, site: str) -> None:
    path, page = SETTINGS.format(site) + "closing", SETTINGS.format(site)
    assert root.send(path, [*fields(root, page, path).items()]).status == 303
    assert "Nothing has changed" in root.get(page).body.decode()
    assert "changed settings" not in root.get(f"/desk/{site}/audit").body.decode()


def test_an_admin_adds_a_site_and_an_invalid_form_reports_every_problem(
    server: Server, root: DeskBrowser, site: str
) -> None:
    wrong = root.post("/desk/sites/", name="", key="login", origins="https://*.x.example")
    text = wrong.body.decode()
    assert wrong.status == 422
    assert all(f'id="{name}-problem"' in text for name in ("name", "key", "origins"))
    taken = root.post("/desk/sites/", name="N", key=site, origins="https://x.example")
    assert taken.status == 409 and b"already" in taken.body
    key = f"{site}2"
    added = root.post("/desk/sites/", name="<b>Bold</b>", key=key, origins="https://x.example")
    assert added.headers["Location"] == f"/desk/{key}/settings/"
    page = root.get(f"/desk/{key}/settings/").body.decode()
    assert f'data-site="{key}"' in unescape(page) and "<b>Bold" not in page
    assert server.cli("site", "add", "login", "--origin", "https://x.example").returncode == 1


def test_editors_are_invited_given_roles_and_removed(
    server: Server, root: DeskBrowser, site: str
) -> None:
    name = f"e{site}"
    bad = root.post("/desk/editors/", name="a b", **{f"role:{site}": "viewer"})
    assert bad.status == 422 and b"A name is" in bad.body
    added = root.post("/desk/editors/", name=name, **{f"role:{site}": "viewer", "role:home": ""})
    [link] = re.findall(r"/desk/welcome/[\w-]+", added.body.decode())
    assert root.post("/desk/editors/", name=name).status == 409
    new = DeskBrowser(server)
    chosen = {"new_password": "three plain words", "repeated_password": "three plain words"}
    assert new.post(link, **chosen).status == 303
    assert new.get(f"/desk/{site}/settings/").status == 403
    path = f"/desk/editors/{name}"
    assert root.post(f"{path}/roles", path, **{f"role:{site}": "admin"}).status == 303
    assert new.get(f"/desk/{site}/settings/keys/").status == 200
    assert root.post(f"{path}/roles", path, **{"role:nope": "admin"}).status == 400
    assert root.post(f"{path}/roles", path, **{f"role:{site}": "god"}).status == 400
    assert root.post(f"{path}/removed", path).status == 303
    assert new.get("/desk/account").status == 303
    assert root.get(path).status == 404


def test_the_session_of_a_removed_editor_stays_invalid_when_the_name_is_reused(
    server: Server, root: DeskBrowser, site: str
) -> None:
    name = f"r{site}"
    old = invited(server, name, f"{site}:viewer")
    path = f"/desk/editors/{name}"
    assert root.post(f"{path}/removed", path).status == 303
    server.prepare("editor", "add", name, "--link")
    assert old.get("/desk/account").status == 303


def test_the_last_admin_cannot_be_removed(serve: Serve) -> None:
    running = serve()
    only = invited(running, "only", "admin")
    path = "/desk/editors/only"
    assert only.post(f"{path}/roles", path, **{"role:home": "admin"}).status == 409
    assert only.post(f"{path}/removed", path).status == 409
    invited(running, "second", "admin")
    assert only.post(f"{path}/removed", path).status == 303
