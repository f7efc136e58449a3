"""Questions of a site's own, through the forms that an editor has: no field is made up."""

import json
import re
from html import unescape
from typing import Any

import pytest

from tests.support.desk import DeskBrowser, invited
from tests.support.forms import Form, form_on
from tests.support.server import Server, nonce, settled

ORIGIN = "https://n.example"
BRIDGE = "What should happen to the old bridge?"


@pytest.fixture(scope="module")
def site(server: Server) -> str:
    server.prepare("site", "add", "asking", "--name", "The News", "--origin", ORIGIN)
    return "asking"


@pytest.fixture(scope="module")
def editor(server: Server, site: str) -> DeskBrowser:
    return invited(server, "asks", f"{site}:editor")


def new(editor: DeskBrowser, question: str = BRIDGE) -> Form:
    return form_on(editor, "/desk/asking/new-question", "Create question").fill(question=question)


def made(editor: DeskBrowser, question: str, *labels: str) -> str:
    """Make a question, and return its key."""
    form = new(editor, question).fill_in({f"label-{at}": text for at, text in enumerate(labels)})
    answer = form.press("Create question")
    assert answer.status == 303, answer.body
    return answer.headers["Location"].rpartition("/")[2]


def vote(server: Server, key: str, choice: str, article: str = "a") -> int:
    answer = server.react(
        site="asking", poll=key, article=article, reaction=choice, nonce=nonce(), origin=ORIGIN
    )
    return answer.status


def bar(server: Server, key: str, article: str = "a") -> Any:
    return server.uncached(f"/v1/bar?site=asking&article={article}&poll={key}").json


def test_a_question_is_made_with_the_rows_of_its_page_and_two_more(
    server: Server, editor: DeskBrowser
) -> None:
    form = new(editor)
    assert [name for name in form.values if name.startswith("label")] == [
        f"label-{at}" for at in range(4)
    ]
    labels = ["Rebuild it", "Build a new one", "", "Keep it for walking and cycling"]
    form.fill_in({f"label-{at}": text for at, text in enumerate(labels)})
    answer = form.fill_in({"emoji-0": "🏛️", "closes": "soon"}).press("Add another choice")
    assert answer.status == 200 and 'data-poll="<b data-line-key>old-bridge</b>"' in unescape(
        answer.body.decode()
    )
    form = form.again(answer)
    form = form.again(form.fill_in({"label-4": "Ask me later"}).press("Preview"))
    form = form.again(form.press("Move Ask me later up"))
    answer = form.press("Create question")
    assert answer.headers["Location"].endswith("/desk/asking/questions/old-bridge")
    settled(lambda: bar(server, "old-bridge").get("question"), BRIDGE)
    shown = [(c["label"], c["emoji"]) for c in bar(server, "old-bridge")["choices"]]
    assert shown == [
        ("Rebuild it", "🏛️"),
        ("Build a new one", ""),
        ("Ask me later", ""),
        ("Keep it for walking and cycling", ""),
    ]
    page = editor.get("/desk/asking/questions/old-bridge").body.decode()
    assert "No votes yet." in page and "until" in page
    tag = re.sub("<[^>]+>", "", page[page.index('id="line"') :].partition(">")[2])
    assert unescape(tag).startswith(
        f'<script async src="{server.origin}/embed.js" data-site="asking" data-poll="old-bridge" '
        'data-layout="column" data-choices="4"></script>'
    )


def test_a_refused_form_says_what_is_wrong_and_loses_nothing(editor: DeskBrowser) -> None:
    form = new(editor, "Twice?").fill_in({"label-0": "Same", "label-1": "same"})
    form.fill_in({"closes": "date", "closes_on": "2020-01-01", "poll_key": "No spaces!"})
    answer = form.press("Create question")
    text = answer.body.decode()
    assert answer.status == 422 and "same label" in text
    assert all(f'id="{name}-problem"' in text for name in ("poll_key", "closes_on", "choices"))
    again = form.again(answer)
    assert again.values["label-1"] == ["same"] and again.values["closes_on"] == ["2020-01-01"]
    one = new(editor, "One?").fill_in({"label-2": "Only"}).press("Create question")
    assert one.status == 422 and b"2 to 15" in one.body
    with pytest.raises(AssertionError, match="required"):
        new(editor, "").press("Create question")


