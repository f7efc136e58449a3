"""The stories that are worth a look: those with votes in this clock hour or the one before."""

from widget.domain.model import Site
from widget.services.figures.surges import surges
from widget.store.figures.trends import Trends

LEAST_VOTES = 5  # in one of the two hours; a drip slower than that moves little
MOST_STORIES = 500  # of a site in one round


def lively(trends: Trends, site: Site, *, now_s: int) -> list[str]:
    """Return ids of stories, those with the most votes first.

    :raise StoreUnavailable: the store timed out or refused.
    """
    hour = now_s // 3600
    [found] = trends.ask(site, surges(site, hour - 1, hour, least=LEAST_VOTES))
    busiest = sorted(found, key=lambda one: (-one.mix.n, one.article_id))
    return list(dict.fromkeys(one.article_id for one in busiest))[:MOST_STORIES]
