"""What the labels of one language teach, and how right each scorer is by them. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from widget.tone import site_head, word_head
from widget.tone.fitting import CLASSES, Three
from widget.tone.judging import UNSURE, Answered, Judgement, judge, share_of
from widget.tone.lesson import Labelled
from widget.tone.outcome import NegativeShare, Outcome
from widget.tone.own import HeadRecord, record_of
from widget.tone.scoring import TONE_VERSION, Study, label_of

ENGLISH = "en"
UNKNOWN = "und"
LEAST_JUDGED, LEAST_STORIES = 30, 10  # without so many comments at random, there is no figure
LEAST_OF_LANGUAGE = 20  # comments, for an outcome; fewer may be mistakes of the language detector
MOST_SECTIONS = 50
NEGATIVE = 0
_UNTOLD: Three = (1 / 3, 1 / 3, 1 / 3)


@dataclass(frozen=True, slots=True)
class Example:
    """A comment with what its editors say of it.

    :param opinion: 0 negative, 1 neutral, 2 positive.
    :param measures: whether it was drawn at random. The others only teach.
    """

    study: Study
    opinion: int
    story: str
    section: str
    measures: bool

    @property
    def language(self) -> str:
        """Its language; emoji alone count as English, since they are scored as such."""
        return self.study.language or ENGLISH


def examine(examples: Sequence[Example], *, now_s: int) -> list[tuple[Outcome, HeadRecord | None]]:
    """Return what each language's examples teach, with the head if it may speak.

    :param examples: those whose labels are newest last.
    """
    by_language: dict[str, list[Example]] = {}
    for one in examples:
        by_language.setdefault(one.language, []).append(one)
    return [
        _examined(language, found[-site_head.NEWEST :], now_s)
        for language, found in sorted(by_language.items())
        if language != UNKNOWN and len(found) >= LEAST_OF_LANGUAGE
    ]


def negative_share(examples: Iterable[Example], *, now_s: int) -> NegativeShare | None:
    """Return the share of negative comments; None without enough that were drawn at random."""
    answers = [(one.story, one.opinion) for one in examples if one.measures]
    stories = len({story for story, _ in answers})
    if len(answers) < LEAST_JUDGED or stories < LEAST_STORIES:
        return None
    negative = sum(opinion == NEGATIVE for _, opinion in answers)
    return NegativeShare(now_s, len(answers), stories, negative, share_of(answers, NEGATIVE))


def _examined(
    language: str, examples: Sequence[Example], now_s: int
) -> tuple[Outcome, HeadRecord | None]:
    is_english = language == ENGLISH
    lesson = (
        site_head.learn([_of_features(one) for one in examples])
        if is_english
        else word_head.learn([_of_words(one) for one in examples])
    )
    shipped = [one.study.shipped or _UNTOLD for one in examples]
    measuring = [one for one in examples if one.measures]
    has_figures = len(measuring) >= LEAST_JUDGED
    negative, neutral, positive = (
        sum(one.opinion == of for one in measuring) for of in range(CLASSES)
    )
    speaking = lesson.left_out if lesson.passed else shipped if is_english else ()
    outcome = Outcome(
        language=language,
        version=TONE_VERSION,
        at_s=now_s,
        labels=len(examples),
        measured=len(measuring),
        stories=len({one.story for one in measuring}),
        counts=(negative, neutral, positive),
        missing=lesson.missing,
        wins=lesson.wins,
        passed=lesson.passed,
        shipped=_judged(examples, shipped) if is_english and has_figures else None,
        own=_judged(examples, lesson.left_out) if lesson.head else None,
        found=_found(examples, speaking) if speaking else {},
    )
    return outcome, record_of(lesson.head) if lesson.head and lesson.passed else None


def _of_features(one: Example) -> Labelled:
    assert one.study.found is not None and one.study.shipped is not None  # of English alone
    row, before = site_head.row_of(one.study.found), site_head.logs(one.study.shipped)
    return Labelled(row, before, one.opinion, one.story, one.measures)


def _of_words(one: Example) -> word_head.WordLabel:
    words = word_head.words_of(one.study.text)
    return word_head.WordLabel(words, one.opinion, one.story, one.measures)


def _judged(examples: Sequence[Example], answers: Sequence[Three]) -> Judgement:
    return judge(
        [
            Answered(one.story, one.opinion, answer, _shown(one, answer))
            for one, answer in zip(examples, answers, strict=True)
            if one.measures
        ]
    )


def _shown(one: Example, answer: Three) -> int:
    """Return the class that the desk shows of a comment."""
    if one.language == ENGLISH and one.study.knows_none:
        return UNSURE
    label = label_of(answer, one.study.reading)
    return {"negative": 0, "neutral": 1, "positive": 2}.get(label, UNSURE)


def _found(examples: Sequence[Example], answers: Sequence[Three]) -> dict[str, tuple[int, int]]:
    """Return, by section: (comments labelled negative, of which the scorer found)."""
    labelled: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for one, answer in zip(examples, answers, strict=True):
        if one.measures and one.opinion == NEGATIVE:
            labelled[one.section] += 1
            found[one.section] += _shown(one, answer) == NEGATIVE
    return {section: (n, found[section]) for section, n in labelled.most_common(MOST_SECTIONS)}
