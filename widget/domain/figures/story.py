"""A story's verdict in words: where readers lean, what split them, is it organic, what to do. Pure.

Every clause leads to the part of the page that has its figures.
"""

from dataclasses import dataclass
from typing import Literal

from widget.domain.figures.absent import NOTHING_TO_DO
from widget.domain.figures.moods import Mix
from widget.domain.figures.reactions import Reaction
from widget.domain.figures.statistics import MIN_RANKED_N, Share, share
from widget.domain.figures.turning import Turn
from widget.domain.morning.sentence import Part

Place = Literal["timeline", "mix", "organic", "comments", "held", "queue", ""]
_THIN = "\u202f"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for the editor who reads, on this story.

    :param votes: held votes that the editor may decide on; ``comments`` likewise, in the queue.
    :param has_turned: a turn that nobody has ticked off.
    :param is_contradicted: the comments say the opposite of the reactions.
    """

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


@dataclass(frozen=True, slots=True)
class Clause:
    """:param place: the part of the page, or the page, that it leads to; "" if it has no link."""

    parts: tuple[Part, ...]
    place: Place

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts)


def verdict(story: StoryFigures) -> list[Clause]:
    """Return the clauses of a story's verdict."""
    clauses = [_lean(story)]
    if story.mix.n >= MIN_RANKED_N:
        if story.unusual:
            clauses.append(_unusual(story, story.unusual))
        if story.has_sides:
            clauses.append(_split(story.mix))
    if story.held or story.mix.n >= MIN_RANKED_N:
        clauses.append(_organic(story.held))
    if story.waiting is not None:
        clauses.append(_next(story.waiting))
    return clauses


def _lean(story: StoryFigures) -> Clause:
    mix, turn = story.mix, story.turn
    if not mix.n:
        return _clause("mix", "No vote counts on this story now.")
    if mix.n < MIN_RANKED_N:
        votes = "one vote" if mix.n == 1 else f"{mix.n} votes"
        return _clause("mix", "Too few votes yet to say: ", [f"{votes} of the 30 it needs"], ".")
    if turn:
        moved = f" rose from {_number(turn.before)} to {_percent(turn.since)}"
        name = Part(story.labels[turn.at], is_linked=True, is_name=True)
        return _clause("timeline", "Readers turned: ", name, [moved], f" {_of(turn.since)}.")
    if story.has_sides:
        for side, mood in ((mix.warm_share, "warm"), (mix.cold_share, "cold")):
            if side.low > 0.5:
                said = [f"{_percent(side)} are {mood}"]
                return _clause("mix", f"Readers lean {mood}: ", said, f" {_of(side)}.")
    return _leading(story)


def _leading(story: StoryFigures) -> Clause:
    order = sorted(range(len(story.mix.counts)), key=lambda at: -story.mix.counts[at])
    first, *others = order
    most = story.mix.share(first)
    name = Part(story.labels[first], is_linked=True, is_name=True)
    counts = story.mix.counts
    if others and share(counts[first], counts[first] + counts[others[0]]).low <= 0.5:
        second = Part(story.labels[others[0]], is_linked=True, is_name=True)
        said = [f" are level, {_number(most)} and {_percent(story.mix.share(others[0]))}"]
        return _clause("mix", name, [" and "], second, said, f" of {_votes(story.mix.n)}.")
    return _clause("mix", name, [f" leads with {_percent(most)}"], f" {_of(most)}.")


def _unusual(story: StoryFigures, one: Reaction) -> Clause:
    usual = _percent(one.usual) if one.usual else ""
    name = Part(story.labels[one.at], is_linked=True, is_name=True)
    said = [f" is at {_percent(one.share)}, usually {usual}"]
    return _clause("mix", name, said, " in ", Part(story.section, is_name=True), ".")


def _split(mix: Mix) -> Clause:
    if not mix.is_split:
        return _clause("mix", "It did ", ["not clearly split"], " them.")
    said = [f"{_percent(mix.warm_share)} warm, {_percent(mix.cold_share)} cold"]
    return _clause("mix", "It split them: ", said, ".")


def _organic(held: int) -> Clause:
    if not held:
        said = ["looks organic"]
        return _clause("organic", "As far as we count, it ", said, ": no vote is held.")
    if held == 1:
        return _clause("organic", ["One vote"], " is held in doubt and not counted.")
    return _clause("organic", [_votes(held)], " are held in doubt and not counted.")


def _next(waiting: Waiting) -> Clause:
    if waiting.votes:
        return _clause("held", "Now: ", [f"decide on {_some(waiting.votes, 'vote')}"], ".")
    if waiting.comments:
        return _clause("queue", "Now: ", [f"review {_some(waiting.comments, 'comment')}"], ".")
    if waiting.has_turned:
        return _clause("timeline", "Now: ", ["see when it turned"], ".")
    if waiting.is_contradicted:
        return _clause("comments", "Now: ", ["read the comments"], ", which say the opposite.")
    return _clause("", NOTHING_TO_DO)


def _clause(place: Place, *pieces: str | list[str] | Part) -> Clause:
    """Put a clause together: text, what is linked in brackets, and names."""
    parts = []
    for piece in pieces:
        if isinstance(piece, Part):
            parts.append(piece)
        elif isinstance(piece, list):
            parts += [Part(text, is_linked=True) for text in piece]
        else:
            parts.append(Part(piece))
    return Clause(tuple(parts), place)


def _of(one: Share) -> str:
    """Return ``(57 to 63) of 1,004 votes``: the interval and n."""
    return f"({one.low * 100:.0f} to {one.high * 100:.0f}) of {_votes(one.n)}"


def _votes(n: int) -> str:
    return f"{n:,} {'vote' if n == 1 else 'votes'}"


def _some(n: int, thing: str) -> str:
    return f"one {thing}" if n == 1 else f"{n:,} {thing}s"


def _number(one: Share) -> str:
    return f"{one.value * 100:.0f}"


def _percent(one: Share) -> str:
    return f"{_number(one)}{_THIN}%"
