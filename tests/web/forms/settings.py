"""Forms of a site's settings, of sites and of shared links."""

import re

from tests.support.forms import form_on
from tests.support.server import nonce
from tests.web.forms.newsroom import DESK, ORIGIN, Newsroom
from tests.web.forms.stories import presses

SETTINGS = f"{DESK}/settings/"


@presses(
    "site_settings.set_origins",
    "site_settings.set_parameters",
    "site_settings.set_closing",
    "site_settings.set_time_zone",
    "site_settings.set_held_votes",
    "site_settings.set_results",
)
def general(newsroom: Newsroom) -> None:
    admin = newsroom.admin
    for to, typed in (
        ("origins", {"name": "Filled", "origins": ORIGIN}),
        ("parameters", {"drop": "ref", "keep": "utm_id"}),
        ("closing", {"open_days": "20"}),
        ("time-zone", {"time_zone": "Europe/Paris"}),
        ("results", {"results": "percent"}),
    ):
        form = form_on(admin, SETTINGS, "Save", to=to)
        assert form.fill_in(typed).press("Save").status == 303
        kept = form_on(admin, SETTINGS, "Save", to=to).values
        assert {name: kept[name] for name in typed} == {k: [v] for k, v in typed.items()}
    held = form_on(admin, SETTINGS, "Save", to="held-votes").tick("release_held")
    assert held.press("Save").status == 303
    assert form_on(admin, SETTINGS, "Save", to="held-votes").values["release_held"] == ["on"]
    wrong = form_on(admin, SETTINGS, "Save", to="time-zone")
    wrong.fill(time_zone="Mars/Olympus")
    again = wrong.again(wrong.press("Save"))
    assert "time_zone" in again.complaints() and again.values["time_zone"] == ["Mars/Olympus"]
    assert again.fill(time_zone="UTC").press("Save").status == 303


@presses("experiment.begin", "experiment.end")
def experiment(newsroom: Newsroom) -> None:
    page = f"{DESK}/experiment"
    begin = "Begin the experiment"
    assert form_on(newsroom.admin, page, begin).press(begin).status == 303
    end = "End the experiment"
    assert form_on(newsroom.admin, page, end).press(end).status == 303


@presses("site_settings.set_comments")
def comment_rules(newsroom: Newsroom) -> None:
    page = f"{SETTINGS}comments"
    form = form_on(newsroom.admin, page, "Save").fill(hold_links="3", reserved="The Desk")
    assert form.tick("hold_first").press("Save").status == 303
    kept = form_on(newsroom.admin, page, "Save").values
    assert (kept["hold_first"], kept["hold_links"]) == (["on"], ["3"])
    unticked = form_on(newsroom.admin, page, "Save").tick("hold_first", to=False)
    assert unticked.press("Save").status == 303


@presses("site_settings.set_reactions")
def reactions(newsroom: Newsroom) -> None:
    page = f"{SETTINGS}reactions"
    form = form_on(newsroom.admin, page, "Save").fill_in({"label-0": "Splendid"})
    assert form.press("Save").status == 303
    assert form_on(newsroom.admin, page, "Save").values["label-0"] == ["Splendid"]


@presses("site_texts.set_texts")
def wording(newsroom: Newsroom) -> None:
    page = f"{SETTINGS}words/?lang=en"
    form = form_on(newsroom.admin, page, "Save").fill_in({"text.closed": "Shut"})
    assert form.press("Save").status == 303
    assert form_on(newsroom.admin, page, "Save").values["text.closed"] == ["Shut"]


@presses("site_keys.make", "site_keys.revoke")
def api_keys(newsroom: Newsroom) -> None:
    page = f"{SETTINGS}keys/"
    form = form_on(newsroom.admin, page, "Create key").fill(label="Weekly report")
    assert form.press("Create key").status == 200
    form = form_on(newsroom.admin, page, "Revoke Weekly report")
    assert form.press("Revoke Weekly report").status == 303


