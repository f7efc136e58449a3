"""Names that readers may not use, and the honest ones that resemble them."""

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from widget.domain.comments.cleaning import clean_name
from widget.domain.comments.lookalikes import skeletons
from widget.domain.comments.names import is_reserved
from widget.domain.comments.rules import CommentRules
from widget.domain.errors import TooShort

STAFF = (*CommentRules().reserved, "The News")


def letters(first: str) -> Callable[[str], str]:
    """Write a word in an alphabet whose "a" is ``first`` and whose letters follow it."""
    return lambda word: "".join(chr(ord(first) + ord(char) - ord("a")) for char in word)


ALPHABETS = {
    "fullwidth": letters("ａ"),
    "bold": letters("𝐚"),
    "fraktur": letters("𝖆"),
    "double-struck": letters("𝕒"),
    "monospace": letters("𝚊"),
    "circled": letters("ⓐ"),
    "parenthesized": letters("⒜"),
    "dark circles": letters("🅐"),
    "dark boxes": letters("🅰"),
    "boxes": letters("🄰"),
    "regional indicators": letters("🇦"),
    "upper case": str.upper,
    "accents": "\u0301".join,
    "strokes": "\u0336".join,
    "joiners": "\u200d".join,
    "zero-width spaces": "\u200b".join,
    "soft hyphens": "\u00ad".join,
    "fillers": "\u3164".join,
    "selectors": "\ufe0f".join,
    "direction marks": "\u200f".join,
    "overrides": "\u202e".join,
    "spaces": " ".join,
    "no-break spaces": "\u00a0".join,
    "dots": ".".join,
    "hyphens": "-".join,
    "emoji": "🙂".join,
}


@pytest.mark.parametrize("write", ALPHABETS.values(), ids=ALPHABETS)
@pytest.mark.parametrize("word", ["editor", "moderator", "staff", "readback"])
def test_a_reserved_name_is_recognised_however_it_is_written(
    write: Callable[[str], str], word: str
) -> None:
    assert is_reserved(clean_name(write(word)), STAFF)
    assert is_reserved("Ana", (write(word), "ANA")), "the reserved names are read in the same way"


@pytest.mark.parametrize(
    "name",
    [
        # letters of other scripts
        "\u0415ditor",
        "\u0435ditor",
        "\u0395\u0064itor",
        "edit\u03bfr",
        "Еdіtоr",
        "ꓰꓓꓲꓔꓳꓣ",
        "ᴇᴅɪᴛᴏʀ",
        "ᴛʜᴇ ɴᴇᴡs",
        "Tне Νеwѕ",
        "Τ𝗁е Νｅｗꜱ",
        "Ѕtaff",
        "ѕtаff",
        "Мoderator",
        "мoderator",
        "ʀᴇᴀᴅʙᴀᴄᴋ",
        "Édìtör",
        "Ɛditor",
        "Editør",
        "€ditor",
        "ℯ𝒹𝒾𝓉ℴ𝓇",
        # digits and signs for letters, letters for letters
        "Edit0r",
        "Ed1tor",
        "3d1t0r",
        "Ed|tor",
        "Ed!tor",
        "Edltor",
        "5taff",
        "$taff",
        "@dm1n",
        "Adrnin",
        "rnoderator",
        "The Nevvs",
        "The N3ws",
        "eclitor",
        # decoration
        "Editor ✔",
        "✓ The News",
        "Editor ☑️",
        "✅Editor✅",
        "Editor™",
        "Editor®",
        "©The News",
        "Editor ⭐",
        "🛡️ Moderator",
        "@editor",
        "@editors",
        "#staff",
        "[Editor]",
        "(staff)",
        "«Editor»",
        "~Editor~",
        "*** editor ***",
        "Editor!",
        "Editor.",
        "'Editor'",
        "∣ Editor ∣",
        "Editor Ⓥ",
        "Editor 🇬🇧",
        "Editor🙂",
        "E d i t o r",
        "M o d",
        "M-O-D",
        "Edi tor",
        "\u2800Editor\u2800",
        # a role beside a name
        "The Editor",
        "the editors",
        "Editor (staff)",
        "The News Editor",
        "The News Staff",
        "Editor 2",
        "Admin123",
        "1. Editor",
        "Editor ②",
        "Ana (Editor)",
        "Ana [Mod]",
        "Ana | The News",
        "Ana – Editor",
        "Ana - Editor",
        "Editor: Ana",
        "Editor / Ana",
        "Ana, Editor",
        "Ana @TheNews",
        "Ana · staff",
        "Ana\u3010Editor\u3011",
        "Ana \uff08Editor\uff09",
        "Ana 🔵 Editor",
        "Ana • Editor",
        "Ana (Ed1tor)",
    ],
)
def test_a_name_that_resembles_the_staffs_is_reserved(name: str) -> None:
    assert is_reserved(name, STAFF)
    try:
        cleaned = clean_name(name)
    except TooShort:
        return
    assert is_reserved(cleaned, STAFF)


