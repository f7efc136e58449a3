"""<reader-comments> on a publisher's page: write, reply, edit, delete, agree, report, read on."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.comments_page import address, begin, comment, listed, post, said, see, write
from tests.browser.conftest import SHIFTS, Watched
from tests.browser.hostsite import HostSite
from tests.domain.comments.test_cleaning import PAYLOADS


@pytest.fixture
def host(commented_host: HostSite) -> HostSite:
    return commented_host


def test_a_reader_writes_reloads_edits_and_deletes(host: HostSite, watched: Watched) -> None:
    page = watched.page()
    see(page, address(host, "whole"))
    assert page.evaluate("localStorage.length") == 0
    write(page, "I like the bakrey.")
    said(page, "Your comment is published.")
    expect(page.get_by_role("heading", level=2)).to_have_text("1 comment")
    expect(page.get_by_role("button", name="Add a comment…")).to_be_focused()
    see(page, page.url)
    begin(page)
    expect(page.get_by_label("Name")).to_have_value("Ana")
    expect(page.get_by_label("Write a comment")).to_have_value("")
    page.get_by_role("button", name="Cancel").click()
    own = comment(page, "I like the bakrey.")
    own.get_by_role("button", name="Edit").click()
    write(own, "I like the bakery.\nEvery night.", name=None)
    own = comment(page, "I like the bakery.")
    expect(own.get_by_role("button", name="Edit")).to_be_focused()
    expect(own).to_contain_text("edited")
    see(page, page.url)
    expect(own).to_contain_text("Every night.")
    [stored] = listed(host, "whole")["comments"]
    assert stored["text"] == "I like the bakery.\nEvery night."
    own.get_by_role("button", name="Delete").click()
    said(page, "Really delete?")
    own.get_by_role("button", name="Really delete?").click()
    said(page, "Your comment was deleted.")
    expect(page.get_by_role("heading", level=2)).to_be_focused()
    expect(page.get_by_text("No comments yet. Start the conversation.")).to_be_visible()
    see(page, page.url)
    expect(page.get_by_role("heading", level=2)).to_be_visible()
    expect(page.get_by_text("Every night.")).to_have_count(0)
    assert listed(host, "whole")["count"] == 0
    assert page.context.cookies() == []


def test_another_reader_replies_agrees_and_reports(host: HostSite, watched: Watched) -> None:
    post(host, "others", "The question of the day?")
    page = watched.page()
    see(page, address(host, "others"))
    theirs = comment(page, "The question of the day?")
    expect(theirs.get_by_role("button", name="Edit")).to_have_count(0)
    agree = theirs.get_by_role("button", name="Recommend")
    agree.click()
    expect(agree).to_have_attribute("aria-pressed", "true")
    expect(agree).to_have_text("✓ Recommend 1")
    expect(agree).to_be_focused()
    see(page, page.url)
    expect(agree).to_have_text("✓ Recommend 1")
    assert listed(host, "others")["comments"][0]["ups"] == 1
    with page.expect_response(lambda answer: '"seq":4' in (answer.request.post_data or "")):
        agree.dblclick()
        agree.click()
    expect(agree).to_have_attribute("aria-pressed", "false")
    assert listed(host, "others")["comments"][0]["ups"] == 0

    theirs.get_by_role("button", name="Report").click()
    expect(page.get_by_label("Personal attack")).to_be_focused()
    theirs.get_by_role("button", name="Send report").click()
    why = theirs.get_by_role("radiogroup", name="Why should an editor look at this?")
    expect(why).to_have_accessible_description("Choose a reason.")
    page.get_by_label("Off topic").check()
    page.get_by_label("One line for the editor").fill("It is about another story.")
    theirs.get_by_role("button", name="Send report").click()
    said(page, "An editor will look at this comment. Reason: Off topic")
    expect(theirs.get_by_role("button", name="Report")).to_have_count(0)
    theirs.get_by_role("button", name="Reply").click()
    expect(page.get_by_label("Reply to Ben")).to_be_focused()
    write(theirs, "The answer.", name="Ana")
    said(page, "Your comment is published.")
    expect(page.locator("reader-comments ol ol li")).to_contain_text("The answer.")
    expect(theirs.get_by_role("button", name="Reply").first).to_be_focused()
    [thread] = listed(host, "others")["comments"]
    assert [reply["text"] for reply in thread["replies"]] == ["The answer."]
    see(page, page.url)
    expect(page.locator("reader-comments ol ol li")).to_contain_text("The answer.")


@pytest.mark.parametrize(
    ("name", "text", "field", "why"),
    [
        ("Admin", "My long thought.", "Name", "reserved for"),
        ("Ana", "x" * 2001, "Write a comment", "2,000"),
        (" ", "A thought.", "Name", "Enter a name."),
        ("Ana", " ", "Write a comment", "Write something first."),
    ],
)
def test_a_refused_comment_says_why_at_its_field_and_keeps_its_text(
    host: HostSite, watched: Watched, name: str, text: str, field: str, why: str
) -> None:
    page = watched.page()
    see(page, address(host, "refused"))
    write(page, text, name=name)
    wrong, other = page.get_by_label(field), "Name" if field != "Name" else "Write a comment"
    expect(wrong).to_be_focused()
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong).to_have_accessible_description(re.compile(re.escape(why)))
    expect(page.get_by_label(other)).not_to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label(other)).to_have_accessible_description("")
    weights = "(n) => [n.style.fontWeight, getComputedStyle(n).fontWeight]"
    assert wrong.evaluate(weights) == ["", "400"]  # what is typed is not bold
    for _ in range(2):
        expect(page.get_by_label("Write a comment")).to_have_value(text)
        expect(page.get_by_label("Name")).to_have_value(name)
        see(page, page.url)
    page.get_by_label(field).fill("Ana")
    expect(page.get_by_label(field)).not_to_have_attribute("aria-invalid", "true")


def test_an_unfinished_reply_survives_a_reload(host: HostSite, watched: Watched) -> None:
    post(host, "begun", "Where to?")
    page = watched.page()
    see(page, address(host, "begun"))
    comment(page, "Where to?").get_by_role("button", name="Reply").click()
    page.get_by_label("Reply to Ben").fill("To the ri")
    see(page, page.url)
    expect(page.get_by_label("Reply to Ben")).to_have_value("To the ri")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("button", name="Reply")).to_be_focused()
    see(page, page.url)
    expect(page.get_by_label("Reply to Ben")).to_have_count(0)


def test_a_held_comment_is_shown_only_to_its_author_with_the_reason(
    host: HostSite, watched: Watched
) -> None:
    page = watched.page()
    see(page, address(host, "held"))
    write(page, "http://a.example http://b.example http://c.example")
    said(page, "Awaiting review")
    for _ in range(2):
        expect(comment(page, "http://a.example")).to_contain_text("It has many links.")
        see(page, page.url)
    expect(page.get_by_role("heading", level=2)).to_have_text("0 comments")
    other = see(watched.page(), page.url)
    expect(other.get_by_text("No comments yet. Start the conversation.")).to_be_visible()
    comment(page, "http://a.example").get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Really delete?").click()
    expect(page.get_by_text("http://a.example")).to_have_count(0)


@pytest.mark.parametrize("payload", [*PAYLOADS[:2], *PAYLOADS[4:6], "safe\u202egnp.exe", "W" * 900])
def test_markup_is_shown_as_text(host: HostSite, watched: Watched, payload: str) -> None:
    page = watched.page(viewport={"width": 320, "height": 600})
    see(page, address(host, "markup"))
    write(page, payload, name=payload[:50])
    said(page, "Your comment")
    shown = payload.replace("\u202e", "")
    for _ in range(2):
        newest = page.locator("reader-comments li").first
        expect(newest.locator("[part=text]")).to_have_text(shown)
        expect(newest.locator("b").first).to_have_text(shown[:50])
        assert page.locator("reader-comments").locator("img, svg, script").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        see(page, page.url)


def test_a_cursor_loads_the_second_page_and_a_permalink_opens_its_page(
    host: HostSite, watched: Watched
) -> None:
    ids = [post(host, "long", f"Number {n:02}").json["id"] for n in range(25)]
    page = watched.page()
    see(page, address(host, "long"))
    expect(page.get_by_role("heading", level=2)).to_have_text("25 comments")
    texts = page.locator("reader-comments [part=text]")
    expect(texts).to_have_count(20)
    page.get_by_role("button", name="More comments").click()
    expect(texts).to_have_text([f"Number {n:02}" for n in range(24, -1, -1)])
    expect(comment(page, "Number 04")).to_be_focused()
    expect(page.get_by_role("button", name="More comments")).to_be_hidden()
    page.get_by_role("button", name="Oldest").click()
    expect(texts.first).to_have_text("Number 00")
    expect(page.get_by_role("button", name="Oldest", pressed=True)).to_be_focused()
    page.get_by_role("button", name="More comments").click()
    expect(texts).to_have_text([f"Number {n:02}" for n in range(25)])

    there = watched.page()
    there.goto(f"{page.url}#comment-{ids[2]}")
    expect(comment(there, "Number 02")).to_be_focused()
    expect(comment(there, "Number 02")).to_be_in_viewport()
    expect(there.get_by_text("Number 24")).to_have_count(0)
    comment(there, "Number 04").get_by_role("link").click()
    expect(comment(there, "Number 04")).to_be_focused()
    assert there.url.endswith(f"#comment-{ids[4]}")
    there.evaluate(f"location.hash = 'comment-{ids[24]}'")
    expect(comment(there, "Number 24")).to_be_focused()
    # Scrolling away and back does not jump to the permalink again.
    begin(there)
    there.evaluate("scrollTo(0, 0)")
    there.set_viewport_size({"width": 800, "height": 100})
    there.set_viewport_size({"width": 800, "height": 600})
    there.locator("reader-comments").scroll_into_view_if_needed()
    expect(there.get_by_label("Write a comment")).to_be_focused()
    gone = watched.page()
    see(gone, f"{page.url}#comment-{'0' * 20}")
    expect(gone.get_by_text("Number 24")).to_be_visible()


def test_a_long_thread_shows_three_replies_and_then_the_rest(
    host: HostSite, watched: Watched
) -> None:
    root = post(host, "thread", "The root").json["id"]
    for n in range(25):
        post(host, "thread", f"Reply {n:02}", parent=root)
    page = watched.page()
    see(page, address(host, "thread"))
    replies = page.locator("reader-comments ol ol [part=text]")
    expect(replies).to_have_text([f"Reply {n:02}" for n in range(3)])
    page.get_by_role("button", name="22 more replies").click()
    expect(comment(page, "Reply 03")).to_be_focused()
    page.get_by_role("button", name="5 more replies").click()
    expect(replies).to_have_text([f"Reply {n:02}" for n in range(25)])
    expect(page.get_by_role("button", name=re.compile("more repl"))).to_have_count(0)


def test_the_page_receives_events(host: HostSite, watched: Watched) -> None:
    page = watched.page()
    page.add_init_script("""window.heard = []
      for (const name of ["load", "comment", "error"])
        addEventListener(`readback:${name}`, ({ type, detail, target }) =>
          heard.push([type.slice(9), target.localName, detail.act, detail.state, detail.code,
            detail.count, typeof detail.article]))""")
    see(page, address(host, "heard"))
    write(page, "Hello.", name="Admin")
    expect(page.get_by_text("reserved for")).to_be_visible()
    write(page, "Hello.")
    said(page, "published")
    assert page.evaluate("heard") == [
        ["load", "reader-comments", None, None, None, 0, "string"],
        ["error", "reader-comments", None, None, "name_reserved", None, "string"],
        ["comment", "reader-comments", "post", "published", None, None, "string"],
    ]


def test_comments_and_bar_share_one_reader(host: HostSite, watched: Watched) -> None:
    bar = '<script async src="{server}/embed.js" data-site="{site}" data-article="both"></script>'
    page = watched.page()
    url = address(host, "both")
    host.pages["both.html"] = host.pages["both.html"].replace("<reader", f"{bar}<reader")
    see(page, url)
    page.get_by_role("button", name="Love, 0 votes").click()
    token = page.wait_for_function("localStorage['readback:host:token']").json_value()
    write(page, "Love it.")
    expect(comment(page, "Love it.")).to_be_visible()
    assert page.evaluate("localStorage['readback:host:token']") == token
    assert page.evaluate(SHIFTS) == 0
