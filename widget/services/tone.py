"""The tone of a site's comments, by the scorer that speaks at the site."""

import logging

from widget.domain.comments.comment import Score, scored
from widget.domain.errors import StoreUnavailable
from widget.domain.model import Site
from widget.metrics.series import TONE_SECONDS, timed
from widget.store.connect import Connection
from widget.store.remembered import Remembered, most_of_deadline
from widget.store.tone_heads import ToneHeads
from widget.tone import TONE_VERSION, Own, Tone, score
from widget.tone.outcome import STANDARD, Version
from widget.tone.own import own_from

FRESH_S = 10.0  # for so long, a process goes on with the scorer that it read
MOST_CACHED = 200  # sites

log = logging.getLogger(__name__)


class SiteTone:
    """The scorer of each site of one store: its own if one speaks, or else the shipped one.

    No comment waits for a scorer: where it cannot be read, the shipped one answers, and
    ``readback rescore`` mends that later.
    """

    def __init__(self, connection: Connection) -> None:
        self._heads = ToneHeads(connection)
        self._own: Remembered[str, Own | None] = Remembered(
            self._read, most=MOST_CACHED, fresh_s=FRESH_S
        )
        self._score = timed(TONE_SECONDS, score)

    def score(self, site: Site, text: str) -> Tone:
        """Score a comment of a site."""
        return self._score(text, self._speaking(site.key))

    def scored(self, site: Site, text: str) -> Score:
        """Score a comment of a site, in the form that is stored."""
        return scored(self.score(site, text))

    def version(self, site: Site) -> str:
        """Return the version of the scores that :meth:`score` gives now."""
        own = self._speaking(site.key)
        return f"{TONE_VERSION}/{own.number}" if own else TONE_VERSION

    def version_now(self, site: Site) -> str:
        """Return the version as stored now.

        :raise StoreUnavailable: the store timed out or refused.
        """
        self._own.put(site.key, self._read(site.key, None))
        return self.version(site)

    def renew(self, site: Site) -> None:
        """Make this process read the site's scorer again, which it has just changed."""
        self._own.forget(site.key)

    def _speaking(self, site_key: str) -> Own | None:
        try:
            return self._own.get(site_key)
        except StoreUnavailable:
            self._own.put(site_key, None)  # so that the next comment does not wait either
            return None

    def _read(self, site_key: str, last: Own | None) -> Own | None:
        with most_of_deadline():
            number = self._heads.speaker(site_key).number
            if number == (last.number if last else STANDARD):
                return last
            version = self._heads.version(site_key, number)
        return _own_of(site_key, version) if version else None


def _own_of(site_key: str, version: Version) -> Own | None:
    """Return the heads of a version; None if another release made them for another scorer."""
    if version.version != TONE_VERSION:
        return None
    try:
        return own_from(version.number, version.heads)
    except KeyError:
        log.warning("Version %s of the scorer of %s does not fit.", version.number, site_key)
        return None