@pytest.mark.parametrize(
    "name",
    [
        *("Edita", "Editha", "Eddie Tor", "Edi", "Tori", "Adminah", "Stafford", "Frank Staff"),
        *("Mo D.", "Mo D", "Mod Lennon", "Modesta", "Edmund", "Mandy", "Adam Inn", "Reed Back"),
        *("O'Brien", "O\u2019Brien", "Jean-Luc", "Anne-Marie d'Arc", "Smith, John", "J. R. R. T."),
        *("Łukasz", "Žižek", "Ångström", "Søren", "Nguyễn Văn Đức", "İbrahim", "Çelik", "Ștefan"),
        *("Иван", "Редактор", "Мод", "Ада", "Елена Петрова", "Юлія", "Стаф"),
        *("Νίκος", "Ελένη", "Μάριος", "Անի", "ნინო", "שרה", "דוד", "محمد", "علی", "فاطمه"),
        *("山田", "山田太郎", "李小龙", "김민준", "ทักษิณ", "प्रिया", "অনন্যা", "தமிழ்", "ಕನ್ನಡ"),
        *("🙂", "Ana 🌻", "🌈 Kim", "!", "?", "…", "a", "I", "l", "1", "42", "007", "News"),
        *("The", "The Nest", "The Newsom", "Newsie", "New Editorials", "T. Hen", "xX_Ana_Xx"),
        *("Ana (Bern)", "Ana | Bern", "Ana @ home", "user12345", "Ana123", "Dr. Ann", "Ann & Bob"),
    ],
)
def test_honest_names_are_free(name: str) -> None:
    assert not is_reserved(name, STAFF)
    assert clean_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    ("reserved", "name"),
    [
        ("Новости", "Hoвocти"),
        ("Новости", "НОВОСТИ"),
        ("Τα Νέα", "τα νεα"),
        ("Τα Νέα", "TA NEA"),
        ("Éditeur", "EDITEUR"),
        ("Straße", "STRASSE"),
        ("संपादक", "संपादक ✔"),
        ("編集部", "【編集部】"),
        ("المحرر", "المُحَرِّر"),
        ("Radio 1", "Radio I"),
        ("Hope", "Ana (Hope)"),
        ("Mo D", "Mo D"),
    ],
)
def test_reserved_names_may_be_of_any_script(reserved: str, name: str) -> None:
    assert is_reserved(clean_name(name), (reserved,))


@pytest.mark.parametrize(
    ("reserved", "name"),
    [
        ("संपादक", "सपदक"),
        ("Radio 1", "Radio"),
        ("Hope", "Hope Smith"),
        ("Hope", "Ana Hope"),
        ("!", "?"),
        ("✔", "Ana"),
        ("", "🙂"),
        ("An", "An Na"),
    ],
)
def test_a_reserved_name_reserves_no_other(reserved: str, name: str) -> None:
    assert not is_reserved(name, (reserved, ""))


@pytest.mark.parametrize("badge", "✓✔☑✅🗸★☆⭐🌟🛡🎖🏅🏆👑🔒🔑™®©℠📛")
def test_a_name_loses_its_badges_and_a_text_does_not(badge: str) -> None:
    for name in (f"Ana {badge}", f"{badge}\ufe0f Ana", f"A{badge}na", f"{badge} Ana {badge}\ufe0f"):
        assert clean_name(name) == "Ana"
    with pytest.raises(TooShort):
        clean_name(f"{badge}\ufe0f {badge}")


def test_each_character_of_the_table_has_the_skeleton_of_what_it_resembles(root: Path) -> None:
    file = root / "widget/domain/comments/lookalikes.txt"
    rows = [line for line in file.read_text().split("\n") if line and line[0] != "#"]
    pairs = [(char, row.partition("\t")[0]) for row in rows for char in row.partition("\t")[2]]
    assert len(pairs) > 1500 and {("е", "e"), ("О", "O"), ("ꓰ", "E")} <= set(pairs)
    for char, target in pairs:
        assert set(skeletons(char)) & set(skeletons(target)), (char, target)


def test_a_name_of_many_words_is_read_in_few_steps() -> None:
    """Each word has several readings: all combinations of 25 words would take days."""
    reserved = tuple(" ".join("Αв!с" * 6) + str(n) for n in range(100))
    assert not is_reserved(" ".join("Αв!с" * 6), reserved)