def test_the_key_of_another_question_is_refused_also_of_an_archived_one(
    editor: DeskBrowser,
) -> None:
    key = made(editor, "Key one?", "Yes", "No")
    form = new(editor, "Other?").fill_in({"label-0": "A", "label-1": "B", "poll_key": key})
    assert b"belongs to another question" in form.press("Create question").body
    page = f"/desk/asking/questions/{key}"
    assert form_on(editor, page, "Archive").press("Archive").status == 303
    form = new(editor, "Other?").fill_in({"label-0": "A", "label-1": "B", "poll_key": key})
    assert b"archived question" in form.press("Create question").body
    assert made(editor, "Key one?", "Yes", "No") == f"{key}-2"


def test_fifteen_choices_are_the_most(server: Server, editor: DeskBrowser) -> None:
    form = new(editor, "So many?")
    for _ in range(11):
        form = form.again(form.press("Add another choice"))
    with pytest.raises(AssertionError, match="disabled"):
        form.press("Add another choice")
    form.fill_in({f"label-{at}": f"Choice no {at}" for at in range(15)})
    assert form.press("Create question").status == 303
    settled(lambda: len(bar(server, "many").get("choices", ())), 15)
    edit = form_on(editor, "/desk/asking/questions/many/form", "Save")
    edit = edit.again(edit.press("Retire Choice no 3"))
    edit = edit.again(edit.press("Add another choice"))
    refused = edit.fill_in({"label-14": "The sixteenth"}).press("Save")
    assert refused.status == 422 and b"over its lifetime" in refused.body


@pytest.mark.parametrize(
    "label", ["👍", "هدم الجسر", "<script>alert(1)</script>", "x" * 60, "\u202egnirts"]
)
def test_a_hostile_label_is_text(server: Server, editor: DeskBrowser, label: str) -> None:
    key = made(editor, f"Is {label[:20]} fine?", label, "No")
    page = editor.get(f"/desk/asking/questions/{key}").body.decode()
    assert label.removeprefix("\u202e") in unescape(page) and "<script>alert" not in page
    assert "\u202e" not in page
    settled(lambda: len(bar(server, key).get("choices", ())), 2)


def test_a_question_with_votes_is_changed_and_its_retired_choice_keeps_its_name(
    server: Server, editor: DeskBrowser
) -> None:
    key = made(editor, "Retire what?", "Stays", "Goes", "Also stays")
    settled(lambda: bar(server, key).get("total"), 0)
    for choice in ("goes", "goes", "stays"):
        assert vote(server, key, choice) == 200
    form = form_on(editor, f"/desk/asking/questions/{key}/form", "Save")
    page = editor.get(form.page).body.decode()
    assert "3 readers have answered" in " ".join(page.split())
    form = form.again(form.fill_in({"label-1": "Goes away"}).press("Move Goes down"))
    assert form.press("Save").status == 303
    form = form_on(editor, form.page, "Save")
    form = form.again(form.press("Retire Goes away"))
    assert "label-0" in form.values and form.press("Save").status == 303
    result = editor.get(f"/desk/asking/questions/{key}").body.decode()
    assert "Goes away" in result and ">retired<" in result
    story = re.findall(r"/desk/asking/articles/[\w-]{22}", result)[0]
    settled(lambda: "Goes away" in editor.get(story).body.decode(), True)
    assert ">Goes<" not in editor.get(story).body.decode()
    settled(lambda: "Goes away" in editor.get(f"{story}/corrections").body.decode(), True)
    settled(lambda: "goes" in bar(server, key)["counts"], False)
    assert vote(server, key, "goes") == 400
    assert (
        form_on(editor, form.page, "Save")
        .again(form_on(editor, form.page, "Save").press("Bring back Goes away"))
        .press("Save")
        .status
        == 303
    )
    settled(lambda: bar(server, key)["counts"].get("goes"), 2)


