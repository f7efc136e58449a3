"""A story's verdict in words: where readers lean, what split them, is it organic, what to do. Pure.

Every clause leads to the part of the page that has its figures.
"""

from dataclasses import dataclass
from typing import Literal

from widget.domain.figures.moods import Mix
from widget.domain.figures.reactions import Reaction
from widget.domain.figures.statistics import MIN_RANKED_N, Share, share
from widget.domain.figures.turning import Turn
from widget.domain.morning.sentence import FALLBACK, Part, Speech, speech

Place = Literal["timeline", "mix", "organic", "comments", "flag", "held", "queue", ""]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for the editor who reads, on this story.

    :param flagged: votes in doubt that the editor may decide on.
    :param votes: held votes that the editor may decide on; ``comments`` likewise, in the queue.
    :param has_turned: a turn that nobody has ticked off.
    :param is_contradicted: the comments say the opposite of the reactions.
    """

    flagged: int = 0
    votes: int = 0
    comments: int = 0
    has_turned: bool = False
    is_contradicted: bool = False


@dataclass(frozen=True, slots=True)
class StoryFigures:
    """
    :param labels: of the choices, by number.
    :param has_sides: whether any choice is warm or cold; a question's are not.
    :param unusual: the reaction farthest from what is usual in ``section``.
    :param held: votes outside the counts until an editor decides.
    :param flags: windows whose votes may not be organic, until an editor decides.
    :param aside: votes that an editor set aside.
    :param waiting: None for readers of a shared link, who do nothing.
    """

    mix: Mix
    labels: list[str]
    has_sides: bool
    turn: Turn | None
    unusual: Reaction | None
    section: str
    held: int
    waiting: Waiting | None
    flags: int = 0
    aside: int = 0


@dataclass(frozen=True, slots=True)
class Clause:
    """:param place: the part of the page, or the page, that it leads to; "" if it has no link."""

    parts: tuple[Part, ...]
    place: Place

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts)


def verdict(story: StoryFigures, lang: str = FALLBACK) -> list[Clause]:
    """Return the clauses of a story's verdict in a language of the morning sentence."""
    say = speech(lang)
    clauses = [_lean(say, story)]
    if story.mix.n >= MIN_RANKED_N:
        if story.unusual:
            clauses.append(_unusual(say, story, story.unusual))
        if story.has_sides:
            clauses.append(_split(say, story.mix))
    clauses += _organic(say, story)
    if story.waiting is not None:
        clauses.append(_next(say, story.waiting))
    return clauses


def _lean(say: Speech, story: StoryFigures) -> Clause:
    mix, turn = story.mix, story.turn
    if not mix.n:
        return _clause(say, "mix", "story.none")
    if mix.n < MIN_RANKED_N:
        return _clause(say, "mix", "story.few", n=mix.n, least=MIN_RANKED_N)
    if turn:
        before, name = _number(turn.before), story.labels[turn.at]
        return _share(say, "timeline", "story.turned", turn.since, name=name, before=before)
    if story.has_sides:
        for side, name in ((mix.warm_share, "story.warm"), (mix.cold_share, "story.cold")):
            if side.low > 0.5:
                return _share(say, "mix", name, side)
    return _leading(say, story)


def _leading(say: Speech, story: StoryFigures) -> Clause:
    counts = story.mix.counts
    first, *others = sorted(range(len(counts)), key=lambda at: -counts[at])
    most, name = story.mix.share(first), story.labels[first]
    if others and share(counts[first], counts[first] + counts[others[0]]).low <= 0.5:
        second, other = story.labels[others[0]], _number(story.mix.share(others[0]))
        return _share(say, "mix", "story.level", most, name=name, second=second, other=other)
    return _share(say, "mix", "story.leads", most, name=name)


def _unusual(say: Speech, story: StoryFigures, one: Reaction) -> Clause:
    usual = _number(one.usual) if one.usual else ""
    values = {"name": story.labels[one.at], "usual": usual, "section": story.section}
    return _share(say, "mix", "story.unusual", one.share, **values)


def _split(say: Speech, mix: Mix) -> Clause:
    if not mix.is_split:
        return _clause(say, "mix", "story.split.none")
    warm, cold = _number(mix.warm_share), _number(mix.cold_share)
    return _clause(say, "mix", "story.split", warm=warm, cold=cold)


def _organic(say: Speech, story: StoryFigures) -> list[Clause]:
    found = [
        _clause(say, "organic", text, n=n)
        for text, n in (
            ("organic.flagged", story.flags),
            ("organic.held", story.held),
            ("organic.aside", story.aside),
        )
        if n
    ]
    if not found and story.mix.n >= MIN_RANKED_N:
        found.append(_clause(say, "organic", "story.organic"))
    return found


def _next(say: Speech, waiting: Waiting) -> Clause:
    if waiting.flagged:
        return _clause(say, "flag", "story.todo.votes", n=waiting.flagged)
    if waiting.votes:
        return _clause(say, "held", "story.todo.votes", n=waiting.votes)
    if waiting.comments:
        return _clause(say, "queue", "todo.comments", n=waiting.comments)
    if waiting.has_turned:
        return _clause(say, "timeline", "story.todo.turned")
    if waiting.is_contradicted:
        return _clause(say, "comments", "story.todo.talk")
    return _clause(say, "", "todo.none")


def _clause(say: Speech, place: Place, text: str, **values: object) -> Clause:
    return Clause(say.clause(text, **values).parts, place)


def _share(say: Speech, place: Place, text: str, one: Share, **values: object) -> Clause:
    """Return a clause that has a share; most texts also have its interval and n."""
    low, high = f"{one.low * 100:.0f}", f"{one.high * 100:.0f}"
    return _clause(say, place, text, share=_number(one), low=low, high=high, n=one.n, **values)


def _number(one: Share) -> str:
    return f"{one.value * 100:.0f}"
