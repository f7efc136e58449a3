"""Forms of one story: its notes, its corrections, its held votes, and what waits on the site."""

from tests.support.forms import Form, form_on, forms_of
from tests.support.server import Answer
from tests.web.forms.newsroom import DESK, Newsroom
from tests.web.forms.stories import presses


@presses("articles.add_note", "articles.remove_note")
def notes_on_the_timeline(newsroom: Newsroom) -> None:
    page = newsroom.article()
    form = form_on(newsroom.admin, page, "Add the note").fill(text="Headline changed")
    again = form.again(form.fill(at="2999-01-01T10:00").press("Add the note"))
    assert list(again.complaints()) == ["at"] and again.values["text"] == ["Headline changed"]
    fresh = form_on(newsroom.admin, page, "Add the note").fill(text="Headline changed")
    assert fresh.press("Add the note").status == 303
    button = "Remove the note Headline changed"
    assert form_on(newsroom.admin, page, button).press(button).status == 303


@presses(
    "corrections.close",
    "corrections.reopen",
    "corrections.set_name",
    "corrections.set_note",
    "corrections.undo",
)
def a_story_is_named_noted_and_closed(newsroom: Newsroom) -> None:
    admin, page = newsroom.admin, f"{newsroom.article()}/corrections"
    named = form_on(admin, page, "Save title and section")
    named.fill(title="The bridge", section="City", author="Ana", tags="one, two")
    assert named.press("Save title and section").status == 303
    kept = form_on(admin, page, "Save title and section").values
    assert (kept["title"], kept["tags"]) == (["The bridge"], ["one, two"])
    note = form_on(admin, page, "Save note").fill(note="We removed 3 votes.")
    assert note.press("Save note").status == 303
    closing = form_on(admin, page, "Close").fill(reason=" ")
    again = closing.again(closing.press("Close"))
    assert list(again.complaints()) == ["reason"]
    assert again.fill(reason="Withdrawn").press("Close").status == 303
    assert form_on(admin, page, "Open").fill(reason="It goes on").press("Open").status == 303
    undo = next(
        button
        for button in _buttons(newsroom, page)
        if button.startswith("Undo: ") and "note to readers" in button
    )
    assert form_on(admin, page, undo).press(undo).status == 303


def _buttons(newsroom: Newsroom, page: str) -> list[str]:
    answer = newsroom.admin.get(page)
    return [one for form in forms_of(newsroom.admin, page, answer) for one in form.buttons()]


@presses("corrections.merge", "corrections.add_address")
def two_stories_become_one(newsroom: Newsroom) -> None:
    admin, into = newsroom.admin, newsroom.address()
    newsroom.article(into)
    page = f"{newsroom.article()}/corrections"
    form = form_on(admin, page, "Redirect that address here")
    form.fill(address="https://elsewhere.example/x", reason="It moved")
    again = form.again(form.press("Redirect that address here"))
    assert list(again.complaints()) == ["address"] and again.values["reason"] == ["It moved"]
    again.fill(address=newsroom.address())
    assert again.press("Redirect that address here").status == 303
    page = f"{newsroom.article()}/corrections"
    preview = form_on(admin, page, "Preview", to="merges/new").fill(into=into)
    answer = preview.press("Preview")
    merge = _confirming(newsroom, page, answer)
    assert merge.fill(reason="The same story").press("Merge into another story").status == 303


def _confirming(newsroom: Newsroom, page: str, answer: Answer) -> Form:
    """Return the form of a preview, which makes the correction."""
    assert answer.status == 200, answer.body.decode()
    [form] = [one for one in forms_of(newsroom.admin, page, answer) if "reason" in one.values]
    return form


@presses("corrections.void", "corrections.reset", "corrections.release")
def votes_are_released_discarded_and_reset(newsroom: Newsroom) -> None:
    admin = newsroom.admin
    page = f"{DESK}/articles/{newsroom.vote_in_store(hold=True)}/corrections"
    release = form_on(admin, page, "Release 1 vote").fill(reason="A lecture hall")
    assert release.press("Release 1 vote").status == 303
    answer = form_on(admin, page, "Preview", to="voids/new").fill(status="counted").press("Preview")
    void = _confirming(newsroom, page, answer)
    assert void.fill(reason="A program").press("Discard votes").status == 303
    reset = form_on(admin, f"{newsroom.article()}/resets/new", "Reset the counts")
    assert reset.fill(reason="Another story by now").press("Reset the counts").status == 303


@presses("corrections.keep")
def an_unconfirmed_story_is_kept(newsroom: Newsroom) -> None:
    page = f"{DESK}/articles/{newsroom.vote_in_store(goes_after_s=86400)}"
    button = "Keep this story"
    assert form_on(newsroom.admin, page, button).press(button).status == 303


@presses(
    "held_votes.release",
    "held_votes.release_all",
    "waiting.tick_off",
    "waiting.snooze",
    "waiting.bring_back",
)
def held_votes_wait_and_are_released(newsroom: Newsroom) -> None:
    admin, article = newsroom.admin, newsroom.vote_in_store(hold=True)
    overview = f"{DESK}/"
    title = next(
        button.removeprefix("Snooze: ")
        for button in _buttons(newsroom, overview)
        if button.startswith("Snooze: ") and "vote" in button
    )
    for act in ("Snooze", "Done"):
        button = f"{act}: {title}"
        assert form_on(admin, overview, button).press(button).status == 303
        assert button not in _buttons(newsroom, overview)
        back = f"Undo: {title}"
        assert form_on(admin, overview, back).press(back).status == 303
    page, to = f"{DESK}/held-votes", f"{article}/releases"
    form = form_on(admin, page, "Release 1", to=to).fill(reason=" ")
    again = form.again(form.press("Release 1"))
    assert list(again.complaints()) == ["reason"]
    assert again.fill(reason="A lecture hall").press("Release 1").status == 303
    for _ in range(2):
        newsroom.vote_in_store(hold=True)
    form = form_on(admin, page, "Release all 2", to="/releases").fill(reason=" ")
    again = form.again(form.press("Release all 2"))
    assert list(again.complaints()) == ["reason"]
    newsroom.vote_in_store(hold=True)  # meanwhile
    again = again.again(again.fill(reason="A lecture hall").press("Release all 2"))
    assert again.fill(reason="A lecture hall").press("Release all 3").status == 303
    assert b"3 votes released on 3 stories." in admin.get(page).body


@presses("integrity.explain", "integrity.set_aside", "integrity.restore")
def flagged_votes_are_explained_set_aside_and_restored(newsroom: Newsroom) -> None:
    admin, page = newsroom.admin, f"{DESK}/integrity/{newsroom.flag()}"
    form = form_on(admin, page, "Explain").fill(note=" ")
    again = form.again(form.press("Explain"))
    assert list(again.complaints()) == ["note"]
    assert again.fill(note="Linked from a forum").press("Explain").status == 303
    for button in ("Let it wait again", "Set aside 1 vote", "Restore 1 vote"):
        assert form_on(admin, page, button).press(button).status == 303


@presses("waiting.change_start")
def the_first_steps_are_hidden(newsroom: Newsroom) -> None:
    button = "Hide these steps"
    assert form_on(newsroom.admin, f"{DESK}/", button).press(button).status == 303
    assert button not in _buttons(newsroom, f"{DESK}/")
