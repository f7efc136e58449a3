"""The desk's figures over HTTP: pages, live regions, CSV, JSON, shared links and the API."""

import csv
import io
import json
import re
import time
from html import unescape
from typing import Any

import pytest

from tests.support.desk import DeskBrowser, invited, load_newsroom
from tests.support.server import UNLIMITED, Answer, Serve, Server, nonce
from widget.simulation.story import ORIGIN

VOTES = 3000


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    running = module_serve(**UNLIMITED)
    load_newsroom(running, "other", articles=40, votes=VOTES, comments=200, days=6)
    return running


@pytest.fixture(scope="module")
def admin(own: Server) -> DeskBrowser:
    return invited(own, "root", "*:admin")


@pytest.fixture(scope="module")
def viewer(own: Server) -> DeskBrowser:
    return invited(own, "val", "daily:viewer")


@pytest.fixture(scope="module")
def stranger(own: Server) -> DeskBrowser:
    return invited(own, "sten", "other:editor")


@pytest.fixture(scope="module")
def article_id(viewer: DeskBrowser) -> str:
    found = viewer.get("/desk/daily/articles?format=json").json["tables"]["articles"]
    return str(found[0]["id"])


def paths(article_id: str) -> tuple[str, ...]:
    return (
        "/desk/daily/",
        "/desk/daily/?period=today",
        "/desk/daily/?period=30d",
        "/desk/daily/?format=table&table=trend",
        "/desk/daily/articles",
        "/desk/daily/articles?sort=split",
        "/desk/daily/articles?section=City&q=a",
        f"/desk/daily/articles/{article_id}",
        "/desk/daily/sections",
        "/desk/daily/sections/City",
        "/desk/daily/authors",
        "/desk/daily/tags",
        "/desk/daily/?from=2026-01-01&to=2026-02-01",
    )


def links_of(answer: Answer) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="([^"]+)"', answer.body.decode())]


def test_a_search_keeps_its_text_in_the_links_of_the_page(viewer: DeskBrowser) -> None:
    page = "/desk/daily/articles?q=format%3Dtable&period=7d&format=table"
    links = links_of(viewer.get(page.replace("%3D", "=")))
    assert page.replace("&format=table", "&format=csv") in links


@pytest.mark.parametrize("query", ["section=Sport", "_scheme=javascript&_external=1", "site_key=x"])
def test_links_to_other_periods_carry_only_fields_of_the_page(
    viewer: DeskBrowser, query: str
) -> None:
    answer = viewer.get(f"/desk/daily/sections/City?{query}")
    assert answer.status == 200
    assert "/desk/daily/sections/City?period=30d" in links_of(answer)


def rows_of(answer: Answer) -> list[dict[str, str]]:
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))


def test_every_page_is_well_formed_and_needs_a_session(
    own: Server, viewer: DeskBrowser, article_id: str
) -> None:
    for path in paths(article_id):
        answer = viewer.get(path)
        assert answer.status == 200, path
        assert answer.headers["Cache-Control"] == "no-store"
        assert own.get(path).status == 303
        assert own.request("POST", path).status in (303, 400, 405)


def test_an_editor_of_another_site_reaches_nothing(stranger: DeskBrowser, article_id: str) -> None:
    more = ("/desk/daily/live.json", f"/desk/daily/articles/{article_id}/live.json")
    for path in (*paths(article_id), *more, "/desk/daily/links/"):
        assert stranger.get(path).status == 404, path
    assert stranger.get(f"/desk/other/articles/{article_id}").status == 404
    page = "/desk/account"
    for path in (f"/desk/daily/articles/{article_id}/notes", "/desk/daily/links/"):
        assert stranger.post(path, page, text="x", at="2026-01-01T00:00").status == 404


