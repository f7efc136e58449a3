"""The strings that readers see: one catalogue for each language, checked at the start. Pure.

Each string has a name. A string with a number has one text for each plural category of its
language, as CLDR and the browser's Intl.PluralRules name them: ``vote.one``, ``vote.other``.
"""

import json
import re
from pathlib import Path

from widget.domain.comments.reasons import REASONS, UNSPECIFIED
from widget.domain.model import COLORS, KEY_PATTERN, PLAIN_COLOR, REACTIONS, Choice, Poll, Site
from widget.domain.strings import tags

FALLBACK = "en"
PLURALS = {
    "en": "one other",
    "es": "one many other",
    "fr": "one many other",
    "de": "one other",
    "pt": "one many other",
    "it": "one many other",
    "nl": "one other",
    "sv": "one other",
    "pl": "one few many other",
    "uk": "one few many other",
    "tr": "one other",
    "ar": "zero one two few many other",
    "fa": "one other",
    "he": "one two other",
    "hi": "one other",
    "zh": "other",
    "zh-Hant": "other",
    "ja": "other",
    "ko": "other",
}
BAR_COUNTED = ("vote", "total", "you", "aside", "aside_all")
BAR_PLAIN = tuple(
    """
    first how about chosen removed change undo held closed after bad_origin checking waiting
    rate_limited failed retry unkept percent why
    """.split()
)
LABEL = "label."  # prefix of the names of the choices' labels
COMMENTS = "comments."  # prefix of the names of <reader-comments>' strings
COMMENTS_COUNTED = ("comments.count", "comments.replies", "comments.brought", "comments.words")
COMMENTS_PLAIN = tuple(
    COMMENTS + name
    for name in """
    write start name text to send save cancel answer edit delete sure report agree best newest
    oldest more whole edited removed nobody closed note posted saved deleted reported held
    why.too_fast why.links why.duplicate why.first_comment why.crowded why.reported waiting
    rate_limited failed too_long too_short no_name name_reserved too_late challenge not_found
    ask choose line send_report given removed_own only look asked upheld reversed
    """.split()
) + tuple(f"comments.reason.{code}" for code in (*REASONS, UNSPECIFIED))
SHARED = ("checking", "unkept")  # strings of the bar that comments use too
INTEGRITY = "integrity."  # prefix of the names of the strings on /integrity
INTEGRITY_COUNTED = ("integrity.title",)
INTEGRITY_PLAIN = tuple(
    INTEGRITY + name
    for name in """
    none odds before known_means few network_means new known networks usual excess honest plain
    secret how count waits held alarm year rule year_none limits limit_person limit_networks
    limit_honest ledger ledger_link
    """.split()
)
COUNTED = BAR_COUNTED + COMMENTS_COUNTED + INTEGRITY_COUNTED
PLAIN = BAR_PLAIN + COMMENTS_PLAIN + INTEGRITY_PLAIN
MAX_TEXT_CHARS = 120
MAX_SENTENCES_CHARS = 300  # of a text on /integrity, which has a page's width
_CATEGORIES = frozenset(("zero", "one", "two", "few", "many", "other"))
# Controls, bidi overrides, lone surrogates.
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_PLACEHOLDERS = {
    "vote": {"label", "n"},
    "total": {"n"},
    "you": {"label", "n"},
    "chosen": {"label"},
    "percent": {"n"},
    "aside": {"n", "day"},
    "aside_all": {"n"},
    "integrity.title": {"n"},
    "integrity.odds": {"label", "new", "known"},
    "integrity.before": {"label", "new"},
    "integrity.few": {"label"},
    "integrity.usual": {"n"},
    "integrity.excess": {"n", "total"},
    "integrity.honest": {"n"},
    "integrity.plain": {"n", "total"},
    "comments.count": {"n"},
    "comments.replies": {"n"},
    "comments.brought": {"n", "from"},
    "comments.words": {"n"},
    "comments.given": {"reason"},
    "comments.to": {"name"},
}

Texts = dict[str, str]


def load(folder: Path) -> dict[str, Texts]:
    """Read the catalogues of all languages.

    :raise ValueError: a catalogue lacks a string, has an unknown one, or one that is unfit.
    """
    languages = {}
    for lang, categories in PLURALS.items():
        texts: Texts = json.loads((folder / f"{lang}.json").read_text(encoding="utf-8"))
        counted = {f"{name}.{category}" for name in COUNTED for category in categories.split()}
        labels = {f"label.{choice.key}" for choice in REACTIONS.choices}
        expected = {"question", *PLAIN, *counted, *labels}
        if set(texts) != expected:
            raise ValueError(f"catalogues/{lang}.json: {sorted(set(texts) ^ expected)} differ")
        for name, text in texts.items():
            why = why_unfit(name, text)
            if why:
                raise ValueError(f"catalogues/{lang}.json: {name}: {why}")
        languages[lang] = texts
    return languages


