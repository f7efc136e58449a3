"""The figures of one article: everything its page at the desk shows. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from widget.domain.article import ArticleRef
from widget.domain.comments.comment import Comment
from widget.domain.errors import NotFound
from widget.domain.figures.moods import Mix
from widget.domain.figures.timeline import (
    EARLY_HOURS,
    Early,
    Timeline,
    ToneStep,
    early,
    timeline,
    tone_steps,
)
from widget.domain.figures.tone import Conflict, Direction, EarlierTones, UsualTone, conflict
from widget.domain.figures.turning import Turn, turn_of_story
from widget.domain.figures.weighed import Weighed
from widget.domain.model import Site
from widget.services.figures.baseline import Baseline
from widget.services.figures.doubts import Doubt, Doubts
from widget.services.figures.tone_baseline import ToneBaseline
from widget.services.figures.words import WeighedWords
from widget.store.comments.comments import Comments
from widget.store.comments.threads import Threads
from widget.store.comments.tone_totals import ToneReadings, ToneTotals
from widget.store.connect import Connection
from widget.store.desk.notes import Note, Notes
from widget.store.figures.headlines import Detail, Pages
from widget.tone import LEVEL_ERROR

NEWEST_THREADS = 200
MOST_QUOTED = 3

# Figures as the store counts them; without the votes that are in doubt; with all that were cast.
View = Literal["counted", "without", "with"]


@dataclass(frozen=True, slots=True)
class ArticleFigures:
    """
    :param tone: of all published comments.
    :param early: divided where the mood turned, else after the first two hours.
    :param steps: the tone over time.
    :param disagreement: how the comments contradict the reactions.
    :param notes: editors' notes, each with its place on the timeline, or None.
    :param best: of the comments labelled positive in the newest 200 threads, those of the highest
        lean; ``worst``: of those labelled negative, the lowest.
    :param words: those that weighed most in its newest comments.
    :param turn: the hour since which another reaction leads, if the mood turned.
    :param usual: its section's votes of the 28 days before the story; None for a question.
    :param usual_tone: what is usual for its section's stories of those days, or for the site's.
    :param direction: of its tone beside that.
    :param doubt: which votes are in doubt, and which of them the figures have; None if that was
        not asked for. Figures then have what the store counts.
    """

    detail: Detail
    line: Timeline
    early: Early
    tone: ToneTotals
    steps: list[ToneStep]
    disagreement: Conflict
    notes: list[tuple[Note, float | None]]
    best: list[Comment]
    worst: list[Comment]
    words: list[Weighed]
    turn: Turn | None
    usual: Mix | None
    usual_tone: UsualTone
    direction: Direction
    doubt: Doubt | None = None


class ArticleReadings:
    def __init__(
        self,
        connection: Connection,
        pages: Pages,
        notes: Notes,
        baseline: Baseline,
        usual_tone: ToneBaseline,
        words: WeighedWords,
        doubts: Doubts,
    ) -> None:
        self._doubts = doubts
        self._pages, self._notes, self._baseline = pages, notes, baseline
        self._usual_tone, self._words = usual_tone, words
        self._tones = ToneReadings(connection)
        self._threads = Threads(connection, Comments(connection))

    def figures(self, site: Site, article_id: str, view: View = "counted") -> ArticleFigures:
        """Return an article's figures.

        :param view: which votes they have. Set aside or not, votes in doubt are counted or left out
            here only: no list and no export changes.
        :raise NotFound: no such article of this site has votes.
        """
        detail = self._pages.detail(site, article_id)
        if detail is None:
            raise NotFound("No reader has reacted to a story with this id on this site.")
        choice_keys = site.choice_keys(detail.headline.page.poll_key)
        doubt = None if view == "counted" else self._doubts.of(site, detail)
        if doubt is not None:
            seen = doubt.without if view == "without" else doubt.with_all
            detail = seen(detail, choice_keys)
        first = detail.headline.first_hour
        article = self._pages.with_addresses(site, detail.headline)
        notes = self._notes.of(site, article_id)
        line = timeline(
            detail.timeline,
            first,
            len(choice_keys),
            zone=site.zone,
            noted_s=[note.at_s for note in notes],
        )
        tone, steps = self._tones.for_article(site, article), list[ToneStep]()
        earlier, listed = EarlierTones(), list[Comment]()
        if tone.comments:
            hours = self._tones.by_hour_of_article(site, article)
            steps = tone_steps(
                ((at_s // 3600, t.n, t.sum_e4 / 1e4, t.squares_e8 / 1e8) for at_s, t in hours), line
            )
            earlier = self._usual_tone.before(site, first // 24)
            listed = self._listed(site, article)
        best, worst = _quoted(listed)
        usual_tone = earlier.of(detail.section)
        direction = usual_tone.direction(detail.headline.tone)
        mix = detail.mix
        turn = turn_of_story(detail.timeline, mix, choice_keys)
        return ArticleFigures(
            detail,
            line,
            early(detail.timeline, turn.hour if turn else first + EARLY_HOURS, choice_keys),
            tone,
            steps,
            conflict(mix.warm_share, mix.cold_share, detail.headline.tone, direction, LEVEL_ERROR),
            [(note, line.place(note.at_s)) for note in notes],
            best,
            worst,
            self._words.of(site, listed),
            turn,
            self._usual(site, detail),
            usual_tone,
            direction,
            doubt,
        )

    def _usual(self, site: Site, detail: Detail) -> Mix | None:
        if detail.headline.page.poll_key:
            return None
        keys = site.choice_keys("")
        before = self._baseline.before(site, detail.headline.first_hour // 24)
        return before.get(detail.section) or Mix.of([0] * len(keys), keys)

    def _listed(self, site: Site, article: ArticleRef) -> list[Comment]:
        """Return the comments with a lean of the newest threads."""
        # The time only decides whether the thread is open, which nothing here reads.
        listed = self._threads.page(site, article, order="newest", now_s=0, limit=NEWEST_THREADS)
        return [
            comment
            for thread in listed.threads
            for comment in (thread.root, *thread.replies)
            if comment.state == "published" and comment.score and comment.score.lean_e4 is not None
        ]


def _quoted(comments: Iterable[Comment]) -> tuple[list[Comment], list[Comment]]:
    """Return those labelled positive, of the highest lean, and those labelled negative."""
    # Each text once, however many readers sent it.
    once = {comment.text: comment for comment in comments}
    ranked = sorted(once.values(), key=lambda one: (_lean_e4(one), one.id))
    worst = [one for one in ranked if one.label == "negative" and _lean_e4(one) < 0]
    best = [one for one in reversed(ranked) if one.label == "positive" and _lean_e4(one) > 0]
    return best[:MOST_QUOTED], worst[:MOST_QUOTED]


def _lean_e4(comment: Comment) -> int:
    return comment.score.lean_e4 or 0 if comment.score else 0
