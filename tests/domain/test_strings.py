"""The strings that readers see: complete in every language, and a site's own."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.node import node
from widget.domain.model import REACTIONS, Choice, Poll, Site
from widget.domain.strings import LANGUAGES, PLURALS, bar_strings, load, why_unfit

REQUIRED = ["ar", "de", "en", "es", "fr", "hi", "it", "ja", "nl", "pl", "pt", "tr", "zh"]


def test_every_language_has_a_catalogue() -> None:
    assert sorted(LANGUAGES) == REQUIRED


def test_the_plural_forms_are_those_of_the_browser() -> None:
    script = (
        "const of = (lang) => new Intl.PluralRules(lang).resolvedOptions().pluralCategories.sort();"
        f"console.log(JSON.stringify({json.dumps(REQUIRED)}.map((lang) => [lang, of(lang)])))"
    )
    printed = subprocess.run([node(), "-e", script], capture_output=True, text=True, check=True)
    ours = [[lang, sorted(PLURALS[lang].split())] for lang in REQUIRED]
    assert json.loads(printed.stdout) == ours


def test_a_plural_form_for_several_numbers_has_the_number() -> None:
    for lang in ("fr", "pt", "hi"):  # "one" is 0 and 1 there
        assert "{n}" in LANGUAGES[lang]["vote.one"] and "{n}" in LANGUAGES[lang]["total.one"]


@pytest.mark.parametrize(
    ("change", "message"),
    [({"failed": None}, "failed"), ({"extra": "x"}, "extra"), ({"chosen": "You"}, "chosen")],
)
def test_a_faulty_language_file_stops_the_start(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    for lang, texts in LANGUAGES.items():
        changed = {**texts, **(change if lang == "pl" else {})}
        kept = {name: text for name, text in changed.items() if text is not None}
        (tmp_path / f"{lang}.json").write_text(json.dumps(kept))
    with pytest.raises(ValueError, match=rf"pl\.json.*{message}"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("requested", "lang"),
    [("pt-BR", "pt"), ("DE", "de"), ("sv", "en"), ("", "en"), ("../x", "en"), ("ar-EG", "ar")],
)
def test_the_first_part_of_a_tag_chooses_the_language(
    site: Site, requested: str, lang: str
) -> None:
    answer = bar_strings(site, REACTIONS, requested)
    assert answer["lang"] == lang
    assert answer["dir"] == ("rtl" if lang == "ar" else "ltr")


def test_built_in_strings_are_translated_and_an_editors_own_are_not(site: Site) -> None:
    own = Poll("How was it?", (Choice("like", "Like", "👍"), Choice("love", "Adore", "❤️")))
    answer: dict[str, Any] = bar_strings(replace(site, reactions=own), own, "de")
    assert answer["question"] == "How was it?"
    assert [choice["label"] for choice in answer["choices"]] == ["Gefällt mir", "Adore"]
    assert bar_strings(site, REACTIONS, "de")["question"] == "Wie reagieren Sie?"


def test_a_sites_own_texts_come_first_and_may_add_a_language(site: Site) -> None:
    texts = {"de": {"label.love": "Herz", "question": "Und?"}, "sv": {"failed": "Försök igen."}}
    own = replace(site, texts=texts)
    german: dict[str, Any] = bar_strings(own, REACTIONS, "de")
    swedish: dict[str, Any] = bar_strings(own, REACTIONS, "sv-SE")
    assert german["question"] == "Und?" and german["choices"][2]["label"] == "Herz"
    assert swedish["lang"] == "sv" and swedish["strings"]["failed"] == "Försök igen."
    assert swedish["strings"]["closed"] == LANGUAGES["en"]["closed"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("nonsense", "x"),
        ("question", ""),
        ("question", "x" * 121),
        ("vote.other", "{n}"),
        ("failed", "{n}"),
        ("failed", "a\nb"),
        ("failed", "\u202eevil"),
        ("vote.much", "{label} {n}"),
    ],
)
def test_a_text_that_cannot_be_shown_is_refused(name: str, text: str) -> None:
    assert why_unfit(name, text)
