"""Pages that invent sections, authors and tags by the hundred make no page or table long."""

import csv
import io
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.desk import DeskBrowser, invited
from tests.support.server import Serve, Server, nonce

INVENTED = 700
MOST_BYTES = 80_000
PAGES = ("", "sections", "authors", "tags", "articles", "live.json")
COLUMNS = {"sections": 2, "authors": 3, "tags": 3}


@pytest.fixture(scope="module")
def own(module_serve: Serve) -> Server:
    """Start a server with one vote in each of 700 sections, and 30 in one of them."""
    server = module_serve(READBACK_NEW_READERS="100000", READBACK_NEW_READERS_WIDE="100000")

    def vote(number: int) -> int:
        page = {
            "title": f"Story {number}",
            "section": f"Invented section {number}",
            "author": f"Invented author {number}",
            "tags": [f"invented-tag-{number}"],
        }
        return server.react(article=f"story-{number}", page=page, nonce=nonce()).status

    numbers = [*range(INVENTED), *[350] * 30]
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(vote, numbers)) == {200}
    return server


@pytest.fixture(scope="module")
def viewer(own: Server) -> DeskBrowser:
    return invited(own, "viewer", "home:viewer")


def votes_of(page: str, column: int) -> list[int]:
    rows = re.findall(r"<tr>(.*?)</tr>", page.partition('<table class="stories')[2], re.DOTALL)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows]
    cell = r'<span class="phone-only.*?</span>|<[^>]+>|\s|,'
    found = [re.sub(cell, "", row[column]) for row in cells if row]
    return [int(text) for text in found]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_grows_with_what_readers_invent(viewer: DeskBrowser, path: str) -> None:
    answer = viewer.get(f"/desk/home/{path}")
    assert answer.status == 200
    assert len(answer.body) < MOST_BYTES


@pytest.mark.parametrize("path", COLUMNS)
def test_those_with_most_votes_come_first_and_the_rest_are_one_row(
    viewer: DeskBrowser, path: str
) -> None:
    page = viewer.get(f"/desk/home/{path}").body.decode()
    votes = votes_of(page, COLUMNS[path])
    assert votes == [31] + [1] * 49 + [INVENTED - 50]
    assert f"{INVENTED - 50} others" in page and f"{INVENTED} {path}" in page
    table = viewer.get(f"/desk/home/{path}?format=table").body
    assert table.count(b"<tr>") == 52 and len(table) < MOST_BYTES


@pytest.mark.parametrize("path", COLUMNS)
def test_one_that_is_not_shown_is_found_by_a_part_of_its_name(
    viewer: DeskBrowser, path: str
) -> None:
    assert b"Invented section 699" not in viewer.get("/desk/home/sections").body
    page = viewer.get(f"/desk/home/{path}?q=699").body.decode()
    assert votes_of(page, COLUMNS[path]) == [1]
    none = viewer.get(f"/desk/home/{path}?q=nowhere").body.decode()
    assert f"No {path} match." in none


def test_a_section_that_is_not_shown_has_a_page(viewer: DeskBrowser) -> None:
    assert viewer.get("/desk/home/sections/Invented section 699".replace(" ", "%20")).status == 200


def test_exports_are_bounded_and_add_up(viewer: DeskBrowser) -> None:
    text = viewer.get("/desk/home/sections?format=csv").body.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert sum(int(row["votes"]) for row in rows) == INVENTED + 30
    overview = viewer.get("/desk/home/?format=json").json["tables"]["sections"]
    assert sum(row["votes"] for row in overview) == INVENTED + 30
