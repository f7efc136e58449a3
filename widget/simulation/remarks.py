"""What the newsroom's readers comment. Pure."""

import random
from collections.abc import Iterator

READERS = (
    *("Anna", "Bo", "Chidi", "Dara", "Elif", "Fergus", "Gwen", "Hiro", "Ines", "Jonas", "Kofi"),
    *("Lena", "Mats", "Noor", "Olga", "Priya", "Quentin", "Stef", "Tariq", "Una", "Vera", "Wim"),
    *("Agnes", "Bilal", "Carys", "Dimitri", "Esther", "Farid", "Greta", "Hanna", "Ivo", "Jamila"),
)
_KIND = (
    "What a wonderful story, thank you for telling it.",
    "This is great news for everyone who lives here.",
    "Brilliant reporting. I love that somebody finally asked the people themselves.",
    "I am so happy to read this, it made my morning.",
    "Well done to all of them, they deserve the praise.",
    "An excellent, fair piece. More of this, please!",
    "Beautiful. My grandmother would have loved it.",
    "Good to see hope in the paper for once.",
    "I read it aloud at breakfast and everybody smiled.",
    "A clear and honest explanation. I finally understand it.",
    "These are the people who keep a town friendly. Thank you!",
    "Lovely photographs, and a perfect last line.",
    "My daughter wants to help them now. That is the best review I know.",
    "I was doubtful, and you convinced me. A good piece.",
    "Proud to live two streets away from this.",
    "Great idea. I hope that other towns copy it.",
    "The nicest thing that I have read all week.",
    "They worked hard for years and they earned it.",
)
_UNKIND = (
    "This is a disgrace. They lied to us again.",
    "Terrible decision, and nobody will be held to account.",
    "I am furious. My children use that place every week!",
    "What a stupid waste of money.",
    "Shameful. The worst council that this town has ever had.",
    "It is sad and cruel to do this to old people.",
    "They have failed us, and now they insult us too.",
    "An awful plan, badly made and badly explained.",
    "I feel betrayed. We were promised something else in May.",
    "The answer on page two is an insult to everybody who waited.",
    "Another broken promise, and the poorest pay for it again.",
    "Ridiculous. Did nobody check these numbers?",
    "I worry that this is only the beginning of the cuts.",
    "A sad day. We fought for years against exactly this.",
    "Nobody believes that excuse, it is simply false.",
    "This makes me angry and tired at the same time.",
    "Bad for business, worse for the people who live here.",
    "They ignored every warning. What a failure.",
)
_PLAIN = (
    "Does anyone know when the meeting is?",
    "I walked past there this morning.",
    "The plan is on the town\u2019s page.",
    "My street is two stops further.",
    "The figures in the third paragraph are from last year.",
    "It opens at nine.",
    "Das sehe ich genauso, und meine Nachbarn auch.",
    "Is the recording of the session online?",
    "It was the same in 1998, if I remember correctly.",
    "What do the other parties say?",
    "I would like to see the numbers for the whole county.",
    "The photograph shows the north entrance.",
    "Is there a map?",
    "We asked the same question at the hearing.",
    "The second half of the report has the details.",
    "Will there be a follow-up after the vote?",
)


def remarks(own: tuple[str, ...], kindness: float, chance: random.Random) -> Iterator[str]:
    """Make the comments on one story, without end: its own first, in any order.

    No two of them are the same as long as there is another one to make.
    """
    yield from chance.sample(own, len(own))
    kind, unkind, plain = (_shuffled(each, chance) for each in (_KIND, _UNKIND, _PLAIN))
    while True:
        side = kind if chance.random() < kindness else unkind
        said = next(side if chance.random() < 0.85 else plain)
        more = next(plain) if chance.random() < 0.3 else ""
        yield f"{said} {more}" if more and more != said else said


def _shuffled(sentences: tuple[str, ...], chance: random.Random) -> Iterator[str]:
    """Return every sentence once in any order, and then again in another."""
    while True:
        yield from chance.sample(sentences, len(sentences))
