"""The tone of a text: upstream's failures repaired, the labels, the contributions."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from widget.tone import TONE_VERSION, Analyzer, Tone, score
from widget.tone.normal import CAP_CHARS, normalise
from widget.tone.reading import read
from widget.tone.scoring import LIKELY

UPSTREAM, PLAIN = SentimentIntensityAnalyzer(), Analyzer()


@pytest.mark.parametrize(
    ("text", "upstream", "ours"),
    [
        ("I don\u2019t like this", 0.3612, -0.2755),
        ("I don\u02bct like this", 0.3612, -0.2755),
        ("It isn&#39;t good", 0.4404, -0.3412),
        ("it is &quot;great&quot;", 0.0, 0.6249),
        ("I &lt;3 this", 0.0, 0.4404),
        ("“terrible”", 0.0, -0.4767),
        ("What a story—awful", 0.0, -0.4588),
        ("Good story…great", 0.4404, 0.7906),
        ("Terrible!Never again", 0.0, -0.5255),
        ("lies,lies", 0.0, -0.6808),
        ("hate-filled lies", -0.4215, -0.7579),
        ("a well-written story", 0.0, 0.5267),
        ("Sounds like rain, as well", 0.5574, 0.0),
        ("I read all 86 pages", -0.3818, 0.0),
        ("❤️", 0.0, 0.6369),
        ("I love it❤️", 0.6369, 0.8555),
        ("this is b\u200bad", 0.0, -0.5423),
        ("awe\u00adsome story", 0.0, 0.6249),
        ("I looooove it", 0.0, 0.6369),
        ("this is baaaad", 0.0, -0.5423),
        ("@joy what is this", 0.5859, 0.0),
        ("👍", 0.0, 0.4588),
        ("👍🏽", 0.0, 0.4588),
        ("👎", 0.0, -0.5423),
        ("😡", 0.0, -0.5423),
        ("🤬", 0.0, -0.5423),
        ("💔", 0.2732, -0.5423),
        ("🗽", 0.5267, 0.0),
        ("😀" * 100, 0.9997, 0.7579),
        ("😀 " * 100, 0.9997, 0.7579),
    ],
)
def test_text_that_upstream_misreads_is_scored_right(
    text: str, upstream: float, ours: float
) -> None:
    assert UPSTREAM.polarity_scores(text)["compound"] == upstream
    assert score(text).compound == ours


def test_a_text_of_up_to_three_sentences_keeps_upstreams_score_without_the_supplement() -> None:
    for text in (
        "Not a bad story, but the photos are GREAT!!",
        "Why? Why so sad?",
        "It is on a table.",
        "I like the photos well enough. It was a true party. Yes, please!",
    ):
        assert read(text, PLAIN).compound == UPSTREAM.polarity_scores(text)["compound"]


def test_up_to_three_sentences_are_scored_whole_and_more_as_their_mean() -> None:
    good, bad = "I love this good story.", "I hate that awful headline."
    whole = " ".join([good, good, bad])
    assert score(whole).parts == 1
    assert score(whole).compound == UPSTREAM.polarity_scores(whole)["compound"]
    longer = score(" ".join([good, good, bad, "It has words in it."]))
    single = [UPSTREAM.polarity_scores(sentence)["compound"] for sentence in (good, bad)]
    assert longer.parts == 4
    assert longer.compound == pytest.approx((2 * single[0] + single[1]) / 4, abs=1e-4)


def test_a_long_text_does_not_saturate() -> None:
    text = "I really love this good paper. " * 10 + "I hate its awful headlines so much. " * 5
    compound = score(text).compound
    assert UPSTREAM.polarity_scores(text)["compound"] > 0.98
    assert compound is not None and 0.1 < compound < 0.5


def test_fragments_belong_to_the_sentence_next_to_them() -> None:
    assert score("Wow. I like this story. :) :) Really. Good. Yes.").parts == 1


@pytest.mark.parametrize(
    ("text", "label", "confidence"),
    [
        ("This is a wonderful story, I love it!", "positive", "high"),
        ("a well-written story", "positive", "medium"),
        ("The story is well written", "positive", "low"),
        ("This was a terrible, horrible, disgusting story", "negative", "high"),
        ("I don't like this", "negative", "high"),
        ("I disagree.", "negative", "high"),
        ("corrupt hypocrites", "negative", "high"),
        ("Why would anyone read this?", "neutral", "high"),
        ("Love the idea, hate the execution.", "mixed", "low"),
        ("The photos are great and the headline is awful", "mixed", "low"),
        ("It is not a bad idea, kind of okay", "unclear", "low"),
        ("The story is about a serious question", "no_opinion_words", None),
        ("They meet on the third of May", "no_opinion_words", None),
        ("Berlin", "no_opinion_words", None),
        ("Das ist eine sehr gute Geschichte", "not_scored", None),
        ("", "not_scored", None),
        (" \u200b\n", "not_scored", None),
    ],
)
def test_a_text_gets_the_label_that_is_likely(
    text: str, label: str, confidence: str | None
) -> None:
    found = score(text)
    assert (found.label, found.confidence) == (label, confidence)


def test_a_text_without_a_known_word_has_no_lean() -> None:
    found = score("They meet on the third of May")
    assert (found.lean, found.compound, found.reason) == (None, 0.0, None)


def test_a_text_that_is_not_scored_has_a_reason_and_no_compound() -> None:
    assert score("Ich finde das alles ganz furchtbar") == Tone(
        "not_scored", None, None, None, language="de", reason="language"
    )
    assert score("") == Tone("not_scored", None, None, None, reason="empty")
    assert score("").version == TONE_VERSION


def test_contributions_have_words_and_values() -> None:
    found = score("I don\u2019t like this, but the photos are GREAT!! 😀")
    pairs = [(c.word, round(c.value, 3)) for c in found.contributions]
    assert pairs == [("like", -0.555), ("GREAT", 5.75), ("😀", 2.25), ("!", 0.584)]


def test_the_work_is_capped() -> None:
    text = "good 😀😺 " * 10_000
    assert score(text) == score(text[:CAP_CHARS])
    assert len(score(text).contributions) <= CAP_CHARS


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("see https://great.example/love?x=1 and www.joy.example", "see ___ and ___"),
        ("@joy @happy_one: hi", "___ ___: hi"),
        ("write to love@good.example now", "write to ___ now"),
        ("\u2018so\u2019 “it” «is»… ‼", '\'so\' "it" "is"... !!'),
        ("👨\u200d👩\u200d👧 ok", "👨👩👧 ok"),
        ("😀😀😀😀😀 😺😺", "😀😀😀 😺😺"),
        ("gooood sooo Mississippi hmmm 1000 ...!!!!", "good so Mississippi hmm 1000 ...!!!!"),
        ("plain < ASCII > text; it's & kept", "plain < ASCII > text; it's & kept"),
        ("&#33; &#" + "9" * 4900, "! \ufffd"),
        ("Terrible!Never. lies,lies;good/bad", "Terrible! Never. lies, lies; good/ bad"),
        ("the end.So good--bad...sad", "the end. So good - bad... sad"),
        ("a so-called re-run of well-known anti-war", "a so called re run of well known anti-war"),
        (
            "bbc.example/hate-crime?a=great, e.g. 3,000 U.S.A. 12:30pm",
            "___ e.g. 3,000 U.S.A. 12:30pm",
        ),
        (
            "lol:D xD ;-) :-( >:( o'clock x-ray s/he w/out 1-0",
            "lol:D xD ;-) :-( >:( o'clock x-ray s/he w/out 1-0",
        ),
        ("so-good", "so-good"),
    ],
)
def test_text_is_normalised_for_the_lexicon(text: str, normal: str) -> None:
    assert normalise(text, {"good", "so", "hmm", "so-good"}) == normal


def holds(found: Tone) -> None:
    """Check what is true of every tone. The compound follows from the formula alone."""
    if found.reason:
        assert (found.label, found.compound, found.confidence) == ("not_scored", None, None)
        assert (found.lean, found.probabilities, found.contributions) == (None, None, ())
        return
    assert found.compound is not None and -1 <= found.compound <= 1
    sums = [0.0] * found.parts
    for contribution in found.contributions:
        sums[contribution.part] += contribution.value
    mean = sum(total / math.sqrt(total * total + 15) for total in sums) / found.parts
    assert found.compound == pytest.approx(mean, abs=5.1e-5)
    assert (found.label == "no_opinion_words") == (found.lean is None)
    assert found.probabilities and sum(found.probabilities) == pytest.approx(1)
    if found.lean is None:
        assert found.contributions == ()
    elif found.label in ("positive", "negative"):
        assert max(found.probabilities) >= LIKELY
        assert (found.lean > 0) == (found.label == "positive")


@settings(max_examples=4000, deadline=None, database=None)
@given(st.text(st.characters()))
def test_any_text_gets_a_valid_tone(text: str) -> None:
    holds(score(text))


PIECES = st.sampled_from(
    [
        *"I don\u2019t think this story is good bad awful GREAT not never so but no die".split(),
        *"😀 👍🏽 ❤️ &amp; &#x1F600; &bogus; @you www.x http:// . ! ?!".split(),
        *"… — ... gooood :) :-( war".split(),
        *("\u200b", " ", "\n", "\ud83d", "\udc4d"),
    ]
)


@settings(max_examples=2000, deadline=None, database=None)
@given(st.lists(PIECES, max_size=30), st.sampled_from(["", " ", ". "]))
def test_any_mix_of_special_cases_gets_a_valid_tone(pieces: list[str], gap: str) -> None:
    holds(score("This is what I think: " + gap.join(pieces)))
