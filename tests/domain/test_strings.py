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

REQUIRED = sorted("ar de en es fa fr he hi it ja ko nl pl pt sv tr uk zh zh-Hant".split())
# For some numbers, what a reader of each language reads: as Intl.PluralRules chooses the form.
COUNTED = {
    "zh-Hant": {0: "0 則留言", 1: "1 則留言", 2: "2 則留言"},
    "ko": {0: "댓글 0개", 1: "댓글 1개", 21: "댓글 21개"},
    "he": {
        0: "0 תגובות",
        1: "תגובה אחת",
        2: "שתי תגובות",
        3: "3 תגובות",
        10: "10 תגובות",
        20: "20 תגובות",
        102: "102 תגובות",
    },
    "fa": {0: "0 دیدگاه", 1: "1 دیدگاه", 2: "2 دیدگاه", 11: "11 دیدگاه"},
    "sv": {0: "0 kommentarer", 1: "1 kommentar", 2: "2 kommentarer", 21: "21 kommentarer"},
    "uk": {
        0: "0 коментарів",
        1: "1 коментар",
        2: "2 коментарі",
        5: "5 коментарів",
        11: "11 коментарів",
        12: "12 коментарів",
        21: "21 коментар",
        22: "22 коментарі",
        111: "111 коментарів",
    },
}


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


@pytest.mark.parametrize("lang", COUNTED)
def test_a_number_is_written_in_the_plural_form_that_a_browser_chooses(lang: str) -> None:
    script = (
        f"const {{ select }} = Intl.PluralRules.prototype, rules = new Intl.PluralRules('{lang}');"
        f"console.log(JSON.stringify({list(COUNTED[lang])}.map((n) => select.call(rules, n))))"
    )
    printed = subprocess.run([node(), "-e", script], capture_output=True, text=True, check=True)
    for (n, text), form in zip(COUNTED[lang].items(), json.loads(printed.stdout), strict=True):
        assert LANGUAGES[lang][f"comments.count.{form}"].replace("{n}", str(n)) == text


def test_a_label_fits_a_small_button() -> None:
    for lang, texts in LANGUAGES.items():
        for choice in REACTIONS.choices:
            assert len(texts[f"label.{choice.key}"]) <= 11, lang


def test_a_plural_form_for_several_numbers_has_the_number() -> None:
    for lang in ("fr", "pt", "hi", "fa", "uk"):  # "one" is more than the number 1 there
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
    [("pt-BR", "pt"), ("DE", "de"), ("ru", "en"), ("", "en"), ("../x", "en"), ("ar-EG", "ar")],
)
def test_a_bar_is_written_in_the_requested_language(site: Site, requested: str, lang: str) -> None:
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
    texts = {"de": {"label.love": "Herz", "question": "Und?"}, "nb": {"failed": "Prøv igjen."}}
    own = replace(site, texts=texts)
    german: dict[str, Any] = bar_strings(own, REACTIONS, "de")
    norwegian: dict[str, Any] = bar_strings(own, REACTIONS, "nn-NO")
    assert german["question"] == "Und?" and german["choices"][2]["label"] == "Herz"
    assert norwegian["lang"] == "nb" and norwegian["strings"]["failed"] == "Prøv igjen."
    assert norwegian["strings"]["closed"] == LANGUAGES["en"]["closed"]


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
        ("aside.other", "{n} votes"),
        ("integrity.secret", "x" * 301),
        ("integrity.odds", "{label}: {new}"),
    ],
)
def test_a_text_that_cannot_be_shown_is_refused(name: str, text: str) -> None:
    assert why_unfit(name, text)