@presses(
    "site_alerts.set_receivers",
    "site_alerts.send_test",
    "site_alerts.set_morning",
    "site_alerts.replace_secret",
)
def alerts_and_the_morning_mail(newsroom: Newsroom) -> None:
    admin, page = newsroom.admin, f"{SETTINGS}alerts/"
    hook = "https://93.184.216.34/hook"
    saved = form_on(admin, page, "Save").fill(webhook=hook, mails="").press("Save")
    assert saved.status == 200 and b"Copy the secret" in saved.body
    replaced = form_on(admin, page, "Replace the secret").press("Replace the secret")
    assert replaced.status == 200 and b"The secret was replaced" in replaced.body
    mails = form_on(admin, page, "Save").fill(webhook="", mails="desk@forms.example")
    assert mails.press("Save").status == 303
    assert form_on(admin, page, "Send a test").press("Send a test").status == 303
    button = "Save the morning mail"
    form = form_on(admin, page, button).fill(rhythm="weekly", weekday="2", hour="7", lang="en")
    assert form.press(button).status == 303
    kept = form_on(admin, page, button).values
    assert (kept["rhythm"], kept["weekday"], kept["hour"]) == (["weekly"], ["2"], ["7"])
    assert form_on(admin, page, "Save").fill(mails="").press("Save").status == 303


@presses("page_check.check")
def page_check(newsroom: Newsroom) -> None:
    page = f"{SETTINGS}page-check/"
    source = '<script async src="https://x.example/embed.js" data-site="forms"></script>'
    form = form_on(newsroom.admin, page, "Check").fill(address=ORIGIN, source=source)
    answer = form.press("Check")
    assert answer.status == 200
    assert form.again(answer).values["source"] == [source]


@presses("refused_origins.allow")
def refused_origins(newsroom: Newsroom) -> None:
    staging = "https://staging.forms.example"
    refused = newsroom.server.react(site="forms", article="x", nonce=nonce(), origin=staging)
    assert refused.code == "bad_origin"
    page = newsroom.admin.get(SETTINGS).body.decode()
    [path] = re.findall(r'href="([^"]+refused-origins/[^"]+staging[^"]+)"', page)
    form = form_on(newsroom.admin, path, "Allow this origin")
    assert form.press("Allow this origin").status == 303
    assert staging in newsroom.admin.get(SETTINGS).body.decode()


@presses("share_links.make", "share_links.revoke")
def shared_links(newsroom: Newsroom) -> None:
    page = f"{DESK}/links/"
    form = form_on(newsroom.admin, page, "Create link").fill(label="Board", days="30")
    answer = form.press("Create link")
    assert answer.status == 200
    [path] = re.findall(r"/shared/forms/[\w-]+", answer.body.decode())
    assert newsroom.server.get(path).status == 200
    assert form_on(newsroom.admin, page, "Revoke Board").press("Revoke Board").status == 303
    assert newsroom.server.get(path).status == 404


@presses(
    "question_forms.create",
    "question_forms.save",
    "question_forms.closing",
    "question_forms.archive",
)
def questions(newsroom: Newsroom) -> None:
    form = form_on(newsroom.admin, f"{DESK}/new-question", "Create question")
    form.fill(question="Is it true?").fill_in({"label-0": "Yes", "label-1": "No"})
    answer = form.press("Create question")
    assert answer.status == 303
    page = answer.headers["Location"].partition("?")[0]
    edit = form_on(newsroom.admin, f"{page}/form", "Save").fill_in({"label-1": "Never"})
    assert edit.press("Save").status == 303
    for button in ("Close now", "Reopen", "Archive"):
        assert form_on(newsroom.admin, page, button).press(button).status == 303


@presses("sites_admin.add")
def a_new_site(newsroom: Newsroom) -> None:
    form = form_on(newsroom.admin, "/desk/sites/", "Add site")
    form.fill(name="More", key=newsroom.name(), origins="https://more.example")
    assert form.press("Add site").status == 303
