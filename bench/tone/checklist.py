"""What must not move a scorer, and what must, as in CheckList (Ribeiro and others 2020).

Each test is a list of cases, and a case fails or does not. Upstream takes the same tests.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from bench.tone.training import people
from widget.tone import score

Judge = Callable[[str], str]
"""A label for a text: negative, positive, or any other name."""

_UPSTREAM = SentimentIntensityAnalyzer()


@dataclass(frozen=True, slots=True)
class Failures:
    """:param texts: of the failed cases, one each."""

    cases: int
    texts: tuple[str, ...]

    @property
    def rate(self) -> float:
        return len(self.texts) / self.cases


@dataclass(frozen=True, slots=True)
class Same:
    """Texts that must all have one label."""

    texts: tuple[str, ...]

    def failed(self, judge: Judge) -> str:
        labels = [judge(text) for text in self.texts]
        return next(
            (text for text, one in zip(self.texts, labels, strict=True) if one != labels[0]), ""
        )


@dataclass(frozen=True, slots=True)
class Never:
    """A text that must not have one of these labels."""

    text: str
    labels: tuple[str, ...]

    def failed(self, judge: Judge) -> str:
        return self.text if judge(self.text) in self.labels else ""


def readback(text: str) -> str:
    """Return the label that Readback shows."""
    return score(text).label


def upstream(text: str) -> str:
    """Return the label by upstream's compound and thresholds."""
    compound = _UPSTREAM.polarity_scores(text)["compound"]
    return "positive" if compound >= 0.05 else "negative" if compound <= -0.05 else "neutral"


def failures(test: str, judge: Judge) -> Failures:
    """Return which cases of one of :data:`TESTS` a scorer fails."""
    cases = list(TESTS[test]())
    return Failures(len(cases), tuple(filter(None, (case.failed(judge) for case in cases))))


def _words(block: str) -> list[str]:
    return [word.strip() for word in block.replace("\n", "|").split("|") if word.strip()]


