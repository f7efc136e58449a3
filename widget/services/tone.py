"""The tone of a site's comments, by the scorer that speaks at the site."""

from widget.domain.comments.comment import Score, scored
from widget.domain.model import Site
from widget.metrics.series import TONE_SECONDS, timed
from widget.tone import TONE_VERSION, Tone, score

_timed_score = timed(TONE_SECONDS, score)


class SiteTone:
    """The scorer of each site of one store."""

    def score(self, site: Site, text: str) -> Tone:
        """Score a comment of a site."""
        return _timed_score(text)

    def scored(self, site: Site, text: str) -> Score:
        """Score a comment of a site, in the form that is stored."""
        return scored(self.score(site, text))

    def version(self, site: Site) -> str:
        """Return the version of the scores that :meth:`score` gives now."""
        return TONE_VERSION
