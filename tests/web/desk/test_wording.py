"""The wording page of the settings: a site's own strings in each language."""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest

from tests.support.desk import DeskBrowser, invited
from tests.support.forms import form_on
from tests.support.server import Answer, Server, nonce, settled
from widget.domain.strings import LANGUAGES

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
        form = form_on(editor, f"{PAGE}?lang={lang}", "Save")
        none = {name: "" for name in form.values if name.startswith("text.")}
        form.fill_in(none | {f"text.{name}": text for name, text in texts.items()})
        return form.press("Save")

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
    refused = saved(
        "en", chosen="You did!", closed="x{y}\u202e", **{"vote.other": "{label} {n} {x}"}
    )
    page = refused.body.decode()
    assert refused.status == 422 and page.count('aria-invalid="true"') == 3
    assert 'value="You did!"' in page and "It needs ['label']" in unescape(page)
    assert said(server, "en")["strings"]["chosen"] == "You reacted: {label}"


def test_wording_is_text_and_built_in_strings_are_not_stored(
    server: Server, editor: DeskBrowser, saved: Callable[..., Answer]
) -> None:
    answer = saved("en", closed="<b>Closed</b>", failed="We couldn\u2019t save your reaction.")
    assert answer.status == 303
    page = editor.get(f"{PAGE}?lang=en").body.decode()
    assert "<b>Closed" not in page and "&lt;b&gt;Closed&lt;/b&gt;" in page
    log = unescape(editor.get("/desk/home/audit").body.decode())
    assert "wording in en: closed: <b>Closed</b>" in log and "failed:" not in log


def test_a_language_without_a_catalogue_is_refused(editor: DeskBrowser) -> None:
    assert editor.get(f"{PAGE}?lang=xx").status == 400
    assert editor.get(f"{PAGE}?lang=ar").status == 200


def test_a_search_hides_the_other_texts_and_saving_loses_none_of_them(
    editor: DeskBrowser, saved: Callable[..., Answer]
) -> None:
    assert saved("en", failed="It failed.").status == 303
    find = form_on(editor, f"{PAGE}?lang=en", "Find").fill(q="ARE NOW CLOSED")
    page = find.press("Find").body.decode().replace("\n", " ")
    shown = re.findall(r'data-words="(\S+) [^>]*"\s*>', page)
    assert "closed" in shown and "failed" not in shown and 'value="It failed."' in page
    form = form_on(editor, f"{PAGE}?lang=en&q=closed", "Save")
    assert form.fill_in({"text.closed": "Shut"}).press("Save").status == 303
    kept = form_on(editor, f"{PAGE}?lang=en", "Save").values
    assert kept["text.failed"] == ["It failed."] and kept["text.closed"] == ["Shut"]
    nothing = editor.get(f"{PAGE}?lang=en&q=%3Cscript%3E").body.decode()
    assert "<script>&" not in nothing and "data-none>" in nothing


def test_a_text_goes_back_to_its_default_once_that_is_saved(
    editor: DeskBrowser, saved: Callable[..., Answer]
) -> None:
    assert saved("en", closed="Shut").status == 303
    form = form_on(editor, f"{PAGE}?lang=en", "Save")
    [back] = [
        name
        for name in form.buttons()
        if name.startswith("Back to default")
        and "closed" in name.lower()
        and "comment" not in name.lower()
    ]
    again = form.again(form.fill_in({"text.failed": "Oh no"}).press(back))
    assert again.values["text.closed"] == [""] and again.values["text.failed"] == ["Oh no"]
    assert form_on(editor, f"{PAGE}?lang=en", "Save").values["text.closed"] == ["Shut"]
    assert again.press("Save").status == 303
    kept = form_on(editor, f"{PAGE}?lang=en", "Save").values
    assert kept["text.closed"] == [""] and kept["text.failed"] == ["Oh no"]


def test_a_preview_shows_texts_with_their_placeholders_filled(editor: DeskBrowser) -> None:
    form = form_on(editor, f"{PAGE}?lang=en", "Save")
    text = form.fill_in({"text.chosen": "You felt {label}!"}).press("Preview").body.decode()
    assert ">You felt Love!</bdi>" in text
    assert form_on(editor, f"{PAGE}?lang=en", "Save").values["text.chosen"] == [""]


def test_a_site_may_replace_every_text_of_a_language(
    server: Server, saved: Callable[..., Answer]
) -> None:
    own = {name: f"{text}।" for name, text in LANGUAGES["hi"].items()}
    assert saved("hi", **own).status == 303
    settled(lambda: said(server, "hi")["strings"]["why"], own["why"])