def test_a_closed_question_takes_no_votes_until_it_is_reopened(
    server: Server, editor: DeskBrowser
) -> None:
    key = made(editor, "Close it?", "Yes", "No")
    settled(lambda: bar(server, key).get("open"), True)
    assert vote(server, key, "yes") == 200
    page = f"/desk/asking/questions/{key}"
    assert form_on(editor, page, "Close now").press("Close now").status == 303
    settled(lambda: bar(server, key)["open"], False)
    refused = server.react(
        site="asking", poll=key, article="a", reaction="no", nonce=nonce(), origin=ORIGIN
    )
    assert refused.status == 409 and refused.json["error"]["code"] == "closed"
    assert refused.json["counts"] == {"yes": 1, "no": 0}
    listed = editor.get("/desk/asking/questions/").body.decode()
    assert 'class="state state--closed">Closed' in listed
    edit = form_on(editor, f"{page}/form", "Save").fill(question="Closed?")
    assert edit.press("Save").status == 303
    assert "Closed" in editor.get(page).body.decode()  # an end in the past stays as it is
    assert form_on(editor, page, "Reopen").press("Reopen").status == 303
    settled(lambda: bar(server, key)["open"], True)
    assert vote(server, key, "no") == 200


def test_an_archived_question_is_gone_for_readers_and_comes_back_with_its_votes(
    server: Server, editor: DeskBrowser
) -> None:
    key = made(editor, "Put away?", "Yes", "No")
    settled(lambda: bar(server, key).get("open"), True)
    assert vote(server, key, "yes") == 200
    page = f"/desk/asking/questions/{key}"
    assert form_on(editor, page, "Archive").press("Archive").status == 303
    settled(lambda: "error" in bar(server, key), True)
    shown = editor.get(page).body.decode()
    assert "Put away?" in shown and "Yes" in shown and "1 vote" in shown
    assert editor.get(f"{page}/form").status == 404
    story = re.findall(r"/desk/asking/articles/[\w-]{22}", shown)[0]
    assert "Put away?" in editor.get(story).body.decode()
    assert form_on(editor, page, "Bring back").press("Bring back").status == 303
    settled(lambda: bar(server, key).get("counts"), {"yes": 1, "no": 0})
    log = unescape(editor.get("/desk/asking/audit").body.decode())
    assert f"archived question {key}: Put away?" in log


def test_two_editors_of_a_question_see_both_versions(server: Server, editor: DeskBrowser) -> None:
    key = made(editor, "Both at once?", "Yes", "No")
    path = f"/desk/asking/questions/{key}/form"
    mine, theirs = form_on(editor, path, "Save"), form_on(editor, path, "Save")
    assert theirs.fill_in({"label-0": "Theirs"}).press("Save").status == 303
    answer = mine.fill_in({"label-0": "Mine"}).press("Save")
    text = answer.body.decode()
    assert answer.status == 409 and "Theirs, No" in text and "Mine, No" in text
    assert mine.again(answer).press("Save").status == 303


