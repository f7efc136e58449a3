"""Language tags as pages, browsers and systems write them, and the languages they mean. Pure.

It knows BCP 47 (zh-Hant-HK), the form with underscores (nl_NL), POSIX (sr_RS.UTF-8@latin) and the
list that a browser sends as Accept-Language. What it cannot read is no language, never an error.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

MAX_CHARS = 200  # of a tag, or of a list of tags
MAX_TAGS = 10  # of a list that count

# The scripts of our own strings. In another script, a language is another language.
SCRIPTS = {
    "en": "Latn",
    "es": "Latn",
    "fr": "Latn",
    "de": "Latn",
    "pt": "Latn",
    "it": "Latn",
    "nl": "Latn",
    "sv": "Latn",
    "pl": "Latn",
    "uk": "Cyrl",
    "tr": "Latn",
    "ar": "Arab",
    "fa": "Arab",
    "he": "Hebr",
    "hi": "Deva",
    "zh": "Hans",
    "ja": "Jpan",
    "ko": "Kore",
}
# CLDR's likely subtags: where Chinese is written in traditional characters.
_TRADITIONAL = frozenset("AU BN GB GF HK ID MO PA PF PH SR TH TW US VN".split())
# Codes of ISO 639 for one of our languages, withdrawn ones, and members of a macrolanguage.
_SAME = dict(
    pair.split("=")
    for pair in """
    eng=en spa=es fra=fr fre=fr deu=de ger=de por=pt ita=it nld=nl dut=nl swe=sv pol=pl ukr=uk
    tur=tr ara=ar arb=ar fas=fa per=fa pes=fa prs=fa heb=he iw=he hin=hi jpn=ja kor=ko in=id ji=yi
    jw=jv mo=ro tl=fil no=nb nor=nb nob=nb nno=nn
    """.split()
)
_CHINESE = frozenset("zh zho chi cmn cdo cpx czh gan hak hsn lzh mnp nan wuu yue".split())
# What says which Chinese it is: a language, or what follows zh (zh-yue; zh-CHT is Windows').
_CHINESE_SCRIPTS = {"yue": "Hant", "lzh": "Hant", "cht": "Hant", "chs": "Hans"}
_SAME_SCRIPT = {"Hang": "Kore", "Hrkt": "Jpan", "Aran": "Arab"}
_NEXT = {"nn": "nb"}  # where these readers read on, if a site has no strings in theirs
_POSIX_SCRIPTS = {"latin": "Latn", "cyrillic": "Cyrl", "devanagari": "Deva"}
_RIGHT_TO_LEFT = frozenset("Adlm Arab Aran Hebr Mand Nkoo Rohg Samr Syrc Thaa".split())
_RIGHT_TO_LEFT_LANGUAGES = frozenset("ar ckb dv fa he ks nqo ps sd syr ug ur yi".split())
_FORM = re.compile(
    r"(?P<language>[a-z]{2,3})(?P<extended>(?:-[a-z]{3}){0,3})(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<region>[a-z]{2}|[0-9]{3}))?(?:-[a-z0-9-]*)?"
)
_SEPARATORS = re.compile(r"[-_#]+")  # Java writes zh_TW_#Hant
_WEIGHT = re.compile(r"q\s*=\s*([01](?:\.[0-9]{0,3})?)")


@dataclass(frozen=True, slots=True)
class Tag:
    """The parts of a tag that choose strings.

    :param script: "" if the tag has none, or its language's usual one.
    """

    language: str
    script: str = ""
    region: str = ""

    def __str__(self) -> str:
        return "-".join(filter(None, (self.language, self.script, self.region)))


def parse(text: str) -> Tag | None:
    """Return a tag without what does not choose strings; None if it is none.

    Variants, extensions and private parts are dropped, and codes that mean the same become one.
    """
    if len(text) > MAX_CHARS or not text.isascii():
        return None
    name, _, modifier = text.strip().lower().partition("@")
    match = _FORM.fullmatch(_SEPARATORS.sub("-", name.partition(".")[0]))
    if not match:
        return None
    language = _SAME.get(match["language"], match["language"])
    script = (match["script"] or "").title() or _POSIX_SCRIPTS.get(modifier, "")
    script = _SAME_SCRIPT.get(script, script)
    region = (match["region"] or "").upper()
    if language in _CHINESE:
        script = script or _chinese_script(match["extended"][1:4] or language, region)
        language = "zh"
    return Tag(language, "" if script == SCRIPTS.get(language) else script, region)


def _chinese_script(kind: str, region: str) -> str:
    if region in ("CN", "SG"):
        return "Hans"
    return _CHINESE_SCRIPTS.get(kind) or ("Hant" if region in _TRADITIONAL else "Hans")


def find(tag: Tag, languages: Collection[str]) -> str | None:
    """Return which of these languages a reader of this tag reads; None if it is none of them.

    :param languages: canonical tags.
    """
    language, script, region = tag.language, tag.script, tag.region
    named = [tag, Tag(language, script)]
    # We know our own languages' scripts. Of a site's language nobody knows, so any tag of it fits.
    if not script or language not in SCRIPTS:
        named += [Tag(language, "", region), Tag(language)]
    if language in _NEXT:
        named.append(Tag(_NEXT[language], script))
    return next((text for text in map(str, named) if text in languages), None)


def preferred(requested: str) -> list[Tag]:
    """Return the tags of a request, best first: of one tag, or of a list with weights."""
    if "," not in requested and ";" not in requested:
        tag = parse(requested)
        return [tag] if tag else []
    if len(requested) > MAX_CHARS:
        requested = requested[:MAX_CHARS].rpartition(",")[0]
    weighted = []
    for entry in requested.split(",")[:MAX_TAGS]:
        text, _, parameter = entry.partition(";")
        tag, weight = parse(text), _weight(parameter)
        if tag and weight:
            weighted.append((weight, tag))
    return [tag for _, tag in sorted(weighted, key=lambda pair: -pair[0])]


def _weight(parameter: str) -> float:
    if not parameter.strip():
        return 1.0
    match = _WEIGHT.fullmatch(parameter.strip().lower())
    return float(match[1]) if match else 0.0


@lru_cache(maxsize=1024)
def shortest(requested: str, languages: frozenset[str]) -> str:
    """Return the shortest request that means the same to every site.

    :param languages: those that every site has. What is less preferred than one of them is dropped.
    """
    kept: list[str] = []
    for tag in preferred(requested):
        own = find(tag, languages)
        kept.append(own or str(tag))
        if own:
            break
    return ",".join(kept) or requested[:MAX_CHARS].lower()


def direction(lang: str) -> str:
    """Return "rtl" for a language that is written from right to left, or else "ltr"."""
    tag = parse(lang)
    if tag is None:
        return "ltr"
    if tag.script:
        return "rtl" if tag.script in _RIGHT_TO_LEFT else "ltr"
    return "rtl" if tag.language in _RIGHT_TO_LEFT_LANGUAGES else "ltr"
