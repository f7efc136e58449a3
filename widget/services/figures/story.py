"""The figures of a story's verdict, from its page's. Reads nothing."""

from collections.abc import Sequence

from widget.domain.figures.reactions import Reaction, farthest
from widget.domain.figures.statistics import has_sides
from widget.domain.figures.story import StoryFigures, Waiting
from widget.domain.model import Site
from widget.services.figures.article import ArticleFigures
from widget.services.figures.labels import reaction_labels


def story_figures(
    site: Site,
    article: ArticleFigures,
    reactions: Sequence[Reaction],
    waiting: Waiting | None,
    lang: str,
) -> StoryFigures:
    """Return what a story's verdict is made from.

    :param waiting: None for readers of a shared link.
    :param lang: of the labels of reactions; those of a question are in its own.
    """
    poll_key = article.detail.headline.page.poll_key
    own = [choice.label for choice in site.choices(poll_key)]
    return StoryFigures(
        article.detail.mix,
        own if poll_key else reaction_labels(site, lang),
        has_sides(site.choice_keys(poll_key)),
        article.turn,
        farthest(reactions),
        article.detail.section,
        article.detail.held,
        waiting,
        sum(one.state == "waiting" for one in article.doubt.flags) if article.doubt else 0,
        article.doubt.n_aside if article.doubt else sum(article.detail.aside),
    )
