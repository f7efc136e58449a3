"""The wording page of the settings: a site's own strings in each language."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest

from tests.support.desk import DeskBrowser, invited
from tests.support.server import Answer, Server, nonce, settled

PAGE = "/desk/home/settings/words/"


@pytest.fixture
def editor(server: Server) -> DeskBrowser:
    return invited(server, f"words-{nonce()[:8].lower()}", "home:editor")


@pytest.fixture
def saved(editor: DeskBrowser) -> Iterator[Callable[..., Answer]]:
    """Give a function that saves strings by name; remove them all at the end."""
    languages = set()

    def save(lang: str, **texts: str) -> Answer:
        languages.add(lang)
        fields = {f"text.{name}": text for name, text in texts.items()}
        page = f"{PAGE}?lang={lang}"
        version = re.findall(r'name="version" value="(\w+)"', editor.get(page).body.decode())[0]
        return editor.post(PAGE, page, lang=lang, version=version, **fields)

    yield save
    for lang in languages:
        assert save(lang).status == 303


def said(server: Server, lang: str) -> Any:
    return server.get(f"/v1/bar?site=home&article=w{nonce()[:8]}&lang={lang}").json


def test_a_site_sets_its_own_wording_and_removes_it(
    server: Server, editor: DeskBrowser, saved: Callable[..., Answer]
) -> None:
    built_in = said(server, "de")
    assert saved("de", question="Wie war das?", **{"label.love": "Herzlich"}).status == 303
    settled(lambda: said(server, "de")["question"], "Wie war das?")
    assert said(server, "de")["choices"][2]["label"] == "Herzlich"
    assert said(server, "nl")["question"] != "Wie war das?"
    assert 'value="Herzlich"' in editor.get(f"{PAGE}?lang=de").body.decode()
    log = unescape(editor.get("/desk/home/audit").body.decode())
    assert "wording in de: question: Wie war das?; label.love: Herzlich" in log
    assert saved("de").status == 303
    settled(lambda: said(server, "de")["question"], built_in["question"])
    assert said(server, "de")["choices"] == built_in["choices"]


def test_an_invalid_string_is_marked_and_nothing_is_saved(
    server: Server, editor: DeskBrowser, saved: Callable[..., Answer]
) -> None:
    refused = saved("en", chosen="You did!", closed="x" * 121, **{"vote.other": "{label} {n} {x}"})
    page = refused.body.decode()
    assert refused.status == 422 and page.count('aria-invalid="true"') == 3
    assert 'value="You did!"' in page and "It needs ['label']" in unescape(page)
    assert said(server, "en")["strings"]["chosen"] == "You reacted: {label}"


def test_wording_is_text_and_built_in_strings_are_not_stored(
    server: Server, editor: DeskBrowser, saved: Callable[..., Answer]
) -> None:
    answer = saved("en", closed="<b>Closed</b>", failed="We could not save that. Please try again.")
    assert answer.status == 303
    page = editor.get(f"{PAGE}?lang=en").body.decode()
    assert "<b>Closed" not in page and "&lt;b&gt;Closed&lt;/b&gt;" in page
    log = unescape(editor.get("/desk/home/audit").body.decode())
    assert "wording in en: closed: <b>Closed</b>" in log and "failed:" not in log


def test_a_language_without_a_catalogue_is_refused(editor: DeskBrowser) -> None:
    assert editor.get(f"{PAGE}?lang=xx").status == 400
    assert editor.get(f"{PAGE}?lang=ar").status == 200
