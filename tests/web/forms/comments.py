"""Forms of comments: the queue at the desk, and a reader's pages without JavaScript."""

import re

from tests.support.desk import DeskBrowser
from tests.support.forms import Form, form_on, forms_of
from tests.support.server import wait_for
from tests.support.taught import label, write
from tests.web.forms.newsroom import DESK, Newsroom
from tests.web.forms.stories import presses
from widget.domain import clock
from widget.domain.article import resolve_for
from widget.domain.model import Site
from widget.domain.page import Page
from widget.store.reactions.votes import Cast, Reactions, Voter
from widget.store.tone_heads import ToneHeads

LINKS = " https://a.example https://b.example https://c.example https://d.example"
PAGE = "/articles/night-bakery/comments"


@presses("moderation.act", "moderation.undo", "moderation.save")
def the_queue(newsroom: Newsroom) -> None:
    admin, address = newsroom.admin, newsroom.address()
    ids = {}
    for name in ("Zoe", "Ben", "Cleo"):
        sent = newsroom.commenter(address).post(f"I love this, {name}.{LINKS}", name=name)
        assert sent.status == 202, sent.body
        ids[name] = sent.json["id"]
    page = f"{DESK}/comments?q=I+love+this"
    assert form_on(admin, page, "Publish Zoe").press("Publish Zoe").status == 303
    refused = form_on(admin, page, "Remove… Ben").tick("comment", ids["Ben"]).fill(note="Be kind.")
    assert refused.press("Remove… Ben").status == 303
    again = form_on(admin, page, "Remove… Ben")
    assert (again.values["note"], again.values["comment"]) == (["Be kind."], [ids["Ben"]])
    assert again.fill(reason="insult").press("Remove… Ben").status == 303
    assert form_on(admin, page, "Undo").press("Undo").status == 303
    selected = form_on(admin, page, "Hold").tick("comment", ids["Ben"]).tick("comment", ids["Cleo"])
    assert selected.fill(label="negative").press("Set label").status == 303
    selected = form_on(admin, page, "Remove the selected comments").tick("comment", ids["Ben"])
    selected.tick("comment", ids["Cleo"]).fill(reason="spam").tick("erase", "1")
    assert selected.press("Remove the selected comments").status == 303
    one = f"{DESK}/comments/{ids['Zoe']}"
    edit = form_on(admin, f"{one}/edit", "Save").fill(name="Zoe", text=" ")
    wrong = edit.again(edit.press("Save"))
    assert list(wrong.complaints()) == ["text"]
    assert wrong.fill(text="Shorter.").press("Save").status == 303
    assert form_on(admin, one, "Set label").fill(label="positive").press("Set label").status == 303
    assert form_on(admin, one, "Hold").press("Hold").status == 303
    removal = form_on(admin, one, "Remove").fill(note="Be kind.").press("Remove")
    assert removal.status == 303
    kept = form_on(admin, one, "Remove")
    assert kept.values["note"] == ["Be kind."]
    assert kept.fill(reason="insult").press("Remove").status == 303


@presses("labels.answer", "labels.take_back")
def a_label_session(newsroom: Newsroom) -> None:
    editor, page = newsroom.editor("forms:moderator"), f"{DESK}/comments/label"
    for text in ("The bridge is fine.", "The bridge is ugly."):
        sent = newsroom.commenter(newsroom.address()).post(text, name="Zoe")
        assert sent.status == 201, sent.body
    assert b"Zoe" not in editor.get(page).body
    button = "Negative against, upset"
    assert form_on(editor, page, button).press(button).status == 303
    back = form_on(editor, page, "Back to your last answer").press("Back to your last answer")
    assert back.status == 303
    again = form_on(editor, back.headers["Location"], "Cannot say mixed or unclear")
    assert again.press("Cannot say mixed or unclear").status == 303
    assert b"0 negative" in editor.get(page).body and b"1 cannot say" in editor.get(page).body


