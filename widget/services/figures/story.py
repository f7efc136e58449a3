"""The figures of a story's verdict, from its page's. Reads nothing."""

from collections.abc import Sequence

from widget.domain.figures.reactions import Reaction, farthest
from widget.domain.figures.statistics import has_sides
from widget.domain.figures.story import StoryFigures, Waiting
from widget.domain.model import Choice
from widget.services.figures.article import ArticleFigures


def story_figures(
    article: ArticleFigures,
    choices: Sequence[Choice],
    reactions: Sequence[Reaction],
    waiting: Waiting | None,
) -> StoryFigures:
    """Return what a story's verdict is made from.

    :param waiting: None for readers of a shared link.
    """
    return StoryFigures(
        article.detail.mix,
        [choice.label for choice in choices],
        has_sides([choice.key for choice in choices]),
        article.turn,
        farthest(reactions),
        article.detail.section,
        article.detail.held,
        waiting,
    )