def test_live_regions_match_the_page_and_answer_304_until_a_change(
    own: Server, viewer: DeskBrowser
) -> None:
    page = viewer.get("/desk/daily/?period=today").body.decode()
    live = viewer.get("/desk/daily/live.json?period=today")
    assert live.status == 200
    for name, part in live.json["regions"].items():
        assert f'data-region="{name}"' in page
        assert part.strip() in page
    again = viewer.get("/desk/daily/live.json?period=today", If_None_Match=live.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    vote: dict[str, Any] = {"site": "daily", "article": f"{ORIGIN}/new", "nonce": nonce()}
    assert own.react(origin=ORIGIN, **vote).status == 200
    changed = viewer.get("/desk/daily/live.json?period=today", If_None_Match=live.headers["ETag"])
    assert changed.status == 200
    assert own.react(origin=ORIGIN, **{**vote, "reaction": None, "seq": 2}).status == 200
    signed_out = own.get("/desk/daily/live.json")
    assert (signed_out.status, signed_out.code) == (401, "sign_in_required")


def test_hostile_titles_are_text_on_pages_and_never_a_spreadsheet_formula(
    own: Server, admin: DeskBrowser
) -> None:
    page: dict[str, Any] = {
        "title": "=cmd|' /C calc'!A0<script>x</script>",
        "section": "@home/away",
        "tags": ["+1"],
    }
    article = own.react(
        site="other", article=f"{ORIGIN}/evil", origin=ORIGIN, nonce=nonce(), page=page
    ).json["article"]
    for path in ("", "articles", f"articles/{article}", "sections", "sections/@home/away", "tags"):
        text = admin.get(f"/desk/other/{path}").body.decode()
        assert "<script>x" not in text
    [row] = rows_of(admin.get("/desk/other/articles?format=csv"))
    assert row["title"] == "'" + page["title"]
    assert row["section"] == "'@home/away" and row["tags"] == "'+1"
    stored = admin.get("/desk/other/articles?format=json").json["tables"]["articles"]
    assert stored[0]["title"] == page["title"]


def test_a_share_of_one_vote_is_withheld_everywhere(own: Server, admin: DeskBrowser) -> None:
    article = own.react(
        site="other", article=f"{ORIGIN}/one", origin=ORIGIN, nonce=nonce(), page={"title": "One"}
    ).json["article"]
    whole = admin.get(f"/desk/other/articles/{article}")
    assert b"too few votes" in whole.body and b"100" not in whole.body.split(b"<main")[1]
    tables = admin.get(f"/desk/other/articles/{article}?format=json").json["tables"]
    assert {row["share"] for row in tables["mix"]} == {None}
    assert [row["votes"] for row in tables["mix"]] == [0, 0, 1, 0, 0, 0, 0]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("?period=week", 400),
        ("?from=2026-02-01&to=2026-01-01", 400),
        ("?from=yesterday", 400),
        ("?from=2024-01-01&to=2026-01-01", 400),
        ("?from=2999-01-01", 400),
        ("?format=xml", 400),
        ("?format=csv&table=nothing", 404),
        ("articles?sort=best", 400),
        ("articles?after=x", 400),
        ("articles/short", 404),
        ("articles/AAAAAAAAAAAAAAAAAAAAAA", 404),
        ("articles/AAAAAAAAAAAAAAAAAAAA{}", 404),
        ("sections/Nowhere", 404),
        ("overview", 404),
    ],
)
def test_unknown_pages_and_invalid_queries_are_refused(
    viewer: DeskBrowser, path: str, status: int
) -> None:
    assert viewer.get(f"/desk/daily/{path}").status == status


def test_editors_add_and_remove_notes_and_both_are_logged(
    admin: DeskBrowser, viewer: DeskBrowser, article_id: str
) -> None:
    page = f"/desk/daily/articles/{article_id}"
    added = admin.post(f"{page}/notes", page, text=" Headline\nchanged ", at="2026-01-01T10:00")
    assert added.status == 303 and added.headers["Location"] == f"{page}#notes"
    text = viewer.get(page).body.decode()
    assert "Headline changed" not in text  # before the first vote: off the chart
    text = admin.get(page).body.decode()
    assert "Headline changed" in text and "not on the chart" in text
    [removal] = re.findall(rf'"({page}/notes/\w+/removal)"', text)
    assert viewer.post(removal, "/desk/account").status == 403
    assert admin.post(removal, page).status == 303
    assert admin.post(removal, page).status == 404
    assert admin.get(f"{page}?format=json").json["tables"]["notes"] == []
    log = admin.get("/desk/daily/audit").body.decode()
    assert "added a note" in log and "removed a note" in log