@presses("tone.speak")
def a_scorer_of_their_own(newsroom: Newsroom) -> None:
    """Answer until a lesson is due, which starts beside the server; then undo its scorer."""
    server, site = newsroom.server, Site("taught", "Taught", ("https://taught.example",))
    server.prepare("site", "add", site.key, "--origin", *site.origins)
    store = server.store()
    written = write(store, site, 121)
    label(store, site, written[:-1])
    editor, viewer = newsroom.editor("taught:editor"), newsroom.editor("taught:viewer")
    page, heads = "/desk/taught/comments/tone", ToneHeads(store)
    assert b"Not enough comments drawn at random yet" in viewer.get(page).body
    button = "Negative against, upset"
    session = form_on(editor, "/desk/taught/comments/label", button)
    assert session.press(button).status == 303
    wait_for(lambda: heads.speaker(site.key).number == 1)
    shown = editor.get(page).body
    assert b"Your own scorer speaks" in shown and b"Your own is better here" in shown
    assert b"Undo" not in viewer.get(page).body
    story = resolve_for(site, "story-0")
    cast = Cast(1, 3, int(clock.now()), 7, page=Page("Story 0", "City"))
    Reactions(store).cast(site, story, Voter(b"a reader"), cast)
    card = viewer.get(f"/desk/taught/articles/{story.id}").body.decode()
    assert re.search(r"<bdi>City</bdi>\s+comments you labelled negative, it found \d+", card)
    undo = form_on(editor, page, "Undo: back to the standard scorer")
    late = form_on(editor, page, "Undo: back to the standard scorer")
    assert undo.press("Undo: back to the standard scorer").status == 303
    shown = editor.get(page).body
    assert b"The standard scorer speaks now. Older comments are being scored again." in shown
    refused = late.press("Undo: back to the standard scorer")
    assert refused.status == 409 and b"Somebody else changed the scorer" in refused.body
    learned = server.cli("learn", "--site", site.key).stdout
    assert "taught: the standard scorer speaks, chosen by an editor." in learned
    assert "own scorer: macro-F1 " in learned, learned
    assert "resampled stories, which is enough" in learned, learned
    again = "Undo: back to the own scorer, version 1"
    assert form_on(editor, page, again).press(again).status == 303
    assert heads.speaker(site.key).number == 1
    table = viewer.get(f"{page}?format=json").json["tables"]
    assert 119 <= sum(row["comments"] for row in table["reliability"]) <= 121
    assert [row["label"] for row in table["labels"]] == ["negative", "neutral", "positive"]
    odd = editor.post(f"{page}/speaker", page, number="7", seen=_seen(editor, page))
    assert odd.status == 400 and b"cannot speak now" in odd.body


def _seen(editor: DeskBrowser, page: str) -> str:
    [seen, *_] = re.findall(rb'name="seen" value="([^"]+)"', editor.get(page).body)
    return str(seen.decode())


@presses(
    "comment_pages.write",
    "comment_pages.edit",
    "comment_pages.vote",
    "comment_pages.report",
    "comment_pages.ask_for_look",
    "comment_pages.delete",
)
def a_reader_comments_without_javascript(newsroom: Newsroom) -> None:
    admin, author = newsroom.admin, DeskBrowser(newsroom.server)
    first = _written(author, "The bread is excellent.")
    edit = form_on(author, f"{PAGE}?edit={first}", "Save")
    assert edit.fill(text="The bread was excellent.").press("Save").status == 303
    one = f"/desk/home/comments/{first}"
    assert form_on(admin, one, "Publish").press("Publish").status == 303
    other = DeskBrowser(newsroom.server)
    button = "Recommend the comment by Ines"
    around = f"{PAGE}?around={first}"
    assert form_on(other, around, button).press(button).status == 303
    report = form_on(other, f"{PAGE}?report={first}", "Send report")
    assert report.fill(reason="insult", note="Read it twice.").press("Send report").status == 303
    assert form_on(admin, one, "Remove").fill(reason="insult").press("Remove").status == 303
    look = "Ask for a second look"
    assert form_on(author, PAGE, look).press(look).status == 303
    upheld = form_on(admin, one, "Uphold the removal").fill(note="We looked again.")
    assert upheld.press("Uphold the removal").status == 303
    assert b"We looked again." in author.get(PAGE).body
    second = _written(author, "The rolls are good too.")
    delete = form_on(author, PAGE, "Delete your comment", to=f"{second}/removal")
    assert delete.press("Delete your comment").status == 303


def _written(author: DeskBrowser, text: str) -> str:
    """Send a comment at once, which holds it; return its id."""
    form = form_on(author, f"{PAGE}?write=1", "Send").fill(text=text, name="Ines")
    answer = form.press("Send")
    assert answer.status == 303, answer.body
    [comment_id] = re.findall(r"around=(\w+)", answer.headers["Location"])
    return str(comment_id)


@presses("react_form.cast_on_story", "react_form.cast_elsewhere")
def a_reader_reacts_without_javascript(newsroom: Newsroom) -> None:
    pages = ("/articles/night-bakery/react", f"/r/forms/{newsroom.address()}")
    for page in pages:
        reader = DeskBrowser(newsroom.server)
        form = _bar(reader, page)
        [love] = [button for button in form.buttons() if button.startswith("Love, ")]
        assert form.press(love).status == 303
        assert "Take my reaction back" in _bar(reader, page).buttons()
        undo = form_on(reader, page, "Take my reaction back")
        assert undo.press("Take my reaction back").status == 303


def _bar(reader: DeskBrowser, page: str) -> Form:
    [form] = [one for one in forms_of(reader, page, reader.get(page)) if "reaction" in _names(one)]
    return form


def _names(form: Form) -> set[str]:
    return {one.get("name", "") for one in form.controls}
