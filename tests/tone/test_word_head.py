"""A head for another language, from words alone: it learns a made-up one, and refuses noise."""

import random

import pytest

from widget.tone.own import own_from, record_of
from widget.tone.word_head import NEEDS, WordLabel, WordLesson, learn, words_of

_SAID = (
    "qué vergüenza corrupto mentira basura fatal horrible".split(),
    "ayer pleno ayuntamiento pregunta horario artículo dato".split(),
    "gracias enhorabuena excelente bravo bonito genial".split(),
)
_COMMON = "el la de que y en los por con para es no una se lo esta".split()


def comments(count: int, *, is_noise: bool = False, seed: int = 3) -> list[WordLabel]:
    """Return labelled comments: common words, and two or three of their opinion."""
    chance, found = random.Random(seed), []
    for _ in range(count):
        opinion = chance.choices((0, 1, 2), (5, 3, 2))[0]
        said = _SAID[chance.randrange(3) if chance.random() < 0.15 else opinion]
        text = " ".join([*chance.choices(_COMMON, k=8), *chance.choices(said, k=2)])
        label = chance.randrange(3) if is_noise else opinion
        found.append(WordLabel(words_of(text), label, f"story-{chance.randrange(25)}"))
    return found


@pytest.fixture(scope="module")
def lesson() -> WordLesson:
    return learn(comments(200))


def test_words_of_a_language_are_learned_from_its_labels(lesson: WordLesson) -> None:
    assert lesson.passed and lesson.head is not None
    angry = lesson.head.probabilities(words_of("Qué VERGÜENZA, corrupto"))
    glad = lesson.head.probabilities(words_of("gracias, excelente"))
    assert angry is not None and angry.index(max(angry)) == 0
    assert glad is not None and glad.index(max(glad)) == 2
    assert lesson.head.probabilities(words_of("palabras desconocidas")) is None


def test_labels_that_say_nothing_are_refused() -> None:
    lesson = learn(comments(200, is_noise=True))
    assert lesson.head is not None and not lesson.passed


def test_a_word_of_few_comments_is_not_kept() -> None:
    """A name that one reader wrote does not get into the head."""
    once = [WordLabel((*one.words, "ramírez"), *rest(one)) for one in comments(2)]
    head = learn([*comments(200), *once]).head
    assert head is not None and "ramírez" not in head.words
    assert "vergüenza" in head.words


def rest(one: WordLabel) -> tuple[int, str, bool]:
    return one.opinion, one.story, one.measures


def test_fewer_labels_than_needed_are_no_lesson() -> None:
    assert learn(comments(NEEDS.labels - 1)).missing == ("1 more label",)
    assert learn([]).head is None
    wordless = [WordLabel((), at % 3, f"s{at % 20}") for at in range(300)]
    assert learn(wordless).missing


@pytest.mark.parametrize(
    ("text", "words"),
    [("Ça l'été, L'ÉTÉ!", ("ça", "l'été")), ("नमस्ते दुनिया", ("नमस्ते", "दुनिया")), ("123 !", ())],
)
def test_words_are_those_of_any_script(text: str, words: tuple[str, ...]) -> None:
    assert words_of(text) == words


def test_a_head_survives_its_record(lesson: WordLesson) -> None:
    head = lesson.head
    assert head is not None
    read = own_from(3, {"es": record_of(head)}).words["es"]
    words = words_of("qué vergüenza")
    assert read.probabilities(words) == pytest.approx(head.probabilities(words), abs=1e-3)
