"""The figures of one article: everything its page at the desk shows. Reads only."""

from dataclasses import dataclass

from widget.domain.article import ArticleRef
from widget.domain.comments.comment import Comment
from widget.domain.errors import NotFound
from widget.domain.figures.moods import Mix
from widget.domain.figures.statistics import Mean, conflict
from widget.domain.figures.timeline import (
    EARLY_HOURS,
    Early,
    Timeline,
    ToneStep,
    early,
    timeline,
    tone_steps,
)
from widget.domain.figures.turning import Turn, turn_of_story
from widget.domain.model import Site
from widget.services.figures.baseline import Baseline
from widget.services.figures.tone_baseline import ToneBaseline
from widget.store.comments.comments import Comments
from widget.store.comments.threads import Threads
from widget.store.comments.tone_totals import ToneReadings, ToneTotals
from widget.store.connect import Connection
from widget.store.desk.notes import Note, Notes
from widget.store.figures.headlines import NO_TONE, Detail, Pages

NEWEST_THREADS = 200
MOST_QUOTED = 3
_QUOTED_FROM_E4 = 2500  # medium confidence and above


@dataclass(frozen=True, slots=True)
class ArticleFigures:
    """
    :param tone: of all published comments.
    :param early: divided where the mood turned, else after the first two hours.
    :param disagreement: a value of :func:`widget.domain.figures.statistics.conflict`.
    :param notes: editors' notes, each with its place on the timeline, or None.
    :param best: comments of the clearest positive tone in the newest 200 threads.
    :param worst: the same of negative tone.
    :param turn: the hour since which another reaction leads, if the mood turned.
    :param usual: its section's votes of the 28 days before the story; None for a question.
    :param usual_tone: the mean tone of its section's comments in those days.
    """

    detail: Detail
    line: Timeline
    early: Early
    tone: ToneTotals
    steps: list[ToneStep]
    disagreement: str
    notes: list[tuple[Note, float | None]]
    best: list[Comment]
    worst: list[Comment]
    turn: Turn | None
    usual: Mix | None
    usual_tone: Mean


class ArticleReadings:
    def __init__(
        self, connection: Connection, pages: Pages, notes: Notes, baseline: Baseline
    ) -> None:
        self._pages, self._notes, self._baseline = pages, notes, baseline
        self._tones = ToneReadings(connection)
        self._usual_tone = ToneBaseline(self._tones)
        self._threads = Threads(connection, Comments(connection))

    def figures(self, site: Site, article_id: str) -> ArticleFigures:
        """Return an article's figures.

        :raise NotFound: no such article of this site has votes.
        """
        detail = self._pages.detail(site, article_id)
        if detail is None:
            raise NotFound("No reader has reacted to a story with this id on this site.")
        choice_keys = site.choice_keys(detail.headline.page.poll_key)
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
        best, worst = list[Comment](), list[Comment]()
        if tone.comments:
            hours = self._tones.by_hour_of_article(site, article)
            steps = tone_steps(
                ((at_s // 3600, t.n, t.sum_e4 / 1e4, t.squares_e8 / 1e8) for at_s, t in hours), line
            )
            best, worst = self._quoted(site, article)
        mix = detail.mix
        turn = turn_of_story(detail.timeline, mix, choice_keys)
        return ArticleFigures(
            detail,
            line,
            early(detail.timeline, turn.hour if turn else first + EARLY_HOURS, choice_keys),
            tone,
            steps,
            conflict(mix.warm_share, mix.cold_share, detail.headline.tone),
            [(note, line.place(note.at_s)) for note in notes],
            best,
            worst,
            turn,
            self._usual(site, detail),
            self._usual_tone.before(site, first // 24, detail.section) if tone.n else NO_TONE,
        )

    def _usual(self, site: Site, detail: Detail) -> Mix | None:
        if detail.headline.page.poll_key:
            return None
        keys = site.choice_keys("")
        before = self._baseline.before(site, detail.headline.first_hour // 24)
        return before.get(detail.section) or Mix.of([0] * len(keys), keys)

    def _quoted(self, site: Site, article: ArticleRef) -> tuple[list[Comment], list[Comment]]:
        # The time only decides whether the thread is open, which nothing here reads.
        listed = self._threads.page(site, article, order="newest", now_s=0, limit=NEWEST_THREADS)
        found = [
            (comment.score.lean_e4, comment)
            for thread in listed.threads
            for comment in (thread.root, *thread.replies)
            if comment.state == "published" and comment.score and comment.score.lean_e4 is not None
        ]
        # Each text once, however many readers sent it.
        once = {comment.text: (tone, comment) for tone, comment in found}
        ranked = sorted(once.values(), key=lambda pair: (pair[0], pair[1].id))
        worst = [comment for tone, comment in ranked if tone <= -_QUOTED_FROM_E4]
        best = [comment for tone, comment in reversed(ranked) if tone >= _QUOTED_FROM_E4]
        return best[:MOST_QUOTED], worst[:MOST_QUOTED]