def test_the_overviews_trend_has_the_notes_of_every_story_with_votes(
    own: Server, admin: DeskBrowser
) -> None:
    found = admin.get("/desk/daily/articles?limit=100&period=7d&format=json").json["tables"]
    last = found["articles"][-1]["id"]  # no list of the overview has it
    page = f"/desk/daily/articles/{last}"
    at = time.strftime("%Y-%m-%dT%H:00", time.gmtime(time.time() - 3600))
    assert admin.post(f"{page}/notes", page, text="<i>Paywall</i>", at=at).status == 303
    shared = shared_path(admin.post("/desk/daily/links/", label="x", days="1", period="7d"))
    for browser, path in ((admin, "/desk/daily/"), (DeskBrowser(own), shared)):
        text = browser.get(path).body.decode()
        trend = text[text.index('data-region="trend"') :].partition("data-region=")[2]
        trend = trend.partition("data-region=")[0]
        assert "&lt;i&gt;Paywall&lt;/i&gt;: " in trend
        assert trend.count('class="chart__note"') == 1
        assert (f'href="{page}"' in trend) == (browser is admin)
    old = admin.get("/desk/daily/?from=2026-01-01&to=2026-01-02").body
    assert b"Paywall" not in old
    [removal] = re.findall(rf'"({page}/notes/\w+/removal)"', admin.get(page).body.decode())
    assert admin.post(removal, page).status == 303


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "", "at": "2026-01-01T10:00"},
        {"text": "x" * 81, "at": "2026-01-01T10:00"},
        {"text": "x", "at": "soon"},
        {"text": "x", "at": "2999-01-01T10:00"},
    ],
)
def test_an_empty_note_or_one_in_the_future_is_refused(
    admin: DeskBrowser, article_id: str, fields: dict[str, str]
) -> None:
    page = f"/desk/daily/articles/{article_id}"
    answer = admin.post(f"{page}/notes", page, **fields)
    assert answer.status == 400 and b"field__problem" in answer.body
    assert admin.get(f"{page}?format=json").json["tables"]["notes"] == []


def shared_path(answer: Answer) -> str:
    return str(re.findall(r"(/shared/daily/[\w-]+)</code>", answer.body.decode())[0])


def test_a_shared_link_shows_one_page_to_anyone_until_it_is_revoked(
    own: Server, admin: DeskBrowser, viewer: DeskBrowser, article_id: str
) -> None:
    links = "/desk/daily/links/"
    assert viewer.get(links).status == 403
    overview = shared_path(admin.post(links, label="Meeting", days="1", period="7d"))
    article = shared_path(admin.post(links, label="Author", days="7", article=article_id))
    for path in (overview, article):
        answer = DeskBrowser(own).get(path)
        text = answer.body.decode()
        assert answer.status == 200
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers.get("Set-Cookie") is None
        assert not re.findall(r'href="/desk|<form|<button', text)
    assert own.get(overview.replace("daily", "other")).status == 404
    assert own.get(overview[:-1]).status == 404
    assert own.get("/shared/nobody/x").status == 404
    for digest in re.findall(r'name="link"\s+value="(\w+)"', admin.get(links).body.decode()):
        assert admin.post(f"{links}revoked", links, link=digest).status == 303
    assert own.get(overview).status == 404 and own.get(article).status == 404
    assert admin.post(f"{links}revoked", links, link="x").status == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"label": ""}, "field__problem"),
        ({"days": "400"}, "field__problem"),
        ({"article": "nothing"}, 'role="alert"'),  # the form hides its own field
        ({"period": "always"}, 'role="alert"'),
    ],
)
def test_an_invalid_shared_link_is_refused(
    admin: DeskBrowser, fields: dict[str, str], said: str
) -> None:
    asked = {"label": "x", "days": "7", **fields}
    answer = admin.post("/desk/daily/links/", **asked)
    assert answer.status in (400, 404)
    assert said in answer.body.decode()
    assert b"No active links" in answer.body


@pytest.fixture(scope="module")
def key(admin: DeskBrowser) -> str:
    page = admin.post("/desk/daily/settings/keys/", label="Report").body.decode()
    return str(re.findall(r"rbk_[\w-]+", page)[0])


def test_an_api_key_reads_what_an_editor_sees(
    own: Server, viewer: DeskBrowser, key: str, article_id: str
) -> None:
    bearer = {"Authorization": f"Bearer {key}"}
    twice = own.get("/v1/desk/daily/overview?period=7d&period=30d", **bearer)
    assert (twice.status, twice.code) == (400, "bad_field")
    seen = own.get("/v1/desk/daily/overview", **bearer)
    assert seen.status == 200 and seen.json["votes"] == VOTES
    assert seen.json["tables"] == viewer.get("/desk/daily/?format=json").json["tables"]
    whole = own.get(f"/v1/desk/daily/articles/{article_id}", **bearer).json
    assert sum(row["votes"] for row in whole["tables"]["mix"]) > 5
    assert own.get("/v1/desk/daily/sections", **bearer).json["tables"]["sections"]
    found, after = [], ""
    while True:
        page = own.get(f"/v1/desk/daily/articles?limit=15&after={after}", **bearer).json
        found += page["tables"]["articles"]
        after = page["after"]
        if not after:
            break
    assert len(found) == page["total"] == len({row["id"] for row in found})
    assert seen.headers["Cache-Control"] == "no-store"


