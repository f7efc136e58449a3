"""A site's own wording: one parser for the desk's form and the command. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from widget.domain import strings
from widget.domain.errors import BadField
from widget.domain.forms.problems import InvalidForm
from widget.domain.model import Site
from widget.domain.strings import Texts, tags

# Each language in itself, because its writers look for that name.
NAMES = {
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "de": "Deutsch",
    "pt": "Português",
    "it": "Italiano",
    "nl": "Nederlands",
    "sv": "Svenska",
    "pl": "Polski",
    "uk": "Українська",
    "tr": "Türkçe",
    "ar": "العربية",
    "fa": "فارسی",
    "he": "עברית",
    "hi": "हिन्दी",
    "zh": "简体中文",
    "zh-Hant": "繁體中文",
    "ja": "日本語",
    "ko": "한국어",
}
GROUPS = (
    "The question and its choices",
    "Messages and counts of the bar",
    "Buttons and fields of the comments",
    "Messages and counts of the comments",
    "Reasons: why a comment waits, is reported or removed",
    "Pages on how votes are counted, and why some are set aside",
)
_CONTROLS = frozenset(
    """
    write start name text to send save cancel answer edit delete report agree best newest oldest
    more whole ask choose line send_report
    """.split()
)
_REASONS = ("why.", "reason.")
_NUMBERS = {"zero": "0", "one": "1", "two": "2", "few": "3"}
EXAMPLES = {
    "label": "Love",
    "name": "Robin",
    "from": "Disqus",
    "reason": "Spam",
    "day": "24 Nov",
    "total": "1,998",
    "new": "93%",
    "known": "43%",
}
PREFIX = "text."  # of the names of the form's fields for texts, to tell them from other fields


@dataclass(frozen=True, slots=True)
class Row:
    """One string on the form: the built-in text, and the site's own text if it has one.

    :param english: the English text, for an editor who does not read this language.
    :param own: the site's own text as it is in the field, "" for the built-in one.
    :param stored: the site's own text as it is stored.
    """

    name: str
    english: str
    built_in: str
    own: str
    stored: str

    @property
    def group(self) -> str:
        """The name of its group on the page, one of :data:`GROUPS`."""
        if self.name == "question" or self.name.startswith(strings.LABEL):
            return GROUPS[0]
        if self.name.startswith(strings.INTEGRITY):
            return GROUPS[5]
        is_comment = self.name.startswith(strings.COMMENTS)
        plain = self.name.removeprefix(strings.COMMENTS)
        if not is_comment:
            return GROUPS[1]
        if plain in _CONTROLS:
            return GROUPS[2]
        return GROUPS[4] if plain.startswith(_REASONS) else GROUPS[3]

    @property
    def max_chars(self) -> int:
        return strings.max_chars(self.name)

    @property
    def is_changed(self) -> bool:
        return self.own.strip() != self.stored

    @property
    def sample(self) -> str:
        """The text as readers may see it, with something in place of its placeholders."""
        text = (self.own.strip() or self.built_in).replace("{n}", self.number)
        for placeholder, example in EXAMPLES.items():
            text = text.replace(f"{{{placeholder}}}", example)
        return text

    @property
    def number(self) -> str:
        """A number of the plural category that the text is for."""
        return _NUMBERS.get(self.name.rpartition(".")[2], "12")

    def matches(self, text: str) -> bool:
        """Return whether a search finds it: by its English, its text or its name."""
        where = (self.name, self.english, self.built_in, self.own)
        return any(text.casefold() in one.casefold() for one in where)


def language(requested: str) -> str:
    """Return the language of a page of wording.

    :raise BadField: it has no catalogue.
    """
    lang = requested or strings.FALLBACK
    if lang not in strings.LANGUAGES:
        raise BadField(f"Choose one of the languages {', '.join(strings.LANGUAGES)}.")
    return lang


def rows(site: Site, lang: str, typed: Mapping[str, str] | None = None) -> list[Row]:
    """Make one row for each string of a language, in the order of its catalogue.

    :param typed: the fields of a submitted form, to show them again instead of the stored texts.
    """
    own = site.texts.get(lang, {})
    return [
        Row(
            name,
            _english(name),
            text,
            own.get(name, "") if typed is None else typed.get(PREFIX + name, ""),
            own.get(name, ""),
        )
        for name, text in strings.LANGUAGES[lang].items()
    ]


def _english(name: str) -> str:
    """Return the English text; for a plural category that English lacks, "other" and its name."""
    texts = strings.LANGUAGES[strings.FALLBACK]
    base, _, category = name.rpartition(".")
    return texts[name] if name in texts else f"{texts[base + '.other']} ({category})"


def texts_from_form(lang: str, fields: Mapping[str, str]) -> Texts:
    """Parse the site's own texts in a language. An empty field leaves the built-in text.

    :raise InvalidForm: by field.
    """
    own: Texts = {}
    problems: dict[str, str] = {}
    for name in strings.LANGUAGES[lang]:
        try:
            text = own_text(lang, name, fields.get(PREFIX + name, ""))
        except InvalidForm as refusal:
            problems |= refusal.problems
            continue
        if text:
            own[name] = text
    if problems:
        raise InvalidForm(problems)
    return own


def own_text(lang: str, name: str, text: str) -> str:
    """Clean a site's own text. This is the only maker of one from input.

    :param lang: a built-in language, or one that the site adds.
    :return: "" where the built-in text is to be used: the text is empty or the same.
    :raise InvalidForm: no string has this name, or the text does not suit it.
    """
    built_in = strings.LANGUAGES.get(lang, {})
    text = text.strip()
    if text in ("", built_in.get(name)):
        return ""
    why = strings.why_unfit(name, text)
    if not why and built_in and name not in built_in and not name.startswith(strings.LABEL):
        why = f"the strings in {lang} have no name {name}"
    if why:
        raise InvalidForm({PREFIX + name: f"{why[0].upper()}{why[1:]}."})
    return text


def with_texts(texts: Mapping[str, Texts], lang: str, own: Texts) -> dict[str, Texts]:
    """Return all languages' own texts, with those that the form of one language shows replaced.

    Texts under other names stay: labels of the site's own choices, which the command sets.
    """
    shown = strings.LANGUAGES[lang]
    others = {name: text for name, text in texts.get(lang, {}).items() if name not in shown}
    return _without_empty({**texts, lang: {**own, **others}})


def with_text(texts: Mapping[str, Texts], lang: str, name: str, text: str) -> dict[str, Texts]:
    """Return all languages' own texts, with one set, or removed where it is empty.

    :raise InvalidForm: not a language, or as :func:`own_text`.
    """
    if lang not in texts:
        _check_language(lang)
    others = {known: own for known, own in texts.get(lang, {}).items() if known != name}
    own = own_text(lang, name, text)
    return _without_empty({**texts, lang: {**others, name: own} if own else others})


def _check_language(lang: str) -> None:
    """:raise InvalidForm: not a language in its one form, or a region of a built-in one."""
    tag = tags.parse(lang)
    if tag is None:
        raise InvalidForm({"lang": "A language is a tag such as pt, zh-Hant or sr-Latn."})
    known = tags.find(tag, strings.LANGUAGES) or str(tag)
    if known != lang:
        raise InvalidForm({"lang": f"Readers of {lang} get the texts in {known}: write {known}."})


def _without_empty(texts: Mapping[str, Texts]) -> dict[str, Texts]:
    return {lang: own for lang, own in texts.items() if own}