def test_results_add_up_over_stories_and_can_be_exported(
    server: Server, editor: DeskBrowser
) -> None:
    key = made(editor, "Exported?", "=SUM(A1)", "No")
    settled(lambda: bar(server, key).get("open"), True)
    for article, choice in (("one", "sum-a1"), ("one", "no"), ("two", "no"), ("two", "no")):
        assert vote(server, key, choice, article) == 200
    page = f"/desk/asking/questions/{key}"
    shown = editor.get(page).body.decode()
    assert "Too few votes: 4 of the 5" in shown
    assert vote(server, key, "no", "three") == 200
    shown = " ".join(editor.get(page).body.decode().split())
    assert "on 3 stories" in shown and "4 votes, 38 to 96 %" in shown
    assert "has the most votes so far" in shown
    tables = json.loads(editor.get(f"{page}?format=json").body)["tables"]
    assert [(row["answer"], row["votes"], row["n"]) for row in tables["result"]] == [
        ("=SUM(A1)", 1, 5),
        ("No", 4, 5),
    ]
    assert sum(row["votes"] for row in tables["trend"]) == 5
    assert sorted(row["votes"] for row in tables["stories"]) == [1, 2, 2]
    csv = editor.get(f"{page}?format=csv").body.decode()
    assert '"\'=SUM(A1)"' in csv
    assert ">No</th>" in editor.get(f"{page}?format=table&table=trend").body.decode()
    every = json.loads(editor.get("/desk/asking/questions/?format=json").body)["tables"]
    assert {"key": key, "votes": 5}.items() <= next(
        row for row in every["questions"] if row["key"] == key
    ).items()


def test_a_shared_link_shows_one_question_to_anyone_and_nothing_else(
    server: Server, editor: DeskBrowser
) -> None:
    key = made(editor, "Shared?", "Yes", "No")
    links = f"/desk/asking/links/?question={key}"
    answer = form_on(editor, links, "Create link").fill(label="The meeting").press("Create link")
    text = unescape(answer.body.decode())
    [link] = re.findall(r"/shared/asking/[\w-]+", text)
    settled(lambda: server.get(link).status, 200)  # every worker knows the new question
    shown = server.get(link)
    page = shown.body.decode()
    assert shown.status == 200 and "Shared?" in page and "noindex" in str(shown.headers)
    assert 'href="/desk/' not in page and "<form" not in page and "<button" not in page
    settled(lambda: "Shared?" in unescape(editor.get("/desk/asking/links/").body.decode()), True)
    with pytest.raises(AssertionError):
        form_on(editor, "/desk/asking/links/?question=never-asked", "Create link").fill(
            label="x"
        ).press("Create link")
        raise AssertionError("refused")


def test_a_viewer_sees_results_and_changes_nothing(server: Server, editor: DeskBrowser) -> None:
    key = made(editor, "Viewed?", "Yes", "No")
    viewer = invited(server, "views", "asking:viewer")
    page = f"/desk/asking/questions/{key}"
    shown = viewer.get(page).body.decode()
    assert "Viewed?" in shown and "<form" not in shown and "/form" not in shown
    assert "New question" not in viewer.get("/desk/asking/questions/").body.decode()
    assert viewer.get("/desk/asking/new-question").status == 403
    token = viewer.token("/desk/account")
    for path in ("/desk/asking/new-question", f"{page}/form", f"{page}/closing", f"{page}/archive"):
        assert viewer.send(path, [("csrf_token", token), ("act", "close")]).status == 403, path


def test_odd_requests_are_refused(editor: DeskBrowser) -> None:
    key = made(editor, "Odd?", "Yes", "No")
    token = editor.token(f"/desk/asking/questions/{key}")
    page = f"/desk/asking/questions/{key}"
    for path in (f"{page}/closing", f"{page}/archive"):
        assert editor.send(path, [("csrf_token", token), ("act", "explode")]).status == 400
        assert editor.send(path, [("act", "close")]).status == 400
    never = "/desk/asking/questions/never-asked"
    assert editor.get(never).status == 404 and editor.get(f"{never}/form").status == 404
    assert editor.send(f"{never}/closing", [("csrf_token", token)]).status == 404
    assert editor.get(f"{page}?format=xml").status == 400
    moved = editor.get(f"/desk/asking/settings/reactions?poll={key}")
    assert moved.status == 303 and moved.headers["Location"].endswith(f"{page}/form")