def test_without_an_api_key_of_the_site_a_program_reads_nothing(
    own: Server, admin: DeskBrowser, key: str, article_id: str
) -> None:
    wrong = ("", key, f"Basic {key}", "Bearer", "Bearer x", f"Bearer {key}x", "Bearer " + "x" * 500)
    for path in ("overview", "articles", f"articles/{article_id}", "sections"):
        for header in wrong:
            answer = own.get(f"/v1/desk/daily/{path}", Authorization=header)
            assert (answer.status, answer.code) == (401, "bad_key")
        other = own.get(f"/v1/desk/other/{path}", Authorization=f"Bearer {key}")
        assert (other.status, other.code) == (401, "bad_key")
        nobody = own.get(f"/v1/desk/nobody/{path}", Authorization=f"Bearer {key}")
        assert (nobody.status, nobody.code) == (401, "bad_key")
        with_cookie = admin.get(f"/v1/desk/daily/{path}")
        assert with_cookie.status == 401  # a session does not replace an API key


def test_the_json_describes_its_contents(viewer: DeskBrowser) -> None:
    body = viewer.get("/desk/daily/?format=json&from=2026-01-01&to=2026-01-02").json
    assert body["site"] == "daily" and body["timezone"] == "UTC"
    assert body["period"] == {
        "from": "2026-01-01",
        "to": "2026-01-02",
        "until": "2026-01-03T00:00Z",
    }
    assert json.dumps(body["tables"]["mix"][0]["votes"]) == "0"


def badge_of(page: str, name: str) -> int:
    """Return the count beside a page's name in the navigation, 0 without one."""
    found = re.search(rf"{name}\s*<span class=\"badge num\">\s*(\d+)", page)
    return int(found[1]) if found else 0


def test_what_waits_is_ticked_off_snoozed_and_brought_back_for_everyone(
    own: Server, viewer: DeskBrowser
) -> None:
    page, waiting = "/desk/daily/", "/desk/daily/waiting"
    mo = invited(own, "mo", "daily:moderator")
    before = mo.get(page).body.decode()
    count = badge_of(before, "Overview")
    assert "Review " in before and count and badge_of(before, "Comments")
    for name, flashed in (("done", "Done: Review "), ("snoozed", "Snoozed until tomorrow")):
        assert viewer.post(f"{waiting}/{name}", page, todo="comments:").status == 403
        answer = mo.post(f"{waiting}/{name}", page, todo="comments:", period="30d")
        assert answer.status == 303
        assert answer.headers["Location"] == "/desk/daily/?period=30d#waiting"
        after = mo.get(page).body.decode()
        assert flashed in after and "1 done or snoozed" in after
        assert badge_of(after, "Overview") == count - 1 and not badge_of(after, "Comments")
        assert badge_of(viewer.get(page).body.decode(), "Overview") == count - 1
        assert mo.post(f"{waiting}/shown", page, todo="comments:").status == 303
        assert badge_of(mo.get(page).body.decode(), "Overview") == count
    log = invited(own, "lo", "daily:editor").get("/desk/daily/audit").body.decode()
    assert "brought back a to-do" in log and "comments:" not in log
    assert mo.post(f"{waiting}/done", page, todo="story:nothing").status == 404
    assert mo.post(f"{waiting}/done", page).status == 404
    assert mo.send(f"{waiting}/done", [("todo", "comments:")]).status == 400
    assert f'<span class="badge badge--now num">{count}' in re.sub(
        r"\s+<",
        "<",
        invited(own, "two", "daily:viewer", "other:viewer").get("/desk/").body.decode(),
    )


def test_the_first_steps_of_an_empty_site_tick_themselves(own: Server, admin: DeskBrowser) -> None:
    def steps() -> str:
        text = re.sub(r"<[^>]+>", "", admin.get("/desk/other/").body.decode())
        return " ".join(text.split())

    page, alerts = "/desk/other/", "/desk/other/settings/alerts/"
    done = int(steps().partition("First steps ")[2][0])
    assert 1 <= done <= 3  # other tests of this file invite editors and vote
    assert admin.post("/desk/other/waiting/start", page, step="comments").status == 303
    saved = admin.post(f"{alerts}morning", alerts, rhythm="daily", weekday="0", hour="7", lang="de")
    assert saved.status == 303
    assert f"First steps {done + 2} of 6" in steps()
    assert '<p class="lead" lang="de">' in admin.get(page).body.decode()
    # The other tests of this file may have voted, but too few times for more than this.
    assert re.search(r"In dieser Zeit hat noch niemand reagiert\.|Bisher .+: zu wenig", steps())
    refused = admin.post(
        f"{alerts}morning", alerts, rhythm="daily", weekday="9", hour="7", lang="de"
    )
    assert refused.status == 422 and "Choose a day of the week." in refused.body.decode()
    assert admin.post("/desk/other/waiting/start", page, step="nothing").status == 400
    assert admin.post("/desk/other/waiting/start", page, step="away").status == 303
    assert "First steps" not in steps()