def why_unfit(name: str, text: str) -> str | None:
    """Return why a text is unfit for this string, without a full stop; None if it is fit."""
    base, _, rest = name.rpartition(".")
    if not (base in COUNTED and rest in _CATEGORIES):
        base, rest = name, ""
    is_label = name.startswith(LABEL) and KEY_PATTERN.fullmatch(name.removeprefix(LABEL))
    known = is_label or name == "question" or name in PLAIN
    if not (known or rest):
        return "no string has this name"
    most = max_chars(name)
    if not 0 < len(text.strip()) <= most or _UNFIT.search(text):
        return f"a text must have 1 to {most} characters and no control characters"
    allowed = _PLACEHOLDERS.get(base, set())
    used = set(_PLACEHOLDER.findall(text))
    # These mean exactly one number, so a text may spell it out: "one vote".
    needed = allowed - {"n"} if rest in ("zero", "one", "two") else allowed
    if not needed <= used <= allowed:
        return f"it needs {sorted(needed)} and can have {sorted(allowed)}"
    return None


def max_chars(name: str) -> int:
    """Return the most characters that a text of this name may have."""
    return MAX_SENTENCES_CHARS if name.startswith(INTEGRITY) else MAX_TEXT_CHARS


LANGUAGES = load(Path(__file__).with_name("catalogues"))
_BUILT_IN = frozenset(LANGUAGES)
_BUILT_IN_LABELS = {choice.key: choice.label for choice in REACTIONS.choices}


def language_of(site: Site, requested: str) -> str:
    """Return the language that has strings here and suits a request best, or else English.

    :param requested: a tag such as pt-BR or nl_NL, or a list of them as in Accept-Language.
    """
    own = {str(tags.parse(lang) or lang): lang for lang in site.texts}
    for tag in tags.preferred(requested):
        found = tags.find(tag, LANGUAGES.keys() | own.keys())
        if found:
            return own.get(found, found)
    return FALLBACK


def shortest_request(requested: str) -> str:
    """Return the shortest request for a language that every site answers in the same language."""
    return tags.shortest(requested, _BUILT_IN)


def comment_strings(site: Site, requested: str) -> dict[str, object]:
    """Return lang, dir and strings of a list of comments. Names lose their ``comments.``."""
    lang = language_of(site, requested)
    texts = texts_in(site, lang)
    shared = {name: texts[name] for name in SHARED}
    return {"lang": lang, "dir": tags.direction(lang), "strings": shared | _of_comments(texts)}


def comment_count_strings(site: Site, requested: str) -> dict[str, object]:
    """Return lang, dir and the strings of a number of comments: ``count.one`` and so on."""
    lang = language_of(site, requested)
    strings = _of_comments(texts_in(site, lang))
    counted = {name: text for name, text in strings.items() if name.startswith("count.")}
    return {"lang": lang, "dir": tags.direction(lang), "strings": counted}


def reason_words(site: Site, requested: str = FALLBACK) -> Texts:
    """Return the words of each reason to report or remove a comment, by its code."""
    texts = texts_in(site, language_of(site, requested))
    return {code: texts[f"comments.reason.{code}"] for code in (*REASONS, UNSPECIFIED)}


def _of_comments(texts: Texts) -> Texts:
    return {
        name.removeprefix(COMMENTS): text
        for name, text in texts.items()
        if name.startswith(COMMENTS)
    }


def bar_strings(site: Site, poll: Poll, requested: str) -> dict[str, object]:
    """Return lang, dir, question, choices and strings of a bar.

    A question or label of the built-in set is translated. An editor's own is not, unless the site
    has its own text for it in this language.
    """
    lang = language_of(site, requested)
    own = site.texts.get(lang, {})
    texts = texts_in(site, lang)
    is_poll = poll.question in {each.question for each in site.polls.values()}

    def shown(choice: Choice) -> dict[str, str]:
        return {
            "key": choice.key,
            "label": _label(choice, texts, own),
            "emoji": choice.emoji,
            "color": COLORS.get(choice.key, PLAIN_COLOR),
        }

    question = poll.question
    if not is_poll and ("question" in own or question == REACTIONS.question):
        question = texts["question"]
    return {
        "lang": lang,
        "dir": tags.direction(lang),
        "question": question,
        "choices": [shown(choice) for choice in poll.choices],
        "strings": {
            name: text
            for name, text in texts.items()
            if name in BAR_PLAIN or name.partition(".")[0] in BAR_COUNTED
        },
    }


def label_in(site: Site, lang: str, choice: Choice) -> str:
    """Return a choice's label; a built-in one is translated, and one with a text of the site's."""
    return _label(choice, texts_in(site, lang), site.texts.get(lang, {}))


def _label(choice: Choice, texts: Texts, own: Texts) -> str:
    name = f"{LABEL}{choice.key}"
    is_translated = name in own or _BUILT_IN_LABELS.get(choice.key) == choice.label
    return texts[name] if is_translated else choice.label


def texts_in(site: Site, lang: str) -> Texts:
    """Return all strings in a language, in English where it has none."""
    return {**LANGUAGES[FALLBACK], **LANGUAGES.get(lang, {}), **site.texts.get(lang, {})}
