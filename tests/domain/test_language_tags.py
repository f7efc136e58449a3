"""Language tags: every form of a tag finds the language that its readers read."""

import json
import subprocess
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.node import node
from widget.domain.model import Site
from widget.domain.strings import LANGUAGES, language_of, shortest_request
from widget.domain.strings.tags import SCRIPTS, direction, parse

OF_THE_WEB = """
    en=en EN=en en-US=en en-gb=en en-Latn-GB=en en-US-POSIX=en en-GB-oxendict=en eng=en
    nl=nl nl-NL=nl nl-BE=nl nld=nl dut=nl de=de de-AT=de de-CH-1996=de de-DE-u-co-phonebk=de
    de-x-mine=de ger=de pt=pt pt-BR=pt pt-PT=pt pt-AO=pt es-419=es es-MX=es fr-CA=fr it-CH=it
    sv=sv sv-SE=sv sv-FI=sv uk=uk uk-UA=uk ukr=uk ko=ko ko-KR=ko ko-KP=ko ko-Kore-KR=ko ko-Hang=ko
    he=he he-IL=he iw=he iw-IL=he heb=he fa=fa fa-IR=fa fa-AF=fa per=fa prs=fa fa-Arab=fa
    ar=ar ar-EG=ar arb=ar ar-arz=ar hi=hi hi-IN=hi hi-Deva=hi ja=ja ja-JP=ja ja-Jpan=ja tr-TR=tr
    zh=zh zh-CN=zh zh-SG=zh zh-Hans=zh zh-Hans-HK=zh zh-Hans-TW=zh zh-CHS=zh cmn=zh zh-cmn=zh
    zh-MY=zh wuu=zh zh-guoyu=zh chi=zh
    zh-TW=zh-Hant zh-HK=zh-Hant zh-MO=zh-Hant zh-Hant=zh-Hant zh-Hant-HK=zh-Hant zh-hant-tw=zh-Hant
    ZH-HANT-CN=zh-Hant zh-CHT=zh-Hant zh-cmn-Hant=zh-Hant yue=zh-Hant zh-yue=zh-Hant
    yue-Hant-HK=zh-Hant zh-yue-HK=zh-Hant yue-CN=zh zh-TW-u-nu-hanidec=zh-Hant
    hi-Latn=en zh-Latn-pinyin=en ja-Latn=en uk-Latn=en fa-Cyrl=en
    ru=en nb=en no=en ca=en x-klingon=en i-klingon=en und=en mul=en art-lojban=en
"""
OF_SYSTEMS = """
    nl_NL=nl nl_NL.UTF-8=nl nl_NL@euro=nl nl_BE.ISO-8859-15@euro=nl pt_BR.utf8=pt PT_br=pt
    zh_TW=zh-Hant zh_TW.Big5=zh-Hant zh_HK.UTF-8=zh-Hant zh_CN.GB18030=zh zh_Hant_HK=zh-Hant
    zh_TW_#Hant=zh-Hant zh__#Hant=zh-Hant zh_Hans_CN=zh iw_IL=he sv_SE.UTF-8=sv fa_IR=fa
    C=en POSIX=en C.UTF-8=en uk_UA.KOI8-U=uk ko_KR.eucKR=ko de__PHONEBOOK=de
"""
LISTS = [
    ("zh-TW,zh;q=0.9,en-US;q=0.8,en;q=0.7", "zh-Hant"),
    ("ca,es;q=0.8,en;q=0.5", "es"),
    ("en;q=0.5, sv;q=0.9", "sv"),
    ("en;q=0.5,uk", "uk"),
    ("he;q=0,fr;q=0.1", "fr"),
    ("ru, be;q=0.9", "en"),
    ("*", "en"),
    ("*,ko;q=0.5", "ko"),
    ("de;q=1.000,en", "de"),
    ("de;q=2,fr;q=0.2", "fr"),
    ("de;q=x,fr;q=0.2", "fr"),
    ("de; Q=0.3 ,fr;q=0.2", "de"),
    (",,;q=1,,nl", "nl"),
    (";", "en"),
    ("xx," * 5000 + "nl", "en"),
]
GARBAGE = [
    "",
    "-",
    "_",
    ".",
    "@",
    "../x",
    "de\0",
    "\uff44\uff45",
    "İs",
    "\udcff",
    "d",
    "e" * 9,
    "1",
    "#",
    "-de",
]


@pytest.mark.parametrize("pair", (OF_THE_WEB + OF_SYSTEMS).split())
def test_a_tag_finds_its_readers_language(site: Site, pair: str) -> None:
    requested, lang = pair.rsplit("=", 1)
    assert language_of(site, requested) == lang
    assert language_of(site, f" {requested} ") == lang


