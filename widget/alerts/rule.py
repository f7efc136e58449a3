"""The rule for alerts. Pure: no Flask, no redis, no clock."""

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
    """An article and its votes in one clock hour.

    :param hour: in hours since the epoch.
    """

    article_id: str
    section: str
    hour: int
    mix: Mix


@dataclass(frozen=True, slots=True)
class Anger:
    """Angry's share of an hour, and its baseline.

    :param section: the section that the baseline is of, or "" for the whole site.
    """

    share: Share
    baseline: Share
    section: str

    @property
    def times(self) -> float | None:
        """The share divided by its baseline; None if nobody was angry in the baseline's days."""
        return self.share.value / self.baseline.value if self.baseline.k else None


def offers_anger(site: Site) -> bool:
    """Return whether the site offers Angry; without it there are no alerts."""
    polls = (site.reactions, *site.section_reactions.values())
    return any(choice.key == KEY for poll in polls for choice in poll.choices)


def anger(site: Site, surge: Surge, baselines: Mapping[str, Mix]) -> Anger | None:
    """Return the anger in a surge if it deserves an alert, or else None.

    The low end of the hour's interval must exceed three times the high end of the baseline's, each
    at 95 %. So few votes on either side can only make an alert rarer.

    :param baselines: each section's votes in the days of the baseline.
    """
    at = site.choice_keys("").index(KEY)
    if surge.mix.n < MIN_VOTES:
        return None
    baseline = _baseline(surge.section, baselines)
    if baseline is None:
        return None
    section, mix = baseline
    found = Anger(surge.mix.share(at), mix.share(at), section)
    return found if found.share.low > TIMES_USUAL * found.baseline.high else None


def _baseline(section: str, baselines: Mapping[str, Mix]) -> tuple[str, Mix] | None:
    """Return the section's baseline, or else the site's; None if neither has enough votes."""
    own = baselines.get(section) if section else None
    if own is not None and own.n >= MIN_RANKED_N:
        return section, own
    total: Mix | None = None
    for mix in baselines.values():
        total = mix if total is None else total.plus(mix)
    return ("", total) if total is not None and total.n >= MIN_RANKED_N else None
