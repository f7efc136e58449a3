"""What must not change a label. docs/tone-card.md has the rates; upstream takes the same tests."""

import pytest

from bench.tone.checklist import TESTS, Never, Same, failures, readback, upstream
from bench.tone.training import people
from widget.tone import score

HEAD_WORDS = "love hate terrible great thanks idiot agree disappointing"


@pytest.mark.parametrize("test", ["identities", "names", "contractions", "typos"])
def test_what_says_nothing_of_an_opinion_changes_no_label(test: str) -> None:
    assert failures(test, readback).texts == ()


@pytest.mark.parametrize("test", sorted(TESTS))
def test_readback_fails_no_more_than_upstream(test: str) -> None:
    assert failures(test, readback).rate <= failures(test, upstream).rate


def test_the_rates_are_no_worse_than_when_they_were_written_down() -> None:
    most = {"negation": 0.08, "neutral facts": 0.03, "questions and answers": 0.75}
    for test, rate in most.items():
        assert failures(test, readback).rate <= rate


def test_an_identity_beside_words_of_the_head_changes_no_label() -> None:
    """Words that weigh must not give a word for people a way in."""
    for word in HEAD_WORDS.split():
        labels = {
            score(f"{word} what this {one} person wrote about the match").label
            for one in ("tall", "gay", "black", "muslim", "jewish", "trans", "blind", "polish")
        }
        assert len(labels) == 1, word


def test_a_word_for_people_has_no_weight_in_any_form() -> None:
    """Plural, possessive, hyphenated and shouted."""
    for one in ("muslim", "jew", "immigrant", "mexican", "lesbian"):
        for form in (one, f"{one}s", f"{one}s'", f"{one}-led", f"#{one}s", f"anti-{one}"):
            found = score(f"The paper wrote about {form} on page four")
            assert (found.label, found.contributions) == ("no_opinion_words", ()), form
    assert people() >= {"muslims", "women", "she", "disabled"}


def test_a_case_fails_where_labels_differ_or_a_label_is_wrong() -> None:
    assert Same(("a good day", "a bad day")).failed(readback) == "a bad day"
    assert Same(("a good day", "a great day")).failed(readback) == ""
    assert Never("a good day", ("positive",)).failed(readback) == "a good day"
