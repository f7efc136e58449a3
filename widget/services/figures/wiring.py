"""What the desk's figures work with."""

from dataclasses import dataclass

from widget.services.figures.article import ArticleReadings
from widget.services.figures.baseline import Baseline
from widget.services.figures.doubts import Doubts
from widget.services.figures.listing import Listings
from widget.services.figures.lives import EarlierLives
from widget.services.figures.marks import Marks
from widget.services.figures.overview import Overviews
from widget.services.figures.past import Past
from widget.services.figures.questions import QuestionReadings
from widget.services.figures.tone_baseline import ToneBaseline
from widget.services.figures.words import WeighedWords
from widget.services.todos import ToDos
from widget.services.tone import SiteTone
from widget.store.connect import Connection
from widget.store.desk.notes import Notes
from widget.store.desk.share_links import ShareLinks
from widget.store.figures.headlines import Pages
from widget.store.figures.trends import Trends
from widget.store.integrity.flags import Flags
from widget.store.reactions.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Figures:
    trends: Trends
    pages: Pages
    usual: Baseline
    overviews: Overviews
    listings: Listings
    marks: Marks
    notes: Notes
    articles: ArticleReadings
    doubts: Doubts
    questions: QuestionReadings
    links: ShareLinks
    todos: ToDos


def open_figures(connection: Connection, tone: SiteTone) -> Figures:
    """Build the figures' part of the services on one store."""
    trends, pages, notes = Trends(connection), Pages(connection), Notes(connection)
    flags = Flags(connection)
    baseline, past, usual_tone = Baseline(trends), Past(trends), ToneBaseline(trends)
    overviews = Overviews(past, pages, baseline, EarlierLives(trends), usual_tone, flags)
    words = WeighedWords(tone)
    doubts = Doubts(flags, Evidence(connection))
    return Figures(
        trends=trends,
        pages=pages,
        usual=baseline,
        overviews=overviews,
        listings=Listings(past, pages, usual_tone),
        marks=Marks(trends, pages, notes),
        notes=notes,
        articles=ArticleReadings(connection, pages, notes, baseline, usual_tone, words, doubts),
        doubts=doubts,
        questions=QuestionReadings(connection, pages),
        links=ShareLinks(connection),
        todos=ToDos(trends, overviews, flags, pages),
    )
