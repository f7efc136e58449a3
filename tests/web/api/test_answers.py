"""Kept answers: which go first, and which replace which."""

from widget.web.api.answers import Answer, Answers, Basis, Key

BYTES = 1 << 16


def key(number: int) -> Key:
    return "/v1/bar", (("article", str(number)),)


def answer(number: int) -> Answer:
    return Answer.of({"number": number}, key(number)[1], basis=Basis((), {}, 0.0))


def test_the_answer_that_was_not_read_for_longest_goes_first() -> None:
    now_s = 0.0
    answers = Answers(BYTES, lambda: now_s)
    for number in range(10):
        answers.put(key(number), answer(number), now_s)
    for _ in range(3):
        now_s += 0.5
        looked_at = answers.to_look_at()
        for kept, _basis in looked_at:
            kept.credit -= 1
            answers.unchanged(kept, now_s)
        assert answers.of(key(0))
    answers.to_look_at()
    more = iter(range(10, 1000))
    while answers.of(key(9)):
        number = next(more)
        answers.put(key(number), answer(number), now_s)
    assert answers.of(key(0)) and not answers.of(key(1)) and number > 20


def test_an_answer_never_replaces_a_later_one() -> None:
    answers = Answers(BYTES, lambda: 0.0)
    answers.put(key(1), answer(2), 5.0)
    answers.put(key(1), answer(1), 4.0)
    kept = answers.of(key(1))
    assert kept and kept.etag == answer(2).etag
    [(later, _)] = answers.to_look_at()
    answers.unchanged(later, 4.0)
    assert later.asked_s == 5.0


def test_an_answer_that_fits_nowhere_is_not_kept() -> None:
    answers = Answers(BYTES, lambda: 0.0)
    huge = Answer.of({"x": "x" * BYTES}, key(1)[1])
    answers.put(key(1), huge, 0.0)
    assert answers.of(key(1)) is None and not answers._bytes
