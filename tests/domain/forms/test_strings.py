"""A site's own texts: the desk's form and the command obey the same rules."""

import pytest

from widget.domain.forms.problems import InvalidForm
from widget.domain.forms.strings import PREFIX, own_text, texts_from_form, with_text, with_texts
from widget.domain.strings import LANGUAGES


def test_a_form_gives_only_the_texts_that_differ_from_the_built_in_ones() -> None:
    fields = {PREFIX + name: text for name, text in LANGUAGES["de"].items()}
    assert texts_from_form("de", fields) == {}
    assert texts_from_form("de", fields | {PREFIX + "closed": " Zu "}) == {"closed": "Zu"}


@pytest.mark.parametrize(
    ("lang", "name", "text"),
    [
        ("en", "nonsense", "x"),
        ("en", "closed", "x" * 121),
        ("en", "closed", "\udcff"),
        ("en", "closed", "a\nb"),
        ("en", "vote.few", "{label} {n}"),
        ("ja", "vote.one", "{label} {n}"),
        ("en", "label.A b", "x"),
        ("en", "label.", "x"),
        ("EN", "closed", "x"),
        ("e", "closed", "x"),
        ("../x", "closed", "x"),
        ("pt-BR", "closed", "x"),
        ("zh-TW", "closed", "x"),
        ("sr-latn", "closed", "x"),
        ("no", "closed", "x"),
    ],
)
def test_a_text_that_the_desk_refuses_is_refused(lang: str, name: str, text: str) -> None:
    with pytest.raises(InvalidForm):
        with_text({}, lang, name, text)


def test_a_text_is_set_and_removed_and_a_language_can_be_added() -> None:
    texts = with_text({}, "cs", "vote.few", "{label}, {n} hlasy")
    assert texts == {"cs": {"vote.few": "{label}, {n} hlasy"}}
    both = with_text(texts, "de", "label.hope", " Hoffnung ")
    assert both["de"] == {"label.hope": "Hoffnung"} and both["cs"] == texts["cs"]
    assert with_text(both, "de", "label.hope", " ") == texts
    assert own_text("en", "closed", LANGUAGES["en"]["closed"]) == ""
    assert with_text({}, "sr-Latn", "closed", "Zatvoreno") == {"sr-Latn": {"closed": "Zatvoreno"}}


def test_a_refused_language_says_which_one_its_readers_get() -> None:
    with pytest.raises(InvalidForm, match="write zh-Hant"):
        with_text({}, "zh_TW", "closed", "x")


def test_saving_the_form_keeps_the_labels_that_it_does_not_show() -> None:
    texts = {"de": {"label.hope": "Hoffnung", "closed": "Zu"}, "sv": {"closed": "Stängt"}}
    assert with_texts(texts, "de", {"removed": "Weg"}) == {
        "de": {"removed": "Weg", "label.hope": "Hoffnung"},
        "sv": {"closed": "Stängt"},
    }