@pytest.mark.parametrize(("requested", "lang"), LISTS)
def test_the_most_wanted_language_of_a_list_that_exists_is_chosen(
    site: Site, requested: str, lang: str
) -> None:
    assert language_of(site, requested) == lang


@pytest.mark.parametrize("requested", GARBAGE)
def test_what_is_no_tag_is_english(site: Site, requested: str) -> None:
    assert language_of(site, requested) == "en"
    assert parse(requested) is None


@given(st.text() | st.text("zhantwrbqeu-_.@#;,=01 "))
def test_whatever_is_requested_has_an_answer(requested: str) -> None:
    site = Site("s", "S", (), texts={"nb": {"closed": "Stengt"}})
    lang = language_of(site, requested)
    assert lang in LANGUAGES or lang == "nb"
    assert language_of(site, shortest_request(requested)) == lang


@pytest.mark.parametrize(
    ("own", "requested", "lang"),
    [
        ("nb", "no", "nb"),
        ("nb", "no_NO.UTF-8", "nb"),
        ("nb", "nn-NO", "nb"),
        ("no", "nb-NO", "no"),  # stored before the two were one
        ("id", "in-ID", "id"),
        ("fil", "tl", "fil"),
        ("ro", "mo", "ro"),
        ("sr-Latn", "sr_RS@latin", "sr-Latn"),
        ("sr-Latn", "sr-Latn-ME", "sr-Latn"),
        ("sr-Latn", "sr-Cyrl", "en"),
        ("sr", "sr-RS", "sr"),
        ("be", "be-BY,ru;q=0.5,en;q=0.4", "be"),
    ],
)
def test_a_site_may_add_a_language(site: Site, own: str, requested: str, lang: str) -> None:
    added = replace(site, texts={own: {"closed": "x"}})
    assert language_of(added, requested) == lang
    assert language_of(added, shortest_request(requested)) == lang


@pytest.mark.parametrize(
    ("requested", "shortest"),
    [
        ("pt-BR", "pt"),
        ("nl_NL.UTF-8", "nl"),
        ("zh-MO", "zh-Hant"),
        ("ca-ES,es;q=0.8,en;q=0.5", "ca-ES,es"),
        ("RU", "ru"),
    ],
)
def test_requests_of_one_meaning_are_one_entry_of_a_cache(requested: str, shortest: str) -> None:
    assert shortest_request(requested) == shortest


def test_chinese_is_written_as_cldr_says_in_every_region(site: Site) -> None:
    script = (
        "const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];"
        "const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });"
        "const isOne = (r) => names.of(r) && new Intl.Locale('und-' + r).region === r;"
        "const regions = letters.flatMap((a) => letters.map((b) => a + b)).filter(isOne);"
        "const script = (r) => new Intl.Locale('zh-' + r).maximize().script;"
        "console.log(JSON.stringify(regions.map((r) => [r, script(r)])))"
    )
    printed = subprocess.run([node(), "-e", script], capture_output=True, text=True, check=True)
    regions = json.loads(printed.stdout)
    assert len(regions) > 200
    for region, written in regions:
        lang = {"Hans": "zh", "Hant": "zh-Hant"}[written]
        assert language_of(site, f"zh-{region}") == lang, region


def test_the_scripts_and_old_codes_are_those_of_cldr() -> None:
    old = "eng fra deu ger zho cmn iw in ji jw mo tl arb pes per ukr swe kor jpn heb".split()
    script = (
        f"const scripts = {json.dumps(list(SCRIPTS))}"
        ".map((l) => new Intl.Locale(l).maximize().script);"
        f"const codes = {json.dumps(old)}.map((l) => new Intl.Locale(l).language);"
        "console.log(JSON.stringify([scripts, codes]))"
    )
    printed = subprocess.run([node(), "-e", script], capture_output=True, text=True, check=True)
    scripts, codes = json.loads(printed.stdout)
    assert scripts == list(SCRIPTS.values())
    assert codes == [str(parse(code)) for code in old]


@pytest.mark.parametrize(
    ("lang", "expected"),
    [(lang, "rtl" if lang in ("ar", "fa", "he") else "ltr") for lang in LANGUAGES]
    + [("ur", "rtl"), ("ckb", "rtl"), ("yi", "rtl"), ("az-Arab", "rtl"), ("az", "ltr")]
    + [("ur-Latn", "ltr"), ("pa-Arab", "rtl"), ("dv", "rtl"), ("?", "ltr")],
)
def test_a_language_is_written_in_its_direction(lang: str, expected: str) -> None:
    assert direction(lang) == expected