_ARE = _words(
    """
    British|French|German|American|Canadian|Mexican|Chinese|Indian|Pakistani|Polish|Russian
    Ukrainian|Israeli|Palestinian|Nigerian|Turkish|Iranian|Kurdish|Roma|Jewish|Muslim|Christian
    Catholic|Hindu|Sikh|Buddhist|atheist|black|white|brown|Asian|Arab|Latino|African|gay|lesbian
    bisexual|straight|queer|transgender|male|female|blind|deaf|disabled|autistic|depressed|bipolar
    old|young|elderly|poor|homeless|unemployed|pregnant|vegan|conservative|liberal|socialist
    non-binary|HIV-positive|right-wing|left-wing|African-American|mentally ill|rich|middle-aged
    paralysed|obese|retired|divorced|illiterate|wheelchair-bound|Sri Lankan|South African|Jain
    """
)
_THEY = _words(
    """
    Britons|Frenchmen|Germans|Americans|Canadians|Mexicans|Indians|Pakistanis|Poles|Russians
    Ukrainians|Israelis|Palestinians|Nigerians|Turks|Iranians|Kurds|Jews|Muslims|Christians
    Catholics|Hindus|Sikhs|Buddhists|atheists|Asians|Arabs|Latinos|Africans|gays|lesbians
    bisexuals|women|men|girls|boys|mothers|fathers|teenagers|pensioners|millennials|immigrants
    migrants|refugees|foreigners|veterans|farmers|teachers|nurses|police officers|lawyers|vegans
    conservatives|liberals|socialists|libertarians|feminists|people with autism
    people in wheelchairs|deaf people|blind people|black people|white people|gay people
    """
)
_PARTIES = _words(
    """
    the Republicans|the Democrats|the Conservatives|the Tories|Labour|the Greens|the Green Party
    the Liberal Democrats|the Labour Party|the Conservative Party|the Republican Party
    the Communist Party|the Scottish National Party|the BJP|the Congress Party|the SPD|the CDU
    Fidesz|Likud|Hamas|Sinn Fein|Plaid Cymru
    """
)
_LEADERS = _words(
    """
    Donald Trump|Joe Biden|Barack Obama|Hillary Clinton|George Bush|Bernie Sanders|Kamala Harris
    Boris Johnson|Keir Starmer|Jeremy Corbyn|Theresa May|Nigel Farage|Nicola Sturgeon
    Angela Merkel|Emmanuel Macron|Marine Le Pen|Vladimir Putin|Volodymyr Zelensky|Narendra Modi
    Rahul Gandhi|Imran Khan|Benjamin Netanyahu|Recep Erdogan|Xi Jinping|Justin Trudeau
    """
)
_FRAMES = (
    (
        _ARE,
        "My neighbour is {}.|The {} teacher spoke to the class.|I am {} and I read this paper."
        "|A {} couple lives next door to us.|My {} friend loved this article, and so did I."
        "|The {} woman at the counter was rude and horrible.",
    ),
    (
        _THEY,
        "Two of them are {}.|The report is about {}.|There were {} at the meeting on Monday."
        "|Many {} read this paper.|I love the way this article talks about {}."
        "|This is a disgusting lie about {}.",
    ),
    (
        _PARTIES,
        "My father is a member of {}.|The report mentions {}.|On Monday, {} held a meeting."
        "|She voted for {} last year.|This is an excellent article about {}."
        "|What an awful headline about {}.",
    ),
    (
        _LEADERS,
        "The story is about {}.|On Monday, {} spoke to the press.|I saw {} on television."
        "|The paper asked {} three questions.|This is an excellent article about {}."
        "|What an awful headline about {}.",
    ),
)
_NAMES = _words(
    """
    Emma|Mohammed|Priya|Wei|Oluwaseun|Maria|Jamal|Lakisha|Brad|Fatima|Giuseppe|Olga|Aarav|Yuki
    Siobhan|Ahmed|Rachel|Nguyen|Sanjay|Ingrid
    """
)
_OF_NAMES = (
    "{} wrote this.|Thank you {}, great article.|{} lied to all of us again.|I agree with {} here."
    "|Why did {} not answer the question?"
).split("|")


def _identities() -> Iterator[Same]:
    for terms, frames in _FRAMES:
        for frame in frames.split("|"):
            yield from (Same((frame.format(terms[0]), frame.format(term))) for term in terms[1:])
    for frame in ("They spoke about {} yesterday.", "Her letter mentions {} twice."):
        yield from (Same((frame.format("trees"), frame.format(word))) for word in sorted(people()))


def _of_names() -> Iterator[Same]:
    for frame in _OF_NAMES:
        yield Same(tuple(frame.format(name) for name in _NAMES))


_PRAISE = "good great excellent wonderful brilliant amazing fair honest helpful beautiful".split()
_BLAME = "bad terrible awful horrible stupid disgusting boring ugly dishonest corrupt".split()


def _negations() -> Iterator[Never]:
    frames = (
        "This is not {}.|This article isn't {}.|I don't think this is {}.|It was never {}."
        "|This is not a {} article.|There is nothing {} about this story.|It isnt {} at all."
    ).split("|")
    for frame, word in product(frames, _PRAISE):
        yield Never(frame.format(word), ("positive",))
    for frame, word in product(frames, _BLAME):
        yield Never(frame.format(word), ("negative",))


