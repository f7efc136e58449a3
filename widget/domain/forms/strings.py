"""What an editor typed as a site's own words in a language -> the texts, or what is wrong. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from widget.domain import strings
from widget.domain.errors import BadField
from widget.domain.forms.site import InvalidForm
from widget.domain.model import Site
from widget.domain.strings import Texts

# By their own names: who writes in a language looks for it in that language.
NAMES = {
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "de": "Deutsch",
    "pt": "Português",
    "it": "Italiano",
    "nl": "Nederlands",
    "pl": "Polski",
    "tr": "Türkçe",
    "ar": "العربية",
    "hi": "हिन्दी",
    "zh": "中文",
    "ja": "日本語",
}
PREFIX = "text."  # of the fields' names, which keeps them apart from the form's other ones


@dataclass(frozen=True, slots=True)
class Row:
    """One text: what readers see unless ``own`` says it otherwise.

    :param english: what it says, for an editor who looks after a language of others.
    """

    name: str
    english: str
    built_in: str
    own: str


def language(asked: str) -> str:
    """The language a page of words is about.

    :raise BadField: there are no texts in it.
    """
    lang = asked or strings.FALLBACK
    if lang not in strings.LANGUAGES:
        raise BadField(f"There are texts in {', '.join(strings.LANGUAGES)}.")
    return lang


def rows(site: Site, lang: str, typed: Mapping[str, str] | None = None) -> list[Row]:
    """Every text of a language, in the order of its file.

    :param typed: the fields of a form that was sent; the site's own texts unless given.
    """
    own = site.texts.get(lang, {})
    return [
        Row(
            name,
            _english(name),
            text,
            own.get(name, "") if typed is None else typed.get(PREFIX + name, ""),
        )
        for name, text in strings.LANGUAGES[lang].items()
    ]


def _english(name: str) -> str:
    """A text's English; where only this language has such a number, with its category."""
    texts = strings.LANGUAGES[strings.FALLBACK]
    base, _, category = name.rpartition(".")
    return texts[name] if name in texts else f"{texts[base + '.other']} ({category})"


def texts_typed(lang: str, fields: Mapping[str, str]) -> Texts:
    """The site's own texts in a language: a field left empty, or as built in, is none.

    :raise InvalidForm: by field.
    """
    own: Texts = {}
    problems: dict[str, str] = {}
    for name, built_in in strings.LANGUAGES[lang].items():
        text = fields.get(PREFIX + name, "").strip()
        if not text or text == built_in:
            continue
        why = strings.why_unfit(name, text)
        if why:
            problems[PREFIX + name] = f"{why[0].upper()}{why[1:]}."
        own[name] = text
    if problems:
        raise InvalidForm(problems)
    return own


def with_texts(texts: Mapping[str, Texts], lang: str, own: Texts) -> dict[str, Texts]:
    """All languages' own texts, with one replaced; a language without any is left out."""
    return {name: given for name, given in {**texts, lang: own}.items() if given}
