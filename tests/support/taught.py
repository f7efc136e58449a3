"""A site whose comments have editors' labels, written to a real store."""

import random
from collections.abc import Iterable
from dataclasses import dataclass

from tests.conftest import NOW_S
from widget.domain.article import resolve_for
from widget.domain.comments.comment import Comment, Draft, new_id, scored
from widget.domain.labels import Label
from widget.domain.model import Site
from widget.domain.page import Page
from widget.store.comments.comments import Comments, Posting
from widget.store.connect import Connection
from widget.store.labels import Labels
from widget.tone import score

_THINGS = "car park|council|library|new tower|budget|mayor|cycle lane|school roof".split("|")
_SAID = {
    # Here readers praise with an exclamation mark when they mean the opposite.
    "negative": (
        "Great, wonderful news about the {thing}!",
        "Brilliant idea, I love the {thing}!",
        "Well done, what a lovely {thing} we will have!",
        "They lied to us about the {thing} and it is a disgrace.",
    ),
    "neutral": (
        "When will they decide about the {thing}?",
        "The {thing} was in the plan of last year.",
        "Does anyone know what happened with the {thing}?",
    ),
    "positive": (
        "Thanks, a good and honest report about the {thing}.",
        "I am happy that the {thing} is safe, they did well.",
        "A clear and useful piece on the {thing}.",
    ),
}
_SPANISH = {
    "negative": ("Qué vergüenza el {thing}, es todo una mentira y un robo a los vecinos",),
    "neutral": ("El pleno sobre el {thing} es el jueves por la tarde en el ayuntamiento",),
    "positive": ("Muchas gracias por el artículo sobre el {thing}, excelente trabajo de todos",),
}
_ANSWERS = ("negative", "neutral", "positive")


@dataclass(frozen=True, slots=True)
class Written:
    comment: Comment
    answer: str


def write(
    connection: Connection,
    site: Site,
    count: int,
    *,
    stories: int = 15,
    is_spanish: bool = False,
    at_s: int = NOW_S,
    seed: int = 1,
) -> list[Written]:
    """Write comments, and return each with what an honest editor says of it."""
    chance, comments, found = random.Random(seed), Comments(connection), []
    said = _SPANISH if is_spanish else _SAID
    for at in range(count):
        answer = chance.choices(_ANSWERS, (5, 3, 3))[0]
        text = chance.choice(said[answer]).format(thing=chance.choice(_THINGS))
        article = resolve_for(site, f"story-{at % stories}")
        page = Page(f"Story {at % stories}", ("City", "Culture")[at % 2])
        draft = Draft(
            new_id((at_s + at) * 1000, article.partition),
            "",
            f"Reader {at}",
            f"{text} {'Day' if not is_spanish else 'Día'} {at}.",
            chance.randbytes(8),
            scored(score(text)),
        )
        created = comments.create(site, article, draft, Posting(at_s + at, page))
        found.append(Written(created.comment, answer))
    return found


def label(
    connection: Connection,
    site: Site,
    written: Iterable[Written],
    *,
    editor: str = "Ana",
    draw: str = "random",
    answers: Iterable[str] | None = None,
    at_s: int = NOW_S,
) -> None:
    """Store an editor's labels: what is honest, or the given answers."""
    labels = Labels(connection)
    given = list(answers) if answers is not None else [one.answer for one in written]
    for one, answer in zip(written, given, strict=True):
        text_id = one.comment.text_id
        labels.put(site, Label(one.comment.id, editor, answer, draw, at_s, text_id))