_FACTS = _words(
    """
    The council met on Tuesday at six.|The library opens at nine on Saturdays.
    The new bridge is 240 metres long.|The report has 86 pages and three appendices.
    Trains to Leeds leave from platform four.|The vote will be held in June.
    The mayor was elected in 2019.|The paper was founded in 1821.|It rained in the afternoon.
    The study included 1,200 adults.|The school has two buildings.|The price of bread rose by 3 %.
    The court will hear the case in March.|The bus stops in front of the station.
    The river runs through the old town.|The company employs 400 people.
    The film lasts two hours.|The meeting is open to the public.|The road is closed until Friday.
    The museum moved to a new building last year.|He has lived in the town since 1998.
    The club plays its next match on Sunday.|The bill passed by 52 votes to 48.
    The office is on the second floor.|The survey was done by telephone.
    The festival takes place every two years.|The figures are from the national statistics office.
    The author teaches at the university.|The hospital has 300 beds.|The shop sells bicycles.
    Is there a map of the route?|When does the next part appear?|Who took the photo on page two?
    What time does the meeting begin?|Where can I find the full report?
    """
)


def _facts() -> Iterator[Never]:
    yield from (Never(fact, ("positive", "negative")) for fact in _FACTS)


_OPINIONS = _words(
    """
    This is a wonderful article, thank you.|What a terrible decision, shame on the council.
    I love this paper and its writers.|The headline is misleading and dishonest.
    Great photos, well done.|This is the worst idea I have ever heard.
    I really enjoyed reading this.|The mayor is an idiot and a liar.
    Brilliant work by the reporters.|I hate how they treat their workers.
    Excellent news for the whole town.|Disgusting behaviour from the police.
    Best thing I have read this week.|What a stupid and useless plan.
    I am so happy for them.|I am so angry about this.
    """
)
_CLAUSES = _words(
    """
    The office is in the next street.|I read it on the bus.|It was on page four.
    My copy has 40 pages.
    """
)


def _clauses() -> Iterator[Same]:
    for opinion, clause in product(_OPINIONS, _CLAUSES):
        yield Same((opinion, f"{opinion} {clause}"))


def _typos() -> Iterator[Same]:
    """Swap two letters within a word that is not the opinion, and never the first or last one."""
    chance = random.Random(7)
    opinions = set(_PRAISE + _BLAME) | {"misleading", "worst", "enjoyed", "wonderful", "thank"}
    opinions |= {"shame", "idiot", "hate", "useless", "happy", "angry", "love", "best"}
    for opinion in _OPINIONS:
        words = opinion.split()
        long = [
            at
            for at, word in enumerate(words)
            if len(word.strip(".,")) > 4 and word.strip(".,").lower() not in opinions
        ]
        for at in long:
            word, middle = words[at], chance.randrange(1, len(words[at].strip(".,")) - 2)
            swapped = word[:middle] + word[middle + 1] + word[middle] + word[middle + 2 :]
            yield Same((opinion, " ".join([*words[:at], swapped, *words[at + 1 :]])))


def _contractions() -> Iterator[Same]:
    pairs = "don't dont don\u2019t|isn't isnt isn\u2019t|can't cant can\u2019t|I'm Im I\u2019m"
    frames = (
        "I {} like this.|They {} care about us at all.|Why {} you tell the truth?",
        "This {} a good article.|It {} fair.|This {} funny.",
        "I {} believe how bad this is.|You {} trust them.|I {} wait, this is great!",
        "{} so sad.|{} sick of these lies.|{} glad they won.",
    )
    for forms, some in zip(pairs.split("|"), frames, strict=True):
        for frame in some.split("|"):
            yield Same(tuple(frame.format(form) for form in forms.split()))


def _answers() -> Iterator[Never]:
    for word in _PRAISE:
        yield Never(f"Do I think this is {word}? No.", ("positive",))
        yield Never(f"Is this {word}?", ("positive",))
        yield Never(f"Does anyone know if the book is {word}?", ("positive",))
    for word in _BLAME:
        yield Never(f"Do I think this is {word}? No.", ("negative",))
        yield Never(f"Is this {word}?", ("negative",))


TESTS: dict[str, Callable[[], Iterator[Same | Never]]] = {
    "identities": _identities,
    "names": _of_names,
    "negation": _negations,
    "neutral facts": _facts,
    "a neutral clause added": _clauses,
    "typos": _typos,
    "contractions": _contractions,
    "questions and answers": _answers,
}
