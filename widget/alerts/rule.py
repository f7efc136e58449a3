"""When a story is worth an alert. Pure: no Flask, no redis, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass

from widget.domain.figures.moods import Mix
from widget.domain.figures.statistics import MIN_RANKED_N, Share
from widget.domain.model import Site

KEY = "angry"
MIN_VOTES = 50
TIMES_USUAL = 3


@dataclass(frozen=True, slots=True)
class Surge:
    """An article and its votes of one clock hour.

    :param hour: since the epoch.
    """

    article_id: str
    section: str
    hour: int
    mix: Mix


@dataclass(frozen=True, slots=True)
class Anger:
    """Angry's share of an hour beside what is usual.

    :param usual_of: the section whose usual it is, "" for the whole site.
    """

    share: Share
    usual: Share
    usual_of: str

    @property
    def times(self) -> float | None:
        """How many times its usual; None where nobody was angry in the usual days."""
        return self.share.value / self.usual.value if self.usual.k else None


def offers_anger(site: Site) -> bool:
    """Without the key among the reactions offered there is nothing to be alerted of."""
    polls = (site.reactions, *site.section_reactions.values())
    return any(choice.key == KEY for poll in polls for choice in poll.choices)


def anger(site: Site, surge: Surge, usual: Mapping[str, Mix]) -> Anger | None:
    """What is to be said of a surge, or None: most are not worth a word.

    The least the hour's share may be must exceed three times the most the usual share may be, both
    at the ends of their 95 % intervals. So few votes, here or there, only make an alert rarer.

    :param usual: each section's votes of the usual days.
    """
    at = site.choice_keys("").index(KEY)
    if surge.mix.n < MIN_VOTES:
        return None
    yardstick = _yardstick(surge.section, usual)
    if yardstick is None:
        return None
    usual_of, mix = yardstick
    found = Anger(surge.mix.share(at), mix.share(at), usual_of)
    return found if found.share.low > TIMES_USUAL * found.usual.high else None


def _yardstick(section: str, usual: Mapping[str, Mix]) -> tuple[str, Mix] | None:
    """The section's own usual, or the site's where the section has none; None without either."""
    own = usual.get(section) if section else None
    if own is not None and own.n >= MIN_RANKED_N:
        return section, own
    total: Mix | None = None
    for mix in usual.values():
        total = mix if total is None else total.plus(mix)
    return ("", total) if total is not None and total.n >= MIN_RANKED_N else None
