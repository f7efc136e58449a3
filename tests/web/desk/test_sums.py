"""The same sums everywhere on the desk: pages, tables, CSV, JSON, API and shared links."""

import re
from collections.abc import Iterable
from typing import Any

import pytest

from tests.support.desk import DeskBrowser, invited, load_newsroom
from tests.support.html import document
from tests.support.server import Answer, Serve, Server
from tests.web.desk.test_figures import rows_of, shared_path

ARTICLES, VOTES = 40, 3000
# The tables of each page that cover all votes of the period.
WHOLE = {
    "": ("mix", "trend", "sections"),
    "?period=30d": ("mix", "trend", "sections"),
    "articles": ("articles",),
    "articles?sort=newest": ("articles",),
    "sections": ("sections",),
    "authors": ("authors",),
}


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    running = module_serve(READBACK_READS="0")
    load_newsroom(running, articles=ARTICLES, votes=VOTES, comments=60, days=6, seed=5)
    return running


@pytest.fixture(scope="module")
def admin(own: Server) -> DeskBrowser:
    return invited(own, "root", "*:admin")


def tables(browser: DeskBrowser, path: str) -> Any:
    joint = "&" if "?" in path else "?"
    return browser.get(f"/desk/daily/{path}{joint}format=json").json["tables"]


def exported(browser: DeskBrowser, path: str, table: str, kind: str) -> Answer:
    joint = "&" if "?" in path else "?"
    return browser.get(f"/desk/daily/{path}{joint}format={kind}&table={table}")


def shown_votes(answer: Answer) -> int:
    """Return the large figure of a page."""
    return int(re.findall(r'data-count="(\d+)"', answer.body.decode())[0])


def column(answer: Answer, which: str, at: int) -> list[int]:
    """Return the numbers in a column of the first table with this class."""
    page = document(answer.body)
    table = next(t for t in page.iter("table") if which in t.get("class", "").split())
    cells = [list(row)[at] for row in table.iterfind("tbody/*")]
    # On a phone, "votes" follows the number.
    return [int("".join(cell.itertext()).replace(",", "").split()[0]) for cell in cells]


def early_and_late(answer: Answer) -> int:
    """Return the votes of the first hours and those since then, together."""
    panel = answer.body.decode().partition('id="early"')[2].partition("</section>")[0]
    early, late = re.findall(r"<span>([\d,]+) votes?</span>", panel)
    return int(early.replace(",", "")) + int(late.replace(",", ""))


def votes_in(rows: Iterable[dict[str, Any]]) -> int:
    return sum(int(row["votes"]) for row in rows)


def test_verify_recounts_what_the_desk_lists(own: Server, admin: DeskBrowser) -> None:
    verified = own.prepare("verify")
    with_question = ARTICLES + 1
    assert f"daily: {with_question} articles recounted" in verified
    assert len(tables(admin, "articles")["articles"]) == ARTICLES


@pytest.mark.parametrize(("path", "names"), WHOLE.items())
def test_each_table_adds_up_to_the_votes_and_is_the_same_in_every_form(
    admin: DeskBrowser, path: str, names: tuple[str, ...]
) -> None:
    found = tables(admin, path)
    for name in names:
        assert votes_in(found[name]) == VOTES, name
        # An apostrophe stops a spreadsheet from evaluating an id that begins with a minus.
        in_csv = [
            {column: cell.removeprefix("'") for column, cell in row.items()}
            for row in rows_of(exported(admin, path, name, "csv"))
        ]
        as_text = [{k: "" if v is None else str(v) for k, v in row.items()} for row in found[name]]
        assert in_csv == as_text, name
        page = exported(admin, path, name, "table")
        at = list(found[name][0]).index("votes")
        assert sum(column(page, "data", at)) == VOTES, name


def test_pages_show_the_numbers_of_their_tables(admin: DeskBrowser) -> None:
    assert shown_votes(admin.get("/desk/daily/")) == VOTES
    live = admin.get("/desk/daily/live.json").json["regions"]
    assert f'data-count="{VOTES}"' in live["figures"]
    assert sum(column(admin.get("/desk/daily/sections"), "stories", 2)) == VOTES
    assert sum(column(admin.get("/desk/daily/authors"), "stories", 3)) == VOTES
    pages, after = 0, ""
    while pages == 0 or after:
        page = admin.get(f"/desk/daily/articles?{after}")
        pages += sum(column(page, "stories", 2))
        after = "".join(re.findall(r"after=[^&\"]+", page.body.decode())[:1])
    assert pages == VOTES


def test_each_section_is_the_sum_of_its_days_reactions_and_articles(admin: DeskBrowser) -> None:
    for section in tables(admin, "sections")["sections"]:
        own = tables(admin, f"sections/{section['section']}")
        listed = tables(admin, f"articles?section={section['section']}")["articles"]
        for rows in (own["trend"], own["usual"], listed):
            assert votes_in(rows) == section["votes"], section["section"]


def test_each_article_is_the_sum_of_its_hours_and_reactions_in_every_format(
    own: Server, admin: DeskBrowser
) -> None:
    made = admin.post("/desk/daily/settings/keys/", label="Sums").body.decode()
    bearer = {"Authorization": f"Bearer {re.findall('rbk_[A-Za-z0-9_-]+', made)[0]}"}
    listed = tables(admin, "articles")["articles"]
    for row in (*listed[:6], *listed[-3:]):
        path = f"articles/{row['id']}"
        found = tables(admin, path)
        for name in ("mix", "trend", "article"):
            assert votes_in(found[name]) == row["votes"], (row["title"], name)
        early = sum(one["early"] + one["late"] for one in found["mix"])
        page = admin.get(f"/desk/daily/{path}?doubt=with")
        assert early == early_and_late(page) == row["votes"]
        assert shown_votes(page) == sum(column(page, "shares", -1)) == row["votes"]
        assert own.get(f"/v1/desk/daily/{path}", **bearer).json["tables"] == found
    overview = own.get("/v1/desk/daily/overview", **bearer).json
    assert overview["votes"] == VOTES and overview["tables"] == tables(admin, "")
    for name in ("articles", "sections"):
        rows = own.get(f"/v1/desk/daily/{name}?limit=10000", **bearer).json["tables"][name]
        assert votes_in(rows) == VOTES


def test_a_shared_page_shows_the_same_sums(own: Server, admin: DeskBrowser) -> None:
    links = "/desk/daily/links/"
    [row, *_] = tables(admin, "articles")["articles"]
    overview = own.get(shared_path(admin.post(links, label="All", days="1", period="7d")))
    sections = overview.body.decode().partition('id="sections"')[2]
    assert shown_votes(overview) == VOTES
    found = re.findall(r'<td class="end num">([\d,]+) <span', sections)
    shown = [int(votes.replace(",", "")) for votes in found]
    whole = [section["votes"] for section in tables(admin, "sections")["sections"]]
    assert (
        shown == [*whole[:8], sum(whole[8:])] and len(whole) > 8 and f"of {len(whole)}." in sections
    )
    article = own.get(shared_path(admin.post(links, label="One", days="1", article=row["id"])))
    assert shown_votes(article) == sum(column(article, "shares", -1)) == row["votes"]
    assert early_and_late(article) == row["votes"]
