"""What the newsroom's readers comment, each with the opinion that it is meant to express. Pure.

The remarks are in remarks.tsv: by the slug of a story, by section, or for any story. They are as
mixed as comments on news: irony, questions, facts, short replies, quotes, other languages. Nobody
chose them to suit the scorer of the tone.
"""

import random
from collections.abc import Iterator, Sequence
from csv import QUOTE_NONE, DictReader
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

READERS = (
    *("Anna", "Bo", "Chidi", "Dara", "Elif", "Fergus", "Gwen", "Hiro", "Ines", "Jonas", "Kofi"),
    *("Lena", "Mats", "Noor", "Olga", "Priya", "Quentin", "Stef", "Tariq", "Una", "Vera", "Wim"),
    *("Agnes", "Bilal", "Carys", "Dimitri", "Esther", "Farid", "Greta", "Hanna", "Ivo", "Jamila"),
)
ANY = "any"
FOREIGN = "foreign"
OPINIONS = ("negative", "neutral", "positive", "mixed")

_NEUTRAL, _MIXED = 0.38, 0.07  # shares of all remarks
_PRAISE = 0.7  # of those who are pleased, so many write; of the others, all do
_ADDED = 0.2  # so many remarks have a question or a fact behind them


@dataclass(frozen=True, slots=True)
class Remark:
    """One comment.

    :param topic: slug of a story, a section, or ANY.
    :param opinion: one of OPINIONS: what its writer means.
    :param kind: plain, irony, question, fact, quote, reply, terse, mixed or foreign.
    """

    topic: str
    opinion: str
    kind: str
    text: str


@cache
def written() -> tuple[Remark, ...]:
    """Return every remark of the file."""
    text = (files("widget.simulation") / "remarks.tsv").read_text("utf-8")
    rows = DictReader(text.splitlines(), delimiter="\t", quoting=QUOTE_NONE)
    return tuple(Remark(**row) for row in rows)


def remarks(slug: str, section: str, kindness: float, chance: random.Random) -> Iterator[Remark]:
    """Make the remarks on one story, without end: its own first, in any order.

    No two of them are the same as long as there is another one to make.

    :param kindness: the chance that a reader with an opinion is pleased, 0 to 1.
    """
    own = [one for one in written() if one.topic == slug]
    yield from chance.sample(own, len(own))
    offered = [one for one in written() if one.topic in (section, ANY)]
    of_opinion = {
        opinion: _shuffled([one for one in offered if one.opinion == opinion], chance)
        for opinion in OPINIONS
    }
    additions = _shuffled([one for one in offered if one.kind in ("question", "fact")], chance)
    weights = _weights(kindness)
    said: set[str] = set()
    while True:
        [opinion] = chance.choices(OPINIONS, weights)
        remark = next(of_opinion[opinion])
        is_added = remark.text in said or chance.random() < _ADDED
        if is_added and remark.kind != FOREIGN:
            more = next(one for one in additions if one.opinion == "neutral" and one != remark)
            remark = replace(remark, text=f"{remark.text} {more.text}")
        said.add(remark.text)
        yield remark


def _weights(kindness: float) -> tuple[float, ...]:
    positive, negative = kindness * _PRAISE, 1 - kindness
    part = (1 - _NEUTRAL - _MIXED) / (positive + negative)
    return negative * part, _NEUTRAL, positive * part, _MIXED


def _shuffled(offered: Sequence[Remark], chance: random.Random) -> Iterator[Remark]:
    """Return every remark once in any order, and then again in another."""
    while True:
        yield from chance.sample(offered, len(offered))
