"""Flagged windows over HTTP: what editors see and do, and what a story's page leaves out."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

from tests.support.desk import DeskBrowser, invited
from tests.support.findings import finding
from tests.support.forms import form_on
from tests.support.server import Answer, Server, nonce
from widget.domain import clock
from widget.domain.article import resolve
from widget.domain.integrity.flag import Flag
from widget.domain.model import Site
from widget.store.connect import Connection
from widget.store.integrity.flags import Flags
from widget.store.reactions.aliases import Aliases
from widget.store.reactions.corrections import Actor, Corrections, Filter

HOME = Site("home", "Home", ())
LIST = "/desk/home/integrity"
LOVE = 3


@pytest.fixture(scope="module")
def editor(server: Server) -> DeskBrowser:
    return invited(server, "iedith", "home:editor")


@pytest.fixture(scope="module")
def viewer(server: Server) -> DeskBrowser:
    return invited(server, "ivera", "home:viewer")


@pytest.fixture(scope="module")
def store(server: Server) -> Connection:
    return server.store()


@pytest.fixture
def flagged(server: Server, store: Connection, article: str) -> Callable[..., Flag]:
    """Return a function that casts 9 votes of new readers, 7 of them Love, and flags 5 of these."""

    def flag(**differently: Any) -> Flag:
        for reaction, count in (("love", 7), ("sad", 2)):
            for _ in range(count):
                cast = server.react(article=article, reaction=reaction, nonce=nonce())
                assert cast.status == 200, cast.body
        hour = int(clock.now()) // 3600
        found: dict[str, Any] = {"from_hour": hour - 1, "to_hour": hour + 2, "excess": 5}
        found |= {"choice": LOVE, "new_chosen": 7, "new_other": 2, "honest": 0.8}
        found |= {"honest_most": 2.2, "known_chosen": 3, "known_other": 4}
        return Flags(store).put(
            HOME, resolve("home", (), article).id, finding(**found | differently), now_s=hour * 3600
        )

    return flag


def words(answer: Answer) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.body.decode()).split()))


def page_of(flag: Flag) -> str:
    return f"{LIST}/{flag.id}"


def test_a_row_is_the_evidence_and_leads_to_the_page_of_its_window(
    editor: DeskBrowser, viewer: DeskBrowser, flagged: Callable[..., Flag]
) -> None:
    flag = flagged(networks=2, networks_usual=340)
    row = words(editor.get(LIST))
    assert "5 votes in doubt" in row and "2 networks" in row and "usually about 340" in row
    assert "12 \u00d7 the odds" in row and "at least 7.5" in row
    assert f'href="{page_of(flag)}"' in editor.get(f"{LIST}?show=waiting").body.decode()
    page = words(editor.get(page_of(flag)))
    assert "Preview: set aside 5 Love votes" in page and "Nothing has changed yet" in page
    assert "about 1 of 5, at most 3" in page and "You can undo this until" in page
    assert "What this test misses" in page and "What readers would see" in page
    seen = viewer.get(page_of(flag)).body.decode()
    assert "Preview: set aside" in words(viewer.get(page_of(flag)))
    assert "<form" not in seen and "In doubt" in words(viewer.get(LIST))


@pytest.mark.parametrize("act", ["explanation", "setting-aside", "restoration"])
def test_only_editors_decide_and_unknown_flags_are_not_found(
    editor: DeskBrowser, viewer: DeskBrowser, flagged: Callable[..., Flag], act: str
) -> None:
    flag = flagged()
    assert viewer.post(f"{page_of(flag)}/{act}", "/desk/account", note="x").status == 403
    for unknown in (f"{flag.article_id}-99", "nonsense", "nonsense-1", f"{flag.article_id}-x"):
        assert editor.get(f"{LIST}/{unknown}").status == 404
        assert editor.post(f"{LIST}/{unknown}/{act}", "/desk/account", note="x").status == 404
    assert "Preview" in words(editor.get(page_of(flag)))


def test_an_explanation_needs_a_note_and_lets_the_flag_rest(
    editor: DeskBrowser, flagged: Callable[..., Flag]
) -> None:
    flag = flagged()
    form = form_on(editor, page_of(flag), "Explain")
    again = form.again(form.fill(note=" ").press("Explain"))
    assert list(again.complaints()) == ["note"]
    assert again.fill(note="Linked from <a forum>").press("Explain").status == 303
    assert "Linked from <a forum> , explained by iedith" in words(editor.get(LIST))
    assert "Linked from <a forum>" in words(editor.get(page_of(flag)))
    late = editor.post(f"{page_of(flag)}/explanation", "/desk/account", note="Me too")
    assert late.status == 409 and "already decided" in words(late)
    assert (
        form_on(editor, page_of(flag), "Let it wait again").press("Let it wait again").status == 303
    )
    assert "Preview" in words(editor.get(page_of(flag)))


def test_votes_are_set_aside_and_restored(
    server: Server, editor: DeskBrowser, flagged: Callable[..., Flag], article: str
) -> None:
    flag = flagged()
    assert server.counts(article)["total"] == 9
    form = form_on(editor, page_of(flag), "Set aside 5 votes")
    stale = editor.post(f"{page_of(flag)}/setting-aside", page_of(flag), expected=4)
    assert stale.status == 409 and "has grown since" in words(stale)
    assert editor.post(f"{page_of(flag)}/setting-aside", page_of(flag), expected="x").status == 400
    assert form.press("Set aside 5 votes").status == 303
    assert (
        server.counts(article)["counts"] | {"love": 2, "sad": 2} == server.counts(article)["counts"]
    )
    page = words(editor.get(page_of(flag)))
    assert "5 votes set aside. Readers are told" in page and "What readers see" in page
    assert form.press("Set aside 5 votes").status == 409
    assert "5 votes set aside by iedith" in words(editor.get(LIST))
    server.prepare("verify")
    restore = form_on(editor, page_of(flag), "Restore 5 votes")
    assert restore.press("Restore 5 votes").status == 303
    assert server.counts(article)["total"] == 9
    assert restore.press("Restore 5 votes").status == 409
    assert "Preview: set aside 5" in words(editor.get(page_of(flag)))
    server.prepare("verify")


def test_what_was_set_aside_without_a_mark_on_the_flag_is_found_and_not_repeated(
    server: Server,
    store: Connection,
    editor: DeskBrowser,
    flagged: Callable[..., Flag],
    article: str,
) -> None:
    flag = flagged()
    by = Actor("iedith", int(clock.now()), f"Flag {flag.id[-1]}: Love")
    which = Filter(LOVE, flag.finding.from_hour, flag.finding.to_hour, "counted", "new")
    corrections = Corrections(store, Aliases(store))
    corrections.set_aside(HOME, flag.article_id, which, votes=5, by=by)
    assert server.counts(article)["total"] == 4
    path = f"{page_of(flag)}/setting-aside"
    assert editor.post(path, page_of(flag), expected=5).status == 303
    assert server.counts(article)["total"] == 4
    assert "Restore 5 votes" in words(editor.get(page_of(flag)))


def test_a_flag_waits_again_when_its_correction_is_undone_on_the_corrections_page(
    server: Server, editor: DeskBrowser, flagged: Callable[..., Flag], article: str
) -> None:
    flag = flagged()
    assert (
        form_on(editor, page_of(flag), "Set aside 5 votes").press("Set aside 5 votes").status == 303
    )
    page = f"/desk/home/articles/{flag.article_id}/corrections"
    [undo] = re.findall(r'action="([^"]+/reversal)"', editor.get(page).body.decode())
    assert editor.post(undo, page).status == 303
    assert server.counts(article)["total"] == 9
    assert "Preview: set aside 5" in words(editor.get(page_of(flag)))


def test_a_storys_figures_leave_out_the_votes_in_doubt_and_can_have_them(
    editor: DeskBrowser, flagged: Callable[..., Flag]
) -> None:
    flag = flagged()
    story = f"/desk/home/articles/{flag.article_id}"
    page = editor.get(story)
    assert "Figures leave out 5 votes in doubt until you decide." in words(page)
    assert 'data-count="4"' in page.body.decode() and "Decide on 5 votes" in words(page)
    switched = editor.get(f"{story}?doubt=with")
    assert "Figures have 5 votes in doubt" in words(switched)
    assert 'data-count="9"' in switched.body.decode()
    assert editor.get(f"{story}?format=json").json["tables"]["article"][0]["votes"] == 9
    live = re.findall(r'data-live="([^"]+)"', switched.body.decode())[0]
    assert 'data-count="9"' in editor.get(unescape(live)).json["regions"]["figures"]
    assert (
        form_on(editor, page_of(flag), "Set aside 5 votes").press("Set aside 5 votes").status == 303
    )
    aside = words(editor.get(story))
    assert "Figures leave out 5 votes that were set aside" in aside and "9 with" in aside
    assert 'data-count="9"' in editor.get(f"{story}?doubt=with").body.decode()
